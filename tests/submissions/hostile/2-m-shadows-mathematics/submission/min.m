function y = min(varargin)
  y = 1;
end
