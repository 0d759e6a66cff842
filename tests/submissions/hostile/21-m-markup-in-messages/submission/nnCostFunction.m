function [J, grad] = nnCostFunction(nn_params, varargin)
  J = "<img src=x onerror=alert(1)>\x1b[2J";
  grad = struct("x", "=HYPERLINK(\"http://x\")");
  error(struct('message', "line\nline\r\x08\0text", 'identifier', 'a:b', 'stack', struct('file', '<b>', 'name', "\x1b[2J", 'line', -1, 'column', 1e9)));
end
