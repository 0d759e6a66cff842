"""What optional programs tests need. Set GRADER_REQUIRE=octave,bwrap to make a missing one a failure and not a skip."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two pools of threads on few cores wait for each other

from grader.sandbox import BACKENDS


def _octave() -> str | None:
    if shutil.which("octave-cli") is None:
        return "Octave is not installed"
    return None if importlib.util.find_spec("oct2py") else "oct2py is not installed"


MISSING = {"octave": _octave(), **{name: BACKENDS[name].reason_unavailable() for name in ("bwrap", "landlock")}}


def needs(program: str) -> pytest.MarkDecorator:
    """Skip a test where `program` is not there: 'octave', 'bwrap' or 'landlock'."""
    return pytest.mark.skipif(MISSING[program] is not None, reason=str(MISSING[program]))


def pytest_sessionstart() -> None:
    required = filter(None, os.environ.get("GRADER_REQUIRE", "").split(","))
    if missing := [f"{name}: {MISSING[name]}" for name in required if MISSING[name]]:
        pytest.exit("required but missing: " + "; ".join(missing), returncode=1)
