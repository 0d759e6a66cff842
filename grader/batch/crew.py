"""Keeps an engine busy: a bounded number of chunks at work, and a way out for work that kills who does it.

What is lost with a worker is done again, first alone in its chunk, at last with nothing beside it at all. What is lost
even then is not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from grader.batch.work import Order, Timed
from grader.classroom import HandedIn
from grader.gradebook import Result, State
from grader.model import Submission

MOST_LOSSES = 3
MOST_CHUNK_BYTES = 4 << 20
GIVEN_UP = Result(
    State.NOT_JUDGED, f"the process that graded it died {MOST_LOSSES} times, the last time with nothing else at work"
)


class Engine(Protocol):
    """Grades chunks somewhere else. `chunk` submissions go together, `slots` chunks at a time are worth sending;
    a future fails with one of `lost` where the worker that did it is gone."""

    chunk: int
    slots: int
    lost: tuple[type[BaseException], ...]

    def get_ready(self, order: Order) -> str:
        """Have every worker prepared, and tell the isolation that it has.

        Raises `GraderError` where one cannot grade, or would grade differently.
        """

    def submit(self, order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        """What `work.grade_chunk` gives, in time."""


@dataclass(frozen=True)
class Item:
    """What somebody handed in: with its `result` where that is known already, else with the submission to grade."""

    handed_in: HandedIn
    content: str = ""
    submission: Submission | None = None
    result: Result | None = None


def size(item: Item) -> int:
    return sum(map(len, item.submission.files.values())) if item.submission else 0


Done: TypeAlias = tuple[Item, Result, "float | None"]
"""An item, its result, and the seconds that it took to make it just now."""


class Crew:
    def __init__(self, engine: Engine, order: Order) -> None:
        self._engine, self._order = engine, order
        self._chunk: list[Item] = []
        self._at_work: dict[Future[list[Timed]], list[Item]] = {}
        self._losses: Counter[str] = Counter()
        self._suspects: list[Item] = []

    def process(self, items: Iterable[Item]) -> Iterator[Done]:
        """Every item once, in the order in which they get done; takes no more of them than it has use for."""
        for item in items:
            if item.result is not None:
                yield item, item.result, None
                continue
            self._chunk.append(item)
            if len(self._chunk) == self._engine.chunk or sum(map(size, self._chunk)) > MOST_CHUNK_BYTES:
                self._send(self._chunk)
                self._chunk = []
            while len(self._at_work) >= self._engine.slots:
                yield from self._collect()
        self._send(self._chunk)
        yield from self._collect_all()
        for suspect in self._suspects:
            self._send([suspect])
            yield from self._collect_all()

    def _send(self, items: list[Item]) -> None:
        if items:
            submissions = [item.submission for item in items if item.submission is not None]
            self._at_work[self._engine.submit(self._order, submissions)] = items

    def _collect_all(self) -> Iterator[Done]:
        while self._at_work:
            yield from self._collect()

    def _collect(self) -> Iterator[Done]:
        """Wait until something is done."""
        done, _ = wait(self._at_work, return_when=FIRST_COMPLETED)
        for future in done:
            items = self._at_work.pop(future)
            try:
                timed = future.result()
            except self._engine.lost:
                yield from self._lost(items)
            else:
                yield from ((item, *each) for item, each in zip(items, timed, strict=True))

    def _lost(self, items: list[Item]) -> Iterator[Done]:
        for item in items:
            key = item.handed_in.student.key
            self._losses[key] += 1
            if self._losses[key] == MOST_LOSSES:
                yield item, GIVEN_UP, None
            elif self._losses[key] == MOST_LOSSES - 1:
                self._suspects.append(item)
            else:
                self._send([item])
