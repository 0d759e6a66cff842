function y = abs(varargin)
  y = 1;
end
