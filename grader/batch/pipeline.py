"""What a class handed in -> stored grades. A submission is read when its turn comes, and forgotten when it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from grader.batch.crew import Crew, Engine, Item
from grader.batch.store import Store
from grader.batch.version import content_of
from grader.batch.work import Order, fault
from grader.classroom import HandedIn
from grader.elsewhere import belongs_to
from grader.errors import SubmissionError
from grader.gradebook import Grade, Result, State
from grader.submission import submission_from
from grader.values import clean


@dataclass(frozen=True)
class Step:
    """One more grade is in the store; `fresh` where it was made just now. `belongs_to` is another exercise, where the
    work looks like that."""

    state: State
    fresh: bool
    belongs_to: str | None = None


def grade_class(
    handed_in: Iterable[HandedIn], order: Order, store: Store, engine: Engine, regrade: bool = False
) -> Iterator[Step]:
    """A step for each, in the order in which they get done. `regrade` makes anew what is known already.

    Raises `UsageError` where the store cannot keep a grade.
    """
    store.call_roll()
    items = (prepare(each, order, store, regrade) for each in handed_in)
    for item, result, seconds in Crew(engine, order).process(items):
        each, exercise = item.handed_in, order.basis.exercise
        grade = Grade(each.student, each.attempt, each.notes, item.content, order.basis, result)
        other = belongs_to(item.submission, exercise) if item.submission and not grade.full_marks else None
        if other:
            grade = replace(grade, notes=(*grade.notes, f"looks like work for {other}, not for {exercise}"))
        store.save(grade, seconds)
        yield Step(result.state, item.submission is not None and item.result is None, other)


def prepare(handed_in: HandedIn, order: Order, store: Store, regrade: bool) -> Item:
    """Read it; what cannot be read, and what is graded already, has its result at once."""
    student, tree = handed_in.student, handed_in.tree
    try:
        submission = submission_from(tree, student.name, order.basis.exercise)
    except SubmissionError as error:
        return Item(handed_in, result=Result(State.UNREADABLE, clean(error).removeprefix(f"{tree.label}: ")))
    except Exception as error:
        return Item(handed_in, result=Result(State.NOT_JUDGED, fault(error)))
    content = content_of(submission)
    known = None if regrade else store.result(student.key, content, order.basis, order.isolated)
    return Item(handed_in, content, submission, known)
