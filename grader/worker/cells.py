"""What IPython understands and Python does not: the magics of notebooks, as Python that does as much as matters here.

A line for the notebook alone does nothing (``pass``); one that runs or assigns something becomes the Python in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

CELL = re.compile(r"(.+\.ipynb) cell \d+")
CELL_MAGIC = re.compile(r"(\s*)%%((\w{1,40}).*)")
PYTHON_CELLS = {"capture", "debug", "heat", "memit", "prun", "pyinstrument", "scalene", "snakeviz", "time", "timeit"}
"""Cell magics below which there is Python, run in the notebook itself."""
WRITTEN_FILE = re.compile(r"(?:write)?file\s+(?:(?:-a|--append)\s+)?[\"']?(?:\./)?([\w./-]+\.py)\b")
"""The cell magics that write what is below them into a file of Python."""

MAGIC_LINE = re.compile(r"(\s*)%{1,2}([A-Za-z]\w*)(?:\s+(.*))?")
SHELL_LINE = re.compile(
    r"""\s*(?: !+ \s* [\w.~/${]
        | (?:pip|conda|mamba)3? \s+ install\b
        | (?:cat|cd|cp|ls|mkdir|mv|pwd|rm) (?: \s+ (?!(?:and|for|if|in|is|not|or)\b) (?:[-.~/]*[\w.$"']|\*\.).* )? $
    )""",
    re.VERBOSE,
)
HELP_LINE = re.compile(r"\s*(\?+\s*\w|[\w.]+\s*\?+\s*$)")
ASSIGNMENT = re.compile(r"(\s*[\w.,\s\[\]]+=\s*)(?:%(\w+)\s*(.*)|!.*)")
RUN_FILE = re.compile(r"(?:-\w+\s+)*[\"']?(?:\./)?([\w/]+)\.py\b")
NOTHING, UNKNOWN = "pass", "get_ipython()"


def cell_name(notebook: str, number: int) -> str:
    """What a cell is called among the files of a submission; cells are counted from 1."""
    return f"{notebook} cell {number}"


def unit_path(file: str) -> str:
    """The notebook that a cell is in; of any other file itself."""
    cell = CELL.fullmatch(file)
    return cell[1] if cell else file


# --- magics -----------------------------------------------------------------------------------------------------------


def star_import(arguments: str) -> str:
    file = RUN_FILE.match(arguments)
    return f"from {file[1].replace('/', '.')} import *" if file else NOTHING


LINE_MAGICS: Mapping[str, Callable[[str], str]] = {
    "pylab": lambda arguments: "from pylab import *",
    "run": star_import,
    "time": lambda statement: statement or NOTHING,
}
"""The line magics that matter, as Python made of what follows them."""


def without_magics(text: str) -> tuple[str, list[int]]:
    """`text` with every line of IPython's as Python, so that all others keep their numbers and blocks their bodies;
    and which lines, counted from 1, these were."""
    lines, numbers, goes_on = text.split("\n"), [], False
    for n, line in enumerate(lines):
        mended = indentation(lines[n - 1]) + NOTHING if goes_on else python_of(line)
        goes_on = mended is not None and line.endswith("\\") and not mended.endswith("\\")
        if mended is not None:
            lines[n] = mended
            numbers.append(n + 1)
    return "\n".join(lines), numbers


def python_of(line: str) -> str | None:
    """A line of IPython's as Python, or None where it is not one."""
    if magic := MAGIC_LINE.fullmatch(line):
        translate = LINE_MAGICS.get(magic[2])
        return magic[1] + (translate(magic[3] or "") if translate else NOTHING)
    if assignment := ASSIGNMENT.fullmatch(line):
        return assignment[1] + (assignment[3] if assignment[2] == "time" else UNKNOWN)
    return indentation(line) + NOTHING if SHELL_LINE.match(line) or HELP_LINE.match(line) else None


def indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def split_cell(text: str) -> tuple[str, str, str]:
    """The name of a cell's magic, '' without one; the file of Python that it writes, '' for none; and the text with
    that line blank."""
    magic = CELL_MAGIC.match(text)
    if magic is None:
        return "", "", text
    written = WRITTEN_FILE.match(magic[2])
    return magic[3], written[1] if written else "", magic[1] + text[magic.end() :]
