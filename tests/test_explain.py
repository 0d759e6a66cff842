from __future__ import annotations

from grader.explain import once_each
from grader.model import Mistake


def test_two_ways_of_one_mistake_are_told_once() -> None:
    one, other, again = (Mistake(id, "f", id, f"{id}!") for id in ("half", "sign", "half"))
    assert once_each([one, other, again]) == (one, other)
