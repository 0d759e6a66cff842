function W = randInitializeWeights(L_in, L_out)
%RANDINITIALIZEWEIGHTS  Weights drawn from U(-0.12, 0.12).
%   L_in, L_out: units of the layer before, without the bias, and of this layer; W: L_out x (1 + L_in).
epsilon_init = 0.12;
W = rand(L_out, 1 + L_in) * 2 * epsilon_init - epsilon_init;
end
