function C = quadratic_cost(biases, weights, x, y)
a = feedforward(biases, weights, x);
C = 0.5 * norm(y - a) ^ 2;
end
