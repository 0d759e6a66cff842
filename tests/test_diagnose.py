from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader import diagnose
from grader.diagnose import (
    Chosen,
    Diagnostician,
    Explanation,
    Factor,
    Outputs,
    Search,
    close,
    drowned,
    fingerprint,
    like,
    ratio,
    turned,
    weights,
)
from grader.graph import FAILED
from grader.model import Case, CodeError, Computation, Diagnosis, Mistake, Outcome, RawResult


def mistake(id: str, function: str = "fit", **steps: object) -> Mistake:
    return Mistake(id, function, id, f"{id}!", steps)


LINE = Computation(
    "fit",
    ("A", "x", "lam"),
    ("cost", "slope"),
    {
        "m": lambda A: len(A),
        "front": lambda: slice(0, 2),
        "back": lambda: slice(2, None),
        "error": lambda A, x: A @ x - 1,
        "squares": lambda error: (error**2).sum(),
        "penalty": lambda lam, x: lam * (x**2).sum(),
        "cost": lambda squares, m, penalty: squares / m + penalty,
        "slope": lambda A, error, m, lam, x: 2 * A.T @ error / m + 2 * lam * x,
    },
    {"cost": ("cost", ""), "the end of slope": ("slope", "back"), "the front of slope": ("slope", "front")},
    scales={"m": "m"},
    unit=2,
    addition="what lam adds to",
)
SIGN = mistake("sign", error=lambda A, x: 1 - A @ x)
NO_MEAN = mistake("no mean", cost=lambda squares, penalty: squares + penalty)
NO_PENALTY = mistake("no penalty", penalty=lambda: 0.0)
ABSOLUTE = mistake("absolute", squares=lambda error: abs(error).sum())
ADDED = mistake("added", error=lambda A, x: A @ x + 1)
TRANSPOSED = mistake("transposed", error=lambda A, x: A.T @ x - 1)
CATALOGUE = [SIGN, NO_MEAN, NO_PENALTY, ABSOLUTE, ADDED, TRANSPOSED]


def cases() -> list[Case]:
    random = np.random.default_rng(1)
    found = []
    for m in (5, 4, 3):
        A, x = random.normal(size=(m, 4)), random.normal(size=4)
        found += [Case(f"{m} rows, lam {lam}", "fit", (A, x, lam), f"lam {lam}") for lam in (0.0, 0.3)]
    return found


KNOWN = Diagnostician(LINE, CATALOGUE, cases())


def ids(diagnosis: Diagnosis) -> list[set[str]]:
    return [{mistake.id for mistake in chosen} for chosen in diagnosis.explanations]


def changed(outputs: list[Outputs], name: str, change: object) -> list[Outputs]:
    return [{**each, name: change(each[name])} for each in outputs]  # type: ignore[operator]


def test_right_results_are_given_no_diagnosis() -> None:
    assert KNOWN.diagnose(KNOWN.outputs(())) == Diagnosis()


@pytest.mark.parametrize("made", CATALOGUE, ids=lambda made: made.id)
def test_a_mistake_is_named(made: Mistake) -> None:
    assert KNOWN.diagnose(KNOWN.outputs((made,))) == Diagnosis(((made,),))


@pytest.mark.parametrize("made", [(SIGN, NO_MEAN), (ADDED, NO_PENALTY), (ADDED, ABSOLUTE), (NO_MEAN, ABSOLUTE)])
def test_two_mistakes_are_named(made: tuple[Mistake, ...]) -> None:
    assert KNOWN.diagnose(KNOWN.outputs(made)).unexplained == ()
    assert ids(KNOWN.diagnose(KNOWN.outputs(made))) == [{mistake.id for mistake in made}]


def test_two_mistakes_that_show_on_different_cases_are_named() -> None:
    five = mistake("five", squares=lambda error: (error**2).sum() * (1 + (len(error) == 5)))
    four = mistake("four", cost=lambda squares, m, penalty: squares / m + penalty + (m == 4))
    known = Diagnostician(LINE, [*CATALOGUE, five, four], cases())
    assert ids(known.diagnose(known.outputs((five, four)))) == [{"five", "four"}]


def test_a_mistake_that_fits_all_cases_but_one_is_not_claimed() -> None:
    observed = KNOWN.outputs((SIGN,))
    observed[-1] = KNOWN.outputs(())[-1]
    diagnosis = KNOWN.diagnose(observed)
    assert not any({"sign"} == found for found in ids(diagnosis) if not diagnosis.unexplained)
    assert diagnosis.unexplained


def test_a_mistake_that_is_not_in_the_catalogue_is_not_explained_by_another() -> None:
    observed = KNOWN.outputs((mistake("cubed", squares=lambda error: (error**3).sum()),))
    assert KNOWN.diagnose(observed) == Diagnosis((), (("cost", "cost is wrong on every case"),))


def test_what_is_explained_is_said_beside_what_is_not() -> None:
    observed = KNOWN.outputs((NO_PENALTY, mistake("cubed", squares=lambda error: (error**3).sum())))
    diagnosis = KNOWN.diagnose(observed)
    assert ids(diagnosis) == [{"no penalty"}]
    assert diagnosis.unexplained == (("cost", "cost is wrong on every case"),)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda slope: -slope, "has the wrong sign, and is right otherwise"),
        (lambda slope: 2 * slope, "is exactly 2 times too large"),
        (lambda slope: 1.5 * slope, "is 1.5 times what it should be, on every case"),
        (lambda slope: np.concatenate([slope[:2], slope[2:][::-1]]), "has the right numbers in another order"),
        (lambda slope: slope * np.nan, "has no number in it: it is NaN, Inf or an error on every case"),
    ],
)
def test_what_nothing_explains_is_described(change: object, words: str) -> None:
    observed = changed(KNOWN.outputs(()), "slope", change)
    assert f"the end of slope {words}" in " ".join(text for _, text in KNOWN.diagnose(observed).unexplained)


def test_a_result_too_large_by_m_is_told_so() -> None:
    observed = [
        {**outputs, "slope": outputs["slope"] * len(case.arguments[0])}
        for case, outputs in zip(KNOWN.cases, KNOWN.outputs(()), strict=True)
    ]
    assert ("the front of slope", "the front of slope is too large by exactly m") in KNOWN.diagnose(
        observed
    ).unexplained


@pytest.mark.parametrize("odd", [True, 7, 1e308, 1e-320, 2 + 1j, -np.inf])
@pytest.mark.filterwarnings("error")
def test_odd_numbers_are_explained_by_nothing(odd: complex) -> None:
    observed = [
        {"cost": np.array(odd), "slope": np.full(outputs["slope"].shape, odd)} if at % 2 else outputs
        for at, outputs in enumerate(KNOWN.outputs(()))
    ]
    diagnosis = KNOWN.diagnose(observed)
    assert diagnosis.explanations == ()
    assert len(diagnosis.unexplained) == 3


def test_an_output_that_is_not_returned_is_left_alone() -> None:
    observed = changed(KNOWN.outputs((NO_MEAN,)), "slope", lambda slope: FAILED)
    assert KNOWN.diagnose(observed) == Diagnosis(((NO_MEAN,),))


def test_errors_that_no_mistake_makes_are_said_beside_the_mistake() -> None:
    observed = KNOWN.outputs((NO_MEAN,))
    observed[2:4] = [dict.fromkeys(outputs, FAILED) for outputs in observed[2:4]]
    diagnosis = KNOWN.diagnose(observed)
    assert ids(diagnosis) == [{"no mean"}]
    assert diagnosis.unexplained == (("fit", "fit gives no usable result on '4 rows, lam 0.0'"),)


def test_a_sign_is_read_where_the_numbers_leave_something_unexplained() -> None:
    sign = replace(SIGN, id="stops", steps={}, sign=lambda cases, results: results[0].outcome is Outcome.RAISED)
    known = Diagnostician(LINE, [*CATALOGUE, sign], cases())
    failed = [dict.fromkeys(LINE.outputs, FAILED)] * len(known.cases)
    results = [RawResult(Outcome.RAISED, error=CodeError("ValueError", "shapes"))] * len(known.cases)
    assert known.diagnose(failed, results).signs == (sign,)
    assert known.diagnose(known.outputs((NO_MEAN,)), results).signs == ()
    assert known.diagnose(failed, [RawResult(Outcome.ANSWERED)] * len(known.cases)).signs == ()


def test_a_mistake_found_in_a_helper_is_preferred_and_otherwise_comes_after_one_of_the_function() -> None:
    helper = mistake("helper", function="residual", error=lambda A, x: 1 - A @ x)
    known = Diagnostician(LINE, [helper, *CATALOGUE], cases())
    observed = known.outputs((SIGN,))
    assert ids(known.diagnose(observed)) == [{"sign"}]
    assert ids(known.diagnose(observed, found=(helper,))) == [{"helper"}]
    assert known.diagnose(known.outputs(()), found=(helper,)) == Diagnosis()


def test_all_explanations_that_fit_are_shown_and_the_same_one_once() -> None:
    twin, way = mistake("twin", **SIGN.steps), mistake("sign", error=lambda A, x: 1 - x @ A.T)
    known = Diagnostician(LINE, [*CATALOGUE, twin, way], cases())
    assert ids(known.diagnose(known.outputs((SIGN,)))) == [{"sign"}, {"twin"}]
    assert known.twins() == {("sign", "twin")}


# --- work -------------------------------------------------------------------------------------------------------------


MANY = [
    mistake(f"{step} {number}", **{step: eval(f"lambda {name}: {name} * {number} / 7")})
    for step, name in (("m", "A"), ("squares", "error"), ("penalty", "x"), ("error", "A"))
    for number in range(15)
]


class Counting(Diagnostician):
    """Counts the ways that it makes a factor with more mistakes than the tables that all searches share."""

    counted = 0

    def _made(self, factor: Factor, unit: int, chosen: Chosen) -> Any:
        self.counted += len(chosen) > 2
        return super()._made(factor, unit, chosen)


def hard(known: Diagnostician) -> list[list[Outputs]]:
    """What costs a search all its work: random numbers, three mistakes, noise upon a mistake."""
    random = np.random.default_rng(3)
    cubed = mistake("cubed", squares=lambda error: (error**3).sum())
    return [
        changed(known.outputs((SIGN,)), "cost", lambda cost: cost + 0.123),
        [{name: random.normal(size=np.shape(value)) for name, value in each.items()} for each in known.outputs(())],
        known.outputs((TRANSPOSED, ABSOLUTE, NO_PENALTY)),
        known.outputs((ADDED, cubed, NO_PENALTY)),
        changed(known.outputs((ADDED,)), "slope", lambda slope: slope * (1 + 1e-3 * random.normal(size=slope.shape))),
        known.outputs((NO_MEAN, NO_PENALTY)),
    ]


@pytest.mark.parametrize("work", [100, 400, diagnose.MOST_WORK])
def test_a_diagnosis_does_not_depend_on_what_is_remembered(work: int, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = [*CATALOGUE, *MANY]
    observed = hard(KNOWN)
    cold = [Diagnostician(LINE, catalogue, cases()).diagnose(each, work=work) for each in observed]
    warm = Diagnostician(LINE, catalogue, cases())
    assert [warm.diagnose(each, work=work) for each in observed] == cold
    assert [warm.diagnose(each, work=work) for each in reversed(observed)] == cold[::-1]
    monkeypatch.setattr(diagnose, "MOST_TABLES", {1: 1, 2: 1})
    monkeypatch.setattr(diagnose, "MOST_BYTES", 10_000)
    forgetful = Diagnostician(LINE, catalogue, cases())
    assert [forgetful.diagnose(each, work=work) for each in observed] == cold


def test_a_search_makes_no_table_that_costs_more_than_what_is_left() -> None:
    counted = []
    for work in (0, 1000, 2000):
        known = Counting(LINE, [*CATALOGUE, *MANY], cases())
        known.diagnose(hard(KNOWN)[3], work=work)
        counted.append(known.counted)
    assert counted[0] == 0
    assert counted[1] < 100
    assert 1000 < counted[2] < 2000


def test_without_work_nothing_is_explained_and_all_is_described() -> None:
    diagnosis = KNOWN.diagnose(KNOWN.outputs((NO_MEAN,)), work=0)
    assert diagnosis == Diagnosis((), (("cost", "cost is too large by exactly m"),))
    search = Search(KNOWN, KNOWN.outputs((NO_MEAN,)), (), work=0)
    search.run()
    assert list(search.reached) == [frozenset()]
    assert len(search.tasks) == 2


def test_pairs_are_not_looked_up_where_single_mistakes_explain_all() -> None:
    known = Diagnostician(LINE, CATALOGUE, cases())
    assert known.diagnose(known.outputs((NO_MEAN, NO_PENALTY))) == Diagnosis(((NO_MEAN, NO_PENALTY),))
    assert known.tables[2].cache_info().misses == 0
    known.diagnose(known.outputs((NO_MEAN, ABSOLUTE)))
    assert known.tables[2].cache_info().misses > 0


def test_results_of_foreign_size_leave_nothing_behind() -> None:
    before = weights.cache_info().misses
    for size in range(5000, 5100):
        KNOWN.diagnose([{"cost": np.ones(size), "slope": np.ones(size)} for _ in KNOWN.cases])
    assert weights.cache_info().misses == before


# --- what mistakes show in --------------------------------------------------------------------------------------------


def test_the_cases_that_catch_a_mistake_are_named() -> None:
    assert KNOWN.caught_by(NO_PENALTY) == [case.name for case in KNOWN.cases if case.arguments[2]]
    assert KNOWN.caught_by(mistake("none", squares=lambda error: error @ error)) == []


def test_a_mistake_affects_the_outputs_and_groups_in_which_it_shows() -> None:
    asked = [(output, group) for output in ("cost", "slope") for group in ("lam 0.0", "lam 0.3")]
    assert [KNOWN.affects(NO_PENALTY, *each) for each in asked] == [False, True, False, False]
    assert [KNOWN.affects(ADDED, *each) for each in asked] == [True, True, True, True]


def test_a_factor_concerns_its_output_in_its_groups() -> None:
    asked = [(output, group) for output in ("cost", "slope") for group in ("lam 0.0", "lam 0.3")]
    assert [KNOWN.concerns("cost", *each) for each in asked] == [True, True, False, False]
    assert [KNOWN.concerns("what lam adds to cost", *each) for each in asked] == [False, True, False, False]
    assert [KNOWN.concerns("fit", *each) for each in asked] == [True, True, True, True]


# --- comparing numbers ------------------------------------------------------------------------------------------------


def test_numbers_are_close_to_rounding_only() -> None:
    numbers = np.array([1.0, -2.0, 1e-9])
    assert close(numbers * (1 + 1e-9), numbers)
    assert not close(numbers * (1 + 1e-4), numbers)
    assert not close(numbers, numbers[:2])
    assert not close(numbers, FAILED)


def test_nan_and_inf_have_to_be_in_the_same_places() -> None:
    assert close(np.array([1, np.nan, np.inf]), np.array([1, np.nan, np.inf]))
    assert not close(np.array([1, np.nan, 2]), np.array([1, 2, np.nan]))
    assert not close(np.array([1, np.inf]), np.array([1, -np.inf]))


def test_what_is_close_has_a_like_fingerprint() -> None:
    numbers = np.random.default_rng(0).normal(size=50)
    prints = np.array([fingerprint(numbers * (1 + 1e-9)), fingerprint(numbers + 1e-3), fingerprint(FAILED)])
    assert like(prints, numbers, 0.0).tolist() == [True, False, False]
    assert like(prints, numbers, 1e-2).tolist() == [True, True, False]


def test_numbers_beside_nan_and_inf_have_a_fingerprint() -> None:
    numbers = np.array([1.0, np.nan, np.inf, 2.0])
    assert like(np.array([fingerprint(numbers), fingerprint(numbers + 1)]), numbers, 0.0).tolist() == [True, False]


@pytest.mark.parametrize("size", [1, 50])
def test_numbers_at_the_edge_of_what_is_close_have_a_like_fingerprint(size: int) -> None:
    made = np.random.default_rng(1).normal(size=size)
    seen = made + 0.999 * (1e-8 * np.max(np.abs(made)) + 1e-6 * np.abs(made))
    assert close(seen, made)
    assert like(np.array([fingerprint(made)]), seen, 0.0).tolist() == [True]


@pytest.mark.parametrize("huge", [1e5, 1e100, 1e300])
def test_huge_numbers_that_cancel_do_not_make_all_fingerprints_alike(huge: float) -> None:
    made = np.random.default_rng(0).normal(size=50)
    prints = np.array([fingerprint(made + shift) for shift in (1e-3, 1e-2, 1)])
    seen = np.append(made[:-2], huge / weights(50)[-2:] * [1, -1])
    assert not like(prints, seen, 0.0).any()


def test_a_difference_that_rounding_drowns_is_not_looked_at() -> None:
    assert not drowned(np.array([1.0]), np.array([2.0]), 1e-9)
    assert drowned(np.array([1.0]), np.array([2.0]), 1e-3)
    observed = [
        {**outputs, "cost": np.array(1e11 + 0.05 * bool(case.arguments[2]))}
        for case, outputs in zip(KNOWN.cases, KNOWN.outputs(()), strict=True)
    ]
    assert KNOWN.diagnose(observed) == Diagnosis((), (("cost", "cost is wrong on every case"),))


def test_a_ratio_is_of_every_number() -> None:
    assert ratio(np.array([2.0, 4.0]), np.array([1.0, 2.0]), 0.0) == pytest.approx(2)
    assert ratio(np.array([2.0, 5.0]), np.array([1.0, 2.0]), 0.0) is None
    assert ratio(np.zeros(2), np.array([1.0, 2.0]), 0.0) is None


def test_rows_for_columns_are_recognised() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    assert turned(matrix.ravel(), matrix.ravel(order="F"), 0.0)
    assert not turned(matrix.ravel()[::-1], matrix.ravel(order="F"), 0.0)


# --- which explanations are shown -------------------------------------------------------------------------------------


def shown(*found: Explanation) -> list[Chosen]:
    search = Search(KNOWN, KNOWN.outputs((SIGN, NO_MEAN)), (), work=0)
    start = Explanation((), tuple(search.factors[:3]), paired=False)
    search.reached = {frozenset(each.chosen): each for each in (start, *found)}
    return [each.chosen for each in search.best()]


def test_an_explanation_that_leaves_more_aside_is_not_shown_beside_a_whole_one() -> None:
    cost = (KNOWN.factors[0],)
    found = [((SIGN, ADDED), cost), ((SIGN, NO_MEAN), ()), ((SIGN, ABSOLUTE, ADDED), ())]
    assert shown(*(Explanation(chosen, wrong, paired=False) for chosen, wrong in found)) == [(SIGN, NO_MEAN)]
    assert shown() == [()]


def test_an_explanation_that_spoils_what_was_right_is_not_shown() -> None:
    assert shown(Explanation((SIGN,), (KNOWN.factors[-1],), paired=False)) == [()]


def test_a_mistake_that_leaves_nothing_to_others_is_claimed_of_all_or_not_at_all() -> None:
    """A gradient that is zero as a whole is no explanation where half of it is something else."""
    zero = mistake("zero", slope=lambda: np.zeros(4))
    known = Diagnostician(LINE, [*CATALOGUE, zero], cases())
    assert known.diagnose(known.outputs((zero,))) == Diagnosis(((zero,),))
    half = changed(known.outputs((zero,)), "slope", lambda slope: slope + np.arange(4))
    diagnosis = known.diagnose(half)
    assert diagnosis.explanations == ()
    assert {name for name, _ in diagnosis.unexplained} >= {"the end of slope", "the front of slope"}
