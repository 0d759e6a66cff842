"""A public case as source: its arguments, and the call, to paste into Python or Octave, or to save as a file."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.text import Text

from grader.cases import draw_cases
from grader.errors import UsageError
from grader.model import Case, Exercise, Formula, Function, Value
from grader.octave_worker.messages import is_list, to_octave
from grader.values import same

WIDTH = 100


def cases_of(exercise: Exercise, function: str) -> list[Case]:
    """The public cases of one function; the first has the number 1."""
    return [case for case in draw_cases(exercise) if case.function == function]


def command(exercise: Exercise, case: Case, language: str) -> str:
    """What prints a public case in the language of a submission."""
    found = enumerate(cases_of(exercise, case.function), 1)
    number = next(n for n, other in found if other.name == case.name and same(other.arguments, case.arguments))
    octave = " --octave" * (language == "octave")
    return f"python -m grader case {exercise.name} {case.function} {number}{octave}"


def chosen(exercise: Exercise, function: str, number: int) -> Case:
    """Raises `UsageError` where there is no such case."""
    (name,) = functions_called(exercise, function)
    cases = cases_of(exercise, name)
    if number > len(cases):
        raise UsageError(f"{name} has no case {number}: they are numbered from 1 to {len(cases)}")
    return cases[number - 1]


def functions_called(exercise: Exercise, name: str | None) -> list[str]:
    """The function of that name, or all where none is named."""
    known = [function.name for function in exercise.functions]
    found = [each for each in known if name is None or each.casefold() == name.casefold()]
    if not found:
        raise UsageError(f"{exercise.name} has no function '{name}': choose from {', '.join(known)}")
    return found


def render_list(exercise: Exercise, function: str | None, console: Console) -> None:
    """The numbers and names of the cases of one function, or of each."""
    names = functions_called(exercise, function)
    for name in names:
        console.print(Text(name, "bold"))
        for number, case in enumerate(cases_of(exercise, name), 1):
            console.print(Text(f"{number:4}  {case.name}"))
    console.print("", Text(f"To get one of them: python -m grader case {exercise.name} {names[0]} 1"), sep="\n")


# --- source -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """How a language writes a case: its first line, the random generators seeded, an argument, and the call."""

    begin: str
    seed: str
    argument: str
    call: str
    literal: Callable[[Value], str]


def source(exercise: Exercise, case: Case, language: str) -> str:
    """What gives a case's arguments their names, and calls the function; `language` is one of `DIALECTS`."""
    return "".join(f"{line}\n" for line in lines(exercise.function(case.function), case, DIALECTS[language]))


def lines(function: Function, case: Case, dialect: Dialect) -> Iterator[str]:
    yield dialect.begin.format(function=case.function, case=case.name)
    names = [parameter.name for parameter in function.parameters]
    for name, argument in zip(names, case.arguments, strict=True):
        yield dialect.argument.format(name=name, value=dialect.literal(argument))
    if case.seed is not None:
        yield dialect.seed.format(seed=case.seed)
    outputs = ", ".join(output.name for output in function.outputs)
    yield dialect.call.format(outputs=outputs, function=case.function, arguments=", ".join(names))


def python(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(python, value))}]"
    if isinstance(value, np.ndarray) and value.ndim:
        numbers = np.array2string(value, WIDTH, separator=", ", threshold=sys.maxsize, floatmode="unique")
        return f"np.array({re.sub(' +(?=[],])', '', numbers)})"
    if isinstance(value, Formula):
        return value.python
    return repr(value.item() if isinstance(value, np.ndarray) else value)


def octave(value: Value) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Formula):
        return value.octave
    if is_list(value):
        return f"{{{', '.join(map(octave, value))}}}"
    return matrix(to_octave(value))


def matrix(numbers: NDArray[np.float64]) -> str:
    """A column goes on in the next line after any semicolon, a row after three dots."""
    if numbers.size == 1:
        return repr(numbers.item())
    if numbers.shape[1] == 1:
        text = "\n".join(wrapped("; ".join(map(repr, numbers.ravel().tolist()))))
    else:
        text = ";\n".join(" ...\n".join(wrapped(", ".join(map(repr, row)))) for row in numbers.tolist())
    return f"[{text}]"


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


DIALECTS = {
    "python": Dialect(
        "import numpy as np\n\n# {function}: {case}",
        "import random\n\nrandom.seed({seed})\nnp.random.seed([{seed}])",
        "{name} = {value}",
        "{outputs} = {function}({arguments})\nprint({outputs})",
        python,
    ),
    "octave": Dialect(
        "% {function}: {case}",
        'rand ("twister", {seed}); randn ("twister", {seed});',
        "{name} = {value};",
        "[{outputs}] = {function} ({arguments})",
        octave,
    ),
}
