"""Files that only import names that are there already, define functions and name constants, as most students hand in.

Such a file can be run whole, and what it binds is read off its compiled code. The syntax trees that all other files are
looked at with take several times as long, and much of the memory that a worker has for itself.
"""

from __future__ import annotations

import ast
import opcode
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType

COMPILER_FLAGS = annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
MOST_CHARACTERS = 1 << 16
"""More than any such file needs; to compile a large one can take longer than to parse it."""

DOES_MORE = re.compile(r"^(?:@|(?:async|await|class|del|for|if|print|try|while|with)\b)", re.MULTILINE)
"""How lines begin that make it worth no attempt."""

CONSTANTS = {"LOAD_CONST", "LOAD_SMALL_INT", "BUILD_TUPLE", "BUILD_MAP", "BUILD_CONST_KEY_MAP"}
IMPORTS = {"IMPORT_NAME", "IMPORT_FROM", "POP_TOP"}
FUNCTIONS = {"MAKE_FUNCTION", "SET_FUNCTION_ATTRIBUTE"}
FRAME = {"CACHE", "NOP", "RESUME", "RETURN_CONST", "RETURN_VALUE"}
ALLOWED = CONSTANTS | IMPORTS | FUNCTIONS | FRAME | {"STORE_NAME"}
"""The instructions of such a file, by their names in any version of Python; with any other it is none."""


@dataclass(frozen=True)
class Whole:
    """The `code` of a file; the names that its top level binds, and those of them that are functions it defines."""

    code: CodeType
    bound: frozenset[str]
    defined: frozenset[str]


def whole(text: str, path: str) -> Whole | None:
    """The file if it is one of these, and gives each name one value and none a meaning to Python."""
    if len(text) > MOST_CHARACTERS or DOES_MORE.search(text):
        return None
    try:
        code = compile(text, path, "exec", COMPILER_FLAGS, dont_inherit=True)
    except ERRORS:
        return None
    steps = list(instructions(code))
    if not {name for name, _ in steps} <= ALLOWED or not all(map(is_there, imports(code, steps))):
        return None
    stored = [
        (code.co_names[argument], before) for (before, _), (name, argument) in pairwise(steps) if name == "STORE_NAME"
    ]
    bound = {name for name, _ in stored}
    if len(bound) < len(stored) or any(name.startswith("__") for name in bound - {"__doc__"}):
        return None
    return Whole(code, frozenset(bound), frozenset(name for name, before in stored if before in FUNCTIONS))


def imports(code: CodeType, steps: Iterable[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """A module and, where one is taken from it, a name."""
    module = ""
    for step, argument in steps:
        if step == "IMPORT_NAME":
            module = code.co_names[argument]
            yield module, ""
        elif step == "IMPORT_FROM":
            yield module, code.co_names[argument]


def is_there(imported: tuple[str, str]) -> bool:
    """Whether nothing need be run for it: a package may import what is taken from it only then."""
    module, name = imported
    return module in sys.modules and (not name or name in vars(sys.modules[module]))


def instructions(code: CodeType) -> Iterator[tuple[str, int]]:
    """Each by name, with its argument as it stands."""
    steps = iter(code.co_code)
    return ((opcode.opname[operation], argument) for operation, argument in zip(steps, steps, strict=True))


def definition(text: str, code: CodeType, module: CodeType) -> ast.stmt | None:
    """The syntax of one function of such a file: nothing else begins between its first line and the next."""
    lines, first = text.split("\n"), code.co_firstlineno - 1
    later = (line - 1 for *_, line in module.co_lines() if line and line - 1 > first)
    try:
        return ast.parse("\n" * first + "\n".join(lines[first : min(later, default=None)])).body[0]
    except (*ERRORS, IndexError):
        return None
