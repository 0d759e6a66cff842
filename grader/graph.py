"""A function written as named steps, so that single steps can be replaced by wrong ones.

A step is a function whose parameters are named after the inputs and steps it needs; its own name is the value it
gives. `Graph` evaluates steps on one case and remembers every value under the exact ways in which it came about, so
that trying the next mistake computes only what that mistake changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

Step: TypeAlias = Callable[..., Any]
Steps: TypeAlias = Mapping[str, Step]

FAILED = object()
"""The value of a step that cannot be computed: shapes that do not fit, an index out of range, ..."""


@cache
def needs(step: Step) -> tuple[str, ...]:
    """The names of the steps and inputs that `step` is computed from."""
    return tuple(signature(step).parameters)


class Graph:
    """The steps of one function on the inputs of one case."""

    def __init__(self, steps: Steps, inputs: Mapping[str, Any]) -> None:
        self.steps = steps
        self.origins: dict[tuple[Any, ...], int] = {}
        self.values: list[Any] = []
        self.inputs = {name: self._enter((name,), value) for name, value in inputs.items()}

    def value(self, name: str, changed: Steps) -> Any:
        """The value of a step, or `FAILED`, where the steps in `changed` are done in another way."""
        return self.values[self._settle(name, changed, {})]

    def _settle(self, name: str, changed: Steps, settled: dict[str, int]) -> int:
        """The place of a step's value in `values`; steps that came about in the same way share one place."""
        if name in settled:
            return settled[name]
        if name in self.inputs and name not in changed:
            return self.inputs[name]
        step = changed.get(name) or self.steps[name]
        places = [self._settle(needed, changed, settled) for needed in needs(step)]
        origin = (step, *places)
        place = self.origins.get(origin)
        if place is None:
            place = self._enter(origin, self._compute(step, places))
        settled[name] = place
        return place

    def _enter(self, origin: tuple[Any, ...], value: Any) -> int:
        self.values.append(value)
        self.origins[origin] = len(self.values) - 1
        return len(self.values) - 1

    def _compute(self, step: Step, places: list[int]) -> Any:
        arguments = [self.values[place] for place in places]
        if any(argument is FAILED for argument in arguments):
            return FAILED
        try:
            with np.errstate(all="ignore"):
                return step(*arguments)
        except (ValueError, IndexError, TypeError, ZeroDivisionError, np.linalg.LinAlgError):
            return FAILED


def ancestors(name: str, steps: Steps, changed: Steps) -> set[str]:
    """The steps that the step `name` depends on, itself included, where those in `changed` are done in another way."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        step = waiting.pop()
        if step not in found and (step in steps or step in changed):
            found.add(step)
            waiting += needs(changed.get(step) or steps[step])
    return found
