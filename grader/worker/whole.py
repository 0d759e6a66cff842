"""Files that only import what is there already, define functions and name constants, as most students hand in.

Such a file can be run whole, and what it binds is read off its compiled code. The syntax trees that all other files are
looked at with take several times as long, and as much memory again as everything else that a worker has for itself.
"""

from __future__ import annotations

import ast
import opcode
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import CodeType

COMPILER_FLAGS = annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
CONSTANTS = {"LOAD_CONST", "LOAD_SMALL_INT", "BUILD_TUPLE", "BUILD_MAP", "BUILD_CONST_KEY_MAP"}
IMPORTS = {"IMPORT_NAME", "IMPORT_FROM", "POP_TOP", "SWAP"}
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
    """The file if it is one of these."""
    try:
        code = compile(text, path, "exec", COMPILER_FLAGS, dont_inherit=True)
    except ERRORS:
        return None
    steps = list(instructions(code))
    imported = {code.co_names[argument] for name, argument in steps if name == "IMPORT_NAME"}
    if not {name for name, _ in steps} <= ALLOWED or not imported <= sys.modules.keys():
        return None
    stored = [(code.co_names[argument], before) for before, (name, argument) in pairwise(steps) if name == "STORE_NAME"]
    defined = (name for name, (before, _) in stored if before in FUNCTIONS)
    return Whole(code, frozenset(name for name, _ in stored), frozenset(defined))


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
