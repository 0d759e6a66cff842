function y = sum(varargin)
  y = 1;
end
