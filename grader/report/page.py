"""What the pages have in common: templates in which everything is escaped and nothing may be undefined."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UnavailableError

if TYPE_CHECKING:
    import jinja2


def environment(folder: Path, page: str) -> jinja2.Environment:
    """For the templates in `folder`. Without jinja2 there is an `UnavailableError` that names the `page`."""
    try:
        import jinja2
    except ImportError as error:
        raise UnavailableError(f"{page} needs jinja2: pip install -e '.[html]'") from error
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
