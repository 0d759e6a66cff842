"""How far a batch has come: a bar with its rate and the time that is left, or a line now and then where there is no
terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from grader.batch.pipeline import Step
from grader.gradebook import State

SECONDS_BETWEEN_LINES = 10.0


@dataclass
class Tally:
    """What is done of the `total` so far: how many of each state, how many of them were graded just now, and how many
    look like work for other exercises."""

    total: int
    states: Counter[State] = field(default_factory=Counter)
    fresh: int = 0
    others: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        return self.states.total()

    @property
    def trouble(self) -> str:
        """'3 unreadable, 1 not judged'; '' where everything was graded."""
        return ", ".join(
            f"{self.states[state]} {state}" for state in State if self.states[state] and state is not State.GRADED
        )

    def count(self, steps: Iterable[Step]) -> Iterator[None]:
        """Once for each step, when it is done."""
        for step in steps:
            self.states[step.state] += 1
            self.fresh += step.fresh
            self.others.update(filter(None, [step.belongs_to]))
            yield

    def told(self, seconds: float, at_work: int) -> str:
        """'0.8/s, 20 s left, 3 unreadable', after so many seconds. What was known already came at no cost, and tells
        nothing of the rest; nor does a rate where no more are left than are `at_work`, the slowest of all it may be."""
        rate = self.fresh / seconds if seconds else 0.0
        left = self.total - self.done
        known = [f"{rate:.1f}/s"] if self.fresh else []
        if self.fresh and left > at_work:
            known.append(f"{left / rate:.0f} s left")
        return ", ".join(filter(None, [*known, self.trouble]))


def follow(steps: Iterable[Step], tally: Tally, console: Console, at_work: int) -> None:
    """Have all steps done and counted, shown on the console as they come; so many submissions are at work at a time."""
    (with_bar if console.is_terminal else with_lines)(steps, tally, console, at_work)


def with_bar(steps: Iterable[Step], tally: Tally, console: Console, at_work: int) -> None:
    start = time.monotonic()
    with Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), console=console) as progress:
        bar = progress.add_task("", total=tally.total)
        for _ in tally.count(steps):
            progress.update(bar, advance=1, description=tally.told(time.monotonic() - start, at_work))


def with_lines(steps: Iterable[Step], tally: Tally, console: Console, at_work: int) -> None:
    """A line every few seconds, and one at the end where there was any."""
    start = last = time.monotonic()
    for _ in tally.count(steps):
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES or (last > start and tally.done == tally.total):
            line = filter(None, [f"{tally.done} of {tally.total}", tally.told(now - start, at_work)])
            console.print(Text(", ".join(line)), soft_wrap=True)
            last = now
