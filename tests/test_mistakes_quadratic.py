"""Every mistake of the exercise quadratic is caught by its cases and told apart from the others.

Some seeds only; `python -m tests.benchmarks.diagnosis 50 quadratic` tries fifty.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader.compare import judge
from grader.diagnose import Diagnostician, Outputs, alike
from grader.explain import observe
from grader.model import Case, CodeError, Diagnosis, Mistake, Outcome, RawResult, Status
from grader.values import copy_of, from_wire
from solutions.quadratic import quadratic as solution
from solutions.quadratic.mistakes import MISTAKES, TWINS
from tests.benchmarks.diagnosis import Tally, laboratory, names_of, random_numbers, try_set

LAB = laboratory("quadratic")
FUNCTIONS = tuple(LAB.computations)
SEEDS = (None, 1)


def named(id: str, way: int = 0) -> Mistake:
    return [mistake for mistake in MISTAKES if mistake.id == f"quadratic-{id}"][way]


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_mistake_has_a_title_and_a_sentence_of_its_own() -> None:
    by_id = {mistake.id: mistake for mistake in MISTAKES}
    assert len({mistake.title for mistake in by_id.values()}) == len(by_id)
    assert len({mistake.message for mistake in by_id.values()}) == len(by_id)
    for entry in MISTAKES:
        assert re.fullmatch(r"quadratic-[\w-]+", entry.id)
        assert entry.message.endswith((".", "?"))
        assert bool(entry.steps) != (entry.sign is not None)
        assert entry.function in FUNCTIONS
        assert {(entry.title, entry.message)} == {(m.title, m.message) for m in MISTAKES if m.id == entry.id}


def test_no_sentence_hands_over_code() -> None:
    code = re.compile(r"np\.|\breshape\(|\[|\.T\b|@|==|[+-]=|\.\*|sum\(|dot\(|eta ?/ ?m|weights\b.*\*")
    assert [mistake.id for mistake in MISTAKES if code.search(mistake.message)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_steps_are_the_reference(function: str) -> None:
    known = LAB.expert(function, 1)
    names = LAB.computations[function].outputs
    for outputs, answer in zip(known.outputs(()), LAB.answers(function, 1), strict=True):
        assert alike(outputs, dict(zip(names, answer, strict=True)))


def test_the_twins_are_those_that_are_listed() -> None:
    assert {pair for function in FUNCTIONS for pair in LAB.expert(function, None).twins()} == TWINS.keys()


# --- mistakes and their cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_loses_points_and_is_named(function: str, seed: int | None) -> None:
    tally = Tally()
    for made in LAB.own(function):
        LAB.try_single(function, made, seed, tally)
    assert tally.failures == []
    assert tally.made == tally.lost_points == tally.explained > 0
    assert tally.wrong == 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_reference_is_given_no_diagnosis(function: str) -> None:
    for seed in range(5):
        known = LAB.expert(function, seed)
        assert known.diagnose(known.outputs(())) == Diagnosis()


@pytest.mark.parametrize("function", ["backprop", "update_mini_batch"])
def test_two_mistakes_made_together_are_explained(function: str) -> None:
    known, tally = LAB.expert(function, None), Tally()
    for chosen in LAB.random_sets(known, size=2, count=30, seed=2):
        try_set(known, chosen, tally)
    assert tally.explained >= 27, tally.failures
    assert tally.wrong == 0


@pytest.mark.parametrize("function", ["backprop", "update_mini_batch"])
def test_numbers_that_no_mistake_makes_are_explained_by_none(function: str) -> None:
    known = LAB.expert(function, None)
    for seed in range(3):
        diagnosis = known.diagnose(random_numbers(known, known.outputs(()), np.random.default_rng(seed)))
        assert diagnosis.explanations == ()
        assert len(diagnosis.unexplained) == 4


@pytest.mark.parametrize("id", ["sp-of-z", "cd-sign", "ff-no-bias", "ce-delta", "gprime-once", "act-same-layer"])
def test_a_mistake_in_a_function_is_named_in_those_that_call_it(id: str) -> None:
    wrong = named(id)
    for function in ("backprop", "update_mini_batch"):
        known = LAB.expert(function, None)
        diagnosis = known.diagnose(known.outputs((wrong,)), found=(wrong,))
        assert names_of((wrong,)) in [names_of(chosen) for chosen in diagnosis.explanations]
        assert diagnosis.unexplained == ()


# --- the steps are what wrong code gives ------------------------------------------------------------------------------

NABLA_W = "[delta @ a.T for delta, a in zip(deltas, activations[:-1], strict=True)]"
SLIPS = {
    "ce-delta": ("cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])", "activations[-1] - y"),
    "gprime-of-a": ("* sigmoid_prime(z))", "* sigmoid_prime(sigmoid(z)))"),
    "no-hidden-slope": ("deltas[0] * sigmoid_prime(z)", "deltas[0]"),
    "gprime-once": ("* sigmoid_prime(z))", "* (sigmoid_prime(z) if len(deltas) == 1 else 1))"),
    "gprime-stale": ("* sigmoid_prime(z))", "* sigmoid_prime(zs[-1]))"),
    "gprime-layer": ("zs[-2::-1], strict=True", "zs[:0:-1], strict=True"),
    "layer-shift": ("weights[:0:-1]", "weights[-2::-1]"),
    "last-weights": ("w.T @ deltas[0]", "weights[-1].T @ deltas[0]"),
    "back-transpose": ("w.T @ deltas[0]", "w @ deltas[0]"),
    "delta-stale": ("w.T @ deltas[0]", "w.T @ deltas[-1]"),
    "reversed": (f"return deltas, {NABLA_W}", f"return deltas[::-1], {NABLA_W}[::-1]"),
    "act-same-layer": ("activations[:-1], strict", "activations[1:], strict"),
    "z-for-a": ("activations[:-1], strict", "[x, *zs[:-1]], strict"),
    "nabla-transposed": ("delta @ a.T", "a @ delta.T"),
    "x-for-a": ("delta @ a.T", "delta @ x.T"),
    "cd-sign": ("return output_activations - y", "return y - output_activations"),
    "ff-transposed": ("zs.append(w @ activations", "zs.append(w.T @ activations"),
    "sp-of-z": ("return sigmoid(z) * sigmoid(-1.0 * z)", "return z * (1 - z)"),
    "um-no-m": ("m = X.shape[1]\n", "m = X.shape[1]\n    eta *= m\n"),
    "um-sign": ("- eta / m", "+ eta / m"),
    "um-last-example": ("for t in range(m)]", "for t in [m - 1]]"),
    "um-m-wrong": ("m = X.shape[1]\n", "m = X.shape[1]\n    eta *= m / len(X)\n"),
    "um-half": ("[b - eta / m * nabla for b, nabla", "[b for b, nabla"),
}


def slipped(*slips: tuple[str, str]) -> dict[str, object]:
    """The reference's names, with something in it changed."""
    with open(solution.__file__, encoding="utf-8") as file:
        source = file.read()
    names: dict[str, object] = {}
    for right, wrong in slips:
        assert right in source
        source = source.replace(right, wrong)
    exec(source, names)
    return names


def results_of(function: object, cases: list[Case]) -> list[RawResult]:
    def call(case: Case) -> RawResult:
        try:
            return RawResult(Outcome.ANSWERED, from_wire(wired(function(*map(copy_of, case.arguments)))))  # type: ignore[operator]
        except ValueError as error:
            return RawResult(Outcome.RAISED, error=CodeError("ValueError", str(error)))

    return [call(case) for case in cases]


def wired(value: object) -> object:
    """Tuples as lists, which is what crosses the wire."""
    return [wired(each) for each in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("id", SLIPS)
@pytest.mark.filterwarnings("ignore")
def test_code_with_a_mistake_is_told_that_mistake(id: str) -> None:
    mistake, names = named(id), slipped(SLIPS[id])
    function = "update_mini_batch" if mistake.function == "update_mini_batch" else "backprop"
    known = LAB.expert(function, 3)
    results = results_of(names[function], list(known.cases))
    observed: list[Outputs] = [
        observe(LAB.exercise.function(function), LAB.computations[function].outputs, case, result)
        for case, result in zip(known.cases, results, strict=True)
    ]
    diagnosis = known.diagnose(observed, results)
    assert LAB.is_named(mistake, diagnosis), diagnosis
    verdicts = [
        judge(LAB.exercise, part, case, result, answer).status
        for part in LAB.exercise.parts
        for case, result, answer in zip(known.cases, results, LAB.answers(function, 3), strict=True)
        if part.function == function
    ]
    assert set(verdicts) != {Status.CORRECT}


# --- testing the tests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["gprime-once", "last-weights", "delta-stale"])
def test_one_hidden_layer_hides_what_deeper_nets_show(id: str) -> None:
    shallow = [case for case in LAB.cases_of("backprop", None) if len(case.arguments[1]) == 2]  # type: ignore[arg-type]
    known = Diagnostician(LAB.computations["backprop"], MISTAKES, shallow)
    assert known.caught_by(named(id)) == []
    assert len(LAB.expert("backprop", None).caught_by(named(id))) == 3


@pytest.mark.parametrize("id", ["layer-shift", "back-transpose", "ff-transposed"])
def test_square_matrices_alone_tell_apart_what_other_nets_stop_at(id: str) -> None:
    whole = LAB.expert("backprop", None)
    others = [case for case in whole.cases if case.name != "3-3-3-3 net"]
    rest = Diagnostician(LAB.computations["backprop"], MISTAKES, others)
    for known, told in ((whole, True), (rest, False)):
        assert LAB.is_named(named(id), known.diagnose(known.outputs((named(id),)))) == told


def test_one_example_alone_hides_what_is_wrong_with_the_sum() -> None:
    cases = [case for case in LAB.cases_of("update_mini_batch", None) if case.name.endswith("1 example")]
    known = Diagnostician(LAB.computations["update_mini_batch"], MISTAKES, cases)
    for id in ("um-no-m", "um-last-example", "um-one-by-one"):
        assert known.caught_by(named(id)) == []
        assert len(LAB.expert("update_mini_batch", None).caught_by(named(id))) == 4


# --- signs ------------------------------------------------------------------------------------------------------------


def signs(function: str, results: list[RawResult]) -> list[str]:
    cases = LAB.cases_of(function, None)
    return [m.id for m in MISTAKES if m.function == function and m.sign and m.sign(cases, results)]


@pytest.mark.parametrize(("function", "id"), [("sigmoid", "s-numbers-only"), ("sigmoid_prime", "sp-numbers-only")])
def test_errors_on_arrays_alone_show_a_function_of_numbers(function: str, id: str) -> None:
    results = [
        RawResult(Outcome.RAISED if np.size(case.arguments[0]) > 1 else Outcome.ANSWERED)  # type: ignore[arg-type]
        for case in LAB.cases_of(function, None)
    ]
    assert signs(function, results) == [f"quadratic-{id}"]
    assert signs(function, [RawResult(Outcome.RAISED)] * len(results)) == []


def test_errors_on_all_nets_but_one_with_a_hidden_layer_show_code_for_one() -> None:
    results = [
        RawResult(Outcome.ANSWERED if len(case.arguments[1]) == 2 else Outcome.RAISED)  # type: ignore[arg-type]
        for case in LAB.cases_of("backprop", None)
    ]
    assert signs("backprop", results) == ["quadratic-one-hidden-layer"]
    assert signs("backprop", results[::-1]) == []


def test_biases_with_a_column_for_each_example_are_a_sign() -> None:
    def answer(case: Case) -> RawResult:
        biases, weights, X, *_ = map(copy_of, case.arguments)
        return RawResult(Outcome.ANSWERED, (tuple(b + 0 * X[:1] for b in biases), tuple(weights)))

    cases = LAB.cases_of("update_mini_batch", None)
    assert signs("update_mini_batch", [answer(case) for case in cases]) == ["quadratic-um-bias-matrix"]
    right = results_of(solution.update_mini_batch, cases)
    assert signs("update_mini_batch", right) == []


FLAT = {
    "both": [("X[:, [t]], Y[:, [t]]", "X[:, t], Y[:, t]")],
    "x": [("X[:, [t]], Y[:, [t]]", "X[:, t], Y[:, [t]]")],
    "y": [("X[:, [t]], Y[:, [t]]", "X[:, [t]], Y[:, t]")],
}
WITH_DOT = [("w @ activations[-1]", "np.dot(w, activations[-1])"), ("delta @ a.T", "np.dot(delta, a.T)")]


@pytest.mark.parametrize("flat", FLAT)
@pytest.mark.parametrize("products", [[], WITH_DOT])
def test_an_example_that_is_flat_is_recognised(flat: str, products: list[tuple[str, str]]) -> None:
    results = results_of(slipped(*FLAT[flat], *products)["update_mini_batch"], LAB.cases_of("update_mini_batch", None))
    assert signs("update_mini_batch", results) == ["quadratic-um-flat"]


@pytest.mark.parametrize("id", ["ff-transposed", "back-transpose", "nabla-transposed", "layer-shift", "x-for-a"])
def test_an_error_in_the_net_is_not_taken_for_a_flat_example(id: str) -> None:
    results = results_of(slipped(SLIPS[id])["update_mini_batch"], LAB.cases_of("update_mini_batch", None))
    assert any(result.outcome is Outcome.RAISED for result in results)
    assert signs("update_mini_batch", results) == []


@pytest.mark.parametrize("function", ["backprop", "update_mini_batch"])
def test_lists_that_are_exchanged_are_recognised(function: str) -> None:
    cases = LAB.cases_of(function, None)
    right = results_of(getattr(solution, function), cases)
    exchanged = [RawResult(Outcome.ANSWERED, result.value[::-1]) for result in right]  # type: ignore[index]
    assert signs(function, exchanged) == ["quadratic-exchanged"]
    assert signs(function, right) == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_answer_at_all_is_no_sign(function: str) -> None:
    assert signs(function, [RawResult(Outcome.MISSING)] * len(LAB.cases_of(function, None))) == []
