% The functions beside this one take the place of all that a program needs to report an answer.
function g = sigmoidGradient(z)
  g = feval(@(x) x, z);
end
