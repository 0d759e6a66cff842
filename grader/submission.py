"""What was handed in -> a Submission: finds and reads the files to grade. Nothing is imported or parsed here.

A submission is in one language: Python files, a notebook (with the Python files that it imports), or Octave files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from grader.cases import OURS, is_as_shipped, is_started, load_exercise, stub_path
from grader.errors import SubmissionError
from grader.model import Submission
from grader.notebook import MAX_NOTEBOOK_BYTES, NotANotebook, code_cells
from grader.tree import Archive, Below, Folder, Part, Tree, Unreadable, check_readable, shown
from grader.worker.cells import cell_name, unit_path
from grader.worker.names import plain

MAX_FILE_BYTES = 1 << 20
MAX_ARCHIVE_BYTES = 100 << 20
MAX_FILES, MAX_NOTEBOOKS = 200, 4
MAX_BYTES = 8 << 20
MAX_LOOKUPS = 10_000
MAX_NOTES = 20
MAX_LISTED = 3

IMPORT = re.compile(
    r"(?:^|;)[ \t]*(?:from[ \t]+(?P<package>[\w.]+)[ \t]+import|import|%run)[ \t]+(?P<names>[^;#\n]+)", re.MULTILINE
)
MODULE = re.compile(r"(?<!\bas )\b(?!as\b)\w[\w.]*")
WORD = re.compile(rb"[A-Za-z]\w*")
PYTHON_DEFINITION = re.compile(rb"^(?:[ \t]*def[ \t]+|(?=\w+[ \t]*=[^=]))(\w+)", re.MULTILINE)
OCTAVE_DEFINITION = re.compile(rb"^[ \t]*function\b(?:[^=\n(%]*=)?[ \t]*(\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Language:
    """`neighbours` gives names of files that a source may need: modules that it imports, functions that it calls."""

    name: str
    suffix: str
    most_files: int
    definition: re.Pattern[bytes]
    neighbours: Callable[[bytes], Iterator[str]]


@dataclass(frozen=True)
class Work:
    """All that a tree holds in one language: the names of its files, and what the grader is given of them."""

    language: Language
    names: Sequence[str]
    files: Mapping[str, bytes]
    notes: Sequence[str]

    def definitions(self, exercise: str) -> set[str]:
        """Names that a search for words finds defined, `plain`, in all files but untouched stubs."""
        find = self.language.definition.findall
        sources = (source for source in self.files.values() if not is_as_shipped(source, exercise))
        return {plain(name.decode()) for source in sources for name in find(source)}


def read_submission(path: Path, exercise: str) -> Submission:
    """The submission at `path`: a folder, a .zip, or one file with the neighbours that it needs.

    Raises `SubmissionError` where there is nothing that could be graded.
    """
    check_readable(path)
    path = path.resolve() if path.is_symlink() else path.absolute()
    if path.is_dir():
        require_work(path, exercise)
        return submission_from(Folder(path), shown(path.name), exercise)
    if path.suffix.lower() == ".zip":
        with Archive(path, shown(path)) as archive:
            return submission_from(archive, shown(path.stem), exercise)
    if path.suffix in LANGUAGES:
        return read_file(path, exercise)
    raise SubmissionError(
        f"{shown(path)}: cannot be graded; give a .py, .ipynb or .m file, or a folder or .zip of them"
    )


def submission_from(tree: Tree, name: str, exercise: str) -> Submission:
    """The submission that is all of `tree`, under the name `name`. Raises `SubmissionError` as above."""
    archive = unpacked(tree)
    inner = top_of(archive)
    works = [work for language in LANGUAGES.values() if (work := read_work(inner, language, exercise)).names]
    readable = [work for work in works if work.files]
    if not readable:
        raise SubmissionError(f"{tree.label}: {nothing_in(inner, works)}")
    best = choose(readable, exercise)
    refuse_several(tree, best, exercise)
    notes = [*tree.notes, *(archive.notes if archive is not tree else ()), *best.notes, *left_aside(best, works)]
    language = best.language.name
    return Submission(name, Path(tree.label), language, exercise, best.files, tuple(shortened(notes)))


def require_work(folder: Path, exercise: str) -> None:
    """The exercise's own folder without the file that a student fills in may hold no work, though it holds files."""
    stubs = stub_path(exercise)
    if folder.samefile(stubs.parent) and not stubs.exists() and not is_started(exercise):
        raise SubmissionError(f"{shown(stubs)}: is missing: put it back, or name the path of your work")


# --- which files ------------------------------------------------------------------------------------------------------


def unpacked(tree: Tree) -> Tree:
    """The one archive in `tree` where there is nothing else that could be graded."""
    archives = [name for name in tree.names if name.lower().endswith(".zip")]
    if not archives or any(PurePosixPath(name).suffix in LANGUAGES for name in tree.names):
        return tree
    if len(archives) > 1:
        raise SubmissionError(f"{tree.label}: holds several archives, {listing(archives)}; hand in one of them")
    return Archive(tree.read(archives[0], MAX_ARCHIVE_BYTES), f"{tree.label}/{archives[0]}")


def top_of(tree: Tree) -> Tree:
    """An archive without the one folder that everything in it is in, unless this is a package."""
    tops = {name.partition("/")[0] for name in tree.names}
    if not isinstance(tree, Archive) or len(tops) != 1:
        return tree
    (top,) = tops
    return tree if tree.has(top) or tree.has(f"{top}/__init__.py") else Below(tree, top)


def read_work(tree: Tree, language: Language, exercise: str) -> Work:
    """What there is in one language, the work nearest the top first."""
    paths = (PurePosixPath(name) for name in tree.names)
    found = [path for path in paths if path.suffix == language.suffix and not OURS.fullmatch(path.name)]
    found.sort(key=lambda path: (len(path.parts), path.stem != exercise, path.parts))
    names = [str(path) for path in found]
    files, notes = read_files(tree, names[: language.most_files])
    if len(names) > language.most_files:
        notes.append(f"only the first {language.most_files} {language.suffix} files were read")
    if language.name == "notebook":
        files |= neighbours_of(files, tree)
    return Work(language, names, files, notes)


def choose(works: Sequence[Work], exercise: str) -> Work:
    """The one that defines most of the functions, beside the stubs as they were handed out; of equals the first."""
    if len(works) == 1:
        return works[0]
    wanted = {plain(function.name) for function in load_exercise(exercise).functions}
    return max(works, key=lambda work: len(wanted & work.definitions(exercise)))


def refuse_several(tree: Tree, work: Work, exercise: str) -> None:
    entries = [name for name in work.names if PurePosixPath(name).stem == exercise]
    if len(entries) > 1 and "/" in entries[0]:
        raise SubmissionError(
            f"{tree.label}: holds the work of several, {entries[0]} and {entries[1]}; give the folder of one"
        )


def nothing_in(tree: Tree, works: Sequence[Work]) -> str:
    """Why there is nothing to grade: what could not be read, or what there is instead."""
    closed = [f"{name}: {reason}" for name, reason in tree.skipped.items() if name.endswith("/")]
    if closed and not tree.names:
        return closed[0]
    expected = "holds no .py file, .ipynb notebook or .m file that could be graded"
    reasons = [*(note for work in works for note in work.notes), *tree.notes]
    others = sorted({PurePosixPath(name).suffix.lower() or name for name in tree.names})
    detail = reasons[0] if reasons else f"only {listing(others)}" if others else ""
    return f"{expected} ({detail})" if detail else expected


def left_aside(best: Work, works: Iterable[Work]) -> list[str]:
    names = [name for work in works if work is not best for name in work.names if name not in best.files]
    return [f"the {best.language.suffix} files were graded; left aside: {listing(names)}"] if names else []


def listing(names: Sequence[str]) -> str:
    more = len(names) - MAX_LISTED
    return ", ".join(names[:MAX_LISTED]) + (f" and {more} more" if more > 0 else "")


def shortened(notes: Sequence[str]) -> Sequence[str]:
    more = len(notes) - MAX_NOTES
    return notes if more <= 0 else [*notes[:MAX_NOTES], f"{more} more such notes"]


# --- what is in them --------------------------------------------------------------------------------------------------


def read_file(path: Path, exercise: str) -> Submission:
    """One file of its own, with its neighbours; in Octave the exercise gives the name, as everywhere."""
    language, folder, name = LANGUAGES[path.suffix], Folder(path.parent), shown(path.name)
    alone = Part(folder, folder.label, {name: path.name}, {})
    files, notes = contents(alone, name)
    neighbours = neighbours_of(files, folder)
    notes += [f"read with it: {listing(sorted(neighbours))}"] if neighbours else []
    files |= neighbours
    entry = exercise if language.name == "octave" else shown(path.stem)
    return Submission(shown(path.stem), path, language.name, entry, files, tuple(shortened(notes)))


def read_files(tree: Tree, names: Iterable[str]) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    notes: list[str] = []
    room = MAX_BYTES
    for name in names:
        try:
            found, remarks = contents(tree, name)
        except Unreadable as error:
            found, remarks = {}, [str(error)]
        size = sum(map(len, found.values()))
        if size > room:
            notes.append(f"{name}: not read: it would be more than {MAX_BYTES >> 20} MiB of code in all")
            continue
        room -= size
        files |= found
        notes += remarks
    return files, notes


def contents(tree: Tree, name: str) -> tuple[dict[str, bytes], list[str]]:
    """What one file gives to a submission: itself or, of a notebook, its cells; and notes."""
    if not name.endswith(".ipynb"):
        return {name: tree.read(name, MAX_FILE_BYTES)}, []
    try:
        cells, notes = code_cells(tree.read(name, MAX_NOTEBOOK_BYTES))
    except NotANotebook as error:
        raise Unreadable(name, str(error)) from None
    if not cells:
        raise Unreadable(name, "holds no code")
    return {cell_name(name, number): code for number, code in cells.items()}, [f"{name}: {note}" for note in notes]


def neighbours_of(files: Mapping[str, bytes], tree: Tree) -> dict[str, bytes]:
    """The files that `files` need, and those that these need, from the folder that each of `files` is in."""
    found: dict[str, bytes] = {}
    looked_up = {*files}
    waiting = [(PurePosixPath(name).parent, name, source) for name, source in files.items()]
    while waiting and len(found) < MAX_FILES and len(looked_up) < MAX_LOOKUPS:
        folder, name, source = waiting.pop()
        neighbours = islice(language_of(name).neighbours(source), MAX_LOOKUPS)
        new = {str(folder / neighbour) for neighbour in neighbours} - looked_up
        looked_up |= new
        more, _ = read_files(tree, sorted(filter(tree.has, new))[: MAX_FILES - len(found)])
        found |= more
        waiting += ((folder, *item) for item in more.items())
    return found


def language_of(name: str) -> Language:
    return LANGUAGES[PurePosixPath(unit_path(name)).suffix]


def imported_files(source: bytes) -> Iterator[str]:
    """The files that any word of an import statement may mean: modules, packages, modules in them."""
    for package, names in IMPORT.findall(source.decode("utf-8", "replace")):
        package = package.strip(".")
        words = [word.removesuffix(".py") for word in MODULE.findall(names)]
        inner = [package, *(f"{package}.{word}" for word in words)] if package else []
        for dotted in dict.fromkeys([*inner, *words]):
            place = dotted.replace(".", "/")
            yield from (f"{place}.py", f"{place}/__init__.py")


def called_files(source: bytes) -> Iterator[str]:
    """The files of all functions that any word may be a call of."""
    for word in dict.fromkeys(WORD.findall(source)):
        yield f"{word.decode()}.m"


LANGUAGES = {
    language.suffix: language
    for language in (
        Language("python", ".py", MAX_FILES, PYTHON_DEFINITION, imported_files),
        Language("notebook", ".ipynb", MAX_NOTEBOOKS, PYTHON_DEFINITION, imported_files),
        Language("octave", ".m", MAX_FILES, OCTAVE_DEFINITION, called_files),
    )
}
"""By suffix, in the order of preference."""
