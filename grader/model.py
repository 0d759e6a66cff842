"""Every type that flows through the grader, frozen.

An `Exercise` is what is graded: functions, parts and a generator of cases. A `Submission` is what a student
handed in. A `RawResult` is what happened when a function was called on a case (a fact); a `Verdict` is what that
means (a judgement); `PartScore` and `Report` add them up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.worker.wire import Opaque

Array: TypeAlias = NDArray[np.generic]
Value: TypeAlias = "Array | str | Opaque | Formula | tuple[Value, ...] | None"
"""A value as it crosses the boundary: an array (a number is a 0-d array), text, nothing, a tuple,
or a thing of which only a name is known. A tuple is a list in a student's Python, and a 1-by-n cell in Octave."""


@dataclass(frozen=True)
class Formula:
    """A function given as an argument, such as the cost for computeNumericalGradient: its source in both languages."""

    python: str
    octave: str


# --- what is graded ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """`aliases` are other names students use; `column` marks an (m, 1) vector that some code wants as (m,)."""

    name: str
    aliases: tuple[str, ...] = ()
    column: bool = False


Blocks: TypeAlias = "Callable[[Case], Mapping[str, tuple[int, int]]]"


@dataclass(frozen=True)
class Output:
    """`blocks` names the matrices that an unrolled vector is made of, column by column, with their shapes in a case;
    the matrices themselves are then accepted in place of the vector. Where the output is `listed`, it is the list of
    these matrices (a cell in Octave), which is unrolled before anything else is done with it.
    `first_column` says what column 0 of each is. What is not `compared` (a plot handle, round-off noise) is ignored by
    every comparison."""

    name: str
    blocks: Blocks | None = None
    first_column: str = ""
    compared: bool = True
    listed: bool = False


@dataclass(frozen=True, eq=False)
class Function:
    name: str
    parameters: tuple[Parameter, ...]
    outputs: tuple[Output, ...]

    def index_of(self, output: str) -> int:
        return [each.name for each in self.outputs].index(output)

    @property
    def signature(self) -> str:
        return f"{self.name}({', '.join(parameter.name for parameter in self.parameters)})"


@dataclass(frozen=True, eq=False)
class Case:
    """One call, and nothing but its arguments: no case carries an answer.

    `group` is what parts select cases by. `seed`, where there is one, seeds the random generators before the call.
    """

    name: str
    function: str
    arguments: tuple[Value, ...]
    group: str = ""
    seed: int | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Tolerance:
    """got is right where |got - want| <= atol * max|want| + rtol * |want|."""

    rtol: float = 1e-6
    atol: float = 1e-9

    def exceeded(self, got: NDArray[np.floating], want: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Which entries are wrong; both arrays finite and of one shape."""
        size = np.abs(want)
        return np.asarray(np.abs(got - want) > self.limit(size))

    def limit(self, size: NDArray[np.floating]) -> NDArray[np.floating]:
        """How far off each entry may be; `size` is |want|."""
        return np.asarray(self.atol * size.max(initial=0.0) + self.rtol * size)

    def __str__(self) -> str:
        return f"|got - want| <= {self.atol:g} max|want| + {self.rtol:g} |want|"


Property: TypeAlias = Callable[[Value, Case, Value], str | None]
"""Judges an answer by its behaviour where many answers are right: the complaint, or None. The last argument is the
reference's answer, which has the same shape."""


@dataclass(frozen=True)
class Part:
    """Points for one output of one function on one group of cases. `judge` replaces comparing with the reference;
    `hint` says what to do next where the part is lost."""

    name: str
    function: str
    output: str
    points: float
    group: str = ""
    judge: Property | None = None
    hint: str = ""

    @property
    def optional(self) -> bool:
        return self.points == 0


Draw: TypeAlias = Callable[[np.random.Generator], Iterable[Case]]


@dataclass(frozen=True)
class Exercise:
    """`draw` makes the cases from a random generator, the same ones in kind for every seed. `provided` are functions
    that the course hands out finished: an Octave submission that lacks one is given ours."""

    name: str
    title: str
    functions: tuple[Function, ...]
    parts: tuple[Part, ...]
    draw: Draw
    tolerance: Tolerance = Tolerance()
    provided: tuple[str, ...] = ()

    def function(self, name: str) -> Function:
        return self.by_name[name]

    @cached_property
    def by_name(self) -> Mapping[str, Function]:
        return {function.name: function for function in self.functions}


# --- mistakes ---------------------------------------------------------------------------------------------------------


Sign: TypeAlias = "Callable[[Sequence[Case], Sequence[RawResult]], bool]"
"""Whether what happened on the cases of one function shows a mistake."""


@dataclass(frozen=True, eq=False)
class Mistake:
    """A way to get `function` wrong, and what the student reads.

    It is recognised by its numbers, which `steps` make (the steps of a computation as the mistake does them), or by
    its `sign` where it gives none: an error, a shape; then it is told of the `output` that it shows in, '' where it
    shows in all. Several ways to make one mistake share its `id`.
    """

    id: str
    function: str
    title: str
    message: str
    steps: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    sign: Sign | None = None
    output: str = ""


@dataclass(frozen=True)
class Kind:
    """How a step may be held: `free` up to a sign and a factor, as long as what follows makes up for it; with a
    `spare` column 0 that is not used; `summed` already; added to the step `over`. `names` are what students call it,
    but for case and _, and `called` is what they are told, with `at` behind it: 3 where that is 'z of layer'."""

    names: str = ""
    called: str = ""
    free: bool = False
    spare: bool = False
    summed: bool = False
    over: str = ""
    at: int | None = None


@dataclass(frozen=True, eq=False)
class Computation:
    """A function as named steps, for the diagnosis of what it gives.

    `inputs` name its arguments; `outputs` are the steps that it returns. `blocks` are the parts of the outputs that
    mistakes act on apart from each other, in the order of diagnosis: each names an output and the step that is its
    slice ('' for the whole output). `unit` consecutive cases differ in one argument only, and `addition` says in words
    what it does ('what lambda adds to'). `scales` are steps that a result may be too large or too small by, in words.
    `stages` are the steps that students know by name, each after those that it is computed from. Where steps are
    lists, as long as a case makes them, `spread` has for a case the same function with a step for every entry, and
    the stages among these.
    """

    function: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    steps: Mapping[str, Callable[..., Any]]
    blocks: Mapping[str, tuple[str, str]]
    scales: Mapping[str, str] = field(default_factory=dict)
    unit: int = 1
    addition: str = ""
    stages: Mapping[str, Kind] = field(default_factory=dict)
    spread: Callable[[Case], Computation] | None = None

    def of_case(self, case: Case) -> Computation:
        return self.spread(case) if self.spread else self


@dataclass(frozen=True)
class Diagnosis:
    """Each of `explanations` is a smallest set of mistakes that reproduces every number, but for those in
    `unexplained`: names of factors (what mistakes act on apart from each other), each with a sentence on how it
    differs. `signs` are mistakes that errors and shapes show."""

    explanations: tuple[tuple[Mistake, ...], ...] = ()
    unexplained: tuple[tuple[str, str], ...] = ()
    signs: tuple[Mistake, ...] = ()


# --- what a student handed in -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Submission:
    """Source files as bytes by relative path, the cells of a notebook as '<path>.ipynb cell <n>'; `entry` is the
    module that is asked for a function first. Nothing in it has been imported or parsed."""

    name: str
    path: Path
    language: str
    entry: str
    files: Mapping[str, bytes]
    notes: tuple[str, ...] = ()


# --- what happened ----------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    ANSWERED = "answered"
    MISSING = "missing"
    RAISED = "raised"
    EXITED = "exited"
    TIMED_OUT = "timed_out"
    DIED = "died"
    GARBLED = "garbled"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class CodeError:
    """An error in the student's own code; `line` and `source` are of their file, `column` counts from 1."""

    kind: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    source: str = ""

    @property
    def out_of_memory(self) -> bool:
        """In the words of Python, or of Octave."""
        return self.kind == "MemoryError" or self.message.startswith("out of memory")


@dataclass(frozen=True)
class Definition:
    """Where a submission defines a function, the names of its parameters, whether it is still the stub, and which
    functions of the exercise are named in its code."""

    file: str
    line: int
    parameters: tuple[str, ...] = ()
    required: int = 0
    variadic: bool = False
    untouched: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """What a sandbox found in a submission: definitions by function, errors in files, and remarks for the student."""

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    problems: tuple[CodeError, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawResult:
    """`mutated` lists the arguments (from 0) that the call changed; `detail` says how a process ended."""

    outcome: Outcome
    value: Value = None
    error: CodeError | None = None
    mutated: tuple[int, ...] = ()
    detail: str = ""


# --- what it means ----------------------------------------------------------------------------------------------------


class Status(StrEnum):
    CORRECT = "correct"
    WRONG = "wrong"
    MISSING = "missing"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    DIED = "died"
    GARBLED = "garbled"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class Verdict:
    """The judgement of one part on one case. `details` (numbers, a picture of the place) are for public cases only."""

    case: Case
    status: Status
    message: str = ""
    details: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    max_abs_error: float | None = None
    max_rel_error: float | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """Where an answer is wrong. `words` hold on every case that was looked at. `errors` are those of one case, by
    block and in its shape: (got - want) / max|want|, 0 where right. Rows and columns are counted from `first`."""

    words: str
    case: str
    errors: Mapping[str, NDArray[np.floating]]
    first: int = 0


@dataclass(frozen=True)
class Stage:
    """The steps seen to be right, in order, and the first that is not, where that is beyond doubt: the variable that
    holds it, the line that set it, its shape and the reference's. Without one, the line is where an error stopped the
    call, if that is known."""

    right: tuple[str, ...]
    first_wrong: str | None = None
    variable: str = ""
    file: str = ""
    line: int = 0
    source: str = ""
    got: tuple[int, ...] = ()
    wanted: tuple[int, ...] = ()

    def __str__(self) -> str:
        """'a1, z2 and a2 are right; z3 (line 34 of ex4.py: `z3 = …`) is the first step that is not', or
        'a1, z2 and a2 are right when the call stops (line 34 of ex4.py: `z3 = …`)'."""
        place = f"(line {self.line} of {self.file}: `{self.source}`)"
        *others, last = self.right or ("",)
        right = f"{', '.join(others)} and {last} are right" if others else f"{last} is right" * bool(last)
        if self.first_wrong is None:
            return f"{right} when the call stops {place}" if self.line else right
        wrong = f"{self.first_wrong} {place} is the first step that is not"
        return f"{right}; {wrong}" if right else f"{wrong} right"


@dataclass(frozen=True)
class Helper:
    """A function of the exercise that another one calls; `begun` is False where it is still the stub. `suspects` are
    names of those that its own loss may come from."""

    name: str
    begun: bool = True
    suspects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Insight:
    """Why a part was lost, as far as it is known. `helpers` are functions that it calls and that are not right."""

    diagnosis: Diagnosis = Diagnosis()
    stage: Stage | None = None
    place: Place | None = None
    helpers: tuple[Helper, ...] = ()


@dataclass(frozen=True)
class PartScore:
    """`attempted` is False where the function is not defined, or still the stub."""

    part: Part
    status: Status
    score: float
    message: str
    verdicts: tuple[Verdict, ...] = ()
    where: str = ""
    insight: Insight = Insight()
    attempted: bool = True

    @property
    def unexplained(self) -> list[str]:
        """Sentences on what no known mistake explains; of an error, a type or a shape with none its own words are
        enough."""
        diagnosis = self.insight.diagnosis
        compared = any(verdict.max_abs_error is not None for verdict in self.verdicts)
        worth = diagnosis.explanations or (compared and self.status is Status.WRONG)
        return [sentence for _, sentence in diagnosis.unexplained] if worth else []

    @property
    def suspects(self) -> tuple[Helper, ...]:
        """The helpers that the loss may come from: those called in the line that goes wrong, where one is known, and
        not those that only suffer from the others. Where mistakes explain the loss, such as are not done yet."""
        diagnosis, stage = self.insight.diagnosis, self.insight.stage
        if self.status not in (Status.WRONG, Status.RAISED):
            return ()
        line = stage.source if stage and stage.line else self.message if self.status is Status.RAISED else None
        called = [each for each in self.insight.helpers if line is None or re.search(rf"\b{each.name}\b", line)]
        called = [each for each in called if each.suspects.isdisjoint(other.name for other in called)]
        idle = tuple(each for each in called if not each.begun)
        explained = diagnosis.explanations and not diagnosis.unexplained
        return idle or (() if explained else tuple(called))

    @property
    def suspicion(self) -> str:
        """'it calls sigmoid, which is not right yet: mend that first'; '' without suspects."""
        if not self.suspects:
            return ""
        *others, last = (each.name for each in self.suspects)
        names, which, that = (f"{', '.join(others)} and {last}", "are", "these") if others else (last, "is", "that")
        lacking, do = ("right", "mend") if self.suspects[0].begun else ("done", "do")
        return f"it calls {names}, which {which} not {lacking} yet: {do} {that} first"


@dataclass(frozen=True)
class Report:
    """`seed` is the seed of the hidden cases, None where only public cases were graded. `chosen` tells that the parts
    were asked for by name."""

    exercise: Exercise
    submission: Submission
    seed: int | None
    isolation: str
    parts: tuple[PartScore, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[CodeError, ...] = ()
    chosen: bool = False

    @property
    def score(self) -> float:
        return sum(part.score for part in self.parts)

    @property
    def max_score(self) -> float:
        return sum(part.part.points for part in self.parts)

    @property
    def full_marks(self) -> bool:
        """Every point there is; where optional parts alone were graded, all of them right."""
        counted = [part for part in self.parts if self.max_score == 0 or not part.part.optional]
        return all(part.status is Status.CORRECT for part in counted)
