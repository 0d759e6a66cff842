from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.batch import crew
from grader.batch.crew import GIVEN_UP, Crew, Item
from grader.batch.work import Order, Timed
from grader.gradebook import Result, State
from grader.model import Submission
from tests.classes import BASIS, handed_in, student, submission

ORDER = Order(BASIS, "none")
KNOWN = Result(State.GRADED, "known")
PATIENCE = 1000
FOLDER = Path(__file__).with_name("submissions") / "nothing-empty-file"


class Died(Exception):
    pass


@dataclass
class FakeEngine:
    """Does its chunks when nothing else is left to do; a worker dies of each chunk that `deadly` says, with all the
    others at that time."""

    chunk: int = 1
    slots: int = 3
    deadly: Callable[[list[str]], bool] = lambda names: False
    lost: tuple[type[BaseException], ...] = (Died,)
    sent: list[list[str]] = field(default_factory=list)
    most_at_work: int = 0
    waiting: list[tuple[list[str], Future[list[Timed]]]] = field(default_factory=list)

    def get_ready(self, order: Order) -> str:
        return "a sandbox"

    def submit(self, order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        future: Future[list[Timed]] = Future()
        names = [each.name for each in submissions]
        self.sent.append(names)
        self.waiting.append((names, future))
        self.most_at_work = max(self.most_at_work, len(self.waiting))
        return future

    def work(self) -> None:
        """One round of everything that waits."""
        waiting, self.waiting = self.waiting, []
        dies = any(self.deadly(names) for names, _ in waiting)
        for names, future in waiting:
            if dies:
                future.set_exception(Died())
            else:
                future.set_result([(Result(State.GRADED, name), 0.5) for name in names])


Run = Callable[[FakeEngine, Iterable[Item]], dict[str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """What became of each item, by name: the reason of its result."""

    def run(engine: FakeEngine, items: Iterable[Item]) -> dict[str, str]:
        wait = crew.wait

        def work_and_wait(futures: dict[Future[list[Timed]], object], **options: str) -> object:
            assert len(engine.sent) < PATIENCE
            engine.work()
            return wait(futures, **options)

        monkeypatch.setattr(crew, "wait", work_and_wait)
        found = [(item.handed_in.student.name, result.reason) for item, result, _ in Crew(engine, ORDER).process(items)]
        assert len(dict(found)) == len(found)
        return dict(found)

    return run


def item(name: str, result: Result | None = None, source: bytes = b"") -> Item:
    return Item(handed_in(student(name), FOLDER), "", submission(name, source), result)


def items(count: int) -> list[Item]:
    return [item(str(number)) for number in range(count)]


def test_every_item_gets_its_own_result(run: Run) -> None:
    assert run(FakeEngine(), items(10)) == {str(number): str(number) for number in range(10)}


def test_items_go_in_chunks_and_the_rest_goes_too(run: Run) -> None:
    engine = FakeEngine(chunk=4)
    assert len(run(engine, items(10))) == 10
    assert list(map(len, engine.sent)) == [4, 4, 2]


def test_a_chunk_of_many_bytes_is_cut_short(run: Run) -> None:
    engine = FakeEngine(chunk=4)
    run(engine, [item(str(number), source=bytes(crew.MOST_CHUNK_BYTES // 2)) for number in range(4)])
    assert list(map(len, engine.sent)) == [3, 1]


def test_what_is_known_is_not_sent(run: Run) -> None:
    engine = FakeEngine()
    assert run(engine, [item("a", KNOWN), item("b")]) == {"a": "known", "b": "b"}
    assert engine.sent == [["b"]]


def test_no_more_is_read_than_there_is_work_for(run: Run) -> None:
    engine = FakeEngine(chunk=2, slots=3)
    at_work = []

    def reading() -> Iterator[Item]:
        for each in items(100):
            at_work.append(sum(len(names) for names, _ in engine.waiting))
            yield each

    assert len(run(engine, reading())) == 100
    assert engine.most_at_work == 3
    assert max(at_work) < 2 * 3


def test_what_is_lost_with_others_is_done_again(run: Run) -> None:
    died = []

    def once(names: list[str]) -> bool:
        died.append(names)
        return len(died) == 1

    assert run(FakeEngine(chunk=2, deadly=once), items(6)) == {str(number): str(number) for number in range(6)}


def test_what_kills_whoever_does_it_is_given_up_and_the_others_are_graded(run: Run) -> None:
    engine = FakeEngine(chunk=3, deadly=lambda names: "4" in names)
    found = run(engine, items(12))
    assert found == {str(number): str(number) for number in range(12)} | {"4": GIVEN_UP.reason}
    assert engine.sent[-1] == ["4"] or engine.sent.count(["4"]) == 2


def test_the_last_attempt_has_nothing_else_at_work(run: Run) -> None:
    engine = FakeEngine(deadly=lambda names: "0" in names)
    alone = []
    submit = engine.submit

    def watched(order: Order, submissions: Sequence[Submission]) -> Future[list[Timed]]:
        if engine.sent.count(["0"]) == crew.MOST_LOSSES - 1 and submissions[0].name == "0":
            alone.append(not engine.waiting)
        return submit(order, submissions)

    engine.submit = watched  # type: ignore[method-assign]
    run(engine, items(5))
    assert alone == [True]


def test_a_fault_that_is_no_loss_ends_it(run: Run) -> None:
    class Broken(FakeEngine):
        def work(self) -> None:
            for _, future in self.waiting:
                future.set_exception(RuntimeError("a fault of ours"))

    with pytest.raises(RuntimeError, match="a fault of ours"):
        run(Broken(), items(2))
