function D = gradients(Thetas, X, Y, lambda, cost)
m = size(X, 1);
D = accumulate(Thetas, X, Y, cost);
for l = 1:length(D)
  D{l} = D{l} / m;
  D{l}(:, 2:end) = D{l}(:, 2:end) + lambda / m * Thetas{l}(:, 2:end);
end
end
