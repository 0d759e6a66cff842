"""A report for the terminal: what keeps code from running, the table of scores, each lost part with what, where and
numbers, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from rich.box import SIMPLE
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.cases import stub_path
from grader.compare import OTHER_ORDER, explain_error
from grader.failures import returns_nothing
from grader.machine import is_isolated
from grader.model import CodeError, Insight, Mistake, PartScore, Report, Status
from grader.report import case
from grader.report.words import cause, result, sentence, stops

STYLES = {Status.CORRECT: "green", Status.MISSING: "yellow", Status.NOT_JUDGED: "magenta"}
"""Of the words for a status; the others are red."""

FIRST_AID = {
    Status.RAISED: "mend the error that is shown above",
    Status.TIMED_OUT: "find the loop that does not end",
    Status.DIED: "find what ends the program",
    Status.GARBLED: "leave the streams and files of the process alone",
}
"""What to do first about a part that did not come to an answer."""

IN_ORDER = "return the same in the order that is asked for"
NOTHING_RETURNED = "let it return what it computes: nothing comes back yet"

TRIABLE = {Status.WRONG, Status.RAISED, Status.TIMED_OUT, Status.DIED}
"""How a call may end that a student wants to see again."""


@dataclass(frozen=True)
class Loss:
    """Parts that were lost for one and the same reason. `told` are the mistakes, by id, that were told of other parts
    already, and the steps that were told last; `message` is what happened, `remark` what it may come from, if another
    function does it."""

    scores: Sequence[PartScore]
    message: str
    told: AbstractSet[str]
    remark: str = ""

    @property
    def first(self) -> PartScore:
        return self.scores[0]

    @property
    def place(self) -> str:
        """The functions, and where they are defined."""
        places = {score.part.function: score.where for score in self.scores}
        return "; ".join(", ".join(filter(None, place)) for place in places.items())

    @property
    def telling(self) -> PartScore:
        """The part with the most mistakes."""
        return max(self.scores, key=lambda score: len(mistakes_of(score.insight)))

    @property
    def insight(self) -> Insight:
        return self.telling.insight

    def told_before(self, number: int) -> AbstractSet[str]:
        """What was told before the explanation of that number."""
        before = self.insight.diagnosis.explanations[:number]
        return self.told | {mistake.id for chosen in before for mistake in chosen}


@dataclass(frozen=True)
class Example:
    """A case, what was got and expected there, and the command that prints its input."""

    case: str
    numbers: Sequence[str]
    command: str


def render(report: Report, console: Console, explain: bool = False) -> None:
    """Print the report; `explain` adds a picture of where each gradient is wrong."""
    console.print(heading(report), "", sep="\n")
    print_list(stops(report.full_marks), [explain_error(problem) for problem in report.problems], console)
    console.print(score_table(report), "", sep="\n")
    for loss in losses(report):
        print_lost(report, loss, console, explain)
    print_list("Notes", list(report.notes), console)
    console.print(Text(f"Run in: {briefly(report.isolation)}", style="dim"))
    if report.seed is not None:
        console.print(Text(f"Hidden cases: seed {report.seed}", style="dim"))
    if step := next_step(report):
        console.print("", step, sep="\n")


def briefly(isolation: str) -> str:
    """Which layers a sandbox has is told elsewhere; what it does not have is told here."""
    return isolation.partition(":")[0] if is_isolated(isolation) else isolation


def heading(report: Report) -> Text:
    title = f"{report.exercise.name}: {report.exercise.title}"
    return Text.assemble((title, "bold"), " - ".join(["", *whose(report)]))


def whose(report: Report) -> list[str]:
    """The submission's name, unless it only repeats the exercise's."""
    return [report.submission.name] if report.submission.name != report.exercise.name else []


def score_table(report: Report) -> Table:
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for title in ("Part", "Function"):
        table.add_column(title)
    table.add_column("Score", justify="right")
    table.add_column("Result")
    for score in shown(report):
        word = Text(result(score.status, score.where), style_of(score))
        table.add_row(score.part.name, score.part.function, points(score), word)
    if report.max_score:
        table.add_section()
        total = f"{report.score:g} / {report.max_score:g}"
        table.add_row(Text("Total", "bold"), "", Text(total, "bold green" if report.full_marks else "bold"), "")
    return table


def shown(report: Report) -> list[PartScore]:
    """Every part with points, and the optional ones that were tried or asked for."""
    return [score for score in report.parts if report.chosen or not score.part.optional or score.attempted]


def points(score: PartScore) -> str:
    return "optional" if score.part.optional else f"{score.score:g} / {score.part.points:g}"


def style_of(score: PartScore) -> str:
    return STYLES.get(score.status, "red")


def losses(report: Report) -> list[Loss]:
    """What the table of scores does not say of the lost parts, those with one and the same reason together."""
    problems = {explain_error(problem): problem for problem in report.problems}
    silent = silent_functions(report)
    reasons: dict[tuple[object, ...], list[PartScore]] = {}
    for score in causes_first(shown(report), silent):
        if score.status is not Status.CORRECT and not speaks_for_itself(score):
            reasons.setdefault(reason(score), []).append(score)
    found: list[Loss] = []
    told: set[str] = set()
    steps = ""
    for scores in reasons.values():
        first = scores[0]
        problem = problems.get(first.message)
        message = brief(problem) if problem else first.message
        found.append(Loss(scores, message, frozenset({*told, steps}), remark(first, silent)))
        insight = found[-1].insight
        told |= mistakes_of(insight)
        steps = str(insight.stage) if insight.stage else steps
    return found


def silent_functions(report: Report) -> list[str]:
    """The functions that return nothing, of those before the first that stops with an error: that may call them."""
    names = [function.name for function in report.exercise.functions]
    stopped = {score.part.function for score in report.parts if score.status is Status.RAISED}
    silent = {score.part.function for score in report.parts if returns_nothing(score.message)}
    first = next((at for at, name in enumerate(names) if name in stopped), 0)
    return [name for name in names[:first] if name in silent]


def causes_first(scores: Sequence[PartScore], silent: Sequence[str]) -> list[PartScore]:
    """In order, but for functions that return nothing: they come before the first that stops with an error."""
    first = next((at for at, score in enumerate(scores) if score.status is Status.RAISED), len(scores))
    later = scores[first:]
    return sorted(scores, key=lambda score: score in later and score.part.function not in silent)


def remark(score: PartScore, silent: Sequence[str]) -> str:
    """The function that returns nothing and is called in the line of an error."""
    called = (name for name in silent if re.search(rf"\b{name} ?\(", score.message))
    return next((f"This line calls {name}, which returns nothing: see above." for name in called), "")


def reason(score: PartScore) -> tuple[object, ...]:
    """What parts have in common that are told together: one error stops all that need the line that it is in."""
    if score.status is Status.RAISED:
        return (cause(score.message),)
    insight = score.insight
    where = "" if score.status in FIRST_AID else score.where
    known = insight.diagnosis.explanations, insight.diagnosis.signs, (*score.unexplained, score.suspicion)
    return where, score.message, known, insight.stage, insight.place and insight.place.words


def speaks_for_itself(score: PartScore) -> bool:
    """Whether there is no more to say than that it is not defined, or not done yet."""
    return score.status is Status.MISSING and not score.attempted


def brief(problem: CodeError) -> str:
    """An error that has been told in full."""
    return f"{explain_error(replace(problem, message='', source=''))}: see above"


def mistakes_of(insight: Insight) -> set[str]:
    """The ids of the mistakes in all explanations."""
    diagnosis = insight.diagnosis
    return {mistake.id for chosen in (*diagnosis.explanations, diagnosis.signs) for mistake in chosen}


def print_lost(report: Report, loss: Loss, console: Console, explain: bool) -> None:
    first = loss.first
    console.print(Text.assemble((", ".join(score.part.name for score in loss.scores), "bold"), f" - {loss.place}"))
    console.print(indented(Text(loss.message, style_of(first)), 2))
    for paragraph in why(loss):
        console.print(indented(paragraph, 2))
    if shown := example(report, first):
        console.print(indented(Text(f"{shown.case}:"), 4))
        for line in (*shown.numbers, f"to try it: {shown.command}"):
            console.print(indented(Text(line), 6))
    if explain and loss.insight.place is not None:
        from grader.report import heatmap

        console.print("", heatmap.render(loss.insight.place, console.width), sep="\n")
    console.print()


def indented(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def why(loss: Loss) -> Iterator[Text]:
    """The mistakes, the first wrong step and the place, a paragraph each; in a few words what was told already."""
    if loss.remark:
        yield Text(loss.remark)
    insight = loss.insight
    for number, chosen in enumerate(insight.diagnosis.explanations):
        for at, paragraph in enumerate(mistakes(chosen, loss.told_before(number))):
            yield Text.assemble("Or: " * (number > at == 0), paragraph)
    yield from mistakes(insight.diagnosis.signs, loss.told)
    for unexplained in loss.telling.unexplained:
        yield Text(f"Not explained: {unexplained}.")
    if loss.telling.suspicion and not loss.remark:
        yield Text(sentence(loss.telling.suspicion))
    if insight.stage is not None:
        yield Text(f"Steps: {'as above' if str(insight.stage) in loss.told else insight.stage}.")
    if insight.place is not None:
        yield Text(f"Place: {insight.place.words}.")


def mistakes(chosen: Sequence[Mistake], told: AbstractSet[str]) -> Iterator[Text]:
    """Those that were told already by their titles, the others in full."""
    known = [mistake.title for mistake in chosen if mistake.id in told]
    if known:
        yield Text.assemble("As above: ", ("; ".join(known), "bold"), ".")
    for mistake in chosen:
        if mistake.id not in told:
            yield Text.assemble((f"{mistake.title}. ", "bold"), mistake.message)


def example(report: Report, score: PartScore) -> Example | None:
    """The first public case that lost the part, of those with numbers where there are any."""
    lost = [verdict for verdict in score.verdicts if verdict.status is score.status and not verdict.case.hidden]
    if not lost or not score.attempted or score.status not in TRIABLE:
        return None
    shown = next((verdict for verdict in lost if verdict.details), lost[0])
    command = case.command(report.exercise, shown.case, report.submission.language)
    return Example(shown.case.name, shown.details, command)


def print_list(title: str, lines: list[str], console: Console) -> None:
    if lines:
        console.print(Text(title, "bold"))
        items = Table.grid("", "", padding=(0, 1, 0, 0))
        for line in lines:
            items.add_row("  -", Text(line))
        console.print(items)
        console.print()


def next_step(report: Report) -> Text:
    """What to do first: about an error that stops a whole file, about a function that returns nothing to one that stops
    with an error, about a call that gave no answer, about the first part that is not right yet; then what is optional,
    and what the walk-through shows of it, where there is anything.
    """
    step = next(steps(report), "")
    return Text.assemble(("Next: ", "bold"), step) if step else Text()


def steps(report: Report) -> Iterator[str]:
    for problem in report.problems[:1]:
        place = f" in line {problem.line} of {problem.file}" if problem.line and problem.file else ""
        yield f"mend the error{place}, shown above: Python runs a file as a whole or not at all"
    lost = [score for score in report.parts if score.status is not Status.CORRECT]
    for score in sorted(lost, key=urgency(report)):
        if score.part.hint:
            where = f" ({score.where})" if score.where else ""
            yield f"{score.part.name}, {score.part.function}{where}: {first_aid(score)}"
    for score in lost:
        yield f"{score.part.name} ({score.part.function}) is optional; the walk-through needs it"
    if is_walked_through(report) and not report.chosen:
        yield f"see it at work with  python -m exercises.{report.exercise.name}"


def urgency(report: Report) -> Callable[[PartScore], tuple[bool, int]]:
    """What to mend first comes first: functions that others suffer from, calls that gave no answer, of these such as
    others may call, then the parts in their order."""
    order = {function.name: number for number, function in enumerate(report.exercise.functions)}
    causes = {*silent_functions(report), *(helper.name for score in report.parts for helper in score.suspects)}

    def key(score: PartScore) -> tuple[bool, int]:
        at = order.get(score.part.function, 0) if score.status in FIRST_AID else len(order)
        return score.part.function not in causes, at

    return key


def is_walked_through(report: Report) -> bool:
    """Whether all that was graded is in the exercise's own file of stubs, which the walk-through uses."""
    stubs = stub_path(report.exercise.name)
    files = {score.where.partition(":")[0] for score in report.parts}
    return report.submission.path in (stubs, stubs.parent) and files == {stubs.name}


def first_aid(score: PartScore) -> str:
    """Where to begin, if that is known. Helpers that were asked for come before."""
    if score.suspects:
        return f"first {', '.join(helper.name for helper in score.suspects)}, which it calls"
    if returns_nothing(score.message):
        return NOTHING_RETURNED
    if score.message.startswith(OTHER_ORDER):
        return IN_ORDER
    stage = score.insight.stage
    if score.status is Status.WRONG and stage and stage.first_wrong:
        return f"begin with {stage.first_wrong}, in line {stage.line} of {stage.file}"
    return FIRST_AID.get(score.status, score.part.hint)
