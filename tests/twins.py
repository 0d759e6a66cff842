"""Octave's side of a comparison: many calls, answered by one session."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io

Call = tuple[str, int, tuple[Any, ...]]
"""A function, how many outputs are asked of it, and its arguments. What begins with @ is an anonymous function."""

SECONDS = 60
DRIVER = """
load("calls.mat");
answers = cell(size(calls));
for k = 1:numel(calls)
  [name, nout, given] = calls{k}{:};
  for i = find(strncmp(given, "@", 1))
    given{i} = str2func(given{i});
  end
  rand("twister", 42);
  answers{k} = cell(1, nout);
  [answers{k}{:}] = feval(str2func(name), given{:});
end
save("-v7", "answers.mat", "answers");
"""


def in_octave(functions: Path, calls: Mapping[str, Call]) -> tuple[dict[str, list[np.ndarray]], str]:
    """The outputs of every call, by the same keys, and all that was printed; `functions` is the folder of .m files."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "calls.mat"), Path(folder, "answers.mat")
        scipy.io.savemat(asked, {"calls": for_octave(tuple(calls.values()))}, oned_as="column")
        octave = subprocess.run(
            ["octave-cli", "--no-history", "--no-init-file", "--path", str(functions), "--eval", DRIVER],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert octave.returncode == 0, octave.stderr
        answers = scipy.io.loadmat(answered)["answers"].ravel()
    return {key: list(answer.ravel()) for key, answer in zip(calls, answers, strict=True)}, octave.stdout


def for_octave(value: Any) -> Any:
    """Lists and tuples as cells, vectors as columns, numbers as doubles."""
    if isinstance(value, (list, tuple)):
        cells = np.empty((1, len(value)), dtype=object)
        cells[0] = [for_octave(item) for item in value]
        return cells
    return value if isinstance(value, str) else np.array(value, dtype=float)
