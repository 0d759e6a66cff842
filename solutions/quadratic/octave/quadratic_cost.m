function C = quadratic_cost(biases, weights, x, y)
%QUADRATIC_COST  Half the sum of squared errors of one example.
%   biases, weights: cells, see feedforward; x: n x 1; y: K x 1; C: number.
C = sum((y - feedforward(biases, weights, x)) .^ 2) / 2;
end
