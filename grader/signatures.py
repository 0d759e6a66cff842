"""How a student's function wants its arguments: in which order, and columns as (m, 1) or as (m,).

Arguments are passed by position. Where the student's own parameter names say beyond doubt that the order is another
one, that order is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.model import Case, CodeError, Definition, Function, Parameter, Value


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
    return CodeError("TypeError", arity_message(function, definition), definition.file, definition.line)


def meaning(name: str, parameters: tuple[Parameter, ...]) -> int | None:
    """Which parameter a student's name stands for: exactly, or else without regard to case and underscores."""
    for known in (str, plain):
        for index, parameter in enumerate(parameters):
            if known(name) in map(known, (parameter.name, *parameter.aliases)):
                return index
    return None


def plain(name: str) -> str:
    return name.replace("_", "").lower()


def arity_message(function: Function, definition: Definition) -> str:
    takes = len(definition.parameters) if definition.required <= len(function.parameters) else definition.required
    return (
        f"{function.signature} is called with {plural(len(function.parameters), 'argument')}, "
        f"but yours takes {takes}: ({', '.join(definition.parameters)})"
    )


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
