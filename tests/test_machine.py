from __future__ import annotations

import sys

import pytest

from grader.doctor import check_octave
from grader.machine import how_to_get_octave, is_isolated
from grader.sandbox import BACKENDS


def test_a_process_of_ones_own_is_no_isolation_and_a_sandbox_is() -> None:
    assert {name: is_isolated(backend.isolation) for name, backend in BACKENDS.items()} == {
        "bwrap": True,
        "landlock": True,
        "process": False,
    }
    assert [is_isolated(name) for name in ("none", "none: own process", "nonesuch: a sandbox")] == [False, False, True]


@pytest.mark.parametrize(("platform", "how"), [("darwin", "brew install octave"), ("plan9", "https://octave.org")])
def test_octave_is_got_as_the_platform_has_it(platform: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert how_to_get_octave().startswith(how)
    assert check_octave().remedy == how_to_get_octave()
