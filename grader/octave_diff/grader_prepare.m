function octave = grader_prepare (folder, helpers, stubs)
% Readies a fresh session: functions come from `folder`, then from `helpers`; `stubs` stand before both.
% An empty `helpers` stands for none.
  more off
  warning ("off", "all");
  crash_dumps_octave_core (false);
  sighup_dumps_octave_core (false);
  sigterm_dumps_octave_core (false);
  rmpath (fileparts (which ("_make_figures")));   % its own @pause, @input and so on would win over the stubs
  if (! isempty (helpers))
    addpath (helpers, "-end");
  end
  addpath (folder, "-begin");
  addpath (stubs, "-begin");
  cd (folder);
  octave = version ();
end
