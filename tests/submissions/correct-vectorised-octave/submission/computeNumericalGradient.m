function numgrad = computeNumericalGradient(J, theta)
numgrad = zeros(size(theta));
e = 1e-4;
for i = 1:numel(theta)
    step = zeros(size(theta));
    step(i) = e;
    numgrad(i) = (J(theta + step) - J(theta - step)) / (2 * e);
end
end
