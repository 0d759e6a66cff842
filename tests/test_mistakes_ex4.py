"""Every mistake of exercise 4 is caught by its cases and told apart from the others.

Some seeds only; `python -m tests.benchmarks.diagnosis` tries fifty.
"""

from __future__ import annotations

import copy
import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import diagnose, reference
from grader.compare import judge_numbers
from grader.diagnose import Diagnostician, alike
from grader.graph import FAILED
from grader.model import Case, CodeError, Diagnosis, Mistake, Outcome, RawResult, Status, Tolerance
from solutions.ex4.mistakes import MISTAKES, TWINS, mistake
from tests.benchmarks.diagnosis import (
    Tally,
    is_reproduced,
    laboratory,
    names_of,
    noise_upon_a_mistake,
    off_by_a_factor,
    random_numbers,
    try_set,
)

LAB = laboratory("ex4")
COMPUTATION, EXERCISE = LAB.computations, LAB.exercise
cases_of, expert, loses_points, own = LAB.cases_of, LAB.expert, LAB.loses_points, LAB.own
random_sets, try_single = LAB.random_sets, LAB.try_single

SEEDS = (None, 1)
CORRECT = (
    "class",
    "column-vectors",
    "complex-numbers",
    "comprehensions",
    "crlf-and-bom",
    "loops",
    "no-default-for-lambda",
    "other-names",
    "returns-a-list",
    "vectorised",
)

SPECIAL, SQUARE = re.compile("one label absent|one example"), re.compile("2-[34]-4 net")


def named(id: str) -> Mistake:
    return next(mistake for mistake in MISTAKES if mistake.id == id and mistake.steps)


# --- the catalogue ----------------------------------------------------------------------------------------------------


def test_every_mistake_has_a_title_and_a_sentence_of_its_own() -> None:
    by_id = {mistake.id: mistake for mistake in MISTAKES}
    assert len({mistake.title for mistake in by_id.values()}) == len(by_id)
    assert len({mistake.message for mistake in by_id.values()}) == len(by_id)
    for entry in MISTAKES:
        assert re.fullmatch(r"ex4-[\w-]+", entry.id)
        assert entry.message.endswith((".", "?"))
        assert bool(entry.steps) != (entry.sign is not None)
        assert entry.function in {function.name for function in EXERCISE.functions}


def test_no_sentence_hands_over_code() -> None:
    code = re.compile(r"np\.|\breshape\(|\[:|\.T\b|@|Theta\d\[|order=|==|\+=|\.\*|\beye\b|sum\(")
    assert [mistake.id for mistake in MISTAKES if code.search(mistake.message)] == []


@pytest.mark.parametrize("function", COMPUTATION)
def test_the_steps_are_the_reference(function: str) -> None:
    known = expert(function, 1)
    names = COMPUTATION[function].outputs
    for outputs, answer in zip(known.outputs(()), reference.answers(EXERCISE, list(known.cases)), strict=True):
        assert alike(outputs, dict(zip(names, answer, strict=True)))


def test_the_twins_are_those_that_are_listed() -> None:
    """But for predict, whose few labels cannot tell apart what is done wrong in the sigmoid."""
    functions = [function for function in COMPUTATION if function != "predict"]
    assert {pair for function in functions for pair in expert(function, None).twins()} == TWINS.keys()
    in_predict = {mistake.id for mistake in own("predict")}
    assert [pair for pair in expert("predict", None).twins() if set(pair) <= in_predict] == []


# --- mistakes and their cases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", COMPUTATION)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_mistake_loses_points_and_is_named(function: str, seed: int | None) -> None:
    tally = Tally()
    for made in own(function):
        try_single(function, made, seed, tally)
    assert tally.made == tally.lost_points == tally.explained
    assert tally.wrong == 0


@pytest.mark.parametrize("function", COMPUTATION)
def test_the_reference_is_given_no_diagnosis(function: str) -> None:
    for seed in range(5):
        known = Diagnostician(COMPUTATION[function], MISTAKES, cases_of(function, seed))
        answers = reference.answers(EXERCISE, list(known.cases))
        observed = [dict(zip(COMPUTATION[function].outputs, answer, strict=True)) for answer in answers]
        assert known.diagnose(observed) == Diagnosis()


@pytest.mark.parametrize("name", CORRECT)
@pytest.mark.filterwarnings("ignore")
def test_a_correct_solution_written_in_another_way_is_given_no_diagnosis(name: str) -> None:
    path = Path(__file__).with_name("submissions") / f"correct-{name}/submission/ex4.py"
    spec = importlib.util.spec_from_file_location(f"correct_{name}", path)
    assert spec is not None and spec.loader is not None  # noqa: PT018
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    known = expert("nnCostFunction", 1)
    results = [module.nnCostFunction(*copy.deepcopy(case.arguments)) for case in known.cases]
    assert known.diagnose([dict(zip(("J", "grad"), map(np.asarray, result), strict=True)) for result in results]) == (
        Diagnosis()
    )


@pytest.mark.parametrize(("size", "count", "share"), [(2, 40, 0.9), (3, 20, 0.8)])
def test_mistakes_made_together_are_explained(size: int, count: int, share: float) -> None:
    known, tally = expert("nnCostFunction", None), Tally()
    for chosen in random_sets(known, size, count, seed=2):
        try_set(known, chosen, tally)
    assert tally.explained >= share * count, tally.failures
    assert tally.wrong == 0


@pytest.mark.parametrize("hidden", ["ex4-s-tanh", "ex4-d3-gprime"])
def test_a_mistake_that_hides_behind_another_is_found(hidden: str) -> None:
    """A gradient that the regularisation overwrites shows nothing of what was wrong with it before."""
    known, chosen = expert("nnCostFunction", None), (named("ex4-rG-overwrite"), named(hidden))
    diagnosis = known.diagnose(known.outputs(chosen))
    assert names_of(chosen) in [names_of(each) for each in diagnosis.explanations]
    assert diagnosis.unexplained == ()


def test_a_diagnosis_does_not_depend_on_what_was_diagnosed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    known, right = expert("nnCostFunction", None), expert("nnCostFunction", None).outputs(())
    observed = [
        random_numbers(known, right, np.random.default_rng(0)),
        noise_upon_a_mistake(known, right, np.random.default_rng(5)),
        *(known.outputs(chosen) for chosen in random_sets(known, 3, 2, seed=8)),
    ]
    told = [known.diagnose(each, work=2500) for each in observed]
    assert [known.diagnose(each, work=2500) for each in reversed(observed)] == told[::-1]
    monkeypatch.setattr(diagnose, "MOST_TABLES", {1: 8, 2: 1})
    forgetful = Diagnostician(COMPUTATION["nnCostFunction"], MISTAKES, known.cases)
    assert [forgetful.diagnose(each, work=2500) for each in observed[2:]] == told[2:]


@pytest.mark.parametrize("make", [random_numbers, off_by_a_factor])
def test_numbers_that_no_mistake_makes_are_explained_by_none(make: object) -> None:
    known, right = expert("nnCostFunction", None), expert("nnCostFunction", None).outputs(())
    for seed in range(20):
        diagnosis = known.diagnose(make(known, right, np.random.default_rng(seed)))  # type: ignore[operator]
        assert diagnosis.explanations == ()
        assert len(diagnosis.unexplained) == 6


def test_a_mistake_in_a_helper_is_named_in_the_function_that_calls_it() -> None:
    wrong = named("ex4-sg-sigmoid")
    for function in ("sigmoidGradient", "nnCostFunction"):
        known = expert(function, None)
        diagnosis = known.diagnose(known.outputs((wrong,)), found=(wrong,))
        assert [names_of(chosen) for chosen in diagnosis.explanations] == [{wrong.id}]


def test_the_porting_trap_is_one_mistake() -> None:
    known = expert("nnCostFunction", None)
    ways = [mistake for mistake in known.mistakes if mistake.id == "ex4-porting-trap"]
    for way in ways:
        diagnosis = known.diagnose(known.outputs((way,)))
        assert [names_of(chosen) for chosen in diagnosis.explanations] == [{"ex4-porting-trap"}]
    assert len(ways) == 3


def test_a_finished_cost_with_an_untouched_gradient_is_progress() -> None:
    known = expert("nnCostFunction", None)
    observed = [{**outputs, "grad": np.zeros(outputs["grad"].size)} for outputs in known.outputs(())]
    assert [names_of(chosen) for chosen in known.diagnose(observed).explanations] == [{"ex4-not-started"}]


# --- testing the tests ------------------------------------------------------------------------------------------------


def test_without_its_case_a_mistake_is_not_caught() -> None:
    """Each kind of net is there for a mistake that no other one catches, or tells apart."""
    unique = named("ex4-y-unique")
    cases = [case for case in cases_of("nnCostFunction", None) if not SPECIAL.search(case.name)]
    known = Diagnostician(COMPUTATION["nnCostFunction"], MISTAKES, cases)
    assert known.caught_by(unique) == []
    assert not loses_points(known.outputs((unique,)), cases, reference.answers(EXERCISE, cases))
    assert expert("nnCostFunction", None).caught_by(unique) != []


def test_errors_alone_are_explained_by_no_mistake() -> None:
    known = expert("nnCostFunction", None)
    observed = [dict.fromkeys(outputs, FAILED) for outputs in known.outputs(())]
    assert known.diagnose(observed) == Diagnosis(
        (), (("nnCostFunction", "nnCostFunction gives no usable result on every case"),)
    )


def test_square_matrices_alone_show_what_a_missing_transpose_gives() -> None:
    cases = [case for case in cases_of("nnCostFunction", None) if not SQUARE.match(case.name)]
    known = Diagnostician(COMPUTATION["nnCostFunction"], MISTAKES, cases)
    way = next(mistake for mistake in known.mistakes if mistake.id == "ex4-fw-noT")
    assert known.diagnose(known.outputs((way,))).explanations == ()
    whole = expert("nnCostFunction", None)
    assert [names_of(chosen) for chosen in whole.diagnose(whole.outputs((way,))).explanations] == [{"ex4-fw-noT"}]


def test_a_mistake_that_changes_nothing_is_noticed() -> None:
    (idle,) = mistake("idle", "Idle", "Nothing changes.", {"cost": lambda terms, m: np.sum(terms) / m})
    tally = Tally()
    try_single("nnCostFunction", idle, None, tally)
    assert (tally.lost_points, tally.explained) == (0, 0)


def test_a_wrong_explanation_is_noticed() -> None:
    known = expert("nnCostFunction", None)
    observed = known.outputs((named("ex4-d3-sign"),))
    assert is_reproduced(known, observed, Diagnosis(((named("ex4-d3-sign"),),)))
    assert not is_reproduced(known, observed, Diagnosis(((named("ex4-d3-gprime"),),)))


def test_a_looser_tolerance_would_let_a_mistake_pass() -> None:
    known = expert("computeNumericalGradient", None)
    right, wrong = (known.outputs(chosen)[1]["numgrad"] for chosen in ((), (named("ex4-gc-one-sided"),)))
    verdicts = [
        judge_numbers("numgrad", known.cases[1], wrong, right, tolerance, {}).status
        for tolerance in (EXERCISE.tolerance, Tolerance(rtol=1e-2))
    ]
    assert verdicts == [Status.WRONG, Status.CORRECT]


# --- signs ------------------------------------------------------------------------------------------------------------


def stopped(message: str, source: str = "", kind: str = "ValueError") -> RawResult:
    return RawResult(Outcome.RAISED, error=CodeError(kind, message, "ex4.py", 1, source=source))


def signs(function: str, results: list[RawResult], seed: int | None = None) -> list[str]:
    cases = cases_of(function, seed)
    return [m.id for m in MISTAKES if m.function == function and m.sign and m.sign(cases, results)]


def sizes(case: Case) -> tuple[int, int, int, int]:
    _, n, h, K, X, *_ = case.arguments
    return n, h, K, len(X)


def each(message: object) -> list[RawResult]:
    return [stopped(message(*sizes(case))) for case in cases_of("nnCostFunction", None)]  # type: ignore[operator]


def test_an_error_shows_a_missing_bias_column() -> None:
    python = each(lambda n, h, K, m: f"matmul: Input operand 1 has a mismatch (size {n + 1} is different from {n})")
    octave = each(lambda n, h, K, m: f"operator *: nonconformant arguments (op1 is {m}x{h}, op2 is {h + 1}x{K})")
    assert signs("nnCostFunction", python) == signs("nnCostFunction", octave) == ["ex4-bias-missing"]


def test_an_error_shows_that_the_error_of_the_bias_unit_was_kept() -> None:
    kept = each(lambda n, h, K, m: f"operands could not be broadcast together with shapes ({m},{h + 1}) ({m},{h}) ")
    assert signs("nnCostFunction", kept) == ["ex4-d2-keep-bias"]


def test_an_error_of_one_example_shows_it_as_well_and_an_error_about_weights_does_not() -> None:
    one = each(lambda n, h, K, m: f"operands could not be broadcast together with shapes ({h + 1},) ({h},) ")
    weights = each(lambda n, h, K, m: f"operands could not be broadcast together with shapes ({K},{h}) ({K},{h + 1}) ")
    assert (signs("nnCostFunction", one), signs("nnCostFunction", weights)) == (["ex4-d2-keep-bias"], [])


def test_an_error_shows_a_matrix_indexed_like_a_vector() -> None:
    found = each(lambda n, h, K, m: f"product: nonconformant arguments (op1 is 1x{m * (h + 1) - 1}, op2 is {m}x{h})")
    assert signs("nnCostFunction", found) == ["ex4-d2-linear-index"]


def test_errors_on_every_net_but_the_digits_show_sizes_written_in() -> None:
    results = [
        RawResult(Outcome.ANSWERED) if sizes(case)[2] == 10 else stopped("cannot reshape")
        for case in cases_of("nnCostFunction", None)
    ]
    assert signs("nnCostFunction", results) == ["ex4-hardcoded"]
    for message, source in (("shapes differ", "Y = zeros(5000, 10)"), ("mismatch (5000x1 vs 6x8)", "[ones(m, 1) X]")):
        assert signs("nnCostFunction", [stopped(message, source)] * len(results)) == ["ex4-hardcoded"]
    for message, source in (("mismatch (150001x3 vs 6x8)", ""), ("mismatch (6x3 vs 6x8)", "np.log(a3 + 1e-10)")):
        assert signs("nnCostFunction", [stopped(message, source)] * len(results)) == []
    no_matter_of_sizes = stopped("[Errno 27] File too large", "f.write(b'0' * 10**6)", "OSError")
    assert signs("nnCostFunction", [no_matter_of_sizes] * len(results)) == []


def test_errors_where_a_class_is_absent_show_that_classes_are_counted_in_the_data() -> None:
    results = [
        stopped("shapes differ") if SPECIAL.search(case.name) else RawResult(Outcome.ANSWERED)
        for case in cases_of("nnCostFunction", None)
    ]
    assert signs("nnCostFunction", results) == ["ex4-y-unique"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("MemoryError", "Unable to allocate 3.64 TiB for an array with shape (5000, 100000000)"),
        ("error", "out of memory or dimension too large for Octave's index type"),
    ],
)
def test_an_error_about_memory_shows_no_sizes_written_in(kind: str, message: str) -> None:
    full = stopped(message, "Delta = zeros(10^6, 10^6)", kind)
    answered = RawResult(Outcome.ANSWERED)
    every = cases_of("nnCostFunction", None)
    assert signs("nnCostFunction", [full] * len(every)) == []
    assert signs("nnCostFunction", [answered if sizes(case)[2] == 10 else full for case in every]) == []


def test_any_other_error_shows_nothing() -> None:
    assert signs("nnCostFunction", each(lambda n, h, K, m: "name 'sigmoid' is not defined")) == []


def test_a_cost_that_is_no_number_is_a_sign() -> None:
    results = [RawResult(Outcome.ANSWERED, (np.asarray(np.nan), np.ones(3)))] * len(cases_of("nnCostFunction", None))
    assert signs("nnCostFunction", results) == ["ex4-J-nan"]
    finite = [replace(result, value=(np.asarray(1.0), np.ones(3))) for result in results]
    assert signs("nnCostFunction", finite) == []


@pytest.mark.parametrize("function", ["sigmoid", "sigmoidGradient"])
def test_errors_on_arrays_alone_show_a_function_of_numbers(function: str) -> None:
    error, answer = stopped("only length-1 arrays can be converted"), RawResult(Outcome.ANSWERED)
    results = [error if np.size(case.arguments[0]) > 1 else answer for case in cases_of(function, None)]
    assert len(signs(function, results)) == 1


@pytest.mark.parametrize("function", ["sigmoid", "sigmoidGradient", "nnCostFunction"])
def test_an_error_shows_a_division_by_a_matrix(function: str) -> None:
    cases, answer = cases_of(function, None), RawResult(Outcome.ANSWERED)
    error = stopped("operator /: nonconformant arguments (op1 is 1x1, op2 is 4x3)")
    assert signs(function, [error, *[answer] * (len(cases) - 1)]) == ["ex4-matrix-division"]
    assert signs(function, [error, stopped("'z' undefined"), *[answer] * (len(cases) - 2)]) == []


@pytest.mark.parametrize(
    ("weights", "id"),
    [
        (lambda L_in, L_out: np.random.default_rng(0).uniform(-0.1, 0.1, (L_out, L_in)), ["ex4-ri-no-bias"]),
        (lambda L_in, L_out: np.random.default_rng(0).uniform(-0.1, 0.1, (L_in + 1, L_out)), ["ex4-ri-transposed"]),
        (lambda L_in, L_out: np.zeros((L_out, L_in + 1)), ["ex4-ri-zeros"]),
        (lambda L_in, L_out: np.random.default_rng(0).uniform(0, 0.1, (L_out, L_in + 1)), ["ex4-ri-positive"]),
        (lambda L_in, L_out: np.random.default_rng(0).uniform(-0.1, 0.1, (L_out, L_in + 1)), []),
    ],
)
def test_the_shape_and_range_of_weights_are_signs(weights: object, id: list[str]) -> None:
    cases = cases_of("randInitializeWeights", None)
    results = [RawResult(Outcome.ANSWERED, weights(*case.arguments)) for case in cases]  # type: ignore[operator]
    assert signs("randInitializeWeights", results) == id


def test_a_typographic_minus_is_a_sign() -> None:
    results = [stopped("invalid character '\u2212' (U+2212)")] * 2
    assert signs("randInitializeWeights", results) == ["ex4-ri-pdf-minus"]


def test_no_answer_at_all_is_no_sign() -> None:
    for function in EXERCISE.functions:
        results = [RawResult(Outcome.MISSING)] * len(cases_of(function.name, None))
        assert signs(function.name, results) == []
