function a = feedforward(biases, weights, a)
for l = 1:length(weights)
  a = sigmoid(weights{l} * a + biases{l});
end
end
