"""How far a batch has come: a bar with its rate and the time that is left, or a line now and then where there is no
terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
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


def follow(steps: Iterable[Step], tally: Tally, console: Console) -> None:
    """Have all steps done and counted, shown on the console as they come."""
    (with_bar if console.is_terminal else with_lines)(steps, tally, console)


class Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", "dim")


def with_bar(steps: Iterable[Step], tally: Tally, console: Console) -> None:
    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=tally.total)
        for _ in tally.count(steps):
            progress.update(bar, advance=1, description=tally.trouble)


def with_lines(steps: Iterable[Step], tally: Tally, console: Console) -> None:
    start = last = time.monotonic()
    for _ in tally.count(steps):
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES:
            rate = tally.done / (now - start)
            left = f"{(tally.total - tally.done) / rate:.0f} s left"
            told = filter(None, (f"{tally.done} of {tally.total}", f"{rate:.1f}/s", left, tally.trouble))
            console.print(Text(", ".join(told)), soft_wrap=True)
            last = now
