function gPrime = sigmoidPrime(z)
  gPrime = exp(-z) ./ (1 + exp(-z)) .^ 2;
end
