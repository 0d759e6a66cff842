"""Verdicts -> the scores of parts. A part is right when it is right on every case, public and hidden."""

from __future__ import annotations

import re

from grader.model import Definition, Insight, Part, PartScore, Status, Verdict

UNKNOWN = Insight()
NUMBER = re.compile(r"\d+")

GRAVEST_FIRST = (
    Status.NOT_JUDGED,
    Status.GARBLED,
    Status.DIED,
    Status.TIMED_OUT,
    Status.RAISED,
    Status.WRONG,
    Status.MISSING,
)


def score_part(
    part: Part, verdicts: list[Verdict], definition: Definition | None, insight: Insight = UNKNOWN
) -> PartScore:
    """The part's points, and the verdict that says most about what was lost: the gravest, public before hidden."""
    where = place_of(definition) if definition else ""
    lost = [verdict for verdict in verdicts if verdict.status is not Status.CORRECT]
    if not verdicts:
        return PartScore(part, Status.NOT_JUDGED, 0, "no case judges this part", (), where)
    if not lost:
        return PartScore(part, Status.CORRECT, part.points, "", tuple(verdicts), where)
    attempted = definition is not None and not definition.untouched
    telling = min(lost, key=lambda verdict: (verdict.case.hidden, GRAVEST_FIRST.index(verdict.status)))
    return PartScore(
        part, telling.status, 0, summarise(telling, lost, verdicts), tuple(verdicts), where, insight, attempted
    )


def place_of(definition: Definition) -> str:
    return f"{definition.file}:{definition.line}" if definition.file and definition.line else definition.file


def summarise(telling: Verdict, lost: list[Verdict], verdicts: list[Verdict]) -> str:
    """What went wrong, and where that is not everywhere, on which cases."""
    alike = [verdict for verdict in lost if symptom(verdict) == symptom(telling)]
    if len(alike) == len(verdicts):
        return telling.message
    if telling.case.hidden:
        return f"{telling.message} (on hidden cases only: do your numbers depend on the public ones?)"
    where = f"on '{telling.case.name}'"
    if len(alike) > 1:
        where += f" and {len(alike) - 1} other{'s' * (len(alike) > 2)}"
    where += f" of {len(verdicts)} cases"
    if len(lost) > len(alike):
        others = len(lost) - len(alike)
        where += f"; {others} more {'is' if others == 1 else 'are'} lost in another way"
    return f"{telling.message} ({where})"


def symptom(verdict: Verdict) -> tuple[Status, str]:
    """What two verdicts have in common that say the same, in numbers that differ from case to case."""
    is_about_numbers = verdict.status in (Status.WRONG, Status.MISSING)
    return verdict.status, "" if is_about_numbers else NUMBER.sub("", verdict.message)
