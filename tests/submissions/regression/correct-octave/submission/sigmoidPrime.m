function gPrime = sigmoidPrime(z)
  gPrime = sigmoid(z) .* (1 - sigmoid(z));
end
