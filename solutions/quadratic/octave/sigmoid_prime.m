function g = sigmoid_prime(z)
%SIGMOID_PRIME  sigma'(z) = sigma(z) (1 - sigma(z)), element by element; 1 - sigma(z) is written sigma(-z).
%   z: number or matrix; g: like z.
g = sigmoid(z) .* sigmoid(-z);
end
