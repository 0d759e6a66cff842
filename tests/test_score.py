from __future__ import annotations

from grader.model import Case, Definition, Part, PartScore, Status, Verdict
from grader.score import score_part, summarise

PART = Part("Cost", "cost", "J", 30)


def verdict(status: Status, name: str = "a", hidden: bool = False) -> Verdict:
    return Verdict(Case(name, "cost", (), hidden=hidden), status, f"it is {status}")


def score(*verdicts: Verdict) -> PartScore:
    return score_part(PART, list(verdicts), Definition("ex4.py", 7))


def test_a_part_is_right_when_every_case_is() -> None:
    found = score(verdict(Status.CORRECT), verdict(Status.CORRECT, hidden=True))
    assert (found.status, found.score, found.message, found.where) == (Status.CORRECT, 30, "", "ex4.py:7")


def test_one_lost_case_loses_the_part_and_is_named() -> None:
    found = score(verdict(Status.CORRECT), verdict(Status.WRONG, "b"), verdict(Status.CORRECT))
    assert (found.status, found.score) == (Status.WRONG, 0)
    assert found.message == "it is wrong (on 'b' of 3 cases)"


def test_several_lost_cases_are_counted() -> None:
    found = score(*[verdict(Status.WRONG, "b")] * 3, verdict(Status.CORRECT))
    assert found.message == "it is wrong (on 'b' and 2 others of 4 cases)"


def test_different_losses_are_not_taken_for_one() -> None:
    found = score(verdict(Status.RAISED, "b"), verdict(Status.WRONG), verdict(Status.WRONG))
    assert found.message == "it is raised (on 'b' of 3 cases; 2 more are lost in another way)"


def test_what_fails_everywhere_is_said_once() -> None:
    assert score(verdict(Status.RAISED), verdict(Status.RAISED)).message == "it is raised"


def test_the_gravest_public_verdict_speaks() -> None:
    found = score(verdict(Status.DIED, hidden=True), verdict(Status.WRONG), verdict(Status.TIMED_OUT))
    assert found.status is Status.TIMED_OUT


def test_a_loss_on_hidden_cases_alone_is_said_to_be_one() -> None:
    assert "hidden cases only" in score(verdict(Status.CORRECT), verdict(Status.WRONG, hidden=True)).message


def test_a_part_without_cases_is_not_judged_and_never_right() -> None:
    assert (score().status, score().score) == (Status.NOT_JUDGED, 0)


def test_errors_that_differ_in_numbers_only_are_one_symptom() -> None:
    cases = [Case(f"case {n}", "f", ()) for n in range(3)]
    messages = ["shapes (6,3) (6,2)", "shapes (7,5) (7,4)", "no such thing"]
    verdicts = [Verdict(case, Status.RAISED, text) for case, text in zip(cases, messages, strict=True)]
    assert summarise(verdicts[0], verdicts[:2], verdicts[:2]) == "shapes (6,3) (6,2)"
    assert "1 more is lost in another way" in summarise(verdicts[0], verdicts, verdicts)
