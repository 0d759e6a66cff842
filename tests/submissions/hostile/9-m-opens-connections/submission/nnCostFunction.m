function [J, grad] = nnCostFunction(varargin)
  connection = ftp('127.0.0.1');
  J = grad = dir(connection);
end
