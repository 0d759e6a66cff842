"""The first wrong step in nets of any depth, whose steps students keep in lists or write in the turns of a loop."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.cases import draw_cases, load_exercise
from grader.explain import observe, sizes
from grader.graph import Graph
from grader.model import Case, Computation, Exercise, Outcome, RawResult, Stage, Value
from grader.stages import locate, numbered, read_trace
from grader.values import copy_of
from grader.worker.trace import Recorder
from solutions.backprop import mistakes as backprop
from solutions.quadratic import mistakes as quadratic

ROOT = Path(__file__).with_name("submissions")
CATALOGUES = {"backprop": backprop, "quadratic": quadratic}
SPREAD = [
    (exercise, computation)
    for exercise, catalogue in CATALOGUES.items()
    for computation in catalogue.COMPUTATIONS
    if computation.spread
]
for_each_function = pytest.mark.parametrize(
    ("exercise", "computation"), SPREAD, ids=[f"{exercise}-{computation.function}" for exercise, computation in SPREAD]
)


@cache
def cases_of(exercise: str, function: str) -> list[Case]:
    return [case for case in draw_cases(load_exercise(exercise), None) if case.function == function]


def computation_of(exercise: str, function: str) -> Computation:
    return next(each for each in CATALOGUES[exercise].COMPUTATIONS if each.function == function)


def source_of(exercise: str, style: str) -> str:
    return (ROOT / exercise / style / "submission" / f"{exercise}.py").read_text(encoding="utf-8")


def planted(exercise: str, style: str, right: str, wrong: str) -> str:
    text = source_of(exercise, style)
    assert right in text
    return text.replace(right, wrong, 1)


def plain(value: Any) -> Value:
    """What a function returns as it crosses the boundary."""
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    return np.asarray(value, dtype=float)


def stages_of(exercise: str, source: str, function: str) -> list[Stage | None]:
    """A stage for every output of the function, on each case of the first net."""
    path = f"{exercise}.py"
    module = ModuleType("student")
    module.__file__ = path
    sys.modules["student"] = module
    exec(compile(source, path, "exec"), module.__dict__)
    cases = cases_of(exercise, function)
    of_first_net = [case for case in cases if sizes(case.arguments) == sizes(cases[0].arguments)]
    return [stage for case in of_first_net for stage in stages_on(load_exercise(exercise), module, source, case)]


def stages_on(exercise: Exercise, module: ModuleType, source: str, case: Case) -> list[Stage | None]:
    recorder = Recorder({f"{exercise.name}.py": source})
    value = plain(recorder.call(getattr(module, case.function), *map(copy_of, case.arguments)))
    trace = read_trace({"trace": recorder.found()}, value, value)
    assert trace is not None
    computation = computation_of(exercise.name, case.function)
    outputs = computation.outputs
    observed = observe(exercise.function(case.function), outputs, case, RawResult(Outcome.ANSWERED, value))
    return [locate(computation.of_case(case), case, trace, observed, output) for output in outputs]


def first_stage(exercise: str, source: str, function: str) -> Stage:
    return next(stage for stage in stages_of(exercise, source, function) if stage is not None and stage.first_wrong)


# --- the steps, layer by layer ----------------------------------------------------------------------------------------


@for_each_function
def test_layer_by_layer_a_function_gives_what_its_lists_give(exercise: str, computation: Computation) -> None:
    for case in cases_of(exercise, computation.function):
        inputs = dict(zip(computation.inputs, map(copy_of, case.arguments), strict=True))
        spread = computation.of_case(case)
        for output in computation.outputs:
            got, want = (Graph(each.steps, inputs).value(output, {}) for each in (spread, computation))
            assert np.allclose(got, want, rtol=1e-12, atol=1e-14)


@for_each_function
def test_every_layer_has_stages_and_the_blocks_of_a_list_are_its_entries(
    exercise: str, computation: Computation
) -> None:
    case = cases_of(exercise, computation.function)[0]
    spread = computation.of_case(case)
    graph = Graph(spread.steps, dict(zip(computation.inputs, map(copy_of, case.arguments), strict=True)))
    assert {kind.at for kind in spread.stages.values() if kind.called == "z of layer"} == {2, 3, 4}
    for entry, (output, part) in spread.blocks.items():
        if part:
            whole, numbers = graph.value(output, {}), graph.value(entry, {})
            assert np.array_equal(whole[graph.value(part, {})], numbers.ravel(order="F"))


def test_numbers_are_told_together() -> None:
    assert numbered("z3", []) == "z3"
    assert numbered("z of layer", [2]) == "z of layer 2"
    assert numbered("z of layer", [2, 3]) == "z of layers 2 and 3"
    assert numbered("z of layer", [2, 3, 4]) == "z of layers 2 to 4"
    assert numbered("z of layer", [2, 3, 5]) == "z of layers 2, 3 and 5"


# --- right ones -------------------------------------------------------------------------------------------------------

CORRECT = [
    ("backprop", "correct-lists"),
    ("backprop", "correct-one-example-after-another"),
    ("backprop", "correct-columns-and-loops"),
    ("quadratic", "correct-counted-from-the-end"),
    ("quadratic", "correct-all-examples-at-once"),
    ("quadratic", "correct-loops"),
]


@pytest.mark.parametrize(("exercise", "style"), CORRECT)
def test_of_a_correct_submission_no_step_is_named_and_every_layer_is_recognised(exercise: str, style: str) -> None:
    function = {"backprop": "gradients", "quadratic": "update_mini_batch"}[exercise]
    for stage in stages_of(exercise, source_of(exercise, style), function):
        assert stage is not None
        assert stage.first_wrong is None
        assert {"z of layers 2 to 4", "delta of layers 2 to 4"} <= set(stage.right)


# --- wrong ones -------------------------------------------------------------------------------------------------------

LISTS = ("backprop", "correct-lists")
LOOPS = ("backprop", "correct-one-example-after-another")
FROM_THE_END = ("quadratic", "correct-counted-from-the-end")
DICTS = ("quadratic", "correct-loops")
AT_ONCE = ("quadratic", "correct-all-examples-at-once")

HIDDEN_DELTA = "hiddenDelta(Thetas[l], delta, a[l])"
BACK = "(Thetas[l - 1][:, 1:].T @ d[l + 1]) * g"
DELTA = "np.dot(weights[-l + 1].transpose(), delta) * sp"
OUTPUT_DELTA = "cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])"
SLOPE = 'layer["a"] * (1 - layer["a"])'

PLANTED = [
    (LISTS, "forwardPropagate", "a.append(sigmoid(z[-1]))", "a.append(np.tanh(z[-1]))", "a of layer 2"),
    (LISTS, "gradients", "with_ones(a[-1]) @", "with_ones(z[-1] if z else X) @", "z of layer 3"),
    (LISTS, "costFunction", "(1 - Y) * np.log(1 - h)) / m", "Y * np.log(1 - h)) / m", "the cost without its penalty"),
    (LISTS, "costFunction", "lambda_ / (2 * m) * reg", "lambda_ / m * reg", "penalty"),
    (LISTS, "accumulate", "outputDelta(a[-1], Y, cost)", "abs(outputDelta(a[-1], Y, cost))", "delta of layer 4"),
    (LISTS, "accumulate", HIDDEN_DELTA, "hiddenDelta(Thetas[l], delta, z[l - 1])", "delta of layer 3"),
    (LISTS, "accumulate", HIDDEN_DELTA, f"{HIDDEN_DELTA} if l > 1 else delta @ Thetas[l][:, 1:]", "delta of layer 2"),
    (
        LISTS,
        "accumulate",
        "weightGradient(delta, a[l - 1])",
        "weightGradient(delta, a[l - 1] ** 2)",
        "Delta of layer 1",
    ),
    (LISTS, "gradients", "grad = Delta / m", "grad = Delta / m**2", "Delta/m of layer 1"),
    (LISTS, "gradients", "grad = Delta / m", "grad = Delta / 1", "Delta/m of layer 1"),
    (LISTS, "gradients", "grad[:, 1:] += lambda_ / m * Theta[:, 1:]", "grad += lambda_ / m * Theta", "D of layer 1"),
    (LISTS, "gradientDescentStep", "Thetas[l] - alpha", "Thetas[l] + alpha", "the new Theta of layer 1"),
    (LOOPS, "accumulate", "np.append(1, X[t])", "np.append(X[t], 1)", "a of layer 1"),
    (LOOPS, "accumulate", "d[L] = out - y", "d[L] = y - out", "delta of layer 4"),
    (LOOPS, "accumulate", "d[L] * out * (1 - out)", "d[L] * out", "delta of layer 4"),
    (LOOPS, "accumulate", BACK, BACK.removesuffix(" * g"), "delta of layer 3"),
    (LOOPS, "accumulate", "+= np.outer", "-= np.outer", "Delta of layer 1"),
    (LOOPS, "accumulate", "acts[l - 1])", "np.append(1, zs[l - 2]) if l > 1 else acts[0])", "Delta of layer 2"),
    (FROM_THE_END, "backprop", "np.dot(w, activation) + b", "np.dot(w, activation) - b", "z of layer 2"),
    (FROM_THE_END, "backprop", "= sigmoid(z)", "= sigmoid(z) if len(zs) < len(weights) else z", "a of layer 4"),
    (FROM_THE_END, "backprop", "return output_activations - y", "return (output_activations - y) ** 2", "dC/da"),
    (FROM_THE_END, "backprop", OUTPUT_DELTA, "cost_derivative(activations[-1], y)", "delta of layer 4"),
    (FROM_THE_END, "backprop", "sp = sigmoid_prime(z)", "sp = z * (1 - z)", "sigma'(z) of layer 3"),
    (FROM_THE_END, "backprop", DELTA, DELTA.removesuffix(" * sp"), "delta of layer 3"),
    (FROM_THE_END, "backprop", "nabla_b[-l] = delta", "nabla_b[-l] = delta * biases[-l]", "nabla_b of layer 2"),
    (FROM_THE_END, "backprop", "np.dot(delta, activations[-2]", "np.dot(delta, zs[-2]", "nabla_w of layer 4"),
    (FROM_THE_END, "update_mini_batch", DELTA, DELTA.removesuffix(" * sp"), "delta of layer 3"),
    (FROM_THE_END, "update_mini_batch", "nw + dnw", "nw - dnw", "nabla_w of layer 2"),
    (FROM_THE_END, "update_mini_batch", "b - (eta / m)", "b + (eta / m)", "the new biases of layer 2"),
    (DICTS, "backprop", "a[l] = sigmoid(z[l])", "a[l] = z[l]", "a of layer 2"),
    (DICTS, "update_mini_batch", "* sigmoid_prime(z[l])", "* a[l]", "delta of layer 3"),
    (AT_ONCE, "update_mini_batch", "(a - y) * a * (1 - a)", "(a - y) * a", "delta of layer 4"),
    (AT_ONCE, "update_mini_batch", SLOPE, SLOPE.replace('"a"', '"z"'), "sigma'(z) of layer 3"),
    (
        AT_ONCE,
        "update_mini_batch",
        "back = w.T @ deltas[0]",
        "back = w.T @ deltas[0] ** 3",
        "the error sent back to layer 3",
    ),
    (AT_ONCE, "update_mini_batch", "d.sum(axis=1, keepdims=True)", "d[:, :1]", "nabla_b of layer 2"),
]


@pytest.mark.parametrize(("style", "function", "right", "wrong", "step"), PLANTED)
def test_a_mistake_planted_in_a_correct_submission_is_found_in_its_line(
    style: tuple[str, str], function: str, right: str, wrong: str, step: str
) -> None:
    text = planted(*style, right, wrong)
    stage = first_stage(style[0], text, function)
    assert (stage.first_wrong or "").startswith(step)
    assert wrong in text.splitlines()[stage.line - 1]


# --- a wrong step whose line is right --------------------------------------------------------------------------------

HELPER_DELTA = "(delta @ Theta)[:, 1:] * a * (1 - a)"

IN_A_HELPER = [
    (LISTS, "accumulate", HELPER_DELTA, HELPER_DELTA.removesuffix(" * (1 - a)"), "delta of layer 3", HIDDEN_DELTA),
    (LISTS, "accumulate", "return delta.T @", "return -delta.T @", "Delta of layer 1", "Delta[l - 1] = "),
    (DICTS, "backprop", "return s - s * s", "return s", "delta of layer 4", "delta = {L: "),
    (
        FROM_THE_END,
        "backprop",
        "sigmoid_prime(zs[-1])",
        "sigmoid_prime(activations[-1])",
        "delta of layer 4",
        "delta = ",
    ),
    (LISTS, "costFunction", "J += lambda_ / (2 * m) * reg", "pass", "penalty", "J = -np.sum"),
]
"""Mistakes whose line gives no variable a value of a step: the line named is the first that does."""


@pytest.mark.parametrize(("style", "function", "right", "wrong", "step", "line"), IN_A_HELPER)
def test_the_line_named_is_the_first_that_holds_the_wrong_step(
    style: tuple[str, str], function: str, right: str, wrong: str, step: str, line: str
) -> None:
    stage = first_stage(style[0], planted(*style, right, wrong), function)
    assert stage.first_wrong == step
    assert line in stage.source


# --- when unsure, silence ---------------------------------------------------------------------------------------------

SILENT = [
    (LISTS, "gradients", HELPER_DELTA, f"-{HELPER_DELTA}", "two turned signs make every other layer right"),
    (LISTS, "gradients", "= outputDelta(a[-1], Y, cost)", "= outputDelta(a[-1], Y, cost) / len(X)", "Delta is D"),
    (FROM_THE_END, "update_mini_batch", "nb + dnb for", "dnb for", "backprop leaves the same nabla_b as its last"),
    (
        FROM_THE_END,
        "update_mini_batch",
        "nabla_b[-l] = delta",
        "nabla_b[-l] = delta * biases[-l]",
        "it is added up later",
    ),
    (FROM_THE_END, "backprop", "cost_derivative(activations[-1]", "cost_derivative(zs[-1]", "a helper was given z"),
    (FROM_THE_END, "update_mini_batch", "return new_biases", "return biases", "what was given is returned"),
    (
        DICTS,
        "update_mini_batch",
        "backprop(biases, weights, X",
        "backprop(new_b, new_w, X",
        "weights that have changed",
    ),
    (AT_ONCE, "backprop", '"a": sigmoid(z)}', '"a": z}', "what is in dicts in a list is not seen"),
]


@pytest.mark.parametrize(("style", "function", "right", "wrong", "why"), SILENT)
def test_no_other_line_than_the_wrong_one_is_blamed(
    style: tuple[str, str], function: str, right: str, wrong: str, why: str
) -> None:
    text = planted(*style, right, wrong)
    for stage in stages_of(style[0], text, function):
        assert stage is None or stage.first_wrong is None or wrong in text.splitlines()[stage.line - 1], why


def test_a_change_in_place_is_not_blamed_for_the_value_before_it() -> None:
    right = "grad = Delta / m\n        grad[:, 1:] += lambda_ / m * Theta[:, 1:]\n        D.append(grad)"
    wrong = right.replace("grad", "g").replace("Delta / m", "Delta / 1")
    _, regularised, *_ = stages_of("backprop", planted(*LISTS, right, wrong), "gradients")
    assert regularised is not None
    assert regularised.first_wrong is None


def test_what_is_the_same_as_a_step_before_it_is_not_called_right_for_that() -> None:
    text = planted(*FROM_THE_END, "return nabla_b, nabla_w", "return [0 * nabla for nabla in nabla_b], nabla_w")
    (stage, *_) = stages_of("quadratic", text, "backprop")
    assert stage is not None
    assert "delta of layers 2 to 4" in stage.right
    assert not [step for step in stage.right if step.startswith("nabla_b")]


def test_a_step_with_its_sign_turned_is_right_only_where_that_is_made_up_for() -> None:
    turned = planted(*FROM_THE_END, "return output_activations - y", "return y - output_activations")
    made_up_for = turned.replace("delta = cost_derivative", "delta = -cost_derivative")
    wrong_later = made_up_for.replace("sp = sigmoid_prime(z)", "sp = z * (1 - z)")
    also_wrong = turned.replace(OUTPUT_DELTA, "cost_derivative(activations[-1], y)")
    step = "dC/da of the output"
    assert step in first_stage("quadratic", wrong_later, "backprop").right
    assert step not in first_stage("quadratic", also_wrong, "backprop").right
