function [z, a] = forwardPropagate(Thetas, X)
m = size(X, 1);
L = length(Thetas) + 1;
a{1} = X;
for l = 2:L
  z{l - 1} = [ones(m, 1) a{l - 1}] * Thetas{l - 1}.';
  a{l} = 1 ./ (1 + exp(-z{l - 1}));
end
end
