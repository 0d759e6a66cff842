"""What is said of a part's status, in the terminal, on pages and in tables alike."""

from __future__ import annotations

import re
from html import escape

from grader.model import Status

WORDS = {
    Status.CORRECT: "right",
    Status.WRONG: "wrong",
    Status.MISSING: "not done yet",
    Status.RAISED: "raised an error",
    Status.TIMED_OUT: "timed out",
    Status.DIED: "died",
    Status.GARBLED: "garbled answer",
    Status.NOT_JUDGED: "not judged",
}


OPENING = re.compile(r"(all|everything|it calls|most|nearly|on|row|some|the|what)\b")
"""How sentences begin that begin with none of the names in a student's code."""

FAILED_BEFORE = re.compile(r"NameError: name '\w+' is not defined: (line \d+ of .+ failed with .+), in line \d+ of ")
"""An error about a name that a line should have given: many lines may miss what it gives."""

STOPPED_IN = re.compile(r"([^:,]+).*? in (line \d+ of .+?)(?=: `| \(on |$)", re.DOTALL)
"""The kind of an error, and the line. What else is said of it may differ from case to case."""


def result(status: str, where: str) -> str:
    """`where` is the place of the definition, empty where there is none."""
    return "not defined" if status == Status.MISSING and not where else WORDS[Status(status)]


def stops(full_marks: bool) -> str:
    """What is said of errors that keep a file, or a part of it, from running. What is graded may run without it."""
    return "Python does not run this as it stands" if full_marks else "This keeps code from running"


def cause(message: str) -> str:
    """What has to be mended where a call stopped with this error: all that needs it stops."""
    if failed := FAILED_BEFORE.match(message):
        return failed[1]
    stopped = STOPPED_IN.match(message)
    return ", in ".join(stopped.groups()) if stopped else message


def sentence(text: str) -> str:
    """With its full stop, and with its capital unless it begins with a name, such as z2."""
    return f"{text[0].upper()}{text[1:]}." if OPENING.match(text) else f"{text}."


def code(text: str) -> str:
    """Text as HTML, with what stands between backticks as code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))
