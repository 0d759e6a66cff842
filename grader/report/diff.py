"""A diff of Python against Octave, for the terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.octave_diff.model import Difference, DiffReport, Place

VERSION = 1
ONE_LINE = 110


# --- JSON -------------------------------------------------------------------------------------------------------------


def to_dict(report: DiffReport) -> dict[str, Any]:
    return {
        "version": VERSION,
        "exercise": report.exercise,
        "agree": report.agree,
        "python": report.python,
        "octave": report.octave,
        "tolerance": {"rtol": report.tolerance.rtol, "atol": report.tolerance.atol},
        "versions": dict(report.versions),
        "notes": list(report.notes),
        "rows": [row_to_dict(row) for row in report.rows],
    }


def row_to_dict(row: Difference) -> dict[str, Any]:
    return {
        "function": row.function,
        "output": row.output,
        "case": row.case,
        "agree": row.agree,
        "error": number(row.error),
        "worst": place_to_dict(row.worst) if row.worst else None,
        "python_size": row.python_size,
        "octave_size": row.octave_size,
        "message": row.message,
    }


def place_to_dict(place: Place) -> dict[str, Any]:
    return {"index": list(place.index), "python": number(place.python), "octave": number(place.octave)}


def number(value: float | None) -> float | str | None:
    """What is not finite has no number in JSON: 'nan', 'inf', '-inf'."""
    return value if value is None or math.isfinite(value) else str(value)


# --- the terminal -----------------------------------------------------------------------------------------------------


def render(report: DiffReport, console: Console) -> None:
    console.print(Text(f"{report.exercise}: Python against Octave", "bold"))
    console.print(Text(f"Python  {report.python}"))
    console.print(Text(f"Octave  {report.octave}"))
    console.print(Text(", ".join(f"{name} {version}" for name, version in report.versions.items()), "dim"))
    console.print()
    console.print(table(report.rows, console.width))
    console.print()
    print_block("Differences", differences(report.rows), console)
    print_block("Remarks", [*remarks(report.rows), *report.notes], console)
    console.print(verdict(report))


def table(rows: Iterable[Difference], width: int) -> Table:
    """For each output of each function its worst case, on one line where `width` allows."""
    names, sizes = (" ", " / ") if width >= ONE_LINE else ("\n  ", "\n")
    lines = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    lines.add_column("", no_wrap=True)
    lines.add_column(f"Function{names}output", no_wrap=True)
    lines.add_column("Cases", justify="right", no_wrap=True)
    lines.add_column("Error", justify="right", no_wrap=True)
    lines.add_column("Worst element")
    lines.add_column(f"Python{sizes}Octave")
    for (function, output), group in grouped(rows, lambda row: (row.function, row.output)):
        sign, style = mark(group)
        worst = max(group, key=severity)
        error = "-" if worst.error is None else "0" if worst.error == 0 else f"{worst.error:.1e}"
        place = str(worst.worst) if worst.worst else "-"
        size = sizes.join(filter(None, (worst.python_size, worst.octave_size))) or "-"
        cells = (sign, f"{function}{names}{output}", str(len(group)), error, place, size)
        lines.add_row(*(Text(cell, style) for cell in cells))
    return lines


def mark(rows: list[Difference]) -> tuple[str, str]:
    if not all(row.agree for row in rows):
        return "!=", "red"
    if all(row.error is None for row in rows):
        return "-", "dim"
    return "=", ""


def severity(row: Difference) -> tuple[bool, float]:
    """Differences before agreements, then the larger error; where nothing could be compared, that is the worst."""
    return not row.agree, math.inf if row.error is None else row.error


def differences(rows: Iterable[Difference]) -> list[str]:
    """A line for each difference in numbers; one for all the cases that fail alike."""
    lines = []
    failing = [row for row in rows if not row.agree]
    for (function, failure), group in grouped(failing, lambda row: (row.function, "" if row.worst else row.message)):
        if failure:
            lines.append(f"{function}: {failure} ({cases(group)})")
        else:
            lines += [f"{row.function} {row.output}, {row.case}: {in_numbers(row)}" for row in group]
    return lines


def in_numbers(row: Difference) -> str:
    """'3 of 30 elements differ, norm-relative error 1.2e-01; element 7: Python 0.5, Octave 0.25'."""
    assert row.worst is not None
    python, octave = (f"{value:.9g}" for value in (row.worst.python, row.worst.octave))
    if python == octave:
        python, octave = repr(row.worst.python), repr(row.worst.octave)
    return f"{row.message}, norm-relative error {row.error:.1e}; {row.worst}: Python {python}, Octave {octave}"


def remarks(rows: Iterable[Difference]) -> list[str]:
    agreeing = [row for row in rows if row.agree and row.message]
    groups = grouped(agreeing, lambda row: (f"{row.function} {row.output}", row.message))
    return [f"{output}: {message} ({cases(group)})" for (output, message), group in groups]


def cases(rows: list[Difference]) -> str:
    """'case lambda = 0', '5 cases'."""
    names = list(dict.fromkeys(row.case for row in rows))
    return f"case {names[0]}" if len(names) == 1 else f"{len(names)} cases"


def verdict(report: DiffReport) -> Text:
    functions = list(dict.fromkeys(row.function for row in report.rows if not row.agree))
    rule = f"|Python - Octave| <= {report.tolerance.atol:g} max|Octave| + {report.tolerance.rtol:g} |Octave|"
    words = (f"differ in {', '.join(functions)}", "bold red") if functions else ("agree", "bold green")
    return Text.assemble("Python and Octave ", words, f" ({rule}; where a seed was set, bit for bit)")


def grouped(
    rows: Iterable[Difference], key: Callable[[Difference], tuple[str, str]]
) -> Iterable[tuple[tuple[str, str], list[Difference]]]:
    """Rows of the same key together, in the order in which the keys first appear."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups.items()


def print_block(title: str, lines: list[str], console: Console) -> None:
    if lines:
        console.print(Text(title, "bold"))
        for line in lines:
            console.print(Padding(Text(f"- {line}"), (0, 0, 0, 2), expand=False))
        console.print()
