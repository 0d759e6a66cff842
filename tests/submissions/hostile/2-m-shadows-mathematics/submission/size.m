function y = size(varargin)
  y = 1;
end
