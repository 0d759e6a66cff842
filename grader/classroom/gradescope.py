"""What Gradescope says of an export, in `submission_metadata.yml`: whose each submission is, and of when.

Only the few fields that are needed are read, in the one form in which Gradescope writes them: keys that begin with a
colon, two more spaces for each level. Text that students can put into the file (the output of their programs) lies
deeper than that, or in other sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

SECTION_COLUMN, PERSON_COLUMN = 2, 4
SUBMISSION = re.compile(r"""(['"]?)(?P<key>[^\s'"].*?)\1:\s*$""")
FIELD = re.compile(r"(?P<indent> *(?P<first>- )?):(?P<name>\w+): *(?P<value>.*)$")
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U000([0-9A-Fa-f]{5})|(.))")
OTHER_FORMS = ("~", "|", ">", "&", "*", "!", "[", "{")
ESCAPED = {"n": " ", "t": " ", "r": " ", "e": "", "0": ""}


@dataclass
class Entry:
    """`people` are those who handed in together: their name, sid and email, as far as known."""

    people: list[dict[str, str]] = field(default_factory=list)
    created_at: str = ""


def read_metadata(lines: Iterable[str]) -> dict[str, Entry]:
    """The entries by the name of the submission's folder or file."""
    entries: dict[str, Entry] = {}
    entry, section = Entry(), ""
    for line in lines:
        if found := SUBMISSION.match(line):
            entries[found["key"]] = entry = Entry()
            section = ""
        elif found := FIELD.match(line):
            column = len(found["indent"])
            if column == SECTION_COLUMN:
                section = found["name"]
                entry.created_at = scalar(found["value"]) if section == "created_at" else entry.created_at
            elif column == PERSON_COLUMN and section == "submitters":
                if found["first"] or not entry.people:
                    entry.people.append({})
                entry.people[-1][found["name"]] = scalar(found["value"])
    return entries


def scalar(text: str) -> str:
    """The text that YAML writes plainly or in quotes; '' for nothing, or another form of YAML."""
    text = text.strip()
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        return ESCAPE.sub(unescaped, text[1:-1])
    return "" if text == "null" or text.startswith(OTHER_FORMS) else text


def unescaped(escape: re.Match[str]) -> str:
    *codes, letter = escape.groups()
    return ESCAPED.get(letter, letter) if letter else chr(int(next(filter(None, codes)), 16))
