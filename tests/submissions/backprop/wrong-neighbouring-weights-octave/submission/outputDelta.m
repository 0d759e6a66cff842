function delta = outputDelta(a, Y, cost)
delta = a - Y;
if strcmp(cost, 'quadratic')
  delta = delta .* a .* (1 - a);
end
end
