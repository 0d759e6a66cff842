"""A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

What a submission says (its name, its messages, its source lines) reaches the page as text only: everything is escaped,
and the page's policy forbids scripts. `report.html.jinja` beside this file is the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from grader.compare import explain_error
from grader.model import Diagnosis, PartScore, Place, Report, Status
from grader.report import heatmap, page
from grader.report.terminal import LOOKS, example, lost_reasons, next_step, points, shown

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

TEMPLATE = "report.html.jinja"
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Card:
    """Parts that were lost for one and the same reason."""

    scores: list[PartScore]

    @property
    def diagnoses(self) -> list[Diagnosis]:
        return unique([score.insight.diagnosis for score in self.scores])

    @property
    def stages(self) -> list[str]:
        return unique([str(score.insight.stage) for score in self.scores if score.insight.stage])

    @property
    def places(self) -> list[Place]:
        """Those with different words."""
        found = [score.insight.place for score in self.scores]
        return list({place.words: place for place in found if place}.values())


def unique(items: list[T]) -> list[T]:
    return [item for number, item in enumerate(items) if item not in items[:number]]


def render(report: Report) -> str:
    """The page."""
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            scores=shown(report),
            cards=[Card(scores) for scores in lost_reasons(report)],
            problems=[explain_error(problem) for problem in report.problems],
            next_step=next_step(report).plain,
        )
    )


def environment() -> jinja2.Environment:
    made = page.environment(Path(__file__).parent, "the HTML report")
    made.globals |= {"points": points, "example": example, "result": lambda status: LOOKS[status][0], "Status": Status}
    made.filters |= {"code": code, "picture": picture}
    return made


def code(text: str) -> Markup:
    """Text with what stands between backticks as code."""
    from markupsafe import Markup, escape

    pieces = re.split("`([^`]*)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


def picture(place: Place) -> Markup:
    """Markup that `heatmap.svg` has escaped."""
    from markupsafe import Markup

    return Markup(heatmap.svg(place))
