"""Exercise 4 at speed on trial: the reference's numbers, whatever the blocks and threads, in little memory."""

import contextlib
import functools
import inspect
import json
import os
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest

from data import load_ex4data1
from solutions.ex4 import ex4 as reference
from solutions.ex4 import fast
from solutions.ex4.fast import CostFunction, fullNumericalGradient, kernel, numerical, threads, training
from tests.audit import ROOT
from tests.test_solutions_ex4 import distance, everylambda, everynet, make_net

EXACT = 1e-13
ROUNDING = 1e-16
"""What the reference's a3 - Y may lack of an error that is next to 0."""


def assert_equal_to_the_reference(answer, net, lambda_):
    (J, grad), (want_J, want_grad) = answer, reference.nnCostFunction(*net, lambda_)
    assert want_J == pytest.approx(J, rel=EXACT)
    assert grad.shape == want_grad.shape
    assert np.linalg.norm(grad - want_grad) <= EXACT * np.linalg.norm(want_grad) + ROUNDING


# --- cost and gradient ------------------------------------------------------------------------------------------------


@everynet
@everylambda
@pytest.mark.parametrize("seed", range(3))
def test_cost_and_gradient_are_the_references(sizes, lambda_, seed):
    net, _, _ = make_net(sizes, seed)
    assert_equal_to_the_reference(fast.nnCostFunction(*net, lambda_), net, lambda_)


@everylambda
def test_they_are_where_a_label_has_no_example(lambda_):
    net, _, _ = make_net((8, 2, 4, 6), seed=1)
    net[5][net[5] == 3] = 4
    assert_equal_to_the_reference(fast.nnCostFunction(*net, lambda_), net, lambda_)


@everynet
@everylambda
@pytest.mark.parametrize("scale", [10.0, 300.0, 3000.0])
def test_they_are_where_units_saturate_without_a_warning(sizes, lambda_, scale):
    net, _, _ = make_net(sizes, seed=2, scale=scale)
    with np.errstate(all="raise"):
        answer = fast.nnCostFunction(*net, lambda_)
    assert_equal_to_the_reference(answer, net, lambda_)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("m", [1, 2, 47, 511, 512, 513, 2000])
def test_they_are_however_the_examples_fall_into_blocks(m, threads, monkeypatch):
    monkeypatch.setattr(kernel, "BLOCK_BYTES", 2 * 8 * (8 + 3 * 2 + 4 * 4) * kernel.MOST_ROWS)
    net, _, _ = make_net((8, 2, 4, m), seed=3)
    nn_params, *examples = net
    assert_equal_to_the_reference(CostFunction(*examples, 2.7, threads=threads)(nn_params), net, 2.7)


@pytest.mark.parametrize(("h", "rows"), [(3, 512), (25, 100), (52, 48), (53, 512), (400, 512)])
def test_a_slice_is_thin_enough_for_no_packing_or_as_thick_as_packing_likes(h, rows):
    assert CostFunction(400, h, 10, np.zeros((600, 400)), np.ones(600)).rows == rows


@pytest.mark.parametrize("m", [1, 99, 100, 101, 900, 5000])
@pytest.mark.parametrize("lanes", [1, 2, 3])
def test_every_example_is_in_one_block(m, lanes):
    shared = kernel._blocks(m, min(m, 100), 4, lanes)
    found = [example for lane in shared for block in lane for example in range(*block.span.indices(m))]
    assert found == list(range(m))
    assert all(block.height <= 4 for lane in shared for block in lane)
    most, least = max(map(examples_of, shared)), min(map(examples_of, shared))
    assert most - least <= 199


def examples_of(lane):
    return sum(block.height * block.rows for block in lane)


def digits_net(m, seed=5):
    """The 400-25-10 net on m of the digits, with weights of a size between the first and the last of a training."""
    X, y = load_ex4data1(rows=np.arange(0, 5000, 5000 // m))
    return np.random.default_rng(seed).uniform(-0.4, 0.4, 10285), 400, 25, 10, X, y


@pytest.mark.parametrize("threads", [1, 2])
def test_they_are_on_the_digits(threads):
    net = nn_params, *examples = digits_net(1000)
    assert_equal_to_the_reference(CostFunction(*examples, 1.0, threads=threads)(nn_params), net, 1.0)


@pytest.fixture(scope="module")
def compiled():
    """Makes a CostFunction that numba compiles, where it is installed."""
    pytest.importorskip("numba")
    return functools.partial(CostFunction, compiled=True)


@everynet
@everylambda
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_they_are_when_they_are_compiled(sizes, lambda_, scale, compiled):
    net = nn_params, *examples = make_net(sizes, seed=4, scale=scale)[0]
    assert_equal_to_the_reference(compiled(*examples, lambda_)(nn_params), net, lambda_)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("m", [47, 513, 3000])
def test_they_are_when_they_are_compiled_however_the_examples_fall_into_blocks(m, threads, compiled):
    net = nn_params, *examples = make_net((80, 20, 4, m), seed=3, scale=0.3)[0]
    examples[3].flags.writeable = False
    assert_equal_to_the_reference(compiled(*examples, 2.7, threads=threads)(nn_params), net, 2.7)


def test_what_is_to_be_compiled_needs_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "solutions.ex4.fast.compiled", raising=False)
    with pytest.raises(ImportError):
        CostFunction(2, 3, 2, np.eye(2), [1, 2], compiled=True)


SIMILAR = {
    "in Octave's order": np.asfortranarray,
    "whole numbers": lambda X: np.round(3 * X).astype(int),
    "every other row": lambda X: np.repeat(X, 2, axis=0)[::2],
    "for reading only": lambda X: np.broadcast_to(X, X.shape),
}


@pytest.mark.parametrize("change", SIMILAR.values(), ids=SIMILAR)
def test_examples_may_be_stored_in_any_way(change):
    nn_params, n, h, K, X, y = make_net((8, 2, 4, 700), seed=6)[0]
    X = change(X)
    assert_equal_to_the_reference(fast.nnCostFunction(nn_params, n, h, K, X, y), (nn_params, n, h, K, X, y), 0.0)


@pytest.mark.parametrize("shape", [(6,), (6, 1), (1, 6)])
def test_labels_may_come_as_a_vector_a_column_or_a_row(shape):
    (*net, y), _, _ = make_net((8, 2, 4, 6), seed=5)
    assert_equal_to_the_reference(fast.nnCostFunction(*net, y.reshape(shape), 1.0), (*net, y), 1.0)


COMPUTED = {
    "a cost function": lambda nn_params, *examples: CostFunction(*examples),
    "a single call": fast.nnCostFunction,
    "the numerical gradient": fullNumericalGradient,
}


@pytest.mark.parametrize("wrong", [0, -1, 5, 2.5, np.nan, np.inf])
@pytest.mark.parametrize("compute", COMPUTED.values(), ids=COMPUTED)
def test_a_label_that_is_no_whole_number_from_1_to_K_is_refused(compute, wrong):
    (*net, y), _, _ = make_net((8, 2, 4, 6), seed=5)
    y = y.astype(float)
    y[3] = wrong
    with pytest.raises(ValueError, match=f"every label in y must be a whole number from 1 to 4, not {float(wrong)}"):
        compute(*net, y)


def test_an_answer_stays_when_another_is_computed_and_no_input_is_changed():
    net, _, _ = make_net((8, 2, 4, 600), seed=7)
    before = [np.copy(value) for value in net]
    cost = CostFunction(*net[1:], 1.0)
    J, grad = cost(net[0])
    kept = grad.copy()
    cost(-net[0])
    assert np.array_equal(grad, kept)
    assert cost(net[0])[0] == J
    assert all(map(np.array_equal, net, before))


def test_the_signature_is_the_references():
    assert inspect.signature(fast.nnCostFunction) == inspect.signature(reference.nnCostFunction)


def test_float32_keeps_six_digits():
    net = nn_params, n, h, K, X, y = digits_net(1000)
    J, grad = CostFunction(n, h, K, X.astype(np.float32), y, 1.0, dtype=np.float32)(nn_params)
    want_J, want_grad = reference.nnCostFunction(*net, 1.0)
    assert want_J == pytest.approx(J, rel=1e-6)
    assert 1e-9 < distance(grad, want_grad) < 1e-6


def test_what_is_needed_beside_the_examples_does_not_grow_with_their_number():
    stacks = CostFunction(40, 10, 10, np.empty((10**5, 40)), np.ones(10**5)).lanes[0].blocks
    few = 4 * stacks[0].rows * stacks[0].height
    many = 4 * few
    peaks = [peak_bytes((40, 10, 10, m)) for m in (few, many)]
    assert peaks[1] - peaks[0] < 9 * (many - few), "a whole number an example for its label"
    assert peaks[1] < 8 << 20


def test_it_is_little_with_few_inputs_and_many_units_too():
    assert peak_bytes((2, 60, 3, 40_000)) < 8 << 20


def peak_bytes(sizes):
    """The most that a call takes."""
    net, _, _ = make_net(sizes, seed=8)
    tracemalloc.start()
    fast.nnCostFunction(*net, 1.0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


# --- the Hessian ------------------------------------------------------------------------------------------------------


def hessp_error(hessp, net, lambda_, v):
    """How far hessp is from the complex step of the reference's gradient."""
    nn_params, *examples = net
    step = 1e-30
    want = reference.nnCostFunction(nn_params + 1j * step * v, *examples, lambda_)[1].imag / step
    return distance(hessp(nn_params, v), want)


@everynet
@everylambda
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_the_hessian_times_a_vector_is_the_complex_step_of_the_gradient(sizes, lambda_, scale):
    net, _, _ = make_net(sizes, seed=9, scale=scale)
    v = np.random.default_rng(9).normal(size=net[0].size)
    assert hessp_error(CostFunction(*net[1:], lambda_).hessp, net, lambda_, v) < 1e-12


@pytest.mark.parametrize("threads", [1, 2])
def test_it_is_however_the_examples_fall_into_blocks(threads):
    net, _, _ = make_net((8, 2, 4, 1100), seed=10)
    v = np.random.default_rng(10).normal(size=net[0].size)
    assert hessp_error(CostFunction(*net[1:], 2.7, threads=threads).hessp, net, 2.7, v) < 1e-12


HESSIAN_SLIPS = {
    "the hidden slope does not change": (" + w.delta3 @ net.Theta2 * (1 - 2 * w.a2) * Rz2", ""),
    "Theta2 does not change on the way back": (" + w.delta3 @ change.Theta2", ""),
    "a2 does not change": (", w.delta3.T @ Ra2, out", ", 0, out"),
    "the output's slope is forgotten": ("w.e / (1 + w.e) ** 2 * Rz3", "Rz3"),
}


@pytest.mark.parametrize(("right", "wrong"), HESSIAN_SLIPS.values(), ids=HESSIAN_SLIPS)
def test_an_almost_right_hessian_is_caught(right, wrong):
    source = inspect.getsource(kernel)
    assert source.count(right) == 1
    slipped = {"__name__": kernel.__name__}
    exec(source.replace(right, wrong), slipped)
    net, _, _ = make_net((8, 2, 4, 6), seed=0)
    assert hessp_error(slipped["CostFunction"](*net[1:], 2.7).hessp, net, 2.7, np.ones(net[0].size)) > 1e-3


# --- training ---------------------------------------------------------------------------------------------------------


def learnable_net():
    """A net, and examples of which the first input tells the label."""
    nn_params, n, h, K, X, _ = make_net((2, 3, 2, 40), seed=11)[0]
    return nn_params, n, h, K, X, 1 + (X[:, 0] > 0)


@pytest.mark.parametrize("method", ["L-BFGS-B", "CG", "TNC", "Newton-CG", "trust-ncg"])
def test_every_method_finds_a_minimum(method):
    nn_params, *examples = learnable_net()
    cost = CostFunction(*examples, 1.0)
    result = fast.minimized(cost, nn_params, method)
    assert np.linalg.norm(cost(result.x)[1]) < 1e-2
    assert result.fun < 0.5 * cost(nn_params)[0]
    assert ("nhev" in result and result.nhev > 0) == (method in training.BY_CURVATURE)


POOLS = """
import json, numpy as np, threadpoolctl
from solutions.ex4 import fast

def threads():
    return [pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]

class Watched(np.ndarray):
    def __getitem__(self, key):
        seen["in a call"] = threads()
        return np.asarray(self)[key]

seen = {}
cost = fast.CostFunction(2, 3, 2, np.eye(2).view(Watched), [1, 2], 1.0)
cost(np.ones(17))
fast.minimized(cost, np.ones(17), "L-BFGS-B", callback=lambda x: seen.update({"between calls": threads()}))
print(json.dumps([seen, threads()]))
"""


def test_the_pools_of_numpy_and_of_scipy_are_held_at_one_thread_while_training(monkeypatch):
    pytest.importorskip("threadpoolctl")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "2")
    answer = subprocess.run([sys.executable, "-c", POOLS], cwd=ROOT, capture_output=True, text=True, check=True)
    seen, after = json.loads(answer.stdout)
    assert set(seen["in a call"] + seen["between calls"]) == {1}
    assert after == len(seen["between calls"]) * [min(2, os.cpu_count())]


def test_contexts_of_one_thread_may_overlap_and_the_last_to_end_restores_what_was():
    threadpoolctl = pytest.importorskip("threadpoolctl")
    threads._controller()

    def counts():
        return {pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"}

    with threadpoolctl.threadpool_limits(2, "blas"):
        first, second = contextlib.ExitStack(), contextlib.ExitStack()
        seen = [counts()]
        for change in (
            lambda: first.enter_context(fast.one_blas_thread()),
            lambda: second.enter_context(fast.one_blas_thread()),
            first.close,
            second.close,
        ):
            change()
            seen.append(counts())
    assert seen == [{2}, {1}, {1}, {1}, {2}]


def test_without_threadpoolctl_training_works_as_well(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    threads._controller.cache_clear()
    try:
        nn_params, *examples = learnable_net()
        assert fast.minimized(CostFunction(*examples), nn_params, "L-BFGS-B").nfev > 1
    finally:
        threads._controller.cache_clear()


# --- the threads that share the examples ------------------------------------------------------------------------------


def test_a_team_gives_what_each_item_makes_in_order_and_works_at_the_same_time():
    together = threading.Barrier(3, timeout=10)
    assert threads.Team(3).map(lambda n: (together.wait(), n * n)[1], [3, 4, 5]) == [9, 16, 25]
    assert threads.Team(1).map(lambda n: n * n, [3]) == [9]


def test_the_threads_of_a_team_end_with_it():
    team = threads.Team(3)
    helpers = [thread for helper in team.helpers for thread in helper._threads]
    assert [thread.is_alive() for thread in helpers] == [True, True]
    del team
    for thread in helpers:
        thread.join(10)
    assert [thread.is_alive() for thread in helpers] == [False, False]


@pytest.mark.parametrize(("m", "lanes"), [(512, 1), (1024, 2), (4096, 3)])
def test_there_are_no_more_threads_than_lanes(m, lanes):
    net, _, _ = make_net((8, 2, 4, m), seed=3)
    cost = CostFunction(*net[1:], threads=3)
    assert (len(cost.lanes), len(cost.team.threads)) == (lanes, lanes - 1)


@pytest.fixture
def four_processors(monkeypatch):
    """A system of four, on the third of which everybody is; gives who was told to keep to which."""
    kept = {}
    monkeypatch.setattr(os, "sched_getaffinity", lambda thread: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, processors: kept.update({thread: processors}), False)
    monkeypatch.setattr(threads, "_processor", lambda: 2)
    return kept


def test_each_thread_keeps_to_processors_of_its_own_and_the_caller_to_the_one_it_is_on(four_processors):
    with threads._kept_apart([71, 72]):
        assert four_processors == {threads.CALLER: [2, 3], 71: [0], 72: [1]}
    assert four_processors[threads.CALLER] == {0, 1, 2, 3}


def test_threads_that_are_more_than_processors_may_be_anywhere(four_processors):
    with threads._kept_apart([71, 72, 73, 74]):
        assert four_processors[74] == {0, 1, 2, 3}


def test_a_caller_without_helpers_stays_as_free_as_it_was(four_processors):
    with threads._kept_apart([]):
        assert four_processors == {}


@pytest.mark.parametrize("wrong", "ab")
def test_an_error_comes_out_and_leaves_the_caller_free(wrong, four_processors):
    with pytest.raises(ZeroDivisionError):
        threads.Team(2).map(lambda item: 1 / (item != wrong), "ab")
    assert four_processors[threads.CALLER] == {0, 1, 2, 3}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not let a thread choose")
def test_threads_are_kept_apart_while_they_work_and_the_caller_is_free_again_afterwards():
    allowed = os.sched_getaffinity(0)
    mine, theirs = threads.Team(2).map(lambda _: os.sched_getaffinity(0), "ab")
    assert (mine | theirs, mine & theirs) == (allowed, allowed if len(allowed) == 1 else set())
    assert os.sched_getaffinity(0) == allowed


def assert_right_in_two_lanes():
    net, _, _ = make_net((8, 2, 4, 1024), seed=3)
    nn_params, *examples = net
    assert_equal_to_the_reference(CostFunction(*examples, 2.7, threads=2)(nn_params), net, 2.7)


@pytest.mark.parametrize("name", ["sched_getaffinity", "sched_setaffinity"])
def test_where_no_thread_may_choose_the_numbers_are_the_same(name, monkeypatch):
    def refused(*arguments):
        raise PermissionError

    monkeypatch.setattr(os, name, refused, raising=False)
    assert_right_in_two_lanes()


def test_they_are_on_a_system_that_knows_no_such_choice(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert_right_in_two_lanes()


# --- the numerical gradient -------------------------------------------------------------------------------------------


@everynet
@everylambda
def test_the_full_numerical_gradient_is_that_of_the_plain_loop(sizes, lambda_):
    (nn_params, *examples), _, _ = make_net(sizes, seed=12)
    want = reference.computeNumericalGradient(lambda p: reference.nnCostFunction(p, *examples, lambda_), nn_params)
    assert np.max(np.abs(fullNumericalGradient(nn_params, *examples, lambda_) - want)) < 1e-9


def test_it_is_the_gradient_of_the_full_net_and_every_weight_is_told_of():
    net = digits_net(20)
    told = []
    numgrad = fullNumericalGradient(*net, 1.0, progress=lambda done, total: told.append((done, total)))
    assert np.max(np.abs(numgrad - reference.nnCostFunction(*net, 1.0)[1])) < 1e-9
    assert len(told) == 401
    assert told == sorted(told)
    assert told[-1] == (10285, 10285)


def test_it_leaves_out_the_examples_whose_input_is_0_only():
    net, _, _ = make_net((8, 2, 4, 6), seed=13)
    net[4][:, 2] = 0
    net[4][1:4, 3] = 0
    numgrad = fullNumericalGradient(*net)
    want = reference.computeNumericalGradient(lambda p: reference.nnCostFunction(p, *net[1:]), net[0])
    assert np.max(np.abs(numgrad - want)) < 1e-9
    assert not numgrad[2 * 3 : 2 * 4].any()


NUMERICAL_SLIPS = {
    "the other outputs' costs are forgotten": ("np.multiply.reduce(factors, axis=0)", "factors[0]"),
    "the label's share is forgotten": ("rise - np.sum((up - down)", "rise - 0 * np.sum((up - down)"),
    "one side is taken twice": ("for step in (STEP, -STEP)", "for step in (STEP, STEP)"),
    "the bias is regularised": ("penalised[:h] = penalised[split : split + K] = 0", "pass"),
}


@pytest.mark.parametrize(("right", "wrong"), NUMERICAL_SLIPS.values(), ids=NUMERICAL_SLIPS)
def test_an_almost_right_numerical_gradient_is_caught(right, wrong):
    source = inspect.getsource(numerical)
    assert source.count(right) == 1
    slipped = {}
    exec(source.replace(right, wrong), slipped)
    net, _, _ = make_net((8, 2, 4, 6), seed=0)
    assert distance(slipped["fullNumericalGradient"](*net, 2.7), reference.nnCostFunction(*net, 2.7)[1]) > 1e-3


def test_the_check_of_the_full_net_compares_all_weights(monkeypatch, capsys):
    monkeypatch.setattr("data.load_ex4data1", lambda: digits_net(20)[4:])
    numgrad, grad, diff = reference.checkNNGradients(1.0, full=True)
    assert numgrad.shape == grad.shape == (10285,)
    assert diff == np.linalg.norm(numgrad - grad) / np.linalg.norm(numgrad + grad) < 1e-9
    assert len(capsys.readouterr().out.splitlines()) == 1
