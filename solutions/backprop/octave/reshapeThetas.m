function Thetas = reshapeThetas(thetaVec, sizes)
%RESHAPETHETAS  The cell of matrices that unrollThetas made thetaVec of.
%   thetaVec: N x 1; sizes: the L widths s_1..s_L; Thetas: 1 x (L-1) cell, s_(l+1) x (s_l + 1).
rows_of = sizes(2:end)(:);
columns_of = sizes(1:end - 1)(:) + 1;
pieces = mat2cell(thetaVec(:), rows_of .* columns_of, 1);
Thetas = arrayfun(@(l) reshape(pieces{l}, rows_of(l), columns_of(l)), 1:numel(pieces), "UniformOutput", false);
end
