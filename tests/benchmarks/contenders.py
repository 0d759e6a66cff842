"""Cost and gradient of exercise 4's net by several programs, each as a function without arguments, to be timed.

Every maker takes a `Problem` and a number of threads, and raises ImportError or FileNotFoundError where what it needs
is not installed.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data import load_ex4data1
from solutions.ex4.ex4 import nnCostFunction, randInitializeWeights
from solutions.ex4.fast import CostFunction, one_blas_thread
from solutions.ex4.fast.threads import Team

ROOT = Path(__file__).parents[2]
TWINS, HERE = ROOT / "solutions" / "ex4" / "octave", Path(__file__).parent
Action = Callable[[], object]
Share = Callable[[int, int], None]
"""Does something for the examples from a start to a stop."""


@dataclass(frozen=True)
class Problem:
    """Weights nn_params (N,) of an n-h-K net, and m examples X (m, n), y (m, 1)."""

    nn_params: np.ndarray
    n: int
    h: int
    K: int
    X: np.ndarray
    y: np.ndarray
    lambda_: float = 1.0

    @property
    def examples(self) -> tuple:
        return self.n, self.h, self.K, self.X, self.y, self.lambda_

    @property
    def Y(self) -> np.ndarray:
        return 1.0 * (self.y == np.arange(1, self.K + 1))

    @property
    def layers(self) -> list[np.ndarray]:
        """Theta1' (n+1, h) and Theta2' (h+1, K)."""
        first = self.h * (self.n + 1)
        return [self.nn_params[:first].reshape(-1, self.h).copy(), self.nn_params[first:].reshape(-1, self.K).copy()]


def digits(m: int = 5000, h: int = 25, seed: int = 21) -> Problem:
    """The digits, over and over until there are m of them, and random weights to start from."""
    X, y = load_ex4data1()
    many = np.empty((m, X.shape[1]))
    for start in range(0, m, len(X)):
        many[start : start + len(X)] = X[: m - start]
    np.random.seed(seed)
    Theta1, Theta2 = randInitializeWeights(400, h), randInitializeWeights(h, 10)
    return Problem(np.concatenate([Theta1.ravel("F"), Theta2.ravel("F")]), 400, h, 10, many, np.resize(y, (m, 1)))


# --- what no implementation can do without ----------------------------------------------------------------------------


def five_products(problem: Problem, threads: int) -> Action:
    """The matrix products of whole matrices, BLAS at so many threads, each in the better order of its storage."""
    X, (Theta1, Theta2) = problem.X, [np.ascontiguousarray(layer[1:].T) for layer in problem.layers]
    random = np.random.default_rng(0)
    delta3, delta2 = random.random((problem.K, len(X))), random.random((problem.h, len(X)))
    z2, z3, back = np.empty_like(delta2), np.empty_like(delta3), np.empty_like(delta2)
    by_Theta1, by_Theta2 = np.empty_like(Theta1), np.empty_like(Theta2)

    def work() -> None:
        np.matmul(Theta1, X.T, out=z2)
        np.matmul(Theta2, z2, out=z3)
        np.matmul(Theta2.T, delta3, out=back)
        np.matmul(delta3, z2.T, out=by_Theta2)
        np.matmul(delta2, X, out=by_Theta1)

    return work


def five_products_in_blocks(problem: Problem, threads: int) -> Action:
    """The same for 100 examples at a time, shared by threads, BLAS at one."""
    return shared([products_of(problem)], problem, threads)


def exponentials(problem: Problem, threads: int) -> Action:
    """One exponential for each unit and one logarithm for each output, in the cache, shared by threads.

    With 5000 examples this is so little that to hand a share over takes about the time that it saves.
    """
    return shared([exponentials_of(problem)], problem, threads)


def all_in_blocks(problem: Problem, threads: int) -> Action:
    """Both, so that a thread is handed its share once."""
    return shared([products_of(problem), exponentials_of(problem)], problem, threads)


def products_of(problem: Problem) -> Share:
    m, rows = len(problem.X), 100
    Theta1t, Theta2t = (np.ascontiguousarray(layer[1:]) for layer in problem.layers)
    Theta2 = np.ascontiguousarray(Theta2t.T)
    random = np.random.default_rng(0)
    delta3, delta2 = random.random((m, problem.K)), random.random((m, problem.h))
    z2, z3, back = np.empty_like(delta2), np.empty_like(delta3), np.empty_like(delta2)

    def share(start: int, stop: int) -> None:
        by_Theta1, by_Theta2 = np.empty((problem.h, problem.n)), np.empty((problem.K, problem.h))
        for at in range(start, stop, rows):
            t = slice(at, min(at + rows, stop))
            np.matmul(problem.X[t], Theta1t, out=z2[t])
            np.matmul(z2[t], Theta2t, out=z3[t])
            np.matmul(delta3[t], Theta2, out=back[t])
            np.matmul(delta3[t].T, z2[t], out=by_Theta2)
            np.matmul(delta2[t].T, problem.X[t], out=by_Theta1)

    return share


def exponentials_of(problem: Problem) -> Share:
    rows, units = 250, problem.h + problem.K
    z = -np.random.default_rng(0).random(rows * units)

    def share(start: int, stop: int) -> None:
        out = np.empty_like(z)
        for at in range(start, stop, rows):
            count = min(rows, stop - at)
            e = np.exp(z[: count * units], out=out[: count * units])
            np.log1p(e[: count * problem.K], out=e[: count * problem.K])

    return share


def shared(tasks: Sequence[Share], problem: Problem, threads: int) -> Action:
    """Every thread does the tasks for its share of the examples, BLAS at one thread."""
    m = len(problem.X)
    shares = [(m * k // threads, m * (k + 1) // threads) for k in range(threads)]
    team = Team(threads)

    def share(examples: tuple[int, int]) -> None:
        for task in tasks:
            task(*examples)

    def work() -> None:
        with one_blas_thread():
            team.map(share, shares)

    return work


# --- implementations --------------------------------------------------------------------------------------------------


def fast(problem: Problem, threads: int) -> Action:
    cost = CostFunction(*problem.examples, threads=threads)
    return lambda: cost(problem.nn_params)


def fast_compiled(problem: Problem, threads: int) -> Action:
    cost = CostFunction(*problem.examples, threads=threads, compiled=True)
    return lambda: cost(problem.nn_params)


def fast_float32(problem: Problem, threads: int) -> Action:
    n, h, K, X, y, lambda_ = problem.examples
    cost = CostFunction(n, h, K, X.astype(np.float32), y, lambda_, threads=threads, dtype=np.float32)
    return lambda: cost(problem.nn_params)


def textbook(problem: Problem, threads: int) -> Action:
    """The reference of exercise 4, as the course writes it."""
    return lambda: nnCostFunction(problem.nn_params, *problem.examples)


def octave(problem: Problem, threads: int) -> Action:
    session = Octave(problem)
    return lambda: session.ask("nnCostFunction(nn_params, n, h, K, X, y, lambda_); disp(1)")


def scikit_learn(problem: Problem, threads: int) -> Action:
    """What MLPClassifier.fit minimises for a matrix of labels: the same cost, of the same weights."""
    cost, packed = scikit_learn_cost(problem)
    return lambda: cost(packed)


def scikit_learn_cost(problem: Problem) -> tuple[Callable[[np.ndarray], tuple[float, np.ndarray]], np.ndarray]:
    """Its cost function, and our weights as it unrolls them: all weights first, then the biases."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    class Watched(MLPClassifier):
        def _loss_grad_lbfgs(self, packed, *others):
            self.others = others
            return super()._loss_grad_lbfgs(packed, *others)

    settings = {"activation": "logistic", "solver": "lbfgs", "alpha": problem.lambda_, "max_iter": 1}
    model = Watched((problem.h,), **settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(problem.X, problem.Y.astype(int))
    others = model.others
    layers = problem.layers
    packed = np.concatenate([*(layer[1:].ravel() for layer in layers), *(layer[0] for layer in layers)])
    return lambda weights: model._loss_grad_lbfgs(weights, *others), packed


def pytorch(problem: Problem, threads: int) -> Action:
    import torch

    torch.set_num_threads(threads)
    X, Y = torch.from_numpy(problem.X), torch.from_numpy(problem.Y)
    layers = [torch.from_numpy(layer).requires_grad_() for layer in problem.layers]

    def work() -> float:
        Theta1, Theta2 = layers
        z3 = torch.sigmoid(X @ Theta1[1:] + Theta1[0]) @ Theta2[1:] + Theta2[0]
        J = torch.nn.functional.binary_cross_entropy_with_logits(z3, Y, reduction="sum") / len(X)
        J = J + problem.lambda_ / (2 * len(X)) * sum((Theta[1:] ** 2).sum() for Theta in layers)
        torch.autograd.grad(J, layers)
        return float(J.detach())

    return work


def jax_jit(problem: Problem, threads: int) -> Action:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, Y, layers = jnp.asarray(problem.X), jnp.asarray(problem.Y), [jnp.asarray(layer) for layer in problem.layers]

    @jax.jit
    @jax.value_and_grad
    def cost(layers, X, Y):
        Theta1, Theta2 = layers
        z3 = jax.nn.sigmoid(X @ Theta1[1:] + Theta1[0]) @ Theta2[1:] + Theta2[0]
        penalty = sum((Theta[1:] ** 2).sum() for Theta in layers)
        return (jnp.sum(jax.nn.softplus(z3) - Y * z3) + problem.lambda_ / 2 * penalty) / len(X)

    def work() -> float:
        J, grad = cost(layers, X, Y)
        jax.block_until_ready(grad)
        return float(J)

    return work


class Octave:
    """An Octave session that knows a problem; its functions are the twins of the solutions and those beside this."""

    def __init__(self, problem: Problem) -> None:
        from scipy.io import savemat

        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "problem.mat"
        names = ("n", "h", "K", "X", "y", "lambda_")
        values = dict(zip(names, (1.0 * np.asarray(value) for value in problem.examples), strict=True))
        savemat(file, {"nn_params": problem.nn_params[:, None], **values})
        command = ["octave-cli", "--quiet", "--no-history", "--no-init-file", "--path", f"{TWINS}:{HERE}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask(f"load('{file}'); disp(1)")

    def ask(self, statements: str) -> list[float]:
        """The numbers in the one line that the statements print."""
        return [float(word) for word in self.line(statements).split()]

    def line(self, statements: str) -> str:
        """The line that the statements print."""
        assert self.process.stdin
        assert self.process.stdout
        print(f"{statements}; fflush(stdout);", file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()


MAKERS: dict[str, Callable[[Problem, int], Action]] = {
    "five products": five_products,
    "five products, in blocks": five_products_in_blocks,
    "exp and log": exponentials,
    "five products, exp and log, in blocks": all_in_blocks,
    "fast": fast,
    "fast, compiled": fast_compiled,
    "fast, float32": fast_float32,
    "textbook NumPy": textbook,
    "Octave": octave,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "JAX jit": jax_jit,
}


def installed(problem: Problem, threads: int) -> Iterator[tuple[str, Action]]:
    """Those that can be had on this machine, by name."""
    for name, make in MAKERS.items():
        try:
            yield name, make(problem, threads)
        except (ImportError, FileNotFoundError):
            continue
