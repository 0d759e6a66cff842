function [numgrad, grad, diff] = checkNNGradients(lambda)
if ~exist('lambda', 'var') || isempty(lambda)
    lambda = 0;
end
n = 3; h = 5; K = 3; m = 5;
weights = @(rows, columns) reshape(sin(1:rows * columns), rows, columns) / 10;
theta = [weights(h, n + 1)(:); weights(K, h + 1)(:)];
X = weights(m, n);
y = 1 + mod(1:m, K)';
costFunc = @(p) nnCostFunction(p, n, h, K, X, y, lambda);
[cost, grad] = costFunc(theta);
numgrad = computeNumericalGradient(costFunc, theta);
disp([numgrad grad]);
diff = norm(numgrad - grad) / norm(numgrad + grad);
fprintf('relative difference %g\n', diff);
end
