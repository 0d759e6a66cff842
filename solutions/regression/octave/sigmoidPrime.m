function gPrime = sigmoidPrime(z)
%SIGMOIDPRIME  g'(z) = e^-z / (1 + e^-z)^2, element by element.
%   The slope is the same at z and -z. With e^-|z| no exponential overflows.
%   z: number or matrix; gPrime: like z.
e = exp(-abs(z));
gPrime = e ./ (1 + e) .^ 2;
end
