"""Every mistake of the exercise `regression` is caught by its cases and told apart from the others.

Some seeds only; `python -m tests.benchmarks.diagnosis 50 regression` tries fifty.
"""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader import reference
from grader.diagnose import Diagnostician, alike
from grader.model import CodeError, Diagnosis, Mistake, Outcome, RawResult
from solutions.regression.mistakes import MISTAKES, TWINS
from tests.benchmarks.diagnosis import Tally, is_reproduced, laboratory, names_of, off_by_a_factor, try_set

LAB = laboratory("regression")
FUNCTIONS = list(LAB.computations)
everyfunction = pytest.mark.parametrize("function", FUNCTIONS)


def named(id: str, function: str) -> Mistake:
    id = f"regression-{id}"
    return next(mistake for mistake in MISTAKES if (mistake.id, mistake.function) == (id, function) and mistake.steps)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_mistake_has_a_title_and_a_sentence_of_its_own() -> None:
    texts = {mistake.id: (mistake.title, mistake.message) for mistake in MISTAKES}
    assert len({title for title, _ in texts.values()}) == len(texts)
    assert len({message for _, message in texts.values()}) == len(texts)
    for entry in MISTAKES:
        assert re.fullmatch(r"regression-[\w-]+", entry.id)
        assert (entry.title, entry.message) == texts[entry.id]
        assert entry.message.endswith((".", "?"))
        assert bool(entry.steps) != (entry.sign is not None)
        assert entry.function in FUNCTIONS


def test_no_sentence_says_of_another_step_that_it_is_right() -> None:
    """That may be wrong by another mistake."""
    claim = re.compile(r"(weights|Theta\d|step|layer|costs|given z) (is|are) right")
    assert [entry.id for entry in MISTAKES if claim.search(entry.message)] == []


def test_no_sentence_hands_over_code() -> None:
    code = re.compile(r"np\.|\breshape\(|\[:|\.T\b|@|Theta\d\[|==|\+=|-=|\.\*|sum\(|exp\(")
    assert [mistake.id for mistake in MISTAKES if code.search(mistake.message)] == []


@everyfunction
def test_the_steps_are_the_reference(function: str) -> None:
    known = LAB.expert(function, 1)
    names = LAB.computations[function].outputs
    for outputs, answer in zip(known.outputs(()), reference.answers(LAB.exercise, list(known.cases)), strict=True):
        assert alike(outputs, dict(zip(names, answer, strict=True)))


def test_the_twins_are_those_that_are_listed() -> None:
    assert {pair for function in FUNCTIONS for pair in LAB.expert(function, None).twins()} == TWINS.keys()


# --- mistakes and their cases -----------------------------------------------------------------------------------------


@everyfunction
@pytest.mark.parametrize("seed", [None, 1])
def test_every_mistake_loses_points_and_is_named(function: str, seed: int | None) -> None:
    tally = Tally()
    for made in LAB.own(function):
        LAB.try_single(function, made, seed, tally)
    assert tally.made == tally.lost_points == tally.explained
    assert tally.wrong == 0


@everyfunction
def test_the_reference_is_given_no_diagnosis(function: str) -> None:
    known = LAB.expert(function, 1)
    assert known.diagnose(known.outputs(())) == Diagnosis()


def test_mistakes_made_together_are_explained() -> None:
    known, tally = LAB.expert("costGradient", None), Tally()
    for chosen in LAB.random_sets(known, 2, 30, seed=2):
        try_set(known, chosen, tally)
    assert tally.explained >= 27, tally.failures
    assert tally.wrong == 0


@pytest.mark.parametrize("function", ["forward", "costFunction", "costGradient", "hintonNeuron"])
def test_numbers_that_no_mistake_makes_are_explained_by_none(function: str) -> None:
    known = LAB.expert(function, None)
    right = known.outputs(())
    for seed in range(5):
        diagnosis = known.diagnose(off_by_a_factor(known, right, np.random.default_rng(seed)))
        assert diagnosis.explanations == ()
        assert diagnosis.unexplained != ()


@pytest.mark.parametrize(
    ("id", "home"), [("sp-sign", "sigmoidPrime"), ("fw-double", "forward"), ("m-columns", "costFunction")]
)
def test_a_mistake_in_a_function_that_was_called_is_named_where_it_shows(id: str, home: str) -> None:
    wrong = named(id, home)
    for function in (home, "costGradient"):
        known = LAB.expert(function, None)
        diagnosis = known.diagnose(known.outputs((wrong,)), found=(wrong,))
        assert [names_of(chosen) for chosen in diagnosis.explanations] == [{wrong.id}]


@pytest.mark.parametrize("id", ["d3-no-slope", "d2-not-transposed", "D-mean-for-half", "J-no-half", "fw-a2-linear"])
def test_a_mistake_of_cost_or_gradient_is_named_in_the_descent_that_it_spoils(id: str) -> None:
    known = LAB.expert("gradientDescent", None)
    diagnosis = known.diagnose(known.outputs((named(id, "gradientDescent"),)))
    assert [names_of(chosen) for chosen in diagnosis.explanations] == [{f"regression-{id}"}]


# --- testing the tests ------------------------------------------------------------------------------------------------

WITHOUT = {
    "large": ("sp-overflow", "sigmoidPrime", "costGradient"),
    "square": ("d2-not-transposed", "costGradient", "costGradient"),
    "8-3-2": ("m-length", "costFunction", "costFunction"),
}


@pytest.mark.parametrize("words", WITHOUT)
def test_without_its_case_a_mistake_is_not_caught_or_not_told(words: str) -> None:
    """Each kind of net is there for a mistake that no other one shows in numbers."""
    id, home, function = WITHOUT[words]
    wrong = named(id, home)
    cases = [case for case in LAB.cases_of(function, None) if words not in case.name and "one example" not in case.name]
    known = Diagnostician(LAB.computations[function], MISTAKES, cases)
    assert names_of_all(known.diagnose(known.outputs((wrong,)))) != [{wrong.id}]
    whole = LAB.expert(function, None)
    assert names_of_all(whole.diagnose(whole.outputs((wrong,)))) == [{wrong.id}]


def names_of_all(diagnosis: Diagnosis) -> list[set[str]]:
    return [names_of(chosen) for chosen in diagnosis.explanations]


def test_a_wrong_explanation_is_noticed() -> None:
    known = LAB.expert("costGradient", None)
    right, wrong = named("d3-sign", "costGradient"), named("d3-no-slope", "costGradient")
    observed = known.outputs((right,))
    assert is_reproduced(known, observed, Diagnosis(((right,),)))
    assert not is_reproduced(known, observed, Diagnosis(((wrong,),)))


# --- signs ------------------------------------------------------------------------------------------------------------


def stopped(message: str) -> RawResult:
    return RawResult(Outcome.RAISED, error=CodeError("ValueError", message, "regression.py", 1))


def signs(function: str, results: list[RawResult]) -> list[str]:
    cases = LAB.cases_of(function, None)
    return [m.id for m in MISTAKES if m.function == function and m.sign and m.sign(cases, results)]


def test_an_error_shows_a_column_of_ones() -> None:
    sizes = [case.arguments[1].shape for case in LAB.cases_of("forward", None)]
    python = [stopped(f"matmul: Input operand 1 has a mismatch (size {n} is different from {n + 1})") for n, _ in sizes]
    octave = [stopped(f"operator *: nonconformant arguments (op1 is 5x{h + 1}, op2 is {h}x1)") for _, h in sizes]
    assert signs("forward", python) == signs("forward", octave) == ["regression-fw-bias"]
    assert signs("forward", [stopped("'g' undefined")] * len(sizes)) == []


@pytest.mark.parametrize("function", ["sigmoid", "sigmoidPrime"])
def test_errors_on_arrays_alone_show_a_function_of_numbers(function: str) -> None:
    error, answer = stopped("only length-1 arrays can be converted"), RawResult(Outcome.ANSWERED)
    results = [error if np.size(case.arguments[0]) > 1 else answer for case in LAB.cases_of(function, None)]
    assert len(signs(function, results)) == 1


def test_an_overflow_error_on_large_numbers_alone_shows_a_slope_that_overflows() -> None:
    error, answer = stopped("math range error"), RawResult(Outcome.ANSWERED)
    results = [error if case.name == "large numbers" else answer for case in LAB.cases_of("sigmoidPrime", None)]
    assert signs("sigmoidPrime", results) == ["regression-sp-overflow"]


@pytest.mark.parametrize("function", ["sigmoid", "sigmoidPrime"])
def test_an_error_shows_a_division_by_a_matrix(function: str) -> None:
    answers = [RawResult(Outcome.ANSWERED)] * (len(LAB.cases_of(function, None)) - 2)
    error = stopped("operator /: nonconformant arguments (op1 is 1x1, op2 is 4x3)")
    assert signs(function, [error, error, *answers]) == ["regression-matrix-division"]
    assert signs(function, [error, stopped("'z' undefined"), *answers]) == []


def test_no_answer_at_all_is_no_sign() -> None:
    for function in FUNCTIONS:
        assert signs(function, [RawResult(Outcome.MISSING)] * len(LAB.cases_of(function, None))) == []
