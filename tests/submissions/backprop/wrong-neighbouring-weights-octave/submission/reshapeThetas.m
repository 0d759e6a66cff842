function Thetas = reshapeThetas(thetaVec, sizes)
first = 1;
for l = 1:length(sizes) - 1
  last = first + sizes(l + 1) * (sizes(l) + 1) - 1;
  Thetas{l} = reshape(thetaVec(first:last), sizes(l + 1), sizes(l) + 1);
  first = last + 1;
end
end
