function p = predict(Theta1, Theta2, X)
%PREDICT  The label that the net is surest of; of equals, the smallest.
%   Theta1: h x (n+1); Theta2: K x (h+1); X: m x n; p: m x 1, labels 1..K.
m = rows(X);
a2 = [ones(m, 1), sigmoid([ones(m, 1), X] * Theta1')];
a3 = sigmoid(a2 * Theta2');
[~, p] = max(a3, [], 2);
end
