"""Every mistake of the exercise on backpropagation is caught by its cases and told apart from the others.

Some seeds only; `python -m tests.benchmarks.diagnosis 50 backprop` tries fifty.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from grader import reference
from grader.diagnose import Diagnostician, alike
from grader.graph import FAILED
from grader.model import Case, CodeError, Diagnosis, Mistake, Outcome, RawResult, Value
from grader.values import copy_of
from solutions.backprop import backprop
from solutions.backprop.mistakes import MISTAKES, TWINS, UNFINISHED, mistake, way
from tests.benchmarks.diagnosis import (
    Tally,
    laboratory,
    names_of,
    off_by_a_factor,
    random_numbers,
    try_set,
)

LAB = laboratory("backprop")
FUNCTIONS = tuple(LAB.computations)
SEEDS = (None, 1)
COLLECTED = (
    "quad-ce-delta",
    "ce-quad-delta",
    "quad-sign",
    "quad-factor",
    "layer-shift",
    "gprime-layer",
    "gprime-once",
    "act-same-layer",
    "inplace",
    "bias-sum",
    "a-as-z",
)


def named(id: str) -> list[Mistake]:
    return [each for each in MISTAKES if each.id == f"backprop-{id}" and each.steps]


def explained(function: str, chosen: tuple[Mistake, ...], seed: int | None = None) -> list[set[str]]:
    known = LAB.expert(function, seed)
    return [names_of(each) for each in known.diagnose(known.outputs(chosen)).explanations]


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_mistake_has_a_title_and_a_sentence_of_its_own() -> None:
    by_id = {each.id: each for each in MISTAKES}
    assert len({each.title for each in by_id.values()}) == len(by_id)
    assert len({each.message for each in by_id.values()}) == len(by_id)
    for entry in MISTAKES:
        assert (entry.title, entry.message) == (by_id[entry.id].title, by_id[entry.id].message)
        assert re.fullmatch(r"backprop-[\w-]+", entry.id)
        assert entry.message.endswith((".", "?"))
        assert bool(entry.steps) != (entry.sign is not None)
        assert entry.function in {function.name for function in LAB.exercise.functions}


def test_no_sentence_says_of_another_step_that_it_is_right() -> None:
    """That may be wrong by another mistake."""
    claim = re.compile(r"(weights|Theta\d|step|layer|costs|given z) (is|are) right")
    assert [entry.id for entry in MISTAKES if claim.search(entry.message)] == []


def test_no_sentence_hands_over_code() -> None:
    code = re.compile(r"np\.|\breshape\(|\[:|\.T\b|@|\[\d|order=|==|\+=|\.\*|\beye\b|sum\(")
    assert [each.id for each in MISTAKES if code.search(each.message)] == []


def test_the_mistakes_that_were_collected_are_in_the_catalogue() -> None:
    assert [id for id in COLLECTED if not named(id)] == []


def test_every_mistake_makes_numbers_with_the_steps_of_its_function() -> None:
    for entry in MISTAKES:
        if entry.steps:
            assert entry.steps.keys() <= LAB.computations[entry.function].steps.keys()
            outputs = LAB.expert(entry.function, None).outputs((entry,))
            assert any(value is not FAILED for case in outputs for value in case.values()), entry.id


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_steps_are_the_reference(function: str) -> None:
    known = LAB.expert(function, 1)
    for outputs, answer in zip(known.outputs(()), reference.answers(LAB.exercise, list(known.cases)), strict=True):
        for got, want in zip(outputs.values(), answer, strict=True):
            assert np.asarray(got) == pytest.approx(np.asarray(want), rel=1e-11, abs=1e-14)


def test_the_twins_are_those_that_are_listed() -> None:
    assert {pair for function in FUNCTIONS for pair in LAB.expert(function, None).twins()} == TWINS.keys()


def test_twins_are_told_apart_in_the_functions_that_they_belong_to() -> None:
    homes = {(each.id, each.function) for each in MISTAKES}
    for function in FUNCTIONS:
        both = {pair for pair in LAB.expert(function, None).twins() if {(id, function) for id in pair} <= homes}
        assert both == set()


# --- mistakes and their cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_loses_points_and_is_named(function: str, seed: int | None) -> None:
    tally = Tally()
    for made in LAB.own(function):
        LAB.try_single(function, made, seed, tally)
    assert tally.made == tally.lost_points == tally.explained, tally.failures
    assert tally.wrong == 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_reference_is_given_no_diagnosis(function: str) -> None:
    for seed in range(5):
        known = LAB.expert(function, seed)
        assert known.diagnose(known.outputs(())) == Diagnosis()


def by_columns_and_loops(Thetas: list[np.ndarray], X: np.ndarray, Y: np.ndarray, cost: str) -> np.ndarray:
    """accumulate in the other convention: one example a column, and one at a time."""
    Delta = [np.zeros(Theta.shape) for Theta in Thetas]
    for x, y in zip(X, Y, strict=True):
        a = [np.append(1.0, x)]
        for Theta in Thetas:
            a.append(np.append(1.0, 1 / (1 + np.exp(-Theta @ a[-1]))))
        out = a[-1][1:]
        delta = (out - y) * (out * (1 - out) if cost == "quadratic" else 1)
        for layer in range(len(Thetas) - 1, -1, -1):
            Delta[layer] += np.outer(delta, a[layer])
            delta = (Thetas[layer].T @ delta * a[layer] * (1 - a[layer]))[1:]
    return backprop.unrollThetas(Delta)


def test_a_correct_solution_written_in_another_way_is_given_no_diagnosis() -> None:
    known = LAB.expert("accumulate", 1)
    answers = [by_columns_and_loops(*map(copy_of, case.arguments)) for case in known.cases]
    assert known.diagnose([{"Delta_given": answer} for answer in answers]) == Diagnosis()


@pytest.mark.parametrize("function", ["costFunction", "accumulate", "gradients"])
def test_two_mistakes_made_together_are_explained(function: str) -> None:
    known, tally = LAB.expert(function, None), Tally()
    for chosen in LAB.random_sets(known, 2, 30, seed=2):
        try_set(known, chosen, tally)
    assert tally.explained >= 0.9 * tally.made, tally.failures
    assert tally.wrong == 0


@pytest.mark.parametrize("make", [random_numbers, off_by_a_factor])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_numbers_that_no_mistake_makes_are_explained_by_none(make: object, function: str) -> None:
    known = LAB.expert(function, None)
    right = known.outputs(())
    for seed in range(4):
        diagnosis = known.diagnose(make(known, right, np.random.default_rng(seed)))  # type: ignore[operator]
        assert diagnosis.explanations == ()
        assert diagnosis.unexplained


@pytest.mark.parametrize(
    ("id", "functions"),
    [
        ("no-gprime", ("hiddenDelta", "accumulate", "gradients", "gradientDescentStep")),
        ("ce-sign", ("outputDelta", "accumulate", "gradients", "gradientDescentStep")),
        ("grad-bias-last", ("weightGradient", "accumulate", "gradients", "gradientDescentStep")),
        ("fw-bias-last", ("forwardPropagate", "costFunction", "accumulate", "gradients", "gradientDescentStep")),
        ("layer-shift", ("accumulate", "gradients", "gradientDescentStep")),
        ("rD-bias", ("gradients", "gradientDescentStep")),
    ],
)
def test_a_mistake_in_one_function_is_named_in_all_that_are_built_on_it(id: str, functions: tuple[str, ...]) -> None:
    for function in functions:
        for made in named(id):
            known = LAB.expert(function, None)
            diagnosis = known.diagnose(known.outputs((made,)), found=(made,))
            assert [names_of(chosen) for chosen in diagnosis.explanations] == [{made.id}]


def test_y_minus_a_is_told_apart_by_its_cost_and_explained_by_the_readings_cost_without_a_minus() -> None:
    for id in ("ce-sign", "quad-sign", "sign"):
        (made,) = named(id)
        assert explained("outputDelta", (made,)) == [{f"backprop-{id}"}]
    for id in ("ce-sign", "sign"):
        assert "cost(t)" in named(id)[0].message


def test_a_quadratic_cost_that_is_not_done_is_progress() -> None:
    known = LAB.expert("costFunction", None)
    outputs = known.outputs(tuple(named("J-one-of-two")[:1]))
    assert [names_of(chosen) for chosen in known.diagnose(outputs).explanations] == [{"backprop-J-one-of-two"}]
    assert set(named("J-one-of-two")) <= set(UNFINISHED)


# --- testing the tests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "net"),
    [
        ("layer-shift", "3-3-3-3"),
        ("act-same-layer", "3-3-3-3"),
        ("reversed-list", "3-3-3-3"),
    ],
)
def test_layers_of_equal_width_alone_show_what_a_neighbour_mixed_up_gives(id: str, net: str) -> None:
    """On all other nets the shapes do not fit, so that there are no numbers to recognise."""
    (made,) = named(id)
    known = LAB.expert("accumulate", None)
    answered = {
        case.name for case, outputs in zip(known.cases, known.outputs((made,)), strict=True) if numeric(outputs)
    }
    assert any(name.startswith(net) for name in answered)
    others = [case for case in known.cases if "-3-3 net" not in case.name]
    poor = Diagnostician(LAB.computations["accumulate"], MISTAKES, others)
    assert names_of((made,)) not in [names_of(each) for each in poor.diagnose(without_shapes(poor, made)).explanations]


def numeric(outputs: dict[str, object]) -> bool:
    return all(value is not FAILED for value in outputs.values())


def without_shapes(known: Diagnostician, made: Mistake) -> list[dict[str, object]]:
    """What a grader sees of the mistake: nothing, where a matrix has another shape than it should."""
    return [dict.fromkeys(outputs, FAILED) for outputs in known.outputs((made,))]


def test_with_one_hidden_layer_alone_a_slope_for_one_layer_only_is_not_caught() -> None:
    (once,) = named("gprime-once")
    shallow = [case for case in LAB.cases_of("accumulate", None) if len(case.arguments[0]) <= 2]
    known = Diagnostician(LAB.computations["accumulate"], MISTAKES, shallow)
    assert known.caught_by(once) == []
    assert not LAB.loses_points(known.outputs((once,)), shallow, reference.answers(LAB.exercise, shallow))
    assert LAB.expert("accumulate", None).caught_by(once) != []


def test_a_mistake_that_changes_nothing_is_noticed() -> None:
    (idle,) = mistake("gradients", "idle", "Idle", "Nothing.", way(mean=lambda Delta, m: [each / m for each in Delta]))
    tally = Tally()
    LAB.try_single("gradients", idle, None, tally)
    assert (tally.lost_points, tally.explained) == (0, 0)


def test_errors_alone_are_explained_by_no_mistake() -> None:
    known = LAB.expert("accumulate", None)
    observed = [dict.fromkeys(outputs, FAILED) for outputs in known.outputs(())]
    assert known.diagnose(observed).explanations == ()


def test_the_answers_with_a_mistake_are_not_alike_those_without() -> None:
    known = LAB.expert("gradientDescentStep", None)
    for made in named("inplace"):
        assert not all(map(alike, known.outputs(()), known.outputs((made,))))


# --- signs ------------------------------------------------------------------------------------------------------------


def stopped(message: str) -> RawResult:
    return RawResult(Outcome.RAISED, error=CodeError("ValueError", message, "backprop.py", 1))


def signs(function: str, results: list[RawResult]) -> set[str]:
    cases = LAB.cases_of(function, None)
    found = [m for m in MISTAKES if m.function == function and m.sign and m.sign(cases, results)]
    return {each.id.removeprefix("backprop-") for each in found}


def results_of(function: str, result: object) -> list[RawResult]:
    return [result(case) for case in LAB.cases_of(function, None)]  # type: ignore[operator]


def answered(value: Value) -> RawResult:
    return RawResult(Outcome.ANSWERED, value)


def widths(case: Case) -> list[int]:
    Thetas, X = case.arguments[:2]
    return [np.shape(X)[1], *(len(Theta) for Theta in Thetas)]


def zeros(shapes: list[tuple[int, int]]) -> tuple[np.ndarray, ...]:
    return tuple(np.zeros(shape) for shape in shapes)


def test_the_shapes_of_z_and_a_are_signs() -> None:
    def lists(case: Case, extra: int, turned: bool = False) -> RawResult:
        m, units = len(case.arguments[1]), widths(case)
        z = [(m, width) for width in units[1:]]
        a = [(m, width + extra) for width in units[:-1]] + [(m, units[-1])]
        z, a = ([shape[::-1] for shape in shapes] if turned else shapes for shapes in (z, a))
        return answered((zeros(z), zeros(a)))

    function = "forwardPropagate"
    assert signs(function, results_of(function, lambda case: lists(case, 1))) == {"fw-bias-kept"}
    assert signs(function, results_of(function, lambda case: lists(case, 0, turned=True))) == {"fw-columns"}
    assert signs(function, results_of(function, lambda case: lists(case, 0))) == set()


@pytest.mark.parametrize("function", ["forwardPropagate", "costFunction", "accumulate", "gradients"])
def test_an_error_shows_a_missing_bias_unit(function: str) -> None:
    def message(case: Case) -> RawResult:
        n = widths(case)[0]
        return stopped(f"matmul: Input operand 1 has a mismatch (size {n + 1} is different from {n})")

    assert signs(function, results_of(function, message)) == {"fw-bias-missing"}
    assert signs(function, results_of(function, lambda case: stopped("name 'Theta' is not defined"))) == set()


@pytest.mark.parametrize("function", ["accumulate", "gradients", "gradientDescentStep"])
def test_an_error_shows_that_the_error_of_the_bias_unit_was_kept(function: str) -> None:
    def result(case: Case) -> RawResult:
        units = widths(case)
        if len(units) == 2:
            return answered(zeros([(units[1], units[0] + 1)]))
        return stopped(f"matmul: Input operand 1 has a mismatch (size {units[-2]} is different from {units[-2] + 1})")

    assert "bias-kept" in signs(function, results_of(function, result))
    assert "fw-bias-missing" not in signs(function, results_of(function, result))


def test_a_column_more_shows_that_the_error_of_the_bias_unit_was_kept() -> None:
    def wide(case: Case) -> RawResult:
        m, units = np.shape(case.arguments[2])
        return answered(np.zeros((m, units + 1)))

    def broadcast(case: Case) -> RawResult:
        m, units = np.shape(case.arguments[2])
        return stopped(f"operands could not be broadcast together with shapes ({m},{units + 1}) ({m},{units})")

    for result in (wide, broadcast):
        assert signs("hiddenDelta", results_of("hiddenDelta", result)) == {"bias-kept"}


def test_a_column_less_shows_a_gradient_without_the_bias() -> None:
    def narrow(case: Case) -> RawResult:
        delta, a = case.arguments
        return answered(np.zeros((np.size(delta), np.size(a))))

    assert signs("weightGradient", results_of("weightGradient", narrow)) == {"grad-no-bias"}


@pytest.mark.parametrize("function", ["forwardPropagate", "costFunction", "accumulate", "gradients", "reshapeThetas"])
def test_errors_on_deeper_and_on_flatter_nets_show_code_for_one_depth(function: str) -> None:
    def results(wrong: set[int]) -> list[RawResult]:
        """Errors on nets with so many matrices."""
        cases = LAB.cases_of(function, None)
        depths = [
            len(case.arguments[1]) - 1 if function == "reshapeThetas" else len(case.arguments[0]) for case in cases
        ]
        return [stopped("list index out of range") if depth in wrong else answered(None) for depth in depths]

    assert signs(function, results({1, 3, 4})) == {"two-layers"}
    assert signs(function, results({1})) == ({"no-hidden"} if function in ("accumulate", "gradients") else set())
    assert signs(function, results({3})) == set()


@pytest.mark.parametrize("function", ["forwardPropagate", "accumulate", "gradients", "gradientDescentStep"])
def test_answers_of_two_matrices_for_any_net_show_code_for_one_hidden_layer(function: str) -> None:
    def result(case: Case, deeper: bool) -> RawResult:
        depth = len(case.arguments[0])
        if depth == 1:
            return stopped("list index out of range")
        value = zeros([(1, 1)] * (2 if deeper else depth))
        return answered((value, zeros([(1, 1)] * 3)) if function == "forwardPropagate" else value)

    assert signs(function, results_of(function, lambda case: result(case, deeper=True))) == {"two-layers"}
    assert "two-layers" not in signs(function, results_of(function, lambda case: result(case, deeper=False)))


def test_a_list_more_first_shows_z_and_a_exchanged() -> None:
    def exchanged(case: Case) -> RawResult:
        z, a = backprop.forwardPropagate(*map(copy_of, case.arguments))
        return answered((tuple(a), tuple(z)))

    def right(case: Case) -> RawResult:
        return answered(tuple(map(tuple, backprop.forwardPropagate(*map(copy_of, case.arguments)))))

    assert signs("forwardPropagate", results_of("forwardPropagate", exchanged)) == {"fw-exchanged"}
    assert signs("forwardPropagate", results_of("forwardPropagate", right)) == set()


def test_the_shapes_of_reshaped_matrices_and_slices_that_do_not_fit_are_signs() -> None:
    def shapes(case: Case) -> list[tuple[int, int]]:
        sizes = [int(size) for size in case.arguments[1]]
        return [(after, before + 1) for before, after in pairwise(sizes)]

    def short(case: Case, language: str = "cannot reshape array of size {} into shape ({},{})") -> RawResult:
        rows, columns = shapes(case)[0]
        return stopped(language.format(rows * columns - 1, rows, columns))

    octave = "reshape: can't reshape {}x1 array to {}x{} array"
    function = "reshapeThetas"
    turned = results_of(function, lambda case: answered(zeros([shape[::-1] for shape in shapes(case)])))
    narrow = results_of(function, lambda case: answered(zeros([(rows, columns - 1) for rows, columns in shapes(case)])))
    assert signs(function, turned) == {"reshape-transposed"}
    assert signs(function, narrow) == {"reshape-bias-forgotten"}
    assert signs(function, results_of(function, short)) == {"reshape-off-by-one"}
    assert signs(function, results_of(function, lambda case: short(case, octave))) == {"reshape-off-by-one"}
    assert (
        signs(function, results_of(function, lambda case: stopped("cannot reshape array of size 3 into (4,5)")))
        == set()
    )


def test_no_answer_at_all_is_no_sign() -> None:
    for function in LAB.exercise.functions:
        results = results_of(function.name, lambda case: RawResult(Outcome.MISSING))
        assert signs(function.name, results) == set()
        assert signs(function.name, [replace(result, outcome=Outcome.ANSWERED) for result in results]) == set()
