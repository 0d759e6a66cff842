function [Thetas, J] = trainNetwork(Thetas, X, Y, lambda, cost, iterations)
%TRAINNETWORK  The net trained by fminunc from the weights given, at most so many iterations.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1); X: m x s_1; Y: m x K; lambda: number
%   cost: "cross-entropy" or "quadratic"; the results: cell like Thetas, and its cost J.
sizes = [cellfun(@columns, Thetas) - 1, rows(Thetas{end})];
options = optimset("GradObj", "on", "MaxIter", iterations);
J_and_slope = @(thetaVec) slope_of(reshapeThetas(thetaVec, sizes), X, Y, lambda, cost);
[thetaVec, J] = fminunc(J_and_slope, unrollThetas(Thetas), options);
Thetas = reshapeThetas(thetaVec, sizes);
end

function [J, grad] = slope_of(Thetas, X, Y, lambda, cost)
J = costFunction(Thetas, X, Y, lambda, cost);
grad = unrollThetas(gradients(Thetas, X, Y, lambda, cost));
end
