"""A function written as named steps, so that single steps can be replaced by wrong ones.

A step is a function whose parameters are named after the inputs and steps it needs; its own name is the value it
gives. `Graph` evaluates steps on one case and remembers every value under the exact ways in which it came about, so
that trying the next mistake computes only what that mistake changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from inspect import signature
from threading import Lock
from typing import Any, TypeAlias

import numpy as np

Step: TypeAlias = Callable[..., Any]
Steps: TypeAlias = Mapping[str, Step]

FAILED = object()
"""The value of a step that cannot be computed: shapes that do not fit, an index out of range, ..."""

MOST_BYTES = 1 << 24


@cache
def needs(step: Step) -> tuple[str, ...]:
    """The names of the steps and inputs that `step` is computed from."""
    return tuple(signature(step).parameters)


def ancestors(name: str, steps: Steps, changed: Steps) -> set[str]:
    """The steps that the step `name` depends on, itself included, where those in `changed` are done in another way."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        step = waiting.pop()
        if step not in found and step in steps:
            found.add(step)
            waiting += needs(changed.get(step) or steps[step])
    return found


@cache
def descendants(steps: tuple[tuple[str, Step], ...]) -> dict[str, set[str]]:
    """For each step the steps that depend on it, itself included."""
    depends_on = {name: ancestors(name, dict(steps), {}) for name, _ in steps}
    return {name: {other for other in depends_on if name in depends_on[other]} for name, _ in steps}


class Graph:
    """The steps of one function on the inputs of one case. Once the values fill `most_bytes`, they are forgotten.
    Threads may share it."""

    def __init__(self, steps: Steps, inputs: Mapping[str, Any], most_bytes: int = MOST_BYTES) -> None:
        self.steps = steps
        self.inputs = inputs
        self.most_bytes = most_bytes
        self.lock = Lock()
        self.descendants = descendants(tuple(steps.items()))
        self.forget()

    def forget(self) -> None:
        self.bytes = 0
        self.values: list[Any] = []
        self.places: dict[tuple[Any, ...], int] = {}
        self.failed = self._enter((), FAILED)
        self.unchanged = {name: self._enter((name,), value) for name, value in self.inputs.items()}

    def value(self, name: str, changed: Steps) -> Any:
        """The value of a step, or `FAILED`, where the steps in `changed` are done in another way."""
        affected = set().union(*(self.descendants[step] for step in changed))
        with self.lock:
            if self.bytes > self.most_bytes:
                self.forget()
            return self.values[self._settle(name, changed, affected, {})]

    def _settle(self, name: str, changed: Steps, affected: set[str], settled: dict[str, int]) -> int:
        """The place of a step's value in `values`; values that came about in the same way share one place. Where two
        changes make steps need each other, there is no value."""
        known = settled if name in affected else self.unchanged
        if name not in known:
            settled[name] = self.failed
            step = changed.get(name) or self.steps[name]
            places = [self._settle(needed, changed, affected, settled) for needed in needs(step)]
            origin = (step, *places)
            place = self.places.get(origin)
            known[name] = self._enter(origin, self._compute(step, places)) if place is None else place
        return known[name]

    def _enter(self, origin: tuple[Any, ...], value: Any) -> int:
        self.values.append(value)
        self.places[origin] = len(self.values) - 1
        self.bytes += 200 + getattr(value, "nbytes", 0)
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
