% Recursion without an end, once the limit on it is gone.
function g = sigmoidGradient(z)
  max_recursion_depth(intmax());
  max_stack_depth(intmax());
  g = sigmoidGradient(z) + 1;
end
