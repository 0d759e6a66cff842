""".mat files, ours and a user's own copies of the course's."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from grader.errors import UsageError

DESCRIPTION_BYTES = 116


def course_data(option: str | Path | None = None) -> Path | None:
    """Directory of a user's own copies of the original files: the option given, else $COURSE_DATA, else None.

    Raises UsageError where that is no directory.
    """
    named = option or os.environ.get("COURSE_DATA")
    if not named:
        return None
    directory = Path(named).expanduser()
    if not directory.is_dir():
        raise UsageError(f"{'--data' if option else '$COURSE_DATA'}: there is no directory {directory}")
    return directory


def read_mat(path: Path, *names: str) -> tuple[np.ndarray, ...]:
    """The matrices of these names, float64.

    Raises UsageError where the file is missing or damaged, or lacks one of them.
    """
    import scipy.io

    if not path.is_file():
        raise UsageError(f"there is no file {path}")
    try:
        variables = scipy.io.loadmat(path, variable_names=names)
    except Exception as error:  # a damaged file can raise nearly anything
        raise UsageError(f"{path} is no .mat file of version 4 to 7 ({error})") from error
    for name in names:
        matrix = variables.get(name)
        if not isinstance(matrix, np.ndarray) or matrix.dtype.kind not in "biuf":
            raise UsageError(f"{path} has no matrix {name} of real numbers")
    return tuple(variables[name].astype(float) for name in names)


def write_mat_file(path: Path, variables: Mapping[str, np.ndarray]) -> None:
    """Compressed version 5 file. Its header names no date, so that the same matrices give the same bytes."""
    import scipy.io

    stream = io.BytesIO()
    scipy.io.savemat(stream, dict(variables), do_compression=True)
    stream.seek(0)
    stream.write(b"MATLAB 5.0 MAT-file".ljust(DESCRIPTION_BYTES))
    path.write_bytes(stream.getvalue())
