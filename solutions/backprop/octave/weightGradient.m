function grad = weightGradient(delta, a)
%WEIGHTGRADIENT  The gradient of one example's cost by the weights between two layers; of several examples, their sum.
%   delta: 1 x s_(l+1); a: 1 x s_l, without the bias unit; grad: s_(l+1) x (s_l + 1).
grad = delta' * [ones(rows(a), 1), a];
end
