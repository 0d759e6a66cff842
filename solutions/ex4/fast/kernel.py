"""Cost, gradient and Hessian times vector of the three-layer net, a few hundred examples at a time.

The symbols are those of `solutions.ex4.ex4`. What makes it fast:

Blocks. X is not copied, and neither a column of ones nor the matrix Y is made. The examples are taken in blocks whose
part of X stays in the processor's cache from the product that goes forward to the one that comes back. A block is a
stack of slices, and a slice is small enough for BLAS to multiply without packing its operands first. What is needed
beside X therefore does not grow with m.

One exponential for each unit. A hidden unit is a2 = 1 / (1 + exp(-z2)), and its slope a2 - a2^2. For an output let s be
z3 where Y is 0 and -z3 where Y is 1, and e = exp(-|s|). Then no two large numbers are subtracted in

    cost of the output = softplus(s) = max(s, 0) + log(1 + e)
    delta3 = g(s) where Y is 0, -g(s) where Y is 1,      g(s) = (e where s < 0, else 1) / (1 + e)

Threads share the blocks: numpy lets go of Python while it works, and each BLAS call runs on one thread. Whenever a
call of numpy ends, its thread has to wait for Python's lock, so there are to be few calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solutions.ex4.fast.labels import checked_labels
from solutions.ex4.fast.threads import Team, one_blas_thread

UNPACKED = 10**6
"""Multiplications up to which OpenBLAS does without packing."""

BLOCK_BYTES = 7 << 18
"""What a block's part of X, and what is computed from it, may take: somewhat more than a second-level cache."""

LEAST_ROWS, MOST_ROWS = 48, 512
"""Of a slice: fewer rows cost more in calls than they save, and where so few would do, packing pays, with the most."""


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_=0.0):
    """The reference's nnCostFunction for real numbers: the same arguments, and the same answers to rounding.

    nn_params : ndarray, shape (N,)
    input_layer_size, hidden_layer_size, num_labels : n, h, K
    X : ndarray, shape (m, n)
    y : ndarray of labels 1..K, shape (m, 1), (1, m) or (m,)
    lambda_ : number
    Returns J : number, and grad : ndarray, shape (N,). Raises ValueError for labels that are not whole numbers in 1..K
    """
    return CostFunction(input_layer_size, hidden_layer_size, num_labels, X, y, lambda_)(nn_params)


class CostFunction:
    """J and dJ/dnn_params of a net on given examples, as a function of nn_params alone.

    One object is not to be called by two threads at a time: its workspace is kept from call to call.

    input_layer_size, hidden_layer_size, num_labels : n, h, K
    X : ndarray, shape (m, n); where it is not in C order, or not of type dtype, each block of it is copied
    y : ndarray of labels, shape (m, 1), (1, m) or (m,). Raises ValueError unless all are whole numbers in 1..K
    lambda_ : number
    threads : how many share the examples
    dtype : float64, or float32 for half the time: the relative error of grad is then about 2e-7 with 5000 examples and
        1e-6 with 240,000, that of J below
    compiled : whether numba is to compile what is done with a block, for J and grad: the first call then takes seconds,
        the others less time, above all with threads. Raises ImportError where numba is not installed
    """

    def __init__(
        self,
        input_layer_size,
        hidden_layer_size,
        num_labels,
        X,
        y,
        lambda_=0.0,
        *,
        threads=1,
        dtype=np.float64,
        compiled=False,
    ):
        self.sizes = n, h, K = input_layer_size, hidden_layer_size, num_labels
        self.X, self.m, self.lambda_, self.dtype = X, len(X), lambda_, np.dtype(dtype)
        unpacked = UNPACKED // (n * h)
        self.rows = min(self.m, MOST_ROWS, unpacked if unpacked >= LEAST_ROWS else MOST_ROWS)
        height = max(1, BLOCK_BYTES // (self.rows * (n + 3 * h + 4 * K) * self.dtype.itemsize))
        shares = _blocks(self.m, self.rows, height, threads)
        labels = checked_labels(y, K)
        self.lanes = [_Lane(blocks, labels, self.sizes, self.dtype) for blocks in shares]
        self.backpropagate = _compiled() if compiled else _backpropagate
        self.team = Team(len(self.lanes))

    def __call__(self, nn_params):
        """J : number, and grad : ndarray, shape (N,), at nn_params : ndarray, shape (N,)."""
        net = _Net(nn_params, self.sizes, self.rows, self.dtype)
        cost = sum(self._in_lanes(self.backpropagate, net))
        penalty = self.lambda_ / 2 * sum(np.vdot(Theta[1:], Theta[1:]) for Theta in _rolled(nn_params, self.sizes))
        return float((cost + penalty) / self.m), self._unrolled(nn_params)

    def hessp(self, nn_params, v):
        """The Hessian of J at nn_params times v, exact to rounding; all three ndarrays of shape (N,).

        It is the derivative of the gradient in direction v, by Pearlmutter's R-operator (1994).
        """
        net, change = (_Net(vector, self.sizes, self.rows, self.dtype) for vector in (nn_params, v))
        self._in_lanes(_differentiate, net, change)
        return self._unrolled(v)

    def _in_lanes(self, work: Callable[..., float], *nets: _Net) -> list[float]:
        """What `work` gives for each lane; the matrices that it sums stay there."""
        with one_blas_thread():
            return self.team.map(lambda lane: self._in_lane(lane, work, nets), self.lanes)

    @np.errstate(over="ignore", under="ignore")
    def _in_lane(self, lane: _Lane, work: Callable[..., float], nets: tuple[_Net, ...]) -> float:
        lane.sums = _Sums(self.sizes, self.dtype)
        J = 0.0
        for block, own in zip(lane.blocks, lane.own, strict=True):
            X = np.ascontiguousarray(self.X[block.span], self.dtype).reshape(block.height, block.rows, -1)
            J += work(lane.arrays[block.stack], X, own, lane.sums, *nets)
        return J

    @np.errstate(under="ignore")
    def _unrolled(self, penalised: np.ndarray) -> np.ndarray:
        """The sums of all lanes, with lambda times `penalised` (N,) but for its biases, over m : shape (N,)."""
        total = np.empty(len(penalised))
        layers = zip((0, 1), _rolled(penalised, self.sizes), _rolled(total, self.sizes), strict=True)
        for layer, Theta, by_Theta in layers:
            by_Theta[0] = sum(lane.sums.bias[layer] for lane in self.lanes)
            by_Theta[1:] = sum(lane.sums.Theta[layer] for lane in self.lanes).T
            by_Theta[1:] += self.lambda_ * Theta[1:]
        return total / self.m


def _rolled(nn_params: np.ndarray, sizes: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Theta1' (n+1, h) and Theta2' (h+1, K), views of nn_params (N,): what is unrolled by columns lies in it so."""
    n, h, K = sizes
    return nn_params[: h * (n + 1)].reshape(n + 1, h), nn_params[h * (n + 1) :].reshape(h + 1, K)


class _Net:
    """Weights as the products take them, without the biases; those are repeated for the rows of a slice.

    minus_Theta1t (n, h), Theta2t (h, K), Theta2 (K, h), minus_bias1 (rows, h), bias2 (rows, K)
    """

    def __init__(self, nn_params: np.ndarray, sizes: tuple[int, int, int], rows: int, dtype: np.dtype) -> None:
        Theta1, Theta2 = (Theta.astype(dtype) for Theta in _rolled(nn_params, sizes))
        self.minus_Theta1t, self.Theta2t, self.Theta2 = -Theta1[1:], Theta2[1:], np.ascontiguousarray(Theta2[1:].T)
        self.minus_bias1, self.bias2 = -Theta1[:1].repeat(rows, axis=0), Theta2[:1].repeat(rows, axis=0)


# --- blocks of examples -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Block:
    """Examples from `start` on: a stack of `height` slices, each of so many rows."""

    start: int
    height: int
    rows: int

    @property
    def stack(self) -> tuple[int, int]:
        return self.height, self.rows

    @property
    def span(self) -> slice:
        return slice(self.start, self.start + self.height * self.rows)


def _blocks(m: int, rows: int, height: int, lanes: int) -> list[list[_Block]]:
    """All m examples in blocks of at most `height` slices, shared out evenly; what makes no slice comes last."""
    shared = [
        [_Block(rows * int(stack[0]), len(stack), rows) for stack in np.array_split(lane, -(-len(lane) // height))]
        for lane in np.array_split(np.arange(m // rows), lanes)
        if len(lane)
    ]
    if rest := m % rows:
        shared[-1].append(_Block(m - rest, 1, rest))
    return shared


class _Lane:
    """What one thread does, and where: its blocks, arrays to work in by the blocks' shape, the sums of the last call.

    own : for each block, where the outputs for its examples' own labels are, of all its outputs (b, K) unrolled
    """

    def __init__(self, blocks: list[_Block], y: np.ndarray, sizes: tuple[int, int, int], dtype: np.dtype) -> None:
        K = sizes[2]
        self.blocks = blocks
        self.own = [y[block.span].astype(np.intp) - 1 + K * np.arange(block.height * block.rows) for block in blocks]
        self.arrays = {stack: _Arrays(stack, sizes, dtype) for stack in {block.stack for block in blocks}}
        self.sums = _Sums(sizes, dtype)


class _Sums:
    """Derivatives summed over examples: Theta, shapes (h, n) and (K, h), and bias, shapes (h,) and (K,)."""

    def __init__(self, sizes: tuple[int, int, int], dtype: np.dtype) -> None:
        n, h, K = sizes
        self.Theta = np.zeros((h, n), dtype), np.zeros((K, h), dtype)
        self.bias = np.zeros(h, dtype), np.zeros(K, dtype)


class _Arrays:
    """Places for the values of a block's b examples.

    a2, slope, delta2 (b, h); s, e, t, delta3 (b, K); products (height, h, n); product (K, h); ones (b,)
    """

    def __init__(self, shape: tuple[int, int], sizes: tuple[int, int, int], dtype: np.dtype) -> None:
        (height, rows), (n, h, K) = shape, sizes
        b = height * rows
        self.a2, self.slope, self.delta2 = np.empty((3, b, h), dtype)
        self.s, self.e, self.t, self.delta3 = np.empty((4, b, K), dtype)
        self.ones = np.ones(b, dtype)
        self.products, self.product = np.empty((height, h, n), dtype), np.empty((K, h), dtype)
        self.shape = shape

    def sliced(self, A: np.ndarray) -> np.ndarray:
        """The rows of A (b, s), slice by slice: (height, rows, s)."""
        return A.reshape(*self.shape, -1)


# --- what is done with a block ----------------------------------------------------------------------------------------


def _backpropagate(w: _Arrays, X: np.ndarray, own: np.ndarray, sums: _Sums, net: _Net) -> float:
    """Adds the derivatives of the cost of a block to the sums; gives that cost.

    X (height, rows, n), own (b,), places in (b, K) unrolled
    """
    cost = _feed_forward(w, X, own, net)
    np.matmul(w.delta3, net.Theta2, out=w.delta2)
    w.delta2 *= w.slope
    np.matmul(w.delta3.T, w.a2, out=w.product)
    _add_up(w, X, w.delta2, w.delta3, sums)
    return cost


def _compiled() -> Callable[..., float]:
    from solutions.ex4.fast.compiled import backpropagate

    return backpropagate


def _differentiate(w: _Arrays, X: np.ndarray, own: np.ndarray, sums: _Sums, net: _Net, change: _Net) -> float:
    """Adds the derivatives of what `_backpropagate` adds, in the direction of a change of the weights.

    R stands before what is the derivative of a value in this direction.
    """
    cost = _feed_forward(w, X, own, net)
    Rz2 = -_affine(X, change.minus_Theta1t, change.minus_bias1, out=np.empty_like(w.a2))
    Ra2 = w.slope * Rz2
    Rz3 = _affine(w.sliced(w.a2), change.Theta2t, change.bias2, out=np.empty_like(w.s)) + Ra2 @ net.Theta2t
    Rdelta3 = w.e / (1 + w.e) ** 2 * Rz3
    Rdelta2 = Rdelta3 @ net.Theta2 + w.delta3 @ change.Theta2 + w.delta3 @ net.Theta2 * (1 - 2 * w.a2) * Rz2
    Rdelta2 *= w.slope
    np.add(Rdelta3.T @ w.a2, w.delta3.T @ Ra2, out=w.product)
    _add_up(w, X, Rdelta2, Rdelta3, sums)
    return cost


def _feed_forward(w: _Arrays, X: np.ndarray, own: np.ndarray, net: _Net) -> float:
    """Computes a2, slope = g'(z2), e and delta3 of a block; gives the cost."""
    _affine(X, net.minus_Theta1t, net.minus_bias1, out=w.a2)
    np.exp(w.a2, out=w.a2)
    w.a2 += 1
    np.reciprocal(w.a2, out=w.a2)
    np.multiply(w.a2, w.a2, out=w.slope)
    np.subtract(w.a2, w.slope, out=w.slope)

    s = _affine(w.sliced(w.a2), net.Theta2t, net.bias2, out=w.s)
    _negate(s, own)
    np.copysign(s, -1, out=w.e)
    np.exp(w.e, out=w.e)
    np.add(w.e, 1, out=w.t)
    np.maximum(w.e, s >= 0, out=w.delta3)
    w.delta3 /= w.t
    _negate(w.delta3, own)
    cost = np.log1p(w.e, out=w.t).sum()
    cost += np.maximum(s, 0, out=w.t).sum()
    return float(cost)


def _negate(A: np.ndarray, places: np.ndarray) -> None:
    """Changes the sign of A (b, K) in the places (b,) of A unrolled."""
    flat = A.reshape(-1)
    flat[places] = -flat[places]


def _affine(A: np.ndarray, Theta: np.ndarray, bias: np.ndarray, out: np.ndarray) -> np.ndarray:
    """A Theta + bias for each slice: A (height, rows, n), Theta (n, h), bias (rows, h) or more rows, out (b, h)."""
    height, rows, _ = A.shape
    by_slice = out.reshape(height, rows, -1)
    np.matmul(A, Theta, out=by_slice)
    by_slice += bias[:rows]
    return out


def _add_up(w: _Arrays, X: np.ndarray, by_z2: np.ndarray, by_z3: np.ndarray, sums: _Sums) -> None:
    """Adds to the sums the derivatives by Theta2, which are w.product, and those by Theta1 and by the biases, which
    follow from by_z2 (b, h) and by_z3 (b, K). The slice of X that was multiplied last comes first: it is in the cache.
    """
    Theta1, Theta2 = sums.Theta
    for product in np.matmul(w.sliced(by_z2)[::-1].transpose(0, 2, 1), X[::-1], out=w.products):
        Theta1 += product
    Theta2 += w.product
    bias1, bias2 = sums.bias
    bias1 += w.ones @ by_z2
    bias2 += w.ones @ by_z3
