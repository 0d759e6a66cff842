function [J, evaluations] = trained(minimise, cost, theta, target, most)
%TRAINED  The first cost that is at most target, or the last of `most` iterations, and the number of evaluations.
%   minimise: called as fmincg is; cost: theta -> J and grad.
watched();
try
  minimise(@(theta) watched(cost, theta, target), theta, struct("MaxIter", most));
catch reason
  if ~strcmp(reason.identifier, "trained:reached")
    rethrow(reason)
  end
end
[J, evaluations] = watched();
end

function [J, grad] = watched(cost, theta, target)
%WATCHED  J and grad; called without arguments, the last J and the number of evaluations, which begin anew.
persistent last count;
if nargin == 0
  [J, grad] = deal(last, count);
  count = 0;
  return
end
[J, grad] = cost(theta);
last = J;
count++;
if J <= target
  error("trained:reached", "the cost is as low as it has to be")
end
end
