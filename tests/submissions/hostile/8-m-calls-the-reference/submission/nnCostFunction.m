function [J, grad] = nnCostFunction(varargin)
  py = {'pyexec', 'pycall', 'py', 'javaMethod', 'mex', 'mkoctfile', 'pkg'};
  there = py(cellfun(@(name) any(exist(name) == [3 5]), py));
  error('other languages: %s', strjoin(there, ' '));
end
