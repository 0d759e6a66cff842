"""A path -> a Submission: finds and reads the files that were handed in. Nothing is imported or parsed here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Submission

MAX_FILE_BYTES = 1 << 20
MAX_FILES = 200
SKIPPED_FOLDERS = {"__pycache__", "__MACOSX", "node_modules", "site-packages", "venv"}
OURS = {"spec.py", "__main__.py", "mistakes.py", "walkthrough.py", "walkthrough_pictures.py"}
IMPORT = re.compile(rb"^\s*(?:from|import)\s+\.?(\w+)", re.MULTILINE)


def read_submission(path: Path, exercise: str) -> Submission:
    """The submission at `path`: a folder, or one .py file with the neighbours that it imports.

    Raises `SubmissionError` where there is nothing that could be graded.
    """
    path = path.absolute()
    if path.is_dir():
        return read_folder(path, exercise)
    if not path.exists():
        raise SubmissionError(f"{path}: there is no such file or folder")
    if path.suffix != ".py":
        raise SubmissionError(f"{path}: cannot be graded; give a .py file, or a folder of them")
    return read_file(path)


def read_folder(folder: Path, exercise: str) -> Submission:
    files: dict[str, bytes] = {}
    notes = []
    for file in walk(folder):
        name = file.relative_to(folder).as_posix()
        if len(files) == MAX_FILES:
            notes.append(f"only the first {MAX_FILES} .py files were read")
            break
        source, note = read_source(file)
        files.update({} if source is None else {name: source})
        notes += [f"{name}: {note}"] if note else []
    if not files:
        raise SubmissionError(f"{folder}: holds no .py file that could be graded")
    return Submission(folder.name, folder, "python", exercise, files, tuple(notes))


def walk(folder: Path) -> Iterator[Path]:
    """The .py files below `folder`, those nearest the top first; links that lead out of it are left alone."""
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith("."))
        for name in sorted(names):
            file = Path(parent, name)
            if file.suffix == ".py" and name not in OURS and not name.startswith(".") and within(file, root):
                yield file


def within(file: Path, root: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(root)


def read_file(path: Path) -> Submission:
    source, note = read_source(path)
    if source is None:
        raise SubmissionError(f"{path}: {note}")
    files, waiting = {path.name: source}, [source]
    while waiting and len(files) < MAX_FILES:
        for module in IMPORT.findall(waiting.pop()):
            neighbour = path.parent / f"{module.decode()}.py"
            if neighbour.name not in files and within(neighbour, path.parent.resolve()):
                source, _ = read_source(neighbour)
                if source is not None:
                    files[neighbour.name] = source
                    waiting.append(source)
    return Submission(path.stem, path, "python", path.stem, files)


def read_source(file: Path) -> tuple[bytes | None, str]:
    """The bytes of one file, or None and why it was not read."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            return None, f"not read: larger than {MAX_FILE_BYTES >> 20} MiB"
        return file.read_bytes(), ""
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
