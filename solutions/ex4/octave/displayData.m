function [h, display_array] = displayData(X, example_width)
%DISPLAYDATA  Shows images in a mosaic, as near to a square as their number allows.
%   X: m x n, one image a row, unrolled column by column; example_width: its width in pixels, square unless given
%   h: handle of the picture, empty where no toolkit can draw; display_array: what it shows, border -1.
%   Each image is divided by its largest |pixel|; a blank one stays 0.
[m, n] = size(X);
if nargin < 2
  example_width = round(sqrt(n));
end
example_height = n / example_width;
display_rows = floor(sqrt(m));
display_cols = ceil(m / display_rows);
display_array = -ones(1 + display_rows * (example_height + 1), 1 + display_cols * (example_width + 1));
for k = 1:m
  top = 1 + floor((k - 1) / display_cols) * (example_height + 1);
  left = 1 + mod(k - 1, display_cols) * (example_width + 1);
  largest = max(abs(X(k, :)));
  picture = reshape(X(k, :), example_height, example_width) / (largest + (largest == 0));
  display_array(top + (1:example_height), left + (1:example_width)) = picture;
end
h = draw(display_array);
end

function h = draw(display_array)
h = [];
if isempty(available_graphics_toolkits())
  return
end
colormap(gray());
h = imagesc(display_array, [-1, 1]);
axis("image", "off");
end
