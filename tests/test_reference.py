from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import reference
from grader.cases import draw_cases, exercise_names, load_exercise
from grader.errors import ReferenceFailure, UsageError
from grader.model import Case, Formula
from grader.values import as_array

EXERCISE = load_exercise("ex4")
CASE = Case("a net", "nnCostFunction", (np.array([[0.1, 0.2], [1.0, 3.0]]), 3, 0.5), "lambda > 0", 7)


@pytest.fixture
def no_solutions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "has_solutions", lambda exercise: False)


def test_stored_answers_are_the_live_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    key = reference.answer_key(EXERCISE)
    arrays = reference.pack(key)
    monkeypatch.setattr(reference, "stored", lambda exercise: arrays)
    found = reference.stored_answers(EXERCISE, key.cases)
    pairs = [pair for ours, live in zip(found, key.answers, strict=True) for pair in zip(ours, live, strict=True)]
    assert sum(stored is not None for stored, _ in pairs) > len(key.cases)
    assert all(live is None if stored is None else np.array_equal(stored, live) for stored, live in pairs)


def test_what_is_stored_needs_no_pickle() -> None:
    arrays = reference.pack(reference.answer_key(EXERCISE))
    assert not any(array.dtype.hasobject for array in arrays.values())


def test_answers_to_other_cases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = reference.pack(reference.answer_key(EXERCISE))
    monkeypatch.setattr(reference, "stored", lambda exercise: arrays)
    with pytest.raises(ReferenceFailure, match=r"not to the cases .* make the bundle again"):
        reference.stored_answers(EXERCISE, draw_cases(EXERCISE, seed=1))


def test_a_digest_is_the_same_where_only_the_last_bits_differ() -> None:
    numbers, *others = CASE.arguments
    near = replace(CASE, arguments=(np.asarray(numbers) * (1 + 1e-15), *others))
    assert reference.digest([near]) == reference.digest([CASE])


@pytest.mark.parametrize(
    "other",
    [
        replace(CASE, name="another"),
        replace(CASE, function="predict"),
        replace(CASE, group="lambda = 0"),
        replace(CASE, seed=8),
        replace(CASE, arguments=CASE.arguments[:-1]),
        replace(CASE, arguments=(*CASE.arguments[:-1], 0.50001)),
        replace(CASE, arguments=(np.array([0.1, 0.2, 1.0, 3.0]), *CASE.arguments[1:])),
        replace(CASE, arguments=(Formula("lambda x: x", "@(x) x"), *CASE.arguments[1:])),
    ],
)
def test_a_digest_tells_different_cases_apart(other: Case) -> None:
    assert reference.digest([other]) != reference.digest([CASE])


@pytest.mark.usefixtures("no_solutions")
def test_without_solutions_there_are_no_hidden_cases() -> None:
    with pytest.raises(UsageError, match="hidden cases needs solutions/, which a student bundle does not have"):
        reference.answer_key.__wrapped__(EXERCISE, 1)


@pytest.mark.usefixtures("no_solutions")
def test_without_solutions_nothing_is_computed() -> None:
    with pytest.raises(UsageError, match="needs solutions/"):
        reference.answers(EXERCISE, draw_cases(EXERCISE))


@pytest.mark.parametrize("content", [None, b"", b"no archive", b"PK\x03\x04 half an archive"])
def test_a_missing_or_broken_file_is_our_failure(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ex4.npz"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(reference, "stored_path", lambda exercise: path)
    with pytest.raises(ReferenceFailure, match="no reference answers: there is no solutions/"):
        reference.stored.__wrapped__(EXERCISE)


@pytest.mark.parametrize("seed", [None, 1, 7])
@pytest.mark.parametrize("name", exercise_names())
def test_every_answer_of_the_reference_is_finite(name: str, seed: int | None) -> None:
    key = reference.answer_key(load_exercise(name), seed)
    arrays = [as_array(value) for answer in key.answers for value in answer]
    assert all(np.isfinite(array).all() for array in arrays if array is not None)
    assert sum(array is not None for array in arrays) >= len(key.cases)
