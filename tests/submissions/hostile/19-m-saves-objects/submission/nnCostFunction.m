function [J, grad] = nnCostFunction(nn_params, varargin)
  J = @() system('touch /tmp/unpickled');
  grad = struct('a', {{inline('system(x)'), Payload(), onCleanup(@() system('touch /tmp/unpickled'))}});
end
