from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from grader.fingerprints import Fingerprints, digest, fingerprints, read, write
from grader.graph import FAILED
from grader.model import Diagnosis
from tests.benchmarks.diagnosis import COMPUTATION, expert, has_numbers, names_of, own, random_sets


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fingerprints]:
    path = tmp_path_factory.mktemp("stored") / "ex4.npz"
    write(path, [fingerprints(expert(function, None)) for function in COMPUTATION])
    return dict(read(path))


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


def test_the_file_holds_no_pickle_and_no_answer(tmp_path: Path) -> None:
    known = expert("sigmoid", None)
    write(tmp_path / "ex4.npz", [fingerprints(known)])
    with zipfile.ZipFile(tmp_path / "ex4.npz") as file:
        contents = [file.read(name) for name in file.namelist()]
    assert not any(b"'descr': '|O'" in content for content in contents)
    answers = [np.asarray(outputs["values"]).ravel()[:1].tobytes() for outputs in known.outputs(())]
    assert not any(answer in content for answer in answers for content in contents)


def test_a_digest_is_of_six_digits() -> None:
    numbers = np.array([0.25, -3.0, 0.0])
    assert digest(numbers) == digest(numbers * (1 + 1e-13)) != digest(numbers * (1 + 1e-4))
    assert digest(FAILED) == 0 != digest(np.zeros(3))
    assert digest(np.array([np.nan, 1.0])) != digest(np.array([0.0, 1.0]))
