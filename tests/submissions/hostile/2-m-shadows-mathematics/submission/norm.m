function y = norm(varargin)
  y = 1;
end
