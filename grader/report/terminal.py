"""A report for the terminal: the table of scores, each lost part with what, where and numbers, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.compare import explain_error
from grader.model import Insight, PartScore, Report, Status

LOOKS = {
    Status.CORRECT: ("right", "green"),
    Status.WRONG: ("wrong", "red"),
    Status.MISSING: ("not done yet", "yellow"),
    Status.RAISED: ("raised an error", "red"),
    Status.TIMED_OUT: ("timed out", "red"),
    Status.DIED: ("died", "red"),
    Status.GARBLED: ("garbled answer", "red"),
    Status.NOT_JUDGED: ("not judged", "magenta"),
}

FIRST_AID = {
    Status.RAISED: "mend the error that is shown above",
    Status.TIMED_OUT: "find the loop that does not end",
    Status.DIED: "find what ends the program",
    Status.GARBLED: "leave the streams and files of the process alone",
}
"""What to do first about a part that did not come to an answer."""


def render(report: Report, console: Console, explain: bool = False) -> None:
    """Print the report; `explain` adds a picture of where each gradient is wrong."""
    console.print(heading(report), "", score_table(report), "", sep="\n")
    for reason in lost_reasons(report):
        print_lost(reason, console, explain)
    for title, lines in (
        ("What could not be read", unread(report)),
        ("Notes", list(report.notes)),
    ):
        print_list(title, lines, console)
    console.print(Text(f"Run in: {report.isolation}", style="dim"))
    if report.seed is not None:
        console.print(Text(f"Hidden cases: seed {report.seed}", style="dim"))
    console.print("", next_step(report), sep="\n")


def unread(report: Report) -> list[str]:
    """Errors in the files of the submission that no part has told already."""
    told = " ".join(score.message for score in report.parts)
    return [line for line in map(explain_error, report.problems) if line not in told]


def heading(report: Report) -> Text:
    title = f"{report.exercise.name}: {report.exercise.title}"
    return Text.assemble((title, "bold"), f" - {report.submission.name}")


def score_table(report: Report) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("Part")
    table.add_column("Score", justify="right")
    table.add_column("Result")
    for score in shown(report):
        word, style = LOOKS[score.status]
        table.add_row(score.part.name, points(score), Text(word, style))
    if report.max_score:
        table.add_section()
        total = f"{report.score:g} / {report.max_score:g}"
        table.add_row(Text("Total", "bold"), Text(total, "bold green" if report.full_marks else "bold"), "")
    return table


def shown(report: Report) -> list[PartScore]:
    """Every part with points, and the optional ones that were tried."""
    return [score for score in report.parts if not score.part.optional or score.attempted]


def points(score: PartScore) -> str:
    return "optional" if score.part.optional else f"{score.score:g} / {score.part.points:g}"


def lost_reasons(report: Report) -> list[list[PartScore]]:
    """The lost parts, those with one and the same reason together."""
    reasons: dict[tuple[object, ...], list[PartScore]] = {}
    for score in shown(report):
        if score.status is not Status.CORRECT:
            insight = score.insight
            where = "" if score.status in FIRST_AID else score.where
            reason = where, score.message, insight.diagnosis, insight.stage, insight.place and insight.place.words
            reasons.setdefault(reason, []).append(score)
    return list(reasons.values())


def print_lost(scores: list[PartScore], console: Console, explain: bool) -> None:
    first = scores[0]
    place = f"{first.part.function}, {first.where}" if first.where else first.part.function
    console.print(Text.assemble((", ".join(score.part.name for score in scores), "bold"), f" - {place}"))
    console.print(indented(Text(first.message, LOOKS[first.status][1]), 2))
    for paragraph in why(first.insight):
        console.print(indented(paragraph, 2))
    for line in example(first):
        console.print(indented(Text(line), 4))
    if explain and first.insight.place is not None:
        from grader.report import heatmap

        console.print("", heatmap.render(first.insight.place, console.width), sep="\n")
    console.print()


def indented(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def why(insight: Insight) -> Iterator[Text]:
    """The mistakes, the first wrong step and the place, a paragraph each."""
    for number, chosen in enumerate((*insight.diagnosis.explanations, insight.diagnosis.signs)):
        for mistake in chosen:
            yield Text.assemble("Or: " * bool(number), (f"{mistake.title}. ", "bold"), mistake.message)
    for _, sentence in insight.diagnosis.unexplained:
        yield Text(f"Not explained: {sentence}.")
    if insight.stage is not None:
        yield Text(f"Steps: {insight.stage}.")
    if insight.place is not None:
        yield Text(f"Place: {insight.place.words}.")


def example(score: PartScore) -> list[str]:
    """Numbers of one public case, the first that has some, where wrong numbers are what the part was lost by."""
    for verdict in score.verdicts:
        if score.status is Status.WRONG and verdict.details and not verdict.case.hidden:
            return [f"{verdict.case.name}:", *(f"  {line}" for line in verdict.details)]
    return []


def print_list(title: str, lines: list[str], console: Console) -> None:
    if lines:
        console.print(Text(title, "bold"))
        for line in lines:
            console.print(indented(Text(f"- {line}"), 2))
        console.print()


def next_step(report: Report) -> Text:
    """The first part that is not right yet, of those that say how to begin."""
    for score in report.parts:
        if score.status is not Status.CORRECT and score.part.hint:
            where = f" ({score.where})" if score.where else ""
            advice = FIRST_AID.get(score.status, score.part.hint)
            return Text.assemble(("Next: ", "bold"), f"{score.part.name}, {score.part.function}{where}: {advice}")
    for score in report.parts:
        if score.status is not Status.CORRECT:
            rest = f"{score.part.name} ({score.part.function}) is optional; the walk-through needs it"
            return Text.assemble(("Next: ", "bold"), rest)
    return Text.assemble(("Next: ", "bold"), f"see it at work with  python -m exercises.{report.exercise.name}")
