"""A path -> a Submission: finds and reads the files that were handed in. Nothing is imported or parsed here."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Submission
from grader.values import clean

MAX_FILE_BYTES = 1 << 20
MAX_FILES = 200
SKIPPED_FOLDERS = {"__pycache__", "__MACOSX", "node_modules", "site-packages", "venv"}
HINTS = {
    ".m": "compare Octave files with `python -m grader diff ex4 --octave FOLDER`",
    ".ipynb": "export the notebook as a .py file first",
}
OURS = {"spec.py", "__main__.py", "mistakes.py", "walkthrough.py", "walkthrough_pictures.py"}
MAX_DEPTH = 8
IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(.+)$", re.MULTILINE)
WORD = re.compile(r"\w[\w.]*")


def read_submission(path: Path, exercise: str) -> Submission:
    """The submission at `path`: a folder, or one .py file with the neighbours that it imports.

    Raises `SubmissionError` where there is nothing that could be graded.
    """
    path = path.absolute()
    if path.is_dir():
        return read_folder(path, exercise)
    if not path.exists():
        raise SubmissionError(f"{shown(path)}: there is no such file or folder")
    if path.suffix != ".py":
        hint = HINTS.get(path.suffix, "give a .py file, or a folder of them")
        raise SubmissionError(f"{shown(path)}: cannot be graded; {hint}")
    return read_file(path)


def shown(path: Path | str) -> str:
    """A path as text that can be printed anywhere."""
    return clean(os.fsencode(path).decode("utf-8", "replace"), 300)


def read_folder(folder: Path, exercise: str) -> Submission:
    files: dict[str, bytes] = {}
    notes = []
    found = sorted(walk(folder), key=lambda file: (len(file.parts), file.stem != exercise, file.parts))
    entries = [file for file in found if file.stem == exercise]
    if len(entries) > 1 and entries[0].parent != folder:
        names = " and ".join(shown(file.relative_to(folder)) for file in entries[:2])
        raise SubmissionError(f"{shown(folder)}: holds the work of several, {names}; give the folder of one")
    for file in found[:MAX_FILES]:
        name = shown(file.relative_to(folder).as_posix())
        source, note = read_source(file)
        files.update({} if source is None else {name: source})
        notes += [f"{name}: {note}"] if note else []
    if len(found) > MAX_FILES:
        notes.append(f"only the first {MAX_FILES} .py files were read")
    if not files:
        raise SubmissionError(f"{shown(folder)}: holds no .py file that could be graded")
    return Submission(shown(folder.name), folder, "python", exercise, files, tuple(notes))


def walk(folder: Path) -> Iterator[Path]:
    """The .py files below `folder`; links that lead out of it are left alone."""
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        deep = len(Path(parent).parts) - len(folder.parts) >= MAX_DEPTH
        folders[:] = [] if deep else [n for n in folders if n not in SKIPPED_FOLDERS and not n.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if file.suffix == ".py" and name not in OURS and not name.startswith(".") and within(file, root):
                yield file


def within(file: Path, root: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(root)


def read_file(path: Path) -> Submission:
    source, note = read_source(path)
    if source is None:
        raise SubmissionError(f"{shown(path)}: {note}")
    files, waiting = {shown(path.name): source}, [source]
    while waiting and len(files) < MAX_FILES:
        for neighbour in imported_files(waiting.pop(), path.parent):
            name = shown(neighbour.relative_to(path.parent).as_posix())
            found, _ = read_source(neighbour)
            if found is not None and name not in files:
                files[name] = found
                waiting.append(found)
    return Submission(shown(path.stem), path, "python", shown(path.stem), files)


def imported_files(source: bytes, folder: Path) -> Iterator[Path]:
    """The files in `folder` that any word of an import statement may mean: modules, packages, modules in them."""
    for statement in IMPORT.findall(source):
        first, *others = WORD.findall(statement.decode("utf-8", "replace")) or [""]
        for dotted in (first, *others, *(f"{first}.{other}" for other in others)):
            place = folder.joinpath(*dotted.split("."))
            for file in (place.with_suffix(".py"), place / "__init__.py"):
                if dotted and within(file, folder.resolve()):
                    yield file


def read_source(file: Path) -> tuple[bytes | None, str]:
    """The bytes of one regular file, or None and why it was not read."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return None, "is no regular file"
        with file.open("rb") as stream:
            source = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
    return (
        (source, "") if len(source) <= MAX_FILE_BYTES else (None, f"not read: larger than {MAX_FILE_BYTES >> 20} MiB")
    )
