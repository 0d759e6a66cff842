function g = sigmoidGradient(z)
g = zeros(size(z));
% TODO
end
