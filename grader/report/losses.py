"""Which parts of a stored grade were lost and why, told once where several were lost in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from grader.failures import never_begun
from grader.gradebook import Grade
from grader.model import Status
from grader.report.words import cause, result, sentence

REASON = ("where", "message", "mistakes", "explanation")


@dataclass(frozen=True)
class Loss:
    """The `names` of the parts, and the one with the most mistakes, which stands for all, as the JSON report has it.
    `told` are the mistakes, by id, and the sentences that were told of other parts already."""

    names: list[str]
    part: Mapping[str, Any]
    told: AbstractSet[str]

    @property
    def speaks_for_itself(self) -> bool:
        """Whether there is no more to say than the word of the table."""
        return never_begun(self.part)

    @property
    def message(self) -> str:
        return word(self.part) if self.speaks_for_itself else str(self.part["message"])

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """A title and what to say of it for each mistake; with 'Or' before another explanation that fits as well."""
        found = []
        last = 0
        for each in self.part["mistakes"]:
            other = "Or: " * (each["alternative"] != last)
            found.append((f"{other}{each['title']}.", "As above." if each["id"] in self.told else each["message"]))
            last = each["alternative"]
        return found

    @property
    def sentences(self) -> list[str]:
        """The first wrong step, the place and what nothing explains."""
        return [sentence(text) for text in self.part["explanation"] if text not in self.told]


def shown(grade: Grade) -> list[Mapping[str, Any]]:
    """The parts without the optional ones that were not tried."""
    return [part for part in grade.report["parts"] if part["max_score"] > 0 or not never_begun(part)]


def losses(grade: Grade) -> list[Loss]:
    """In the order of the report."""
    reasons: dict[str, list[Mapping[str, Any]]] = {}
    for part in shown(grade):
        if part["status"] != "correct":
            reasons.setdefault(reason(part), []).append(part)
    found: list[Loss] = []
    told: set[str] = set()
    for parts in reasons.values():
        telling = max(parts, key=lambda part: len(part["mistakes"]))
        found.append(Loss([part["name"] for part in parts], telling, frozenset(told)))
        told.update(mistake["id"] for mistake in telling["mistakes"])
        told.update(telling["explanation"])
    return found


def reason(part: Mapping[str, Any]) -> str:
    """What parts have in common that are told together: one error stops all that need the line that it is in."""
    if never_begun(part):
        return word(part)
    if part["status"] == Status.RAISED:
        return cause(part["message"])
    return repr([part[field] for field in REASON])


def word(part: Mapping[str, Any]) -> str:
    return result(part["status"], part["where"])
