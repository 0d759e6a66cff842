function g = sigmoidGradient(z)
  g = Payload();
end
