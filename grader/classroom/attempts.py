"""Which of several attempts is the newest: by the number or the date in a name."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

DATE = r"(\d{4})-?(\d\d)-?(\d\d)(?:[T _-]*(\d\d)[-:.h]?(\d\d)(?:[-:.]?(\d\d))?)?"
MOMENT = re.compile(DATE)
NUMBERED = re.compile(r"(?:attempt|submission|try|version|v)[ _.-]*(\d{1,6})", re.IGNORECASE)
DATED = re.compile(rf"(?:[a-z]+[ _-])?({DATE})Z?", re.IGNORECASE)


class Attempt(NamedTuple):
    """The greater `order`, the newer; `text` is how it is called."""

    order: tuple[int, ...] = ()
    text: str = ""


def attempt_of(folder: str) -> Attempt | None:
    """Which attempt a folder holds: 'attempt-2', '2025-11-02', 'submission_20251102-1403'. None for any other."""
    if found := NUMBERED.fullmatch(folder):
        return Attempt((int(found[1]),), folder)
    found = DATED.fullmatch(folder)
    return moment_of(found[1]) if found else None


def moment_of(text: str) -> Attempt | None:
    """The attempt made at the date that `text` begins with, and the time of day where there is one."""
    found = MOMENT.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        when = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    time = f" {when:%H:%M}" if found[4] else ""
    return Attempt(when.timetuple()[:6], f"{when.day} {when:%b %Y}{time}")
