1;  % a script, and no function file
# ex4 - loops are easier to check against the formulas than matrices

function out = sigmoid (z)
  out = zeros (size (z));
  for index = 1:numel (z)
    v = z(index);
    if (v >= 0)
      out(index) = 1.0 / (1.0 + exp (-v));
    else
      e = exp (v);
      out(index) = e / (1.0 + e);
    endif
  endfor
endfunction

function g = sigmoidGradient (z)
  s = sigmoid (z);
  g = s .* (1.0 - s);
endfunction

function [J, grad] = nnCostFunction (nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda)
  n = input_layer_size;
  h = hidden_layer_size;
  K = num_labels;
  m = rows (X);

  # unpack, column after column
  Theta1 = zeros (h, n + 1);
  Theta2 = zeros (K, h + 1);
  p = 1;
  for c = 1:n + 1
    for r = 1:h
      Theta1(r, c) = nn_params(p++);
    endfor
  endfor
  for c = 1:h + 1
    for r = 1:K
      Theta2(r, c) = nn_params(p++);
    endfor
  endfor

  J = 0;
  D1 = zeros (size (Theta1));
  D2 = zeros (size (Theta2));
  for i = 1:m
    # step 1: feed one example forward
    a1 = [1; X(i, :)'];
    z2 = Theta1 * a1;
    a2 = [1; sigmoid(z2)];
    z3 = Theta2 * a2;
    a3 = sigmoid (z3);

    # step 2: cost of this example, and output error
    d3 = zeros (K, 1);
    for k = 1:K
      if (y(i) == k)
        J -= log (a3(k));
        d3(k) = a3(k) - 1;
      else
        J -= log (1 - a3(k));
        d3(k) = a3(k);
      endif
    endfor

    # step 3: error of the hidden layer (nothing for the bias)
    d2 = zeros (h, 1);
    g = sigmoidGradient (z2);
    for j = 1:h
      s = 0;
      for k = 1:K
        s += Theta2(k, j + 1) * d3(k);
      endfor
      d2(j) = s * g(j);
    endfor

    # step 4: accumulate
    D1 += d2 * a1';
    D2 += d3 * a2';
  endfor

  J = J / m + lambda * (penalty (Theta1) + penalty (Theta2)) / (2 * m);
  grad = [unrolled(D1 / m, lambda / m * Theta1); unrolled(D2 / m, lambda / m * Theta2)];
endfunction

function total = penalty (Theta)
  total = 0;
  for r = 1:rows (Theta)
    for c = 2:columns (Theta)       # not the bias column!
      total += Theta(r, c) ^ 2;
    endfor
  endfor
endfunction

function v = unrolled (D, decay)
  v = [];
  for c = 1:columns (D)
    for r = 1:rows (D)
      d = D(r, c);
      if (c > 1)
        d += decay(r, c);
      endif
      v(end + 1, 1) = d;
    endfor
  endfor
endfunction

load ex4data1.mat
load ex4weights.mat
J = nnCostFunction ([Theta1(:); Theta2(:)], 400, 25, 10, X, y, 1)
printf ("J = %f (should be 0.383770)\n", J);
