"""A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

What a submission says (its name, its messages, its source lines) reaches the page as text only: everything is escaped,
and the page's policy forbids scripts. `report.html.jinja` beside this file is the page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.compare import explain_error
from grader.model import Place, Report
from grader.report import heatmap, page, words
from grader.report.terminal import example, losses, next_step, points, shown, whose

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

TEMPLATE = "report.html.jinja"


def render(report: Report) -> str:
    """The page."""
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            report=report,
            whose=whose(report),
            scores=shown(report),
            losses=losses(report),
            problems=[explain_error(problem) for problem in report.problems],
            next_step=next_step(report).plain,
        )
    )


def environment() -> jinja2.Environment:
    made = page.environment(Path(__file__).parent, "the HTML report")
    made.globals |= {"points": points, "example": example, "result": words.result, "stops": words.stops}
    made.filters |= {"code": code, "picture": picture, "sentence": words.sentence}
    return made


def code(text: str) -> Markup:
    """Markup that `words.code` has escaped."""
    from markupsafe import Markup

    return Markup(words.code(text))


def picture(place: Place) -> Markup:
    """Markup that `heatmap.svg` has escaped."""
    from markupsafe import Markup

    return Markup(heatmap.svg(place))
