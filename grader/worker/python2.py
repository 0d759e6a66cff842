"""Python 2 to Python 3 with the fixers of fissix, which is imported only when a file needs it."""

from __future__ import annotations

import ast
from functools import cache
from typing import Any

NAMES = {"basestring", "raw_input", "unicode", "xrange"}
FIXERS = (
    "apply basestring dict except exec execfile filter funcattrs getcwdu has_key imports intern itertools "
    "itertools_imports long map metaclass methodattrs ne next nonzero numliterals paren print raise raw_input "
    "reduce repr standarderror sys_exc throw tuple_params types unicode xrange xreadlines zip"
)


def uses_names(text: str) -> bool:
    """Whether code that is valid in Python 3 still refers to what only Python 2 has."""
    if not any(name in text for name in NAMES):
        return False
    names = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id in NAMES]
    return bool(names) and all(isinstance(node.ctx, ast.Load) for node in names)


@cache
def converter(print_function: bool) -> Any:
    from fissix.pgen2 import driver, pgen

    driver.load_grammar = pgen.generate_grammar  # fissix keeps grammars as pickles in the home folder; we do not
    from fissix.refactor import RefactoringTool

    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in FIXERS.split()], {"print_function": print_function})


def convert(text: str, print_function: bool) -> str | None:
    """`text` in Python 3, or None where it is not Python 2 either. `print_function`: it calls print as a function."""
    try:
        return str(converter(print_function).refactor_string(text + "\n", "submission"))
    except Exception:  # whatever a fixer stumbles on, the file stays as it is
        return None
