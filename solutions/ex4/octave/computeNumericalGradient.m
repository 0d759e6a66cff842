function numgrad = computeNumericalGradient(J, theta)
%COMPUTENUMERICALGRADIENT  The gradient of J at theta by central differences with step 1e-4.
%   J: function of a matrix like theta that gives the cost first; theta: matrix; numgrad: like theta.
step = 1e-4;
numgrad = zeros(size(theta));
for i = 1:numel(theta)
  e = zeros(size(theta));
  e(i) = step;
  numgrad(i) = (J(theta + e) - J(theta - e)) / (2 * step);
end
end
