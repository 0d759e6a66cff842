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

NOWHERE = 0
"""The place of all values that failed."""

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
        self.values: list[Any] = [FAILED]
        self.places: dict[tuple[Any, ...], int] = {}
        self.unchanged = {name: self._enter((name,), value) for name, value in self.inputs.items()}

    def value(self, name: str, changed: Steps) -> Any:
        """The value of a step, or `FAILED`, where the steps in `changed` are done in another way."""
        affected = set().union(*(self.descendants[step] for step in changed))
        with self.lock:
            if self.bytes > self.most_bytes:
                self.forget()
            place = None if name in affected else self.unchanged.get(name)
            return self.values[self._settle(name, changed, affected, {}) if place is None else place]

    def _settle(self, name: str, changed: Steps, affected: set[str], settled: dict[str, int]) -> int:
        """The place of a step's value in `values`; values that came about in the same way share one place. Where two
        changes make steps need each other, there is no value."""
        settled[name] = NOWHERE
        step = changed.get(name) or self.steps[name]
        places = []
        for needed in needs(step):
            place = (settled if needed in affected else self.unchanged).get(needed)
            places.append(self._settle(needed, changed, affected, settled) if place is None else place)
        origin = (step, *places)
        place = self.places.get(origin)
        if place is None:
            place = self._enter(origin, self._compute(step, places))
        (settled if name in affected else self.unchanged)[name] = place
        return place

    def _enter(self, origin: tuple[Any, ...], value: Any) -> int:
        """Where the value now is: all that fail share one place."""
        self.bytes += 200 + getattr(value, "nbytes", 0)
        self.places[origin] = NOWHERE if value is FAILED else len(self.values)
        if value is not FAILED:
            self.values.append(value)
        return self.places[origin]

    def _compute(self, step: Step, places: list[int]) -> Any:
        if NOWHERE in places:
            return FAILED
        try:
            with np.errstate(all="ignore"):
                return step(*(self.values[place] for place in places))
        except (ValueError, IndexError, TypeError, ZeroDivisionError, np.linalg.LinAlgError):
            return FAILED
