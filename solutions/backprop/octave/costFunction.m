function J = costFunction(Thetas, X, Y, lambda, cost)
%COSTFUNCTION  Regularised cost of a net of any depth, the bias weights not penalised.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1); X: m x s_1; Y: m x K, 0 or 1; lambda: number
%   cost: "cross-entropy" or "quadratic"; J: number.
%   The logarithms are taken from z, so that J is finite where a rounds to 0 or 1.
m = rows(X);
[z, a] = forwardPropagate(Thetas, X);
switch cost
  case "cross-entropy"
    softplus = @(z) max(z, 0) + log1p(exp(-abs(z)));  % log(1 + e^z): -log(a) is softplus(-z), -log(1 - a) softplus(z)
    C = Y .* softplus(-z{end}) + (1 - Y) .* softplus(z{end});
  case "quadratic"
    C = (a{end} - Y) .^ 2 / 2;
end
penalty = sum(cellfun(@(Theta) sumsq(Theta(:, 2:end)(:)), Thetas));
J = sum(C(:)) / m + lambda / (2 * m) * penalty;
end
