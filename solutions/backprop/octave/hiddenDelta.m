function delta = hiddenDelta(Theta, delta, a)
%HIDDENDELTA  The error of a hidden layer from that of the layer after it.
%   Theta: s_(l+1) x (s_l + 1), between the two; delta: m x s_(l+1), of the later layer; a: m x s_l, of the earlier one
%   delta: m x s_l.
delta = delta * Theta(:, 2:end) .* a .* (1 - a);
end
