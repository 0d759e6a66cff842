"""A function called on its cases in one convention, and the verdicts by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model import Case, Function, Part, RawResult, Status, Verdict
from grader.reference import Answer
from grader.signatures import Convention

EXPLAINABLE = {Status.WRONG, Status.RAISED, Status.MISSING}


@dataclass(frozen=True)
class Trial:
    function: Function
    asked: Sequence[tuple[Case, Answer]]
    results: Sequence[RawResult]
    verdicts: Mapping[Part, list[Verdict]]
    convention: Convention

    @property
    def lost(self) -> list[Part]:
        return [part for part, verdicts in self.verdicts.items() if any(map(is_lost, verdicts))]

    @property
    def explainable(self) -> bool:
        """Whether there is anything lost whose numbers or errors may tell why, or that has not been begun."""
        return any(verdict.status in EXPLAINABLE for verdicts in self.verdicts.values() for verdict in verdicts)

    def result_of(self, case: Case) -> RawResult:
        return next(result for (asked, _), result in zip(self.asked, self.results, strict=True) if asked is case)

    def answer_of(self, case: Case) -> Answer:
        return next(answer for asked, answer in self.asked if asked is case)


def is_lost(verdict: Verdict) -> bool:
    return verdict.status is not Status.CORRECT
