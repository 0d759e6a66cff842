"""A class list: read from the table that a learning platform exports, and held against what was handed in."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom.labels import labels_in
from grader.classroom.people import HandedIn, Student, joined_forms, label_form, name_form, newcomer, with_keys
from grader.errors import UsageError
from grader.tree import shown

NAMES = ("student", "name", "fullname", "studentname", "displayname")
FIRST_NAMES = ("firstname", "givenname", "forename", "first")
LAST_NAMES = ("lastname", "surname", "familyname", "last")
IDS = ("id", "sid", "studentid", "idnumber", "identifier", "userid", "sisuserid", "number")
LOGINS = ("sisloginid", "loginid", "login", "username", "user", "emailaddress", "email", "mail")
ROLES = ("role", "roles")
"""What columns are called, without case, spaces and signs; the first that is there and filled counts."""

NO_STUDENTS = ("points possible", "student, test", "test student")
"""How gradebooks begin lines, or call students, that are neither."""

PARTICIPANT = re.compile(r"Participant (?=\d+$)")
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
ENCODINGS = ("utf-8", "cp1252", "latin-1")
SEPARATORS = ",;\t"
MAX_LINES_ABOVE_HEADER = 10


def read_roster(path: Path) -> list[Student]:
    """The students in a .csv: an export of Canvas, Moodle or Gradescope, or any table with a column for the name, the
    id or the e-mail address. Sorted by key. Raises `UsageError` where there is none of these, or no student."""
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be read: {error.strerror}") from None
    students = {(s.name, s.id, s.aliases): s for s in map(student_of, rows_of(text, shown(path))) if s is not None}
    if not students:
        raise UsageError(f"{shown(path)}: lists no student: export the class list again")
    return sorted(with_keys(students.values()), key=lambda student: student.key)


def decode(content: bytes) -> str:
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS.items() if content.startswith(mark)]
    for encoding in (*marked, *ENCODINGS):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def rows_of(text: str, label: str) -> Iterator[Mapping[str, str]]:
    """The lines below the header, by column as it is written there."""
    lines = io.StringIO(text, newline=None).readlines()
    for number, line in enumerate(lines[:MAX_LINES_ABOVE_HEADER]):
        separator = max(SEPARATORS, key=line.count)
        if is_header(line.replace('"', "").split(separator)):
            try:
                for row in csv.DictReader(lines[number:], delimiter=separator, restval=""):
                    yield {title: text for title, text in row.items() if title}
            except csv.Error as error:
                raise UsageError(f"{label}: is no table: {error}") from None
            return
    raise UsageError(f"{label}: has no column for names, ids or e-mail addresses: call one Name, ID or Email")


def is_header(cells: Iterable[str]) -> bool:
    return any(column(cell) in {*NAMES, *LAST_NAMES, *IDS, *LOGINS} for cell in cells)


def column(title: str) -> str:
    return "".join(filter(str.isalnum, title.casefold()))


def student_of(row: Mapping[str, str]) -> Student | None:
    """None for a line that is no student's."""
    cells = {column(title): text.strip() for title, text in row.items()}
    name = " ".join(filter(None, (first(cells, FIRST_NAMES), first(cells, LAST_NAMES)))) or first(cells, NAMES)
    ids, logins = (
        [PARTICIPANT.sub("", cells[title]) for title in titles if cells.get(title)] for titles in (IDS, LOGINS)
    )
    role = first(cells, ROLES).casefold() or "student"
    if not (name or ids or logins) or name.casefold().startswith(NO_STUDENTS) or "student" not in role:
        return None
    return newcomer(name, "".join(ids[:1]), ids[1:] + logins, row, labels_in(cells))


def first(cells: Mapping[str, str], titles: Iterable[str]) -> str:
    return next((cells[title] for title in titles if cells.get(title)), "")


# --- against what was handed in ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Matching:
    """`entries` are lines of the roster by the key of the student who handed in, with the labels of the download added.
    `missing` are those of whom nothing was handed in. `notes` tell, a line each, whose work belongs to no line of the
    roster, or to one in doubt."""

    entries: Mapping[str, Student]
    missing: tuple[Student, ...]
    notes: tuple[str, ...]


def match(roster: Sequence[Student], students: Iterable[Student]) -> Matching:
    """Which line of the roster belongs to each student: by id, then by login or e-mail address, then by name.

    Nothing is guessed: a student who may be one of several, or whose id and name are of different people, has none,
    and nor have two students who may be the same one. None of these people is called missing.
    """
    index = Index(roster)
    found = {student: index.find(student) for student in students}
    claims = Counter(each for candidates in found.values() for each in candidates if len(candidates) == 1)
    entries, notes = {}, []
    for student, candidates in found.items():
        if len(candidates) == 1 and claims[candidates[0]] == 1:
            entry = roster[candidates[0]]
            entries[student.key] = replace(entry, labels={**student.labels, **entry.labels})
        else:
            notes.append(f"{student.key}: {doubt([roster[each].key for each in candidates])}")
    named = {each for candidates in found.values() for each in candidates}
    missing = tuple(student for number, student in enumerate(roster) if number not in named)
    return Matching(entries, missing, tuple(notes))


def doubt(keys: Sequence[str]) -> str:
    if not keys:
        return "is not on the roster"
    if len(keys) == 1:
        return f"is {keys[0]} on the roster, and so is somebody else's work"
    return f"may be {' or '.join(keys)} on the roster"


def missing_from(roster: Sequence[Student], handed_in: Iterable[HandedIn]) -> list[Student]:
    """The students on the roster of whom nothing was handed in."""
    return list(match(roster, (each.student for each in handed_in)).missing)


class Index:
    """Where on a roster the forms of labels and names are."""

    def __init__(self, roster: Sequence[Student]) -> None:
        self.labels: dict[str, set[int]] = defaultdict(set)
        self.names: dict[str, set[int]] = defaultdict(set)
        self.joined: dict[str, set[int]] = defaultdict(set)
        for number, student in enumerate(roster):
            for label in (student.id, *student.aliases):
                for form in {label_form(label), label_form(label.partition("@")[0])}:
                    self.labels[form].add(number)
            self.names[name_form(student.name)].add(number)
            for form in joined_forms(student.name):
                self.joined[form].add(number)

    def find(self, student: Student) -> list[int]:
        """Everybody on the roster who may be this student: one, where there is no doubt."""
        by_label = next(filter(None, map(self.labelled, (student.id, *student.aliases))), set())
        by_name = self.named(student.name)
        agreed = by_label & by_name
        return sorted(agreed or by_label | by_name)

    def labelled(self, label: str) -> set[int]:
        return self.labels.get(label_form(label), set()) if label else set()

    def named(self, name: str) -> set[int]:
        form = name_form(name)
        return self.names.get(form) or self.joined.get(form) or set()
