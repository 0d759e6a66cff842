function [numgrad, grad, diff] = checkNNGradients(lambda)
%CHECKNNGRADIENTS  nnCostFunction's gradient beside central differences, on a 3-5-3 net with 5 examples; prints both.
%   lambda: number, 0 unless given
%   numgrad, grad: 38 x 1; diff = |numgrad - grad| / |numgrad + grad|, below 1e-9 when backpropagation is right.
if nargin < 1
  lambda = 0;
end
n = 3; h = 5; K = 3; m = 5;
nn_params = [debugInitializeWeights(h, n)(:); debugInitializeWeights(K, h)(:)];
X = debugInitializeWeights(m, n - 1);
y = 1 + mod(1:m, K)';
cost = @(params) nnCostFunction(params, n, h, K, X, y, lambda);

[~, grad] = cost(nn_params);
numgrad = computeNumericalGradient(cost, nn_params);
diff = norm(numgrad - grad) / norm(numgrad + grad);

printf("     numerical     analytical\n");
printf("%14.9f %14.9f\n", [numgrad, grad]');
printf("Relative difference: %.3g (below 1e-9 when backpropagation is right)\n", diff);
end
