% Results of every type that Octave has, and of 1e8 elements; another one at each call.
function g = sigmoidGradient(z)
  persistent calls
  calls = [calls, 1];
  odd = {@() sparse(1e5, 1e5), @() 1:1e8, @() int8(z), @() uint64(18446744073709551615), @() single(z), @() z + 1i, @() 'correct', ...
         @() {z}, @() {}, @() struct('g', {1, 2}), @() @sin, @() zeros(0, 3), @() ones(ones(1, 40)), @() NaN(size(z)), @() Inf, ...
         @() NA, @() -0, @() containers.Map(), @() true, @() eye(3), @() [], @() repmat('x', 1, 1e7), @() realmin() / 2, ...
         @() diag([1 2 3]), @() cell(1e3), @() num2cell(ones(100)), @() inputParser(), @() stdout(), @() "\0\x1b[2J"};
  g = odd{mod(numel(calls), numel(odd)) + 1}();
end
