function octave = grader_prepare (folder, helpers, stubs)
% Readies a fresh session: functions come from `folder`, then from `helpers`, '' for none; `stubs` replace Octave's own.
% Returns Octave's version.
  more off
  warning ("off", "all");
  crash_dumps_octave_core (false);
  sighup_dumps_octave_core (false);
  sigterm_dumps_octave_core (false);
  rmpath (fileparts (which ("_make_figures")));   % its own @pause, @input and so on would win over ours
  if (! isempty (helpers))
    addpath (helpers, "-end");
  end
  addpath (stubs, "-begin");
  addpath (folder, "-begin");
  cd (folder);
  octave = version ();
end
