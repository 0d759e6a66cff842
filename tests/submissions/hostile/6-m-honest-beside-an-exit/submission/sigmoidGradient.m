% Is right, and has to stay so although the cost function ends Octave.
function g = sigmoidGradient(z)
  a = 1 ./ (1 + exp(-z));
  g = a .* (1 - a);
end
