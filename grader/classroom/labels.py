"""What kinds of label a student has: a gradebook finds a student by one kind, and by another kind somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Label(StrEnum):
    CANVAS = "number of a user in Canvas"
    PARTICIPANT = "participant in Moodle"
    NUMBER = "student number"
    LOGIN = "login"
    EMAIL = "e-mail address"


CANVAS_ID = "canvasid"
CANVAS_GRADEBOOK = {"student", "id", "section"}
"""Of the columns in a gradebook that Canvas exports, those that are there in every school, beside some for grades."""

TITLES = {
    Label.CANVAS: (CANVAS_ID,),
    Label.PARTICIPANT: ("identifier",),
    Label.NUMBER: ("sisuserid", "idnumber", "sid", "studentid", "id", "userid", "number"),
    Label.LOGIN: ("sisloginid", "loginid", "login", "username", "user"),
    Label.EMAIL: ("emailaddress", "email", "mail"),
}
"""The columns that hold each kind, without case, spaces and signs; the first that is filled counts."""


def labels_in(cells: Mapping[str, str]) -> dict[Label, str]:
    """Those in a line of a roster. An ID is Canvas's own in a gradebook of Canvas, and a student number elsewhere."""
    if cells.keys() > CANVAS_GRADEBOOK:
        cells = {CANVAS_ID if title == "id" else title: text for title, text in cells.items()}
    found = {label: next(filter(None, map(cells.get, titles)), "") for label, titles in TITLES.items()}
    return {label: text for label, text in found.items() if text}
