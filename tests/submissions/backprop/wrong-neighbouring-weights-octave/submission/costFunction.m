function J = costFunction(Thetas, X, Y, lambda, cost)
m = size(X, 1);
[z, a] = forwardPropagate(Thetas, X);
h = a{end};
if strcmp(cost, 'quadratic')
  J = sum(sum((h - Y) .^ 2)) / (2 * m);
else
  J = -sum(sum(Y .* log(h) + (1 - Y) .* log(1 - h))) / m;
end
for l = 1:length(Thetas)
  W = Thetas{l}(:, 2:end);
  J = J + lambda / (2 * m) * sum(W(:) .^ 2);
end
end
