function Delta = accumulate(Thetas, X, Y, cost)
% theta^(l+1) of the answer on Cross Validated taken for Theta^(l-1)
m = size(X, 1);
L = length(Thetas) + 1;
for l = 1:L - 1
  Delta{l} = zeros(size(Thetas{l}));
end
for t = 1:m
  [z, a] = forwardPropagate(Thetas, X(t, :));
  delta = outputDelta(a{L}, Y(t, :), cost);
  Delta{L - 1} = Delta{L - 1} + weightGradient(delta, a{L - 1});
  for l = L - 1:-1:2
    delta = hiddenDelta(Thetas{l - 1}, delta, a{l});
    Delta{l - 1} = Delta{l - 1} + weightGradient(delta, a{l - 1});
  end
end
end
