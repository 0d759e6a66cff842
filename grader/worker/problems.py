"""Errors of student code as the plain dicts that cross the wire; lines and columns count from 1, 0 is unknown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MAX_MESSAGE = 500
type_name = type.__dict__["__name__"].__get__
trace_of = BaseException.__dict__["__traceback__"].__get__
missed_name = NameError.__dict__["name"].__get__
"""As Python has them: a class of student code may say otherwise of itself, or do anything when it is asked."""

STRANGE_CHARACTER = re.compile(r"invalid (?:non-printable )?character .*?U\+([0-9A-F]+)")
BAD_NUMBER = re.compile(r"invalid \w+ literal")
AFTER_NUMBER = re.compile(r"[\w.]*([^\w\x00-\x7f])")
"""Older versions of Python complain of the number before such a character."""


def problem(
    kind: str, message: str, file: str = "", line: int = 0, column: int = 0, source: str = ""
) -> dict[str, Any]:
    return {
        "kind": kind,
        "message": message[:MAX_MESSAGE],
        "file": file,
        "line": line,
        "column": column,
        "source": source[:MAX_MESSAGE],
    }


def of_syntax_error(error: SyntaxError, file: str, text: str) -> dict[str, Any]:
    line, column = error.lineno or 0, error.offset or 0
    message, source = error.msg, line_of(text, line)
    strange = STRANGE_CHARACTER.match(message)
    after = AFTER_NUMBER.match(source, max(column - 1, 0)) if BAD_NUMBER.match(message) else None
    if after:
        column = after.start(1) + 1
    if strange or after:
        character = chr(int(strange[1], 16)) if strange else source[column - 1]
        message = f"the character {name_of(character)} in column {column} is not Python: type it anew"
    return problem(type(error).__name__, message, file, line, column, source)


def of_exception(error: BaseException, texts: Mapping[str, str], message: str) -> dict[str, Any]:
    """`error` with the last line of the student's own files (`texts` by path) that led to it."""
    file, line, trace = "", 0, trace_of(error)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in texts:
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return problem(type_name(type(error)), message, file, line, source=line_of(texts.get(file, ""), line))


def message_of(error: BaseException) -> str:
    try:
        return str(error)[:MAX_MESSAGE]
    except BaseException:  # the student's own __str__ may do anything
        return ""


def line_of(text: str, line: int) -> str:
    lines = text.split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else ""


def name_of(character: str) -> str:
    import unicodedata

    return f"U+{ord(character):04X} ({unicodedata.name(character, 'unnamed').lower()})"
