function derivative = cost_derivative(output_activations, y)
%COST_DERIVATIVE  dC/da of the quadratic cost, a being the output.
%   output_activations, y, derivative: K x 1.
derivative = output_activations - y;
end
