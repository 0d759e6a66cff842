from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import watch
from grader.errors import UnavailableError, UsageError
from grader.model import Report

RIGHT = "import numpy as np\n\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"
WRONG = RIGHT.replace("-z", "z")
SECONDS = 20


def sigmoid_of(outcome: Report | str) -> str:
    assert isinstance(outcome, Report)
    return str(next(score.status for score in outcome.parts if score.part.function == "sigmoid"))


def test_each_save_is_scored_and_what_cannot_be_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ex4.py"
    file.write_text(WRONG)

    def saves(path: Path) -> Iterator[None]:
        file.write_text(RIGHT)
        yield None
        file.unlink()
        yield None

    monkeypatch.setattr(watch, "watched", saves)
    first, second, third = watch.scores("ex4", tmp_path, True, "process", 5.0, lambda: None)
    assert (sigmoid_of(first), sigmoid_of(second)) == ("wrong", "correct")
    assert isinstance(third, str)
    assert "holds no .py file" in third


def test_a_save_is_noticed_and_other_files_are_not(tmp_path: Path) -> None:
    def write() -> None:
        time.sleep(0.5)
        (tmp_path / "notes.txt").write_text("no work")
        (tmp_path / "ex4.py").write_text(RIGHT)

    file = tmp_path / "ex4.py"
    file.write_text(WRONG)
    writer = threading.Thread(target=write)
    writer.start()
    changes = next(iter(watch.watched(file)))
    writer.join(SECONDS)
    assert {Path(name).name for _, name in changes} == {"ex4.py"}  # type: ignore[attr-defined]


def test_without_watchfiles_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(UnavailableError, match=r"pip install -e '\.\[watch\]'"):
        watch.watched(tmp_path)


@pytest.mark.parametrize(("exercise", "name"), [("ex99", "."), ("ex4", "nowhere.py"), ("ex4", "no/such/folder")])
def test_what_is_not_there_is_not_waited_for(exercise: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no (such file|exercise)"):
        next(watch.scores(exercise, tmp_path / name, True, "process", 5.0, lambda: None))
