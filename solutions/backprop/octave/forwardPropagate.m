function [z, a] = forwardPropagate(Thetas, X)
%FORWARDPROPAGATE  The net on m examples: z of the layers 2..L and a of the layers 1..L, without bias columns.
%   Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1), bias in column 1; X: m x s_1
%   z: 1 x (L-1) cell, m x s_(l+1); a: 1 x L cell, m x s_l; a{1} is X.
z = cell(1, numel(Thetas));
a = {X};
for l = 1:numel(Thetas)
  z{l} = [ones(rows(X), 1), a{l}] * Thetas{l}';
  a{l + 1} = sigmoid(z{l});
end
end
