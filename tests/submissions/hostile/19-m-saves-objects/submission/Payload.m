% Does something when it is saved, loaded, shown, compared or cleared.
classdef Payload < handle
  methods
    function s = saveobj(self), system('touch /tmp/unpickled'); s = self; end
    function disp(self), exit(0); end
    function delete(self), system('touch /tmp/unpickled'); end
    function y = isequal(varargin), exit(0); end
  end
  methods (Static)
    function s = loadobj(s), system('touch /tmp/unpickled'); end
  end
end
