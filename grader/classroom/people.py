"""Who handed in what: one key for each student of a class, and the forms in which names and ids are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from grader.classroom.labels import Label
from grader.tree import Part, Tree
from grader.values import clean

MAX_NAME = 100
MARKS = re.compile(r"[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
"""What cannot be seen but sets the direction of text, or makes two names look alike."""

ACCENTS = re.compile(r"[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Student:
    """`key` is unique in a class, the same in every download, and what its students are sorted by; '' until the whole
    class is known. `id` is what the learning platform or the roster calls the student, '' if unknown, and `aliases`
    are other such names (logins, e-mail addresses); `labels` are those of them whose kind is known. `row` is the line
    of the roster, by column."""

    key: str
    name: str
    id: str
    aliases: tuple[str, ...] = ()
    row: Mapping[str, str] = field(default_factory=dict, compare=False)
    labels: Mapping[Label, str] = field(default_factory=dict, compare=False)

    @property
    def called(self) -> str:
        """The name, and the id where there is another."""
        return f"{self.name} ({self.id})" if self.id not in ("", self.name) else self.name


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What counts of a student's work: `files` are its paths in `whole`, the tree of the class, by their names in the
    work. `attempt` is which one it is, as its folder or its time of arrival tells, '' where there is but one."""

    student: Student
    whole: Tree
    files: Mapping[str, str]
    attempt: str = ""
    notes: tuple[str, ...] = ()

    @property
    def tree(self) -> Tree:
        """The work alone. It is made when it is asked for: a class has many."""
        places = {name: path for name, path in self.files.items() if path in self.whole.places}
        skipped = {name: self.whole.skipped[path] for name, path in self.files.items() if path in self.whole.skipped}
        return Part(self.whole, self.student.key, places, skipped)


def newcomer(
    name: str,
    id: str = "",
    aliases: Iterable[str] = (),
    row: Mapping[str, str] | None = None,
    labels: Mapping[Label, str] | None = None,
) -> Student:
    """A student without a key yet, made of text that may be anybody's."""
    called, *others = [inert(text) for text in (id, *aliases)]
    shown = inert(name) or next(filter(None, (called, *others)), "unnamed")
    known = {label: inert(text) for label, text in (labels or {}).items()}
    return Student("", shown, called, tuple(filter(None, others)), row or {}, known)


def inert(text: str) -> str:
    """Text from anybody as a name that can be shown, stored and sorted."""
    return clean(MARKS.sub("", unicodedata.normalize("NFC", text)), MAX_NAME)


def with_keys(students: Iterable[Student]) -> list[Student]:
    """The students in their order, with keys: the name and the id; a number tells apart those who share both."""
    taken: set[str] = set()
    found = []
    for student in students:
        key = next(key for key in keys_of(student) if key not in taken)
        taken.add(key)
        found.append(replace(student, key=key))
    return found


def keys_of(student: Student) -> Iterator[str]:
    number = 1
    while True:
        yield student.called if number == 1 else f"{student.called} #{number}"
        number += 1


# --- the same person? -------------------------------------------------------------------------------------------------


def label_form(label: str) -> str:
    """An id, login or address as it is compared: leading zeros may have got lost in a spreadsheet."""
    form = unicodedata.normalize("NFKC", label).strip().casefold()
    return form.lstrip("0") or form


def words_of(name: str) -> list[str]:
    """The words of a name without case, accents on letters, and punctuation."""
    text = ACCENTS.sub("", unicodedata.normalize("NFKD", name.casefold()))
    return "".join(" " if unicodedata.category(each)[0] in "PSZC" else each for each in text).split()


def name_form(name: str) -> str:
    """A name as it is compared, whatever the order of its words."""
    return " ".join(sorted(words_of(name)))


def joined_forms(name: str) -> set[str]:
    """The ways in which platforms write a name as one word: from any of its words on, the others after the last."""
    words = words_of(name)
    return {"".join(words[first:] + words[:first]) for first in range(len(words))}
