function W = randInitializeWeights(L_in, L_out)
width = sqrt(6 / (L_in + L_out));
W = width * (2 * rand(L_out, 1 + L_in) - 1);
end
