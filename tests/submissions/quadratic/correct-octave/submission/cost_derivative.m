function d = cost_derivative(output_activations, y)
d = output_activations - y;
end
