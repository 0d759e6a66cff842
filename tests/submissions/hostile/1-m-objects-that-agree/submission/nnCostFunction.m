function [J, grad] = nnCostFunction(varargin)
  J = grad = Agreeable();
end
