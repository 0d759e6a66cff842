function [J, evaluations] = descend(cost, theta, target, most)
%DESCEND  Conjugate gradients by Polak and Ribiere until the cost is at most target, or after `most` evaluations.
%   cost: theta -> J and grad. Each line search ends where the cost has fallen and its slope is half of what it was;
%   its next step is where the cubic through both ends has its minimum. It begins where the last slope would be spent.
[J, grad] = cost(theta);
evaluations = 1;
direction = -grad;
step = 1 / (1 + grad' * grad);
while J > target && evaluations < most
  slope = direction' * grad;
  near = [0, J, slope];
  far = [];
  while true
    [at, grad_at] = cost(theta + step * direction);
    evaluations++;
    here = [step, at, grad_at' * direction];
    if at > J + 0.01 * step * slope || here(3) > -0.5 * slope
      far = here;
    elseif here(3) < 0.5 * slope
      near = here;
    else
      break
    end
    if at <= target || evaluations >= most
      break
    end
    if isempty(far)
      step = min(max(least(near, [0, J, slope]), 1.5 * step), 4 * step);
    else
      width = far(1) - near(1);
      step = min(max(least(near, far), near(1) + 0.1 * width), far(1) - 0.1 * width);
    end
  end
  theta += step * direction;
  turn = max(0, grad_at' * (grad_at - grad) / (grad' * grad));
  J = at;
  grad = grad_at;
  direction = turn * direction - grad;
  if direction' * grad >= 0
    direction = -grad;
  end
  step *= min(100, slope / (direction' * grad));
end
end

function step = least(one, other)
%LEAST  Where the cubic with these two [step, value, slope] has its minimum; NaN where it has none.
width = other(1) - one(1);
if width == 0
  step = NaN;
  return
end
bend = one(3) + other(3) - 3 * (other(2) - one(2)) / width;
root = sign(width) * sqrt(max(bend ^ 2 - one(3) * other(3), 0));
step = other(1) - width * (other(3) + root - bend) / (other(3) - one(3) + 2 * root);
end
