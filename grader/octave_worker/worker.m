function worker (settings)
% Answers calls of a submission's functions, one request from standard input after the other, until that ends.
%
% settings     a JSON text:
%   submission   the folder of its functions
%   path         more folders to search for functions, in this order: ours before Octave's own
%   library      the folders of Octave's own library that are searched: starting is cheaper with few
%   replies      a file that stands for the pipe of replies: what a student prints goes to standard output
%   most_bytes   size of the largest answer that is sent
%
% request  do, id, function, arguments, nout, seed
%          -> id, outcome, value (a list of at most nout outputs), error, mutated
% An argument is a 2-D array of doubles, a text, {"formula": text of a function} or {"cell": list of such}; "load" is
% answered with the id.
% The error has "message", as bytes since it may be no UTF-8, and "file" and "line" of the submission that led to it.
%
% Only builtins are called, and by that name: a student's own file may be called like any of them.
  settings = builtin ("jsondecode", settings);
  builtin ("crash_dumps_octave_core", false);
  send (settings.replies, {{"ready", true}, {"octave", builtin("OCTAVE_VERSION")}}, nothing ());
  prepare_path (settings);
  home = builtin ("pwd");
  search = builtin ("path");
  while (true)
    [request, payload] = receive ();
    restore (home, search);
    if (builtin ("strcmp", request.do, "load"))
      send (settings.replies, {{"id", request.id}}, nothing ());
    else
      [values, problem] = call (request, arguments_of (request, payload));
      [fields, payload] = answer (values, problem, settings);
      send (settings.replies, [{{"id", request.id}}, fields], payload);
    end
  end
end

function prepare_path (settings)
  root = builtin ("__octave_config_info__", "fcnfiledir");
  library = elements (settings.library);
  for k = 1:builtin ("numel", library)
    library{k} = [root "/" library{k}];
  end
  builtin ("warning", "off", "all");
  builtin ("missing_function_hook", "");   % it starts a program, to ask which package has the function
  builtin ("addpath", settings.submission, elements (settings.path){:}, library{:});
end


% --- frames: magic number, length of the text, length of the payload, JSON text, payload -----------------------------

function [request, payload] = receive ()
  header = read_bytes (16);
  text = builtin ("jsondecode", builtin ("char", read_bytes (builtin ("typecast", header(5:8), "uint32"))));
  payload = read_bytes (builtin ("typecast", header(9:16), "uint64"));
  for pair = elements (text.dict)
    request.(pair{1}{1}) = pair{1}{2};
  end
end

function bytes = read_bytes (count)
  bytes = nothing ();
  if (count > 0)
    bytes = builtin ("fread", 0, [1, builtin("double", count)], "uint8=>uint8");
  end
  if (builtin ("numel", bytes) < count)
    builtin ("exit");
  end
end

function list = elements (list)
% A JSON array as a row of cells, whether jsondecode made of it a cell, a vector or a struct array.
  if (! builtin ("iscell", list))
    list = builtin ("num2cell", list);
  end
  list = list(:).';
end

function send (replies, fields, payload)
% The file is opened for each reply anew: a student may have closed all that are open.
  text = builtin ("uint8", builtin ("jsonencode", dict (fields)));
  lengths = [builtin("typecast", builtin ("uint32", builtin ("numel", text)), "uint8"), ...
             builtin("typecast", builtin ("uint64", builtin ("numel", payload)), "uint8")];
  file = builtin ("fopen", replies, "w");
  builtin ("fwrite", file, [builtin("uint8", [147, 77, 76, 49]), lengths, text, payload], "uint8");
  builtin ("fclose", file);
end

function item = dict (fields)
  item.dict = fields;
end

function bytes = nothing ()
  bytes = builtin ("zeros", 1, 0, "uint8");
end


% --- a call -----------------------------------------------------------------------------------------------------------

function restore (home, search)
% What a student may have left otherwise than it was.
  builtin ("warning", "off", "all");
  if (! builtin ("strcmp", builtin ("pwd"), home))
    builtin ("cd", home);
  end
  if (! builtin ("strcmp", builtin ("path"), search))
    builtin ("path", search);
  end
end

function inputs = arguments_of (request, payload)
  inputs = values_of (request.arguments, payload, 1);
end

function [inputs, first] = values_of (items, payload, first)
  inputs = elements (items);
  for k = 1:builtin ("numel", inputs)
    item = inputs{k};
    if (builtin ("isfield", item, "array"))
      shape = item.array{2};
      next = first + 8 * shape(1) * shape(2);
      row_by_row = builtin ("typecast", payload(first:next - 1), "double");
      inputs{k} = builtin ("reshape", row_by_row, shape(2), shape(1)).';
      first = next;
    elseif (builtin ("isfield", item, "dict") && builtin ("strcmp", item.dict{1}{1}, "cell"))
      [inputs{k}, first] = values_of (item.dict{1}{2}, payload, first);
    elseif (builtin ("isfield", item, "dict"))
      inputs{k} = builtin ("str2func", item.dict{1}{2});
    end
  end
end

function [values, problem] = call (request, inputs)
% To ask for an output that is never set is an error, and the others are lost with it: so less is asked for then.
  values = {};
  problem = [];
  for count = most_outputs (request):-1:0
    try
      values = outputs (request, inputs, count);
      problem = [];
      return
    catch complaint
    end
    if (builtin ("isempty", problem))
      problem = complaint;
    end
    if (builtin ("isempty", builtin ("strfind", complaint.message, "undefined")))
      return
    end
  end
end

function count = most_outputs (request)
  count = request.nout;
  try
    declared = builtin ("nargout", request.function);
    if (declared >= 0)
      count = builtin ("min", count, declared);
    end
  catch   % a file that cannot be read says so again when it is called
  end
end

function values = outputs (request, inputs, count)
  builtin ("rand", "twister", request.seed);
  builtin ("randn", "twister", request.seed);
  values = builtin ("cell", 1, count);
  if (count)
    [values{:}] = builtin ("feval", request.function, inputs{:});
  else
    builtin ("feval", request.function, inputs{:});
  end
end


% --- its answer -------------------------------------------------------------------------------------------------------

function [fields, payload] = answer (values, problem, settings)
  outcome = "answered";
  failure = NaN;
  payload = nothing ();
  if (! builtin ("isempty", problem))
    outcome = "raised";
    [failure, payload] = describe (problem, settings.submission);
  end
  for k = 1:builtin ("numel", values)
    [values{k}, bytes] = plain (values{k}, settings.most_bytes - builtin ("numel", payload), 4);
    payload = [payload, bytes];
  end
  fields = {{"outcome", outcome}, {"value", values}, {"error", failure}, {"mutated", {}}};
end

function [item, bytes] = plain (value, room, depth)
% Numbers of any class as doubles, row by row; a cell as a list, in so many levels; of anything else only what it is.
  bytes = nothing ();
  width = 8 + 8 * builtin ("iscomplex", value);
  if (builtin ("iscell", value) && depth && builtin ("numel", value) <= 200)
    item = value(:).';
    for k = 1:builtin ("numel", item)
      [item{k}, more] = plain (item{k}, room - builtin ("numel", bytes), depth - 1);
      bytes = [bytes, more];
    end
  elseif (! (builtin ("isnumeric", value) || builtin ("islogical", value)))
    item.opaque = phrase (builtin ("class", value));
  elseif (width * builtin ("numel", value) > room)
    item.opaque = builtin ("sprintf", "a result of %d bytes", width * builtin ("numel", value));
  else
    value = builtin ("double", builtin ("full", value));
    row_by_row = builtin ("permute", value, builtin ("ndims", value):-1:1)(:).';
    parts = [builtin("real", row_by_row); builtin("imag", row_by_row)](1:width / 8, :);
    bytes = builtin ("typecast", parts(:).', "uint8");
    codes = {"<f8", "<c16"};
    item.array = {codes{width / 8}, builtin("size", value)};
  end
end

function text = phrase (kind)
  known.cell = "a cell array";
  known.char = "text";
  known.function_handle = "a function";
  known.struct = "a struct";
  text = "an object";
  if (builtin ("isfield", known, kind))
    text = known.(kind);
  end
end

function [failure, message] = describe (problem, submission)
% The frames of the stack go from the error outwards; those without a line only say what was called.
  message = builtin ("uint8", problem.message(1:builtin ("min", 2000, end)));
  place.file = "";
  place.line = 0;
  for k = builtin ("numel", problem.stack):-1:1
    frame = problem.stack(k);
    own = builtin ("strncmp", frame.file, [submission "/"], builtin ("numel", submission) + 1);
    if (own && (frame.line > 0 || ! place.line))
      place.file = frame.file(builtin ("numel", submission) + 2:end);
      place.line = frame.line;
    end
  end
  size_of_message.bytes = builtin ("numel", message);
  failure = dict ({{"message", size_of_message}, {"file", place.file}, {"line", place.line}});
end
