function thetaVec = unrollThetas(Thetas)
%UNROLLTHETAS  All weights in one column: Theta(:) of each matrix, one after the other.
%   Thetas: cell of matrices; thetaVec: N x 1.
thetaVec = cell2mat(cellfun(@(Theta) Theta(:), Thetas(:), "UniformOutput", false));
end
