"""The code cells of a Jupyter notebook, nbformat 3 or 4: JSON is taken apart here, code is not looked into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from grader.values import clean, entries, listed

MAX_NOTEBOOK_BYTES = 100 << 20
MAX_CELLS = 2000
MAX_CELL_BYTES = 1 << 20
MAX_LANGUAGE = 20
MAX_VALUES = 5_000_000
"""Each value of JSON is an object of some 60 bytes, however short it is in the file."""


class NotANotebook(Exception):
    """Why no cells can be read, as words that follow the name of the file."""


def code_cells(data: bytes) -> tuple[dict[int, bytes], list[str]]:
    """The code cells that are not empty, in UTF-8, by their position among all cells, counted from 1; and a note about
    each that was left out. Raises `NotANotebook`, also for one in another language than Python."""
    codes: dict[int, bytes] = {}
    notes = []
    notebook = parsed(data)
    refuse_other_languages(notebook)
    for number, cell in enumerate(cells_of(notebook), 1):
        code = code_of(cell)
        if len(codes) == MAX_CELLS:
            notes.append(f"only the first {MAX_CELLS:,} code cells were read")
            break
        if len(code) > MAX_CELL_BYTES:
            notes.append(f"cell {number} not read: larger than {MAX_CELL_BYTES >> 20} MiB")
        elif code.strip():
            codes[number] = code
    return codes, notes


def parsed(data: bytes) -> Any:
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise NotANotebook("holds too much to be read: clear its outputs, and save it anew")
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise NotANotebook("is damaged, or no notebook: save it anew in Jupyter") from None


def refuse_other_languages(notebook: Any) -> None:
    """What says nothing of its language may be in Python."""
    metadata = entries(entries(notebook).get("metadata"))
    named = entries(metadata.get("kernelspec")).get("language"), entries(metadata.get("language_info")).get("name")
    languages = [name for name in named if isinstance(name, str) and name.strip()]
    if languages and not any("python" in language.lower() for language in languages):
        language = clean(languages[0], MAX_LANGUAGE)
        raise NotANotebook(f"is a notebook in {language}: hand in one in Python, or the functions as .m files")


def cells_of(notebook: Any) -> Iterator[dict[str, Any]]:
    """Cells in order, those of nbformat 3 from its worksheets; things that are no cells are empty ones."""
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & notebook.keys():
        raise NotANotebook("is no notebook: it has no cells")
    for sheet in [notebook, *listed(notebook.get("worksheets"))]:
        yield from map(entries, listed(entries(sheet).get("cells")))


def code_of(cell: dict[str, Any]) -> bytes:
    """The source of a code cell, a text or a list of lines; nothing for any other cell."""
    source = cell.get("source", cell.get("input")) if cell.get("cell_type") == "code" else ""
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str)).encode("utf-8", "replace")
