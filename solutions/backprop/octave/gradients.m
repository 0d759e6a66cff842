function D = gradients(Thetas, X, Y, lambda, cost)
%GRADIENTS  The derivative of the regularised cost by every weight.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1); X: m x s_1; Y: m x K; lambda: number
%   cost: "cross-entropy" or "quadratic"; D: cell like Thetas.
m = rows(X);
mean_and_decay = @(Delta, Theta) Delta / m + lambda / m * [zeros(rows(Theta), 1), Theta(:, 2:end)];
D = cellfun(mean_and_decay, accumulate(Thetas, X, Y, cost), Thetas, "UniformOutput", false);
end
