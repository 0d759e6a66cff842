from __future__ import annotations

import numpy as np
import pytest

from grader.fingerprints import Fingerprints, digest, fingerprints, pack, unpack
from grader.graph import FAILED
from grader.model import Diagnosis
from tests.benchmarks.diagnosis import has_numbers, laboratory, names_of

LAB = laboratory("ex4")
COMPUTATION, expert, own, random_sets = LAB.computations, LAB.expert, LAB.own, LAB.random_sets


@pytest.fixture(scope="module")
def stored() -> dict[str, Fingerprints]:
    return unpack(pack([fingerprints(expert(function, None)) for function in COMPUTATION]))


def ids(diagnosis: Diagnosis) -> set[frozenset[str]]:
    return {frozenset(names_of(chosen)) for chosen in diagnosis.explanations}


@pytest.mark.parametrize("function", COMPUTATION)
def test_single_mistakes_are_diagnosed_as_with_the_solutions(stored: dict[str, Fingerprints], function: str) -> None:
    known = expert(function, None)
    tried = [made for made in own(function) if has_numbers(known, (made,))]
    assert tried
    for made in tried:
        observed = known.outputs((made,))
        assert ids(stored[function].diagnose(observed)) == ids(known.diagnose(observed)), made.id


def test_what_a_student_reads_is_kept(stored: dict[str, Fingerprints]) -> None:
    known = expert("nnCostFunction", None)
    made = known.mistakes[-1]
    ((told,),) = stored["nnCostFunction"].diagnose(known.outputs((made,))).explanations[-1:]
    assert (told.id, told.title, told.message) == (made.id, made.title, made.message)


@pytest.mark.parametrize("function", COMPUTATION)
def test_right_results_are_given_no_diagnosis(stored: dict[str, Fingerprints], function: str) -> None:
    assert stored[function].diagnose(expert(function, None).outputs(())) == Diagnosis()


def test_round_off_does_not_matter(stored: dict[str, Fingerprints]) -> None:
    random, known = np.random.default_rng(0), expert("nnCostFunction", None)
    for made in own("nnCostFunction")[::10]:
        observed = [
            {name: value if value is FAILED else value * (1 + 1e-14 * random.normal(size=np.shape(value)))}
            | {other: outputs[other] for other in outputs if other != name}
            for outputs in known.outputs((made,))
            for name, value in [("grad", outputs["grad"])]
        ]
        assert ids(stored["nnCostFunction"].diagnose(observed)) == ids(known.diagnose(observed)), made.id


def test_two_mistakes_on_different_factors_are_found_and_none_is_made_up(stored: dict[str, Fingerprints]) -> None:
    known, found = expert("nnCostFunction", None), 0
    for chosen in random_sets(known, 2, 40, seed=3):
        told = ids(stored["nnCostFunction"].diagnose(known.outputs(chosen)))
        assert not told or told <= ids(known.diagnose(known.outputs(chosen)))
        found += bool(told)
    assert found >= 10


def test_a_mistake_that_is_not_in_the_catalogue_is_not_explained(stored: dict[str, Fingerprints]) -> None:
    known = expert("nnCostFunction", None)
    observed = [{**outputs, "J": outputs["J"] * 1.001} for outputs in known.outputs(())]
    diagnosis = stored["nnCostFunction"].diagnose(observed)
    added = "what lambda adds to J"
    assert diagnosis == Diagnosis((), (("J", "J is wrong"), (added, f"{added} is wrong")))


def test_errors_alone_point_at_no_mistake(stored: dict[str, Fingerprints]) -> None:
    failed = [dict.fromkeys(outputs, FAILED) for outputs in expert("nnCostFunction", None).outputs(())]
    sentence = "nnCostFunction gives no usable result"
    assert stored["nnCostFunction"].diagnose(failed) == Diagnosis((), (("nnCostFunction", sentence),))


def test_an_error_on_one_case_makes_no_number_wrong(stored: dict[str, Fingerprints]) -> None:
    observed = [*expert("sigmoid", None).outputs(())[:-1], {"values": FAILED}]
    assert stored["sigmoid"].diagnose(observed) == Diagnosis((), (("sigmoid", "sigmoid gives no usable result"),))


@pytest.mark.parametrize("function", COMPUTATION)
def test_where_mistakes_and_factors_show_is_kept(stored: dict[str, Fingerprints], function: str) -> None:
    known, kept = expert(function, None), stored[function]
    assert kept.computation.outputs == known.computation.outputs
    for output, group in kept.cells:
        for made, same in list(zip(known.mistakes, kept.mistakes, strict=True))[::9]:
            assert known.affects(made, output, group) == kept.affects(same, output, group), made.id
        for factor in known.factors:
            assert known.concerns(factor.name, output, group) == kept.concerns(factor.name, output, group)


def test_what_is_stored_is_no_object_and_no_answer() -> None:
    known = expert("sigmoid", None)
    arrays = pack([fingerprints(known)])
    assert not any(array.dtype.hasobject for array in arrays.values())
    answers = [np.asarray(outputs["values"]).ravel()[:1].tobytes() for outputs in known.outputs(())]
    assert not any(answer in array.tobytes() for answer in answers for array in arrays.values())


def test_a_digest_is_of_six_digits() -> None:
    numbers = np.array([0.25, -3.0, 0.0])
    assert digest(numbers) == digest(numbers * (1 + 1e-13)) != digest(numbers * (1 + 1e-4))
    assert digest(FAILED) == 0 != digest(np.zeros(3))
    assert digest(np.array([np.nan, 1.0])) != digest(np.array([0.0, 1.0]))
    assert digest(np.full(3, 5e-324)) == digest(np.zeros(3))


@pytest.mark.parametrize("odd", [1e300, -1e308, 1e-290, np.nan, -np.inf, 1e300 + 1e300j])
@pytest.mark.filterwarnings("error")
def test_odd_numbers_are_explained_by_nothing(stored: dict[str, Fingerprints], odd: complex) -> None:
    right = expert("nnCostFunction", None).outputs(())
    whole = [np.full(outputs["grad"].shape, odd) for outputs in right]
    one = [np.append(odd, outputs["grad"][1:]) for outputs in right]
    for grads in (whole, one):
        observed = [{"J": np.asarray(odd), "grad": grad} for grad in grads]
        diagnosis = stored["nnCostFunction"].diagnose(observed)
        assert diagnosis.explanations == ()
        assert diagnosis.unexplained


def test_numbers_of_any_shape_are_explained_by_nothing(stored: dict[str, Fingerprints]) -> None:
    cases = range(len(expert("nnCostFunction", None).cases))
    shapes = [{"J": np.ones((0, 3)), "grad": np.ones(1 << 18)}, {"J": np.ones((2, 2)), "grad": np.ones(())}]
    assert stored["nnCostFunction"].diagnose([shapes[case % 2] for case in cases]).explanations == ()
