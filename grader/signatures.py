"""How a student's function wants its arguments: in which order, and columns as (m, 1) or as (m,).

Arguments are passed by position. Where the student's own parameter names say beyond doubt that the order is another
one, that order is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.model import Case, CodeError, Definition, Function, Parameter, Value
from grader.worker.names import plain


@dataclass(frozen=True)
class Convention:
    """`flat` passes every (m, 1) column as (m,)."""

    flat: bool = False


COLUMNS, FLAT = Convention(), Convention(flat=True)


def argument_order(function: Function, definition: Definition) -> tuple[int, ...] | CodeError:
    """For each argument that the student's function takes, which of ours it is; or why it cannot be called."""
    expected = len(function.parameters)
    positional = tuple(range(expected))
    if definition.variadic:
        return positional
    meant = [meaning(name, function.parameters) for name in definition.parameters]
    if len(meant) == expected and sorted(place for place in meant if place is not None) == list(positional):
        return tuple(place for place in meant if place is not None)
    if definition.required <= expected <= len(meant):
        return positional
    return arity_error(function, definition)


def meaning(name: str, parameters: tuple[Parameter, ...]) -> int | None:
    """Which parameter a student's name stands for: exactly, or else without regard to case and underscores."""
    for known in (str, plain):
        for index, parameter in enumerate(parameters):
            if known(name) in map(known, (parameter.name, *parameter.aliases)):
                return index
    return None


def arity_error(function: Function, definition: Definition) -> CodeError:
    """In the words of its language: lambda, with an underscore in Python, has none in Octave."""
    in_octave = definition.file.endswith(".m")
    names = (parameter.name.rstrip("_" * in_octave) for parameter in function.parameters)
    takes = len(definition.parameters) if definition.required <= len(function.parameters) else definition.required
    message = (
        f"{function.name}({', '.join(names)}) is called with {plural(len(function.parameters), 'argument')}, "
        f"but yours takes {takes}: ({', '.join(definition.parameters)})"
    )
    return CodeError("error" if in_octave else "TypeError", message, definition.file, definition.line)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def order_note(function: Function, definition: Definition) -> str | None:
    order = argument_order(function, definition)
    if isinstance(order, CodeError) or order == tuple(range(len(order))):
        return None
    return f"{function.name} takes its arguments in another order than {function.signature}: matched by their names"


def arrange(case: Case, function: Function, order: tuple[int, ...], convention: Convention) -> list[Value]:
    """The case's arguments in the student's order and convention."""
    arguments = [
        np.ravel(argument) if convention.flat and parameter.column and isinstance(argument, np.ndarray) else argument
        for argument, parameter in zip(case.arguments, function.parameters, strict=True)
    ]
    return [arguments[index] for index in order]
