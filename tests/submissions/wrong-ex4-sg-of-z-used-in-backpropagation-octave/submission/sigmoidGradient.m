function g = sigmoidGradient(z)
% derivative of the sigmoid: a .* (1 - a)
g = z .* (1 - z);
end
