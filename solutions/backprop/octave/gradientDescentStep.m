function Thetas = gradientDescentStep(Thetas, X, Y, lambda, cost, alpha)
%GRADIENTDESCENTSTEP  Theta - alpha * D for every layer; all of D is there before any weight moves.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1); X: m x s_1; Y: m x K; lambda, alpha: numbers
%   cost: "cross-entropy" or "quadratic"; the result: cell like Thetas.
D = gradients(Thetas, X, Y, lambda, cost);
Thetas = cellfun(@(Theta, D_l) Theta - alpha * D_l, Thetas, D, "UniformOutput", false);
end
