function g = sigmoidGradient(z)
%SIGMOIDGRADIENT  g'(z) = g(z) (1 - g(z)), element by element; 1 - g(z) is written g(-z).
%   z: number or matrix; g: like z.
g = sigmoid(z) .* sigmoid(-z);
end
