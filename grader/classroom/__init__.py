"""A whole class's submissions: a folder or a .zip, as a learning platform gives it or with a folder or file for each
student, becomes a list of what each of them handed in. Nothing of their work is read here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.classroom.attempts import Attempt
from grader.classroom.labels import Label
from grader.classroom.layouts import LAYOUTS, Layout, Listing, Place
from grader.classroom.people import HandedIn, Student, newcomer, with_keys
from grader.classroom.roster import Matching, match, missing_from, read_roster
from grader.errors import SubmissionError
from grader.tree import (
    MAX_ENTRIES_OF_CLASS,
    Archive,
    Below,
    Folder,
    Tree,
    is_skipped,
    open_tree,
    path_of,
    visible,
)
from grader.values import clean

__all__ = [
    "Class",
    "HandedIn",
    "Label",
    "Matching",
    "Student",
    "match",
    "missing_from",
    "open_class",
    "read_class",
    "read_roster",
]

NAMED_IN_NOTES = 5


@dataclass(frozen=True)
class Class:
    """`layout` is the name of the one that was recognised; `notes` tell what was left aside as nobody's work."""

    layout: str
    handed_in: tuple[HandedIn, ...]
    notes: tuple[str, ...]


@dataclass
class Work:
    """All that one student handed in: by attempt, the path of each file by its name."""

    student: Student
    attempts: dict[Attempt, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)

    def add(self, place: Place) -> None:
        self.notes.update(dict.fromkeys(place.notes))
        if place.attempt.text or place.file:
            self.attempts.setdefault(place.attempt, {})
        if place.file:
            files = self.attempts[place.attempt]
            files[place.path if place.file in files else place.file] = place.path


def read_class(path: Path, exercise: str) -> list[HandedIn]:
    """What the students handed in, sorted by key; see `open_class`."""
    return list(open_class(path, exercise).handed_in)


def open_class(path: Path, exercise: str) -> Class:
    """The class whose submissions are at `path`. Raises `SubmissionError` where there are none."""
    tree = open_tree(path, MAX_ENTRIES_OF_CLASS)
    layout, listing = recognised(tree, exercise)
    works: dict[str, Work] = {}
    left = set(listing.paths) - {layout.own}
    for place in layout.group(listing):
        left.discard(place.path)
        if place.owner not in works:
            works[place.owner] = Work(newcomer(place.name, place.id, place.aliases, labels=place.labels))
        unread = place.path in listing.tree.skipped
        works[place.owner].add(place._replace(file=place.file or place.path) if unread else place)
    if not works:
        raise SubmissionError(f"{tree.label}: holds no submission, only {few(sorted(left))}")
    owners = sorted(works)
    students = with_keys(works[owner].student for owner in owners)
    handed_in = (
        handed_in_by(student, works.pop(owner), listing.tree) for student, owner in zip(students, owners, strict=True)
    )
    notes = (f"left aside, as it is nobody's work: {few(sorted(left))}",) if left else ()
    return Class(layout.name, tuple(sorted(handed_in, key=lambda each: each.student.key)), notes)


def few(names: list[str]) -> str:
    more = f" and {len(names) - NAMED_IN_NOTES} more" if len(names) > NAMED_IN_NOTES else ""
    return "; ".join(names[:NAMED_IN_NOTES]) + more


def handed_in_by(student: Student, work: Work, tree: Tree) -> HandedIn:
    """The newest attempt."""
    newest = max(work.attempts, default=Attempt())
    notes = (*work.notes, *choice(newest, work.attempts))
    return HandedIn(student, tree, work.attempts.get(newest, {}), newest.text, notes)


def choice(newest: Attempt, attempts: Iterable[Attempt]) -> Iterator[str]:
    texts = {attempt.text for attempt in attempts}
    count = len(texts - {""})
    if newest.text and count > 1:
        yield f"the newest of {count} attempts ({newest.text}) was graded"
    if newest.text and "" in texts:
        yield "what lies beside the attempts was left aside"


# --- finding the layout -----------------------------------------------------------------------------------------------


def recognised(tree: Tree, exercise: str) -> tuple[Layout, Listing]:
    """The first layout that fits, at the top or in the only folder there; an archive's only folder comes first."""
    top = Listing(tree, folders_of(tree, ""), exercise)
    if not top.paths:
        raise SubmissionError(f"{tree.label}: is empty: give the folder or .zip with the submissions of a class")
    inner = [
        Listing(Below(tree, folder), folders_of(tree, folder), exercise)
        for folder in top.folders
        if top.tops == {folder}
    ]
    listings = [*inner, top] if isinstance(tree, Archive) else [top, *inner]
    for layout in LAYOUTS:
        for listing in listings:
            if layout.recognise(listing):
                return layout, listing
    raise SubmissionError(
        f"{tree.label}: is the work of one student, it seems: give the folder that holds one folder or file for each,"
        f" or grade it alone: python -m grader {exercise} PATH"
    )


def folders_of(tree: Tree, folder: str) -> frozenset[str]:
    """The folders in a folder of a tree, '' for its top, also those without any file."""
    top = f"{folder}/" if folder else ""
    paths = [*tree.names, *tree.skipped]
    if isinstance(tree, Archive):
        paths += [clean(path_of(entry)) for entry in tree.zip.infolist() if entry.is_dir()]
    if isinstance(tree, Folder) and top not in tree.skipped:
        paths += [f"{top}{path.name}/" for path in visible(tree.path / folder) if os.path.isdir(path)]
    below = (path.removeprefix(top).partition("/") for path in paths if path.startswith(top))
    return frozenset(name for name, slash, _ in below if slash and name != ".." and not is_skipped(name))
