"""From the bytes of a source file to a syntax tree, with what real files do: encodings, tabs, Python 2, errors."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import python2
from .problems import message_of, of_syntax_error, problem

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TAB_COLUMNS = 8
MAX_ERRORS = 10
TABS_NOTE = f"tabs and spaces are mixed in the indentation; a tab was read as {TAB_COLUMNS} columns"
PYTHON2_NOTE = "written for Python 2: converted"
DIVISION_NOTE = "; mind that / between integers gives a fraction in Python 3"
NOTEBOOK_LINE = re.compile(r"\s*(%{1,2}[a-z]\w*(\s|$)|!+\s*[\w.~/$]|\?+\s*\w|[\w.]+\s*\?+\s*$)")


@dataclass
class Source:
    """`text` is what is parsed and run; `tree` lacks the blocks that hold syntax errors."""

    path: str
    text: str = ""
    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(path: str, data: bytes) -> Source:
    text = decode(data)
    if "\0" in text:
        complaint = "the file holds null bytes, so it is no Python source: save it as plain text in UTF-8"
        return Source(path, problems=[problem("SyntaxError", complaint, path)])
    text, notes = modernise(text)
    tree, problems = parse(text, path)
    return Source(path, text, tree, problems, [f"{path}: {note}" for note in notes])


def decode(data: bytes) -> str:
    """Text with plain newlines, by its BOM, coding cookie or UTF-8; else by Latin-1, which fits anything."""
    try:
        text = data.decode("utf-16" if data.startswith(UTF16_MARKS) else encoding_of(data))
    except (SyntaxError, LookupError, UnicodeDecodeError):
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def encoding_of(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def modernise(text: str) -> tuple[str, list[str]]:
    """`text`, mended where that makes it parse as Python 3, and a note about each mend."""
    notes = []
    error = syntax_error(text)
    if error and (numbers := notebook_lines(text)):
        text = without_lines(text, numbers)
        error = syntax_error(text)
        notes.append(notebook_note(numbers))
    if isinstance(error, TabError):
        text = expand_tabs(text)
        error = syntax_error(text)
        notes.append(TABS_NOTE)
    if error or python2.uses_names(text):
        converted = python2.convert(expand_tabs(text), print_function=error is None)
        if converted and syntax_error(converted) is None:
            return converted, [*notes, PYTHON2_NOTE + DIVISION_NOTE * (not divides_as_python3(converted))]
    return text, notes


def notebook_lines(text: str) -> list[int]:
    """The lines that no Python file has, counted from 1: ``%magic``, ``!command``, ``?help``, ``help?``."""
    return [number for number, line in enumerate(text.split("\n"), 1) if NOTEBOOK_LINE.match(line)]


def without_lines(text: str, numbers: Collection[int]) -> str:
    """`text` with each of these lines doing nothing, so that all others keep their numbers and blocks their bodies."""
    return "\n".join(
        re.sub(r"\S.*", "pass", line) if number in numbers else line for number, line in enumerate(text.split("\n"), 1)
    )


def notebook_note(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]} is for notebooks only and was left out"
    return f"lines {', '.join(map(str, numbers))} are for notebooks only and were left out"


def divides_as_python3(text: str) -> bool:
    imports = (node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom))
    return any(node.module == "__future__" and "division" in {alias.name for alias in node.names} for node in imports)


def syntax_error(text: str) -> Exception | None:
    try:
        ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        return error
    return None


def expand_tabs(text: str) -> str:
    return re.sub(r"^[ \t]+", lambda indent: indent[0].expandtabs(TAB_COLUMNS), text, flags=re.MULTILINE)


def parse(text: str, path: str) -> tuple[ast.Module, list[dict[str, Any]]]:
    """The tree of all top-level blocks without a syntax error, and the errors of the others."""
    problems: list[dict[str, Any]] = []
    rest = text
    while len(problems) < MAX_ERRORS:
        try:
            return ast.parse(rest, path), problems
        except SyntaxError as error:
            problems.append(of_syntax_error(error, path, text))
            rest = without_block(rest, faulty_line(error))
        except (RecursionError, MemoryError) as error:
            problems.append(problem(type(error).__name__, message_of(error), path))
            break
    return ast.Module([], []), problems


def faulty_line(error: SyntaxError) -> int:
    """The line to blame: of a block without a body Python reports the line after it."""
    header = re.search(r"expected an indented block after .* on line (\d+)", error.msg)
    return int(header[1]) if header else error.lineno or 1


def without_block(text: str, line: int) -> str:
    """`text` with the top-level block around `line` blanked, so that all other lines keep their numbers."""
    lines = text.split("\n")
    line = min(line, len(lines))
    starts = block_starts(lines)
    start = max((n for n in starts if n < line), default=0)
    end = min((n for n in starts if n >= line), default=len(lines))
    return "\n".join([*lines[:start], *[""] * (end - start), *lines[end:]])


def block_starts(lines: list[str]) -> list[int]:
    """Where top-level blocks begin, counted from 0; decorators belong to what they decorate."""
    starts, decorated = [], False
    for n, line in enumerate(lines):
        if re.match(r"[^\s#)\]}]", line):
            if not decorated:
                starts.append(n)
            decorated = line.startswith("@")
    return starts
