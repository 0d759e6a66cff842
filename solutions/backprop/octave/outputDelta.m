function delta = outputDelta(a, Y, cost)
%OUTPUTDELTA  The derivative of each example's cost by z of the output layer.
%   a, Y: m x K; cost: "cross-entropy" or "quadratic"; delta: m x K.
switch cost
  case "cross-entropy"
    delta = a - Y;
  case "quadratic"
    delta = (a - Y) .* a .* (1 - a);
end
end
