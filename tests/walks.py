"""What the tests of every walk-through need: its program, an exercise to walk through, and no display."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.audit import ROOT, shipped_stubs

SETTINGS = ("COURSE_DATA", "DISPLAY", "WAYLAND_DISPLAY")


def program_of(exercise: str) -> ModuleType:
    """What `python -m exercises.<exercise>` runs; importing it sets a number of threads, which is undone."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENBLAS_NUM_THREADS", os.environ.get("OPENBLAS_NUM_THREADS", ""))
        return importlib.import_module(f"exercises.{exercise}.__main__")


def stubs_of(exercise: str) -> Path:
    return shipped_stubs(exercise).relative_to(ROOT)


def at_the_stubs(program: ModuleType, stubs: Path) -> Any:
    """A fixture for all tests of a module: the student has the shipped stubs, and no settings or display."""

    @pytest.fixture(autouse=True)
    def at_the_stubs(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(program, "STUDENT", ".".join(stubs.with_suffix("").parts))
        for name in SETTINGS:
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("MPLBACKEND", "agg")

    return at_the_stubs


def student_of(program: ModuleType) -> Any:
    """A fixture that makes a module of some source the student's, and gives its path."""

    @pytest.fixture
    def student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
        def write(source: str) -> Path:
            name = f"student_{tmp_path.name}"
            path = tmp_path / name / "work.py"
            path.parent.mkdir()
            path.write_text(source)
            monkeypatch.syspath_prepend(tmp_path)
            monkeypatch.setattr(program, "STUDENT", f"{name}.work")
            return path

        return write

    return student


def line_of(path: Path, text: str) -> int:
    """The number of the first line with `text` in it."""
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if text in line)
