"""The derivation as one HTML page that needs nothing else: no script, no font, no picture from elsewhere.

`page.html.jinja` beside this file is the page. Which edges light up is the style sheet's doing alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exercises.backprop.derivation import svg
from exercises.backprop.derivation.notation import Formula, Struck, Symbol, brief, number, symbol, text
from exercises.backprop.derivation.steps import Derivation
from grader.report.page import environment as page_environment

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

TEMPLATE = "page.html.jinja"


def render(derivation: Derivation) -> str:
    """The page. Raises `UnavailableError`."""
    return (
        environment()
        .get_template(TEMPLATE)
        .render(
            derivation=derivation,
            net=derivation.net,
            most_steps=max(len(section.steps) for section in derivation.sections),
            theta=(symbol("Θ", layer=1),),
            theirs=(symbol("θ", layer=2),),
            ij=(symbol("Θ", "ij", 1),),
        )
    )


def environment() -> jinja2.Environment:
    made = page_environment(Path(__file__).parent, "the page")
    from markupsafe import Markup

    made.globals |= {
        "overview": lambda net: Markup(svg.overview(net)),
        "picture": lambda net, section: Markup(svg.picture(net, section)),
    }
    made.filters |= {"formula": formula, "text": text, "number": number, "brief": brief}
    return made


def formula(pieces: Formula) -> Markup:
    """With what is struck, and every symbol with what stands below and above it, whole."""
    from markupsafe import Markup

    return Markup("").join(piece(each) for each in pieces)


def piece(each: str | Symbol | Struck) -> Markup:
    from markupsafe import Markup, escape

    if isinstance(each, str):
        return escape(each)
    if isinstance(each, Struck):
        return Markup("<s>{}</s>").format(formula(each.formula))
    return Markup('<span class="symbol"><i>{}</i>{}</span>').format(each.letter, marks(each))


def marks(symbol: Symbol) -> Markup:
    """The layer over the index."""
    from markupsafe import Markup

    written = [
        Markup("<{0}>{1}</{0}>").format(tag, mark)
        for tag, mark in (("sub", symbol.index), ("sup", symbol.layer))
        if mark
    ]
    return Markup("").join(written)
