function g = sigmoid(z)
%SIGMOID Logistic function of a number, a vector or a matrix
g = 1.0 ./ (1.0 + exp(-z));
end
