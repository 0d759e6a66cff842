function g = sigmoid(z)
%SIGMOID Logistic function, element by element
g = 1 ./ (1 + exp(-min(max(z, -500), 500)));
end
