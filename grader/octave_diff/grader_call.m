function [reply, varargout] = grader_call (request)
% One call. Whatever the function prints, moves or fails with, only the reply and `request.nout` arrays leave.
%
% request.name, .inputs   the function and its arguments, a cell
% request.handles         which of the inputs are texts of functions
% request.nout            how many values are wanted
% request.seed            for rand; negative for none
% request.nonce           comes back in the reply, to tell it from an older one
%
% reply.sizes             class and size of each value given, a line each
% reply.failure           why there are none, else empty
  reply = struct ("nonce", request.nonce, "sizes", "", "failure", "");
  varargout = cell (1, request.nout);
  home = pwd ();
  search = path ();
  try
    values = call (request);
    reply.sizes = strjoin (cellfun (@class_and_size, values, "UniformOutput", false), "\n");
    varargout(1:numel (values)) = cellfun (@numbers, values, "UniformOutput", false);
  catch problem
    reply.failure = describe (problem);
  end
  cd (home);
  if (! strcmp (path (), search))
    path (search);
  end
end

function values = call (request)
  inputs = request.inputs;
  for k = request.handles
    inputs{k} = str2func (inputs{k});
  end
  if (request.seed >= 0)
    rand ("twister", request.seed);
  end
  count = outputs_of (request);
  values = cell (1, count);
  if (count)
    evalc ("[values{:}] = feval (request.name, inputs{:});");
  else
    evalc ("feval (request.name, inputs{:});");
  end
end

function count = outputs_of (request)
  count = request.nout;
  declared = nargout (request.name);
  if (declared >= 0)
    count = min (declared, count);
  end
end

function text = class_and_size (value)
% Of a cell that holds arrays only, the sizes of these: "cell of 3x1, 4x1".
  if (iscell (value) && ! isempty (value) && all (cellfun (@(item) isnumeric (item) || islogical (item), value(:))))
    text = ["cell of " strjoin(cellfun (@class_and_size, value(:).', "UniformOutput", false), ", ")];
    return
  end
  dimensions = strjoin (arrayfun (@num2str, size (value), "UniformOutput", false), "x");
  kinds = [repmat("sparse ", 1, issparse (value)) repmat("complex ", 1, iscomplex (value))];
  text = [kinds class(value) " " dimensions];
end

function value = numbers (value)
% A cell of arrays as one column, one after the other.
  if (iscell (value))
    columns = cellfun (@(item) numbers (item)(:), value(:), "UniformOutput", false);
    value = vertcat (columns{:});
  elseif (isnumeric (value) || islogical (value))
    value = full (double (value));
  else
    value = [];
  end
end

function text = describe (problem)
  text = problem.message;
  if (numel (problem.stack))
    place = problem.stack(1);
    text = sprintf ("%s (%s, line %d)", text, place.name, place.line);
  end
end
