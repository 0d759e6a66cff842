function W = debugInitializeWeights(fan_out, fan_in)
%DEBUGINITIALIZEWEIGHTS  Weights that are the same every time: sin(1), sin(2), ... column by column, over 10.
%   W: fan_out x (1 + fan_in).
W = reshape(sin(1:fan_out * (1 + fan_in)), fan_out, 1 + fan_in) / 10;
end
