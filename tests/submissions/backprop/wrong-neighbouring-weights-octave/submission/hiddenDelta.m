function delta_l = hiddenDelta(Theta, delta, a)
back = delta * Theta;
delta_l = back(:, 2:end) .* (a .* (1 - a));
end
