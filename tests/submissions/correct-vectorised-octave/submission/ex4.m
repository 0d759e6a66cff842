%% my walk through exercise 4
clear all; close all; clc
n = 400; h = 25; K = 10;      % a 0 has the label 10
load ex4data1.mat
displayData(X(randperm(rows(X), 100), :));
disp('press a key'); pause;
load ex4weights.mat
theta = [vec(Theta1); vec(Theta2)];
J = nnCostFunction(theta, n, h, K, X, y, 1)
checkNNGradients(3);
f = @(t) nnCostFunction(t, n, h, K, X, y, 1);
[theta, J] = fmincg(f, theta, optimset('MaxIter', 50));
plot(J); title('cost'); print -dpng cost.png
