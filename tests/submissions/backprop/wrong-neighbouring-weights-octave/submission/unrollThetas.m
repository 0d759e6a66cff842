function thetaVec = unrollThetas(Thetas)
thetaVec = [];
for l = 1:length(Thetas)
  thetaVec = [thetaVec; Thetas{l}(:)];
end
end
