function [J, grad] = nnCostFunction(varargin)
  kill(getpid(), SIG().SEGV);
end
