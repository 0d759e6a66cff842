"""How the work of a class may be laid out: what learning platforms let teachers download, and plain folders.

A layout is an entry of `LAYOUTS`: `recognise` tells whether a listing is laid out like this, and `group` says for each
file whose it is. The forms, in which ``[]`` marks what may be absent::

    Gradescope   submission_123456789/PATH, and submission_metadata.yml
    Moodle       Full Name_1234567_assignsubmission_file_/PATH, or FILE in place of /PATH
    Blackboard   Assignment_login_attempt_2025-11-02-14-03-00_FILE, and the same with .txt alone, a receipt
    Canvas       lastfirst[_LATE]_12345_678901_FILE, where FILE is called NAME-1.py if there had been a NAME.py
    plain        student/[attempt-2/][ex4/]PATH, or student.py, student.ipynb, student.zip
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.classroom.attempts import Attempt, attempt_of, moment_of
from grader.classroom.gradescope import Entry, read_metadata
from grader.classroom.labels import Label
from grader.classroom.people import inert
from grader.tree import Tree, Unreadable

METADATA = "submission_metadata.yml"
MAX_METADATA_BYTES = 1 << 28
MAX_RECEIPT_BYTES = 1 << 20
STUDENT_FILES = {".py", ".ipynb", ".zip"}
"""The kinds of file that may be all of a student's work; one .m file is but one function."""

MOODLE = re.compile(
    r"(?P<name>[^/]+(?=_\d+_assignsubmission_[a-z]+_?/)|[^/]+?(?=_\d+_assignsubmission_[a-z]+_?[^/]*$))"
    r"_(?P<id>\d+)_assignsubmission_[a-z]+(?:_/|_|/|$)(?P<file>.*)"
)
"""A student may choose the name, which is in front of the number, and the name of a file, which is behind it: the
number of a folder is the last one, that of a file the first."""

BLACKBOARD = re.compile(r"(?P<owner>[^/]+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>[^/]+)|\.txt$)")
RECEIPT = re.compile(r"\s*Name: (?P<name>.*) \((?P<login>[^()]*)\)\s*$", re.MULTILINE)
CANVAS = re.compile(
    r"(?:(?P<name>[^/]+?)_)??(?P<late>LATE_)?(?P<id>(?(name)\d+|anon_[^_/]+))_"
    r"(?:(?P<upload>\d+)_(?P<file>[^/]+)|(?:text|link)\.html)"
)
MOST_SHARED = 0.1
"""Of the files of a class: those with a number of upload that another has before them, as Canvas gives none twice."""
SHARED = "another file has the same number of upload: was one of them renamed?"

RENAMED = re.compile(r"-\d{1,3}(?=\.\w+$)")


@dataclass(frozen=True)
class Listing:
    """What lies at one level of a class's folder or archive; `folders` are those at this level, also empty ones."""

    tree: Tree
    folders: frozenset[str]
    exercise: str

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Files, files that cannot be read, and the folders at this level with a slash at the end."""
        folders = (f"{folder}/" for folder in self.folders)
        return tuple(sorted({*self.tree.names, *self.tree.skipped, *folders}))

    @cached_property
    def tops(self) -> frozenset[str]:
        return frozenset(path.partition("/")[0] for path in self.paths) - {".."}

    @property
    def files(self) -> frozenset[str]:
        return self.tops - self.folders


class Place(NamedTuple):
    """Whose a path is and what it is called in their work, '' for nothing but a folder. All work with one `owner` is
    one student's."""

    path: str
    owner: str
    name: str
    id: str
    aliases: tuple[str, ...]
    file: str
    attempt: Attempt = Attempt()
    notes: tuple[str, ...] = ()
    labels: Mapping[Label, str] | None = None


@dataclass(frozen=True)
class Layout:
    """`own` is a file of the platform's, nobody's work."""

    name: str
    recognise: Callable[[Listing], bool]
    group: Callable[[Listing], Iterable[Place]]
    own: str = ""


def mostly(pattern: re.Pattern[str]) -> Callable[[Listing], bool]:
    """Whether more than half of what lies at the top is called like this."""
    return lambda listing: 2 * sum(bool(pattern.match(top)) for top in listing.tops) > len(listing.tops)


# --- Gradescope -------------------------------------------------------------------------------------------------------


def has_metadata(listing: Listing) -> bool:
    return METADATA in listing.files


def group_gradescope(listing: Listing) -> Iterator[Place]:
    content = io.BytesIO(listing.tree.read(METADATA, MAX_METADATA_BYTES))
    entries = read_metadata(io.TextIOWrapper(content, "utf-8", "replace"))
    for path in listing.paths:
        top, slash, inner = path.partition("/")
        if top in entries or slash:
            yield from shared(path, top, inner if slash else top, entries.get(top, Entry()))


def shared(path: str, submission: str, file: str, entry: Entry) -> Iterator[Place]:
    """One place for each of those who handed in together."""
    number = int("".join(filter(str.isdecimal, submission))[:18] or 0)
    moment = moment_of(entry.created_at)
    attempt = Attempt((number,), moment.text if moment else submission)
    people = entry.people or [{"name": submission}]
    names = [person.get("name", "") for person in people]
    for person in people:
        kinds = {Label.NUMBER: "sid", Label.EMAIL: "email"}
        labels = {label: person[field] for label, field in kinds.items() if person.get(field)}
        id, *aliases = [*labels.values()] or [""]
        name = person.get("name", "")
        others = " and ".join(other for other in names if other != name)
        notes = (f"handed in together with {inert(others)}",) if others else ()
        yield Place(path, id or name, name, id, tuple(aliases), file, attempt, notes, labels)


# --- Moodle -----------------------------------------------------------------------------------------------------------


def group_moodle(listing: Listing) -> Iterator[Place]:
    for path in listing.paths:
        if found := MOODLE.match(path):
            labels = {Label.PARTICIPANT: f"Participant {found['id']}"}
            yield Place(path, found["id"], found["name"], found["id"], (), found["file"], labels=labels)


# --- Blackboard -------------------------------------------------------------------------------------------------------


def group_blackboard(listing: Listing) -> Iterator[Place]:
    found = [(path, match) for path in listing.paths if (match := BLACKBOARD.match(path))]
    receipts = {match["owner"]: read_receipt(listing.tree, path) for path, match in found if not match["file"]}
    for path, match in found:
        owner = match["owner"]
        receipt = receipts.get(owner)
        name, login = receipt or ("", owner.rpartition("_")[2])
        attempt = moment_of(match["when"]) or Attempt()
        labels = {Label.LOGIN: login} if receipt else None
        yield Place(path, owner, name or login, login, (), match["file"] or path, attempt, labels=labels)


def read_receipt(tree: Tree, path: str) -> tuple[str, str] | None:
    """The name and the login of the student, as the first line of a receipt has them."""
    try:
        text = tree.read(path, MAX_RECEIPT_BYTES).decode("utf-8-sig", "replace")
    except Unreadable:
        return None
    found = RECEIPT.match(text)
    return (found["name"], found["login"]) if found else None


# --- Canvas -----------------------------------------------------------------------------------------------------------


def is_canvas(listing: Listing) -> bool:
    """Whether most names have Canvas's form and hardly any the number of upload of another, as names of another form
    may."""
    found = numbers_of_upload(listing.tops)
    return mostly(CANVAS)(listing) and found.total() - len(found) <= MOST_SHARED * found.total()


def numbers_of_upload(paths: Iterable[str]) -> Counter[str]:
    return Counter(match["upload"] for path in paths if (match := CANVAS.fullmatch(path)) and match["upload"])


def group_canvas(listing: Listing) -> Iterator[Place]:
    uploads: dict[str, list[re.Match[str]]] = defaultdict(list)
    for path in listing.paths:
        if found := CANVAS.fullmatch(path):
            uploads[found["id"]].append(found)
    numbers = numbers_of_upload(listing.paths)
    for student in uploads.values():
        notes = [f"{upload[0]}: {SHARED}" for upload in student if numbers[upload["upload"]] > 1]
        for place in settled(student):
            yield place._replace(notes=(*place.notes, *notes))


def settled(uploads: Iterable[re.Match[str]]) -> Iterator[Place]:
    """The files of one student by the names they had; the newest where there are several uploads of one."""
    versions: dict[str, list[re.Match[str]]] = defaultdict(list)
    for upload in sorted(uploads, key=lambda each: int(each["upload"] or 0)):
        versions[RENAMED.sub("", upload["file"] or upload[0])].append(upload)
    for name, found in versions.items():
        *older, newest = found
        if older and all(upload["file"] != name for upload in found):
            yield from (uploaded(upload, upload["file"]) for upload in found)
            continue
        note = (f"the newest of {len(found)} uploads of {name} was graded",) if older else ()
        yield from (uploaded(upload, "") for upload in older)
        yield uploaded(newest, name, *note)


def uploaded(upload: re.Match[str], file: str, *notes: str) -> Place:
    late = ("handed in late",) if upload["late"] else ()
    name, id = upload["name"] or upload["id"], upload["id"]
    labels = {Label.CANVAS: id} if id.isdecimal() else None
    return Place(upload[0], id, name, id, (), file, notes=late + notes, labels=labels)


# --- plain ------------------------------------------------------------------------------------------------------------


def is_of_many(listing: Listing) -> bool:
    """Whether this can be a class: there is something, and it is not one student's exercise or exercises."""
    files = [PurePosixPath(file) for file in listing.files]
    exercises = re.compile(re.escape(listing.exercise.rstrip("0123456789")) + r"\d+")
    own = any(file.suffix == ".m" or file.stem == listing.exercise for file in files)
    all_exercises = listing.folders and all(map(exercises.fullmatch, listing.folders))
    return bool(listing.tops) and not own and not all_exercises


def group_plain(listing: Listing) -> Iterator[Place]:
    for path in listing.paths:
        top, *rest = path.split("/")
        file = PurePosixPath(top)
        if top in listing.tops and (rest or file.suffix.lower() in STUDENT_FILES):
            student = top if rest else file.stem
            attempt, inner = looked_into(rest or [top], listing.exercise)
            yield Place(path, student, student, "", (student,), inner, attempt)


def looked_into(parts: list[str], exercise: str) -> tuple[Attempt, str]:
    """The attempt that a path in a student's folder belongs to, and the path in there. The folder of the exercise,
    where there is one, counts before all others."""
    attempt, of_exercise = Attempt(), 0
    while len(parts) > 1:
        found = attempt_of(parts[0])
        if found is None and parts[0].casefold() != exercise:
            break
        attempt, of_exercise = (found, of_exercise) if found else (attempt, 1)
        parts = parts[1:]
    return Attempt((of_exercise, *attempt.order), attempt.text), "/".join(parts)


LAYOUTS = (
    Layout("Gradescope", has_metadata, group_gradescope, METADATA),
    Layout("Moodle", mostly(MOODLE), group_moodle),
    Layout("Blackboard", mostly(BLACKBOARD), group_blackboard),
    Layout("Canvas", is_canvas, group_canvas),
    Layout("plain", is_of_many, group_plain),
)
"""In the order in which they are tried: plain folders may be called anything."""
