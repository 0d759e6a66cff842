function y = isnumeric(varargin)
  y = 1;
end
