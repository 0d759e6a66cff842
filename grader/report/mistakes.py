"""The catalogue of an exercise's mistakes: which public cases catch each, and which cannot be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.diagnose import Diagnostician
from grader.model import Mistake


@dataclass(frozen=True)
class Entry:
    """One mistake in one function, in all the ways of making it.

    `caught_by` are the cases, of so many, that show one way at least, and none where a way shows on no case; there are
    no `cases` where no numbers tell the mistake but its error or its shape. `twins` give the same numbers, by id and
    with the reason.
    """

    id: str
    function: str
    title: str
    message: str
    caught_by: tuple[str, ...]
    cases: int
    twins: Mapping[str, str]

    @property
    def told_by(self) -> str:
        return f"{len(self.caught_by)} of {self.cases} cases" if self.cases else "its error or its shape"


def catalogue(
    mistakes: Sequence[Mistake], known: Mapping[str, Diagnostician], twins: Mapping[tuple[str, str], str]
) -> list[Entry]:
    """The entries in the order of the catalogue; `twins` are the pairs of ids that cannot be told apart, and why."""
    ways: dict[tuple[str, str], list[Mistake]] = {}
    for mistake in mistakes:
        ways.setdefault((mistake.id, mistake.function), []).append(mistake)
    return [entry(each, known, twins) for each in ways.values()]


def entry(ways: list[Mistake], known: Mapping[str, Diagnostician], twins: Mapping[tuple[str, str], str]) -> Entry:
    first = ways[0]
    cases: list[str] = []
    caught: list[str] = []
    if made := [way for way in ways if way.steps]:
        cases = [case.name for case in known[first.function].cases]
        by_way = [known[first.function].caught_by(way) for way in made]
        caught = [name for name in cases if all(by_way) and any(name in names for names in by_way)]
    return Entry(
        first.id,
        first.function,
        first.title,
        first.message,
        tuple(caught),
        len(cases),
        {other: why for pair, why in twins.items() if first.id in pair for other in pair if other != first.id},
    )


def uncaught(entries: Sequence[Entry]) -> list[Entry]:
    """Mistakes in numbers that can be made in a way that no case catches."""
    return [each for each in entries if each.cases and not each.caught_by]


def to_dict(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [asdict(each) for each in entries]


def render(entries: Sequence[Entry], console: Console) -> None:
    for function in dict.fromkeys(each.function for each in entries):
        table = Table(box=SIMPLE, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, title_justify="left")
        table.add_column(Text(function, "bold"), overflow="fold")
        table.add_column("Mistake", overflow="fold")
        table.add_column("Told by", overflow="fold")
        for each in entries:
            if each.function == function:
                table.add_row(each.id, each.title, each.told_by)
        console.print(table, "", sep="\n")
    pairs = {tuple(sorted((each.id, other))): why for each in entries for other, why in each.twins.items()}
    console.print(Text("Cannot be told apart by their numbers", "bold"))
    for (one, other), why in sorted(pairs.items()):
        console.print(Padding(Text(f"{one} and {other}: {why}"), (0, 0, 0, 2), expand=False))
    missed = ", ".join(each.id for each in uncaught(entries))
    count = len({each.id for each in entries})
    console.print("", Text(f"{count} mistakes; caught by no case: {missed or 'none'}"), sep="\n")


def render_one(entries: Sequence[Entry], console: Console) -> None:
    """One mistake, which may be made in several functions."""
    first = entries[0]
    console.print(Text.assemble((f"{first.title}.", "bold"), f" {first.message}"), "", sep="\n")
    for each in entries:
        console.print(Text.assemble((each.function, "bold"), f": told by {each.told_by}"))
        cases = each.caught_by if len(each.caught_by) < each.cases else ()
        twins = (f"cannot be told from {other} by its numbers: {why}" for other, why in each.twins.items())
        for line in (*cases, *twins):
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    exercise, _, _ = first.id.partition("-")
    console.print("", Text(f"The cases: python -m grader case {exercise} {first.function}"), sep="\n")
