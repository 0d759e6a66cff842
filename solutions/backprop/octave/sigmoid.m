function g = sigmoid(z)
%SIGMOID  g(z) = 1 / (1 + e^-z), element by element.
%   For z < 0 it is written e^z / (1 + e^z), so that no exponential overflows.
%   z: number or matrix; g: like z.
e = exp(-abs(z));
g = e;
g(z >= 0) = 1;
g = g ./ (1 + e);
end
