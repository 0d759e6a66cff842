"""How far a batch has come: a bar with its rate and the time that is left, or a line now and then where there is no
terminal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from grader.batch.pipeline import Step
from grader.gradebook import State

SECONDS_BETWEEN_LINES = 10.0


def watched(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    """The same steps, shown on the console as they come."""
    return with_bar(steps, total, console) if console.is_terminal else with_lines(steps, total, console)


class Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", "dim")


def with_bar(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    seen: Counter[State] = Counter()
    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("", total=total)
        for step in steps:
            seen[step.state] += 1
            progress.update(bar, advance=1, description=trouble(seen))
            yield step


def with_lines(steps: Iterable[Step], total: int, console: Console) -> Iterator[Step]:
    seen: Counter[State] = Counter()
    start = last = time.monotonic()
    for step in steps:
        seen[step.state] += 1
        now, done = time.monotonic(), seen.total()
        if now - last >= SECONDS_BETWEEN_LINES:
            rate = done / (now - start)
            left = f"{(total - done) / rate:.0f} s left"
            told = filter(None, (f"{done} of {total}", f"{rate:.1f}/s", left, trouble(seen)))
            console.print(Text(", ".join(told)), soft_wrap=True)
            last = now
        yield step


def trouble(seen: Counter[State]) -> str:
    """'3 unreadable, 1 not judged'; '' where everything was graded."""
    return ", ".join(f"{seen[state]} {state}" for state in State if seen[state] and state is not State.GRADED)
