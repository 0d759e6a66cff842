"""From the bytes of a file or a notebook's cell to a syntax tree, with what real ones do: encodings, tabs, Python 2,
what only IPython understands, errors."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from . import python2, slicing
from .cells import PYTHON_CELLS, split_cell, unit_path, without_magics
from .names import plain
from .problems import message_of, of_syntax_error, problem
from .standins import WITH_A_WALK_THROUGH
from .text import UTF16_MARKS, plain_newlines
from .whole import Whole, whole

TAB_COLUMNS = 8
MAX_ERRORS = 10
MAX_RANGES = 6
TABS_NOTE = f"tabs and spaces are mixed in the indentation; a tab was read as {TAB_COLUMNS} columns"
PYTHON2_NOTE = "written for Python 2: converted"
DIVISION_NOTE = "; mind that / between integers gives a fraction in Python 3"
ENCODING_NOTE = "read, but the walk-through may stop at it, as Python does not know how it is encoded: save it in UTF-8"
INNER_IMPORTS = re.compile(r"^[ \t]+(?:from|import)[ \t]+(\w*(?:.*,)?)", re.MULTILINE)
"""A search before the look at a syntax tree, which takes long: the first name of a line, or the line up to a comma."""

IMPORTS_NOTE = "imports {}: not there when work is graded, and the walk-through stops without"


@dataclass
class Source:
    """`text` is what is run, and `syntax` what it was parsed to, without the blocks that hold syntax errors; of a
    `whole` file it is None. `unit` is the path of the module that it is a part of."""

    path: str
    text: str = ""
    syntax: ast.Module | None = field(default_factory=lambda: ast.Module([], []))
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unit: str = ""
    whole: Whole | None = None

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path) if self.syntax is None else self.syntax

    @property
    def bound(self) -> Set[str]:
        """Names that the top level, run as it stands, gives a value."""
        return self.whole.bound if self.whole else slicing.bound_names(self.tree.body)

    @property
    def defined(self) -> Set[str]:
        """Those that it gives to functions and classes."""
        return self.whole.defined if self.whole else slicing.defined_names(self.tree)


@dataclass
class Unit:
    """What is one module: a file, or the cells of a notebook in the order in which they stand, but for those that it
    writes into a file of Python, which are that file."""

    path: str
    sources: list[Source] = field(default_factory=list)

    @property
    def is_notebook(self) -> bool:
        return self.path.endswith(".ipynb")

    @property
    def whole(self) -> Whole | None:
        return self.sources[0].whole if len(self.sources) == 1 else None

    @cached_property
    def bound(self) -> Set[str]:
        return set().union(*(source.bound for source in self.sources))

    @cached_property
    def defined(self) -> Set[str]:
        return set().union(*(source.defined for source in self.sources))

    @cached_property
    def tree(self) -> ast.Module:
        return ast.Module([node for source in self.sources for node in source.tree.body], [])

    @cached_property
    def source_of(self) -> Mapping[ast.stmt, Source]:
        return {node: source for source in self.sources for node in source.tree.body}

    @property
    def problems(self) -> list[dict[str, Any]]:
        return [problem for source in self.sources for problem in source.problems][:MAX_ERRORS]

    @property
    def notes(self) -> list[str]:
        """Each once, in a notebook with the cells that it is about."""
        places: dict[str, list[Source]] = {}
        for source in self.sources:
            for note in source.notes:
                places.setdefault(note, []).append(source)
        if PYTHON2_NOTE in places and not divides_as_python3(self.tree):
            places[PYTHON2_NOTE + DIVISION_NOTE] = places.pop(PYTHON2_NOTE)
        if not self.is_notebook:
            return [f"{self.path}: {note}" for note in places]
        return [f"{self.path}: {note} ({cells_of(sources)})" for note, sources in places.items()]


def units(files: Mapping[str, bytes], functions: Iterable[str]) -> dict[str, Unit]:
    """The Python in `files`, by the path of the file or notebook that it is in. `functions` are graded."""
    found: dict[str, Unit] = {}
    for path, data in files.items():
        if unit_path(path).endswith((".py", ".ipynb")):
            source = read(path, data) if unit_path(path) == path else read_cell(path, data)
            found.setdefault(source.unit, Unit(source.unit)).sources.append(source)
    graded = {plain(name) for name in functions}
    own = {name for path in found for name in path.removesuffix(".py").split("/")}
    for unit in found.values():
        if not unit.is_notebook:
            unit.sources[0].notes += notes_of_imports(unit, own, graded)
    return found


def notes_of_imports(unit: Unit, own: Set[str], graded: Set[str]) -> list[str]:
    """A note on what running the file as it stands, and calling the `graded` functions, takes beside the submission's
    `own` modules."""
    nodes: list[ast.AST] = [] if unit.whole else [*unit.tree.body]
    if any(not WITH_A_WALK_THROUGH.issuperset(INNER_IMPORTS.findall(source.text)) for source in unit.sources):
        called = [name for name in unit.defined if plain(name) in graded]
        needed = slicing.needed_statements(unit.tree, called)
        nodes += slicing.unguarded([node for node in needed if isinstance(node, slicing.DEFINITIONS)])
    names = dict.fromkeys(name for node in nodes for name in sorted(slicing.imported_modules(node)))
    absent = [name for name in names if name and name not in WITH_A_WALK_THROUGH and name not in own]
    return [IMPORTS_NOTE.format(listed(absent))] if absent else []


def cells_of(sources: Iterable[Source]) -> str:
    """ "cell 3", or "cells 2, 5, 7"."""
    numbers = [source.path.rpartition(" ")[2] for source in sources]
    return f"cell{'s' * (len(numbers) > 1)} {listed(numbers)}"


def listed(places: Sequence[str]) -> str:
    return ", ".join(places[:MAX_RANGES]) + ", ..." * (len(places) > MAX_RANGES)


def read(path: str, data: bytes) -> Source:
    text, notes = decode(data)
    found = whole(text, path)
    if found and not python2.uses_names(text):
        return Source(path, text, None, [], notes, path, found)
    source = read_text(path, text, path)
    source.notes += [] if source.problems else notes
    return source


def read_cell(path: str, data: bytes) -> Source:
    """A cell, which is always in UTF-8. What is for the main program is for a notebook."""
    notebook = unit_path(path)
    magic, written, text = split_cell(plain_newlines(data.decode("utf-8-sig")))
    if written:
        return read_text(path, text, f"{notebook[: notebook.rfind('/') + 1]}{written}")
    if magic and magic not in PYTHON_CELLS:
        return Source(path, notes=[f"what follows %%{magic} is no Python and was left out"], unit=notebook)
    if syntax_error(text):
        text, _ = without_magics(textwrap.dedent(text))
    source = read_text(path, text, notebook)
    source.tree.body = [
        inner for node in source.tree.body for inner in (node.body if slicing.is_main_guard(node) else [node])
    ]
    return source


def read_text(path: str, text: str, unit: str) -> Source:
    if "\0" in text:
        complaint = "the file holds null bytes, so it is no Python source: save it as plain text in UTF-8"
        return Source(path, problems=[problem("SyntaxError", complaint, path)], unit=unit)
    tree = parsed(text)
    notes: list[str] = []
    if isinstance(tree, Exception) or python2.uses_names(text):
        text, notes = modernise(text, tree)
        tree = parsed(text)
    if isinstance(tree, ast.Module):
        return Source(path, text, tree, [], notes, unit)
    return Source(path, text, *parse(text, path), notes, unit)


def decode(data: bytes) -> tuple[str, list[str]]:
    """Text with plain newlines, as Python reads it; else as UTF-16 by its BOM, or by Latin-1, which fits anything, with
    a note."""
    try:
        return plain_newlines(data.decode(encoding_of(data))), []
    except (SyntaxError, LookupError, UnicodeError):
        text = data.decode("utf-16" if data.startswith(UTF16_MARKS) else "latin-1", "replace")
    return plain_newlines(text), [ENCODING_NOTE]


def encoding_of(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


def modernise(text: str, error: object) -> tuple[str, list[str]]:
    """`text`, mended where that makes it parse as Python 3, and a note about each mend. `error` is what comes of
    parsing it."""
    notes = []
    error = error if isinstance(error, Exception) else None
    if error:
        text, numbers = without_magics(text)
        error = syntax_error(text)
        notes += [notebook_note(numbers)] if numbers else []
    if isinstance(error, TabError):
        text = expand_tabs(text)
        error = syntax_error(text)
        notes.append(TABS_NOTE)
    if error or python2.uses_names(text):
        converted = python2.convert(expand_tabs(text), print_function=error is None)
        if converted and syntax_error(converted) is None:
            return converted, [*notes, PYTHON2_NOTE]
    return text, notes


def notebook_note(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"line {numbers[0]} is for notebooks only and was left out"
    return f"lines {', '.join(map(str, numbers))} are for notebooks only and were left out"


def divides_as_python3(tree: ast.Module) -> bool:
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    return any(node.module == "__future__" and "division" in {alias.name for alias in node.names} for node in imports)


def syntax_error(text: str) -> Exception | None:
    tree = parsed(text)
    return tree if isinstance(tree, Exception) else None


def parsed(text: str) -> ast.Module | Exception:
    try:
        return ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError) as error:
        return error


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
