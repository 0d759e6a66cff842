function g = sigmoidGradient(z)
%SIGMOIDGRADIENT Slope of the sigmoid at z
g = sigmoid(z) .* (1 - sigmoid(z));
end
