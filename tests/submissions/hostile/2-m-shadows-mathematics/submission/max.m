function y = max(varargin)
  y = 1;
end
