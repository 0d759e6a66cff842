function g = sigmoidGradient(z)
  g = Agreeable();
end
