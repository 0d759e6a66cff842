function Delta = accumulate(Thetas, X, Y, cost)
%ACCUMULATE  The sum over the examples of delta * [1; a]', for every layer but the last.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1); X: m x s_1; Y: m x K; cost: "cross-entropy" or "quadratic"
%   Delta: cell like Thetas.
[~, a] = forwardPropagate(Thetas, X);
Delta = cell(1, numel(Thetas));
delta = outputDelta(a{end}, Y, cost);
Delta{end} = weightGradient(delta, a{end - 1});
for l = numel(Thetas):-1:2
  delta = hiddenDelta(Thetas{l}, delta, a{l});
  Delta{l - 1} = weightGradient(delta, a{l - 1});
end
end
