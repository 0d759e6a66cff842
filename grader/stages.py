"""What a student's function held on the way -> the first step that goes wrong, and the line that does it.

Every recorded value is compared with the steps of the reference on the same case, in the forms in which people hold
them: transposed, with or without the bias column, unrolled, one example at a time, with another sign or divided by m.
A step is right where its value was seen, or where something computed from it is right.

A step is called wrong on evidence of use alone: everything before it is right, the value is none of the right ones,
and the reference computed with that value in place of the step gives what the student's function gave further on.
Names decide nothing but silence: where a variable is called like an earlier step and is not right, none is named.
Where an error stops the call, what is right up to there is told, and no more.

In a net of any depth each layer of the case's net has its own steps, and what a loop over the layers writes is told
apart by its shape. A loop over the examples is seen as the table of what its turns left behind.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.graph import FAILED, Graph, ancestors, needs
from grader.model import Case, CodeError, Computation, Definition, Kind, Stage, Value
from grader.values import canonical, clean, copy_of, same, text

T = TypeVar("T")
Numbers: TypeAlias = NDArray[Any]
Stacks: TypeAlias = dict[tuple[int, ...], tuple[Numbers, list[T]]]

RTOL, ATOL = 1e-6, 1e-8
MOST_RECORDS, MOST_VALUES, MOST_BYTES = 400, 48, 8 << 20
MOST_CANDIDATES = 100
MOST_RIGHT = 32
"""How many right calls are kept."""


@dataclass(frozen=True, eq=False)
class Record:
    """What one line gave to one variable. `values`, one after the other: the first ones and the last of `count`."""

    name: str
    file: str
    line: int
    source: str
    count: int
    values: Numbers


Trace: TypeAlias = tuple[Record, ...]


GREEK = str.maketrans({"Θ": "theta", "θ": "theta", "Δ": "delta", "δ": "delta", "σ": "sigma", "α": "a", "_": None})


def locate(computation: Computation, case: Case, trace: Trace, outputs: Mapping[str, Any], output: str) -> Stage | None:
    """The first wrong step on the way to `output`, which is wrong on the case; `outputs` are all that was observed.

    None where nothing that is right was seen and no wrong step is named.
    """
    with np.errstate(all="ignore"):
        stage = Search(computation, case, trace, outputs, (output,)).run()
    return stage if stage.right or stage.first_wrong else None


def reached(
    computation: Computation, case: Case, trace: Trace, definition: Definition, error: CodeError
) -> Stage | None:
    """The steps that are right when an error stops the call of a function, if any: variables of its own that it was
    done with, whole. No step is called wrong: a loop may have been stopped before its last turn."""
    with np.errstate(all="ignore"):
        search = Search(computation, case, before_stop(trace, definition, error), {}, computation.outputs)
        right = search.called(search.right_whole())
    return Stage(right, file=error.file, line=error.line, source=clean(error.source, 100)) if right else None


def before_stop(trace: Trace, definition: Definition, error: CodeError) -> Trace:
    """What the function's lines made: those above the error where that is in one of them."""
    first = definition.line
    stops_below = error.file == definition.file and error.line > first
    lines = range(first + 1, error.line) if stops_below else range(first + 1, sys.maxsize)
    return tuple(record for record in trace if record.file == definition.file and record.line in lines)


# --- reading what an untrusted process says ---------------------------------------------------------------------------


def read_trace(reply: Mapping[str, Any], again: Value, judged: Value) -> Trace | None:
    """The records in the reply to a traced call; None where they are not such as our worker sends, or where that call
    did not give `again` what had been `judged`."""
    found = reply.get("trace")
    if not isinstance(found, list) or len(found) > MOST_RECORDS or not same(again, judged):
        return None
    records = tuple(map(read_record, found))
    whole = tuple(record for record in records if record is not None)
    return whole if len(whole) == len(records) and sum(record.values.nbytes for record in whole) <= MOST_BYTES else None


def read_record(found: Any) -> Record | None:
    if not isinstance(found, dict):
        return None
    values, line, count = found.get("values"), found.get("line"), found.get("count")
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fc" or not values.ndim or not values.size:
        return None
    if type(line) is not int or not 0 <= line < 1 << 31 or len(values) > MOST_VALUES:
        return None
    if type(count) is not int or not len(values) <= count < 1 << 31:
        return None
    name, file, source = (clean(text(found.get(key)), 100) for key in ("name", "file", "source"))
    return Record(name, file, line, source, count, values.astype(complex if values.dtype.kind == "c" else float))


# --- the search -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Sight:
    """One array read from a record, number `order` of the trace; `last` where it is what the line left behind, and made
    of all `turns` of a loop where it is stacked. It is the steps in `right`, and those in `free` but for a factor."""

    record: Record
    order: int
    value: Numbers
    last: bool
    turns: bool
    right: frozenset[str]
    free: frozenset[str]

    @property
    def place(self) -> tuple[str, int]:
        return self.record.name, self.record.line

    @property
    def is_returned(self) -> bool:
        """Whether a helper gave it, and it is not known of which variable."""
        return self.record.name.endswith("()")

    @cached_property
    def name(self) -> str:
        """The student's name as the table has it: `self.delta_2` and `cache['delta_2']` are delta2, `zs[1]` is zs."""
        words = re.findall(r"[^\W\d]\w*", self.record.name)
        return words[-1].translate(GREEK).lower() if words else ""


class Right:
    """What a right call holds on the way to some outputs. It serves every search on that case."""

    def __init__(self, computation: Computation, case: Case, outputs: tuple[str, ...]) -> None:
        self.steps, self.kinds = computation.steps, computation.stages
        self.inputs = dict(zip(computation.inputs, map(copy_of, case.arguments), strict=True))
        self.graph = Graph(self.steps, self.inputs)
        relevant = set().union(*(ancestors(output, self.steps, {}) for output in outputs))
        self.stages = [name for name in self.kinds if name in relevant and np.any(self.value(name))]
        between = [name for name in relevant - self.kinds.keys() if is_matrix(self.value(name))]
        scales = [float(self.value(name)) for name in computation.scales if self.value(name)]
        self.factors = [sign * scale for scale in (1.0, *scales, *(1 / s for s in scales)) for sign in (1, -1)]
        self.known: Stacks[tuple[str, bool]] = stacked(
            (form, (name, factor == 1))
            for name in (*self.stages, *between)
            for form, factor in self.forms(name, self.value(name))
        )

    def value(self, name: str) -> Any:
        return self.graph.value(name, {})

    def forms(self, name: str, value: Any) -> Iterator[tuple[Numbers, float]]:
        """The arrays that a step with this value may be held as, and the factor in them."""
        kind = self.kinds.get(name, Kind(free=True))
        for factor in self.factors if kind.free else [1.0]:
            yield from ((form, factor) for form in forms_of(factor * np.asarray(value), kind))
        if kind.over:
            yield canonical(np.asarray(value + self.value(kind.over))), 1.0


right_call = lru_cache(MOST_RIGHT)(Right)


class Search:
    """The search for the first wrong step on the way to those outputs of one call that are asked for."""

    def __init__(
        self, computation: Computation, case: Case, trace: Trace, outputs: Mapping[str, Any], asked: tuple[str, ...]
    ) -> None:
        right = right_call(computation, case, asked)
        self.computation = computation
        self.steps, self.inputs, self.kinds = right.steps, right.inputs, right.kinds
        self.stages, self.reference, self.forms, self.known = right.stages, right.value, right.forms, right.known
        self.trace = trace
        self.outputs = outputs
        self.wrong_blocks = [name for name in computation.blocks if not self.is_right(name)]
        self.sights = self.look(trace)
        seen = {name for sight in self.sights for name in sight.right | sight.free}
        self.seen = tuple(name for name in self.stages if name in seen and not self.is_copy(name))
        self.right_helpers = {sight.place for sight in self.sights if sight.is_returned and sight.right}
        self.unknown = stacked((sight.value, sight) for sight in self.sights if not sight.right)
        self.implied = self.right_before({sight.right for sight in self.sights}) | self.right_in_outputs()
        self.doubts = (self.may_be_earlier, self.is_carried_over, self.follows, self.is_made_by_turns)

    def run(self) -> Stage:
        looked_at = itertools.count()
        for name in self.stages:
            candidates = [] if name in self.implied else self.candidates(name)
            for sight in candidates:
                if next(looked_at) == MOST_CANDIDATES:
                    return Stage(self.called(self.right()))
                if self.is_used(sight, name):
                    unsure = any(doubt(each, name) for doubt in self.doubts for each in self.held_in(sight))
                    return Stage(self.called(self.right())) if unsure else self.found(name, sight)
            if any(self.is_doubtful(sight, name) for sight in candidates):
                break
        return Stage(self.called(self.right()))

    def found(self, name: str, sight: Sight) -> Stage:
        before = self.stages[: self.stages.index(name)]
        record, wanted = sight.record, np.shape(self.reference(name))
        return Stage(
            right=self.called(stage for stage in self.right() if stage in before),
            first_wrong=self.called([name])[0],
            variable=record.name,
            file=record.file,
            line=record.line,
            source=record.source,
            got=sight.value.shape if wanted else (),
            wanted=wanted,
        )

    def called(self, names: Iterable[str]) -> tuple[str, ...]:
        """Once for all numbers: 'z of layers 2 to 4'."""
        numbers: dict[str, list[int]] = {}
        for name in names:
            kind = self.kinds[name]
            numbers.setdefault(kind.called or name, []).extend([] if kind.at is None else [kind.at])
        return tuple(numbered(called, sorted(found)) for called, found in numbers.items())

    def right(self) -> list[str]:
        """The steps that were seen, those that are right but for a factor only where what follows makes up for it."""
        exact = {name for sight in self.sights for name in sight.right}
        return [name for name in self.seen if name in exact | self.implied]

    def right_whole(self) -> list[str]:
        """The steps that were seen in full, without a column more or less, and those before them."""
        whole = {
            frozenset(name for name in sight.right if np.size(self.reference(name)) == sight.value.size)
            for sight in self.sights
        }
        known = self.right_before(whole).union(*whole)
        return [name for name in self.seen if name in known]

    def is_copy(self, name: str) -> bool:
        """Whether the step is an earlier one again, so that seeing its value says nothing of it."""
        earlier = self.stages[: self.stages.index(name)]
        value = np.asarray(self.reference(name))
        return any(np.array_equal(value, self.reference(other)) for other in earlier)

    # --- what is right ------------------------------------------------------------------------------------------------

    def look(self, trace: Trace) -> list[Sight]:
        """Everything recorded, with the steps that it is."""
        sights = []
        for order, record in enumerate(trace):
            for value, last, turns in readings(record):
                forms, steps = self.known.get(value.shape, (None, []))
                agrees = [] if forms is None else close(value, forms)
                found = [step for step, hit in zip(steps, agrees, strict=True) if hit]
                right = frozenset(name for name, exact in found if exact)
                free = frozenset(name for name, exact in found if not exact)
                sights.append(Sight(record, order, value, last, turns, right, free))
        return sights

    def right_before(self, seen: Set[frozenset[str]]) -> set[str]:
        """The steps that right values were computed from, and not those that have this very value."""
        return set().union(*(ancestors(name, self.steps, {}) - equal for equal in seen for name in equal))

    def right_in_outputs(self) -> set[str]:
        """The steps that are, number by number, a block of the outputs that is right, and those before them."""
        found: set[str] = set()
        named = [name for name in (*self.kinds, *self.computation.outputs) if name in self.steps]
        for block in self.computation.blocks.keys() - set(self.wrong_blocks):
            numbers = self.block(block, self.reference)
            equal = [name for name in named if agree(numbers, np.ravel(self.reference(name), order="F"))]
            found = found.union(*(ancestors(name, self.steps, {}) for name in equal))
        return found

    def is_right(self, block: str) -> bool:
        return agree(self.block(block, self.outputs.get), self.block(block, self.reference))

    def block(self, name: str, value: Any) -> Any:
        """A block of the outputs as a vector, or FAILED; `value(output)` gives outputs."""
        output, part = self.computation.blocks[name]
        found = value(output)
        if found is FAILED or found is None:
            return FAILED
        return np.ravel(found)[self.reference(part)] if part else np.ravel(found)

    # --- what is wrong ------------------------------------------------------------------------------------------------

    def candidates(self, name: str) -> list[Sight]:
        """What might be meant as this step: not its value, but of its shape. What has its name comes first, then
        what has its size, and what a function returns after the variable that takes it."""
        size = np.size(self.reference(name))

        def distance(sight: Sight) -> tuple[bool, ...]:
            named = self.has_name_of(sight, name)
            return not named, not named and sight.value.size != size, sight.is_returned

        fitting = (sight for sight in self.sights if sight.last and name not in sight.right and self.meant(sight, name))
        return sorted((sight for sight in fitting if not self.is_another(sight, name)), key=distance)

    def is_another(self, sight: Sight, name: str) -> bool:
        """Whether a value is rather the step that it is right for, or was made by a helper that is right elsewhere, or
        is the zero to begin with."""
        if sight.place in self.right_helpers or self.is_beginning(sight):
            return True
        names = [name, self.kinds[name].over or name]
        return bool(sight.right) and not any(self.has_name_of(sight, step) for step in names)

    def is_beginning(self, sight: Sight) -> bool:
        later = (record.name for record in self.trace[sight.order + 1 :])
        return not np.any(sight.value) and sight.record.name in later

    def meant(self, sight: Sight, name: str) -> list[Numbers]:
        """What the step is where a sight is meant as that step, in the reference's shape; several where unclear."""
        kind = self.kinds[name]
        values = as_step(sight.value, np.asarray(self.reference(name)), kind)
        return [*values, *(value - self.reference(kind.over) for value in values if kind.over)]

    def is_doubtful(self, sight: Sight, name: str) -> bool:
        """Whether a variable is called like the step and never holds anything known: it may be what goes wrong."""
        same = [other for other in self.sights if other.record.name == sight.record.name]
        known = any(other.right or other.free for other in same if other.value.shape == sight.value.shape)
        return self.has_name_of(sight, name) and not known and not is_flat(sight.value)

    def held_in(self, sight: Sight) -> list[Sight]:
        """The sight, and the variables that had its value before it was handed on."""
        before = (other for other in self.sights if other.last and other.order < sight.order and not other.is_returned)
        return [sight, *(other for other in before if agree(other.value, sight.value))]

    def has_name_of(self, sight: Sight, name: str) -> bool:
        return re.fullmatch(self.kinds[name].names, sight.name) is not None

    def may_be_earlier(self, sight: Sight, name: str) -> bool:
        """Whether something unknown was set before this wrong value of a step, and may be a step before that one."""
        unseen = ancestors(name, self.steps, {}).difference(self.implied, self.seen, {name})
        sizes = {np.size(self.reference(other)) for other in unseen if other in self.stages}
        return any(
            other.order < sight.order and other.value.size in sizes and not other.free and not is_flat(other.value)
            for _, group in self.unknown.values()
            for other in group
            if other.place not in self.right_helpers and not agree(other.value, sight.value)
        )

    def is_carried_over(self, sight: Sight, name: str) -> bool:
        """Whether the first turn of a loop left what is right and no other did: the line is right, and something that
        is changed from turn to turn is not."""
        if not sight.turns:
            return False
        wanted = canonical(np.asarray(self.reference(name)))
        ways = [wanted.T, wanted][: wanted.ndim]
        right = [[bool(row) for row in map(agree, sight.value, way)] for way in ways if way.shape == sight.value.shape]
        return any(first and not any(others) for first, *others in right)

    def follows(self, sight: Sight, name: str) -> bool:
        """Whether the value is what the reference makes of another that was there before, in place of a step."""
        steps = [step for step in needs(self.steps[name]) if step in self.kinds]
        made = (
            Graph(self.steps, {**self.inputs, step: value}).value(name, {})
            for step in steps
            for other in self.sights
            if other.last and other.order < sight.order and self.misleads(other, step, sight)
            for value in self.meant(other, step)
        )
        tried = itertools.islice(made, MOST_CANDIDATES)
        return any(agree(value, one) for one in tried for value in self.meant(sight, name))

    def misleads(self, other: Sight, step: str, sight: Sight) -> bool:
        """Whether a value may have been taken for a step. A helper may have been given any; other lines, what has the
        name of the step, or was changed in place, or is nothing that is right."""
        if step in other.right or other.place in self.right_helpers:
            return False
        changed = other.record.name == sight.record.name and other.value.shape == sight.value.shape
        return sight.is_returned or changed or not other.right or self.has_name_of(other, step)

    def is_made_by_turns(self, sight: Sight, name: str) -> bool:
        """Whether another line in a loop left this value in its last turn, or in all of them together: that line may be
        the wrong one."""
        shape, loops = sight.record.values.shape[1:], sight.record.count > 1
        others = (record for record in self.trace if 1 < record.count == len(record.values))
        return not sight.turns and any(
            agree(canonical(end), sight.value)
            for other in others
            if other.line != sight.record.line and other.values.shape[1:] == shape
            for end in (other.values.sum(0), *other.values[-1:][:loops])
        )

    def is_used(self, sight: Sight, name: str) -> bool:
        """Whether the reference, with this value for the step, gives what was seen further on."""
        return any(self.explains(value, sight, name) for value in self.meant(sight, name))

    def explains(self, value: Numbers, sight: Sight, name: str) -> bool:
        """A value that is right but for a factor may be made up for later, so only an output can speak against it. An
        output of zeros may not have been begun: it speaks for what has the step's name alone."""
        graph = Graph(self.steps, {**self.inputs, name: value if value.ndim else value.item()})

        def made(step: str) -> Any:
            return graph.value(step, {})

        named = self.has_name_of(sight, name)
        observed = {block: self.block(block, self.outputs.get) for block in self.wrong_blocks}
        telling = (block for block, value in observed.items() if named or value is FAILED or np.any(value))
        if any(agree(observed[block], self.block(block, made)) for block in telling):
            return True
        if proportional(value, np.asarray(self.reference(name))):
            return False
        return any(self.is_seen_after(sight, other, made(other)) for other in self.stages if other != name)

    def is_seen_after(self, sight: Sight, name: str, made: Any) -> bool:
        """Whether the step `name`, made with the value of `sight`, is seen later: wrong, and not that value again."""
        if made is FAILED or is_flat(made) or agree(np.ravel(made), np.ravel(self.reference(name))):
            return False
        for form in (form for form, _ in self.forms(name, made) if form.shape in self.unknown):
            values, sights = self.unknown[form.shape]
            for hit in hits(values, form):
                if sights[hit].order > sight.order and not proportional(sights[hit].value, sight.value):
                    return True
        return False


# --- forms of a value -------------------------------------------------------------------------------------------------


def readings(record: Record) -> Iterator[tuple[Numbers, bool, bool]]:
    """Each value by itself, the last one marked; then, for loops, the values that each turn left behind, stacked, which
    is marked too: one stack for each number of turns that there can have been."""
    values = record.values.reshape(len(record.values), *canonical(record.values[0]).shape)
    for value in values[:-1]:
        yield value, False, False
    yield values[-1], True, False
    if len(values) == record.count and values.ndim <= 2 and not is_count(values):
        for writes in range(1, record.count // 2 + 1):
            if record.count % writes == 0:
                yield canonical(values[writes - 1 :: writes]), True, True


def stacked(arrays: Iterable[tuple[Numbers, T]]) -> Stacks[T]:
    """Arrays with what each of them is: by shape all as one array, and what they are."""
    groups: dict[tuple[int, ...], list[tuple[Numbers, T]]] = {}
    for array, what in arrays:
        groups.setdefault(array.shape, []).append((array, what))
    return {
        shape: (np.array([array for array, _ in group]), [what for _, what in group]) for shape, group in groups.items()
    }


def forms_of(value: Numbers, kind: Kind) -> Iterator[Numbers]:
    """The arrays that a step with this value may be held as. NaN stands for any number."""
    held = [value]
    if value.ndim == 2:
        matrices = [value, *other_widths(value, kind)]
        held = [*matrices, *(matrix.T for matrix in matrices), value.ravel(order="F"), value.ravel(order="C")]
    if kind.summed:
        held += [value.sum(0), value.sum(1), value.sum()]
    yield from (canonical(np.asarray(array)) for array in held)


def other_widths(matrix: Numbers, kind: Kind) -> list[Numbers]:
    """The matrix without its bias column, or with one that is not used."""
    without = [matrix[:, 1:]] if has_bias(matrix) else []
    return without + [np.insert(matrix, 0, np.nan, axis=1)] * kind.spare


def has_bias(matrix: Numbers) -> bool:
    return matrix.shape[1] > 1 and bool(np.all(matrix[:, 0] == 1))


def as_step(value: Numbers, wanted: Numbers, kind: Kind) -> list[Numbers]:
    """The value in the shape of a step, where it may be meant as that step."""
    if canonical(wanted).shape == value.shape and wanted.ndim != 2:
        return [value.reshape(wanted.shape)]
    if wanted.ndim == 2 and canonical(wanted).shape == value.shape:
        return [sign * value.reshape(wanted.shape) for sign in ((1, -1) if kind.free else (1,))]
    if wanted.ndim != 2 or value.ndim != 2:
        return []
    rows, columns = wanted.shape
    ways = []
    for matrix in (value, value.T):
        if matrix.shape == wanted.shape:
            ways.append(matrix)
        elif matrix.shape == (rows, columns - 1) and has_bias(wanted):
            ways.append(np.insert(matrix, 0, 1, axis=1))
        elif matrix.shape == (rows, columns + 1) and kind.spare:
            ways.append(matrix[:, 1:])
    if kind.free:
        ways += [-way for way in ways]
    return ways


def numbered(called: str, numbers: Sequence[int]) -> str:
    """'z of layer 2', 'z of layers 2 and 4', 'z of layers 2 to 4'."""
    if len(numbers) < 2:
        return " ".join([called, *map(str, numbers)])
    first, *_, last = numbers
    if len(numbers) > 2 and len(numbers) == last - first + 1:
        return f"{called}s {first} to {last}"
    return f"{called}s {', '.join(map(str, numbers[:-1]))} and {last}"


# --- comparing numbers ------------------------------------------------------------------------------------------------


def close(value: Numbers, forms: Numbers) -> Any:
    """For each of the forms, stacked, whether the value is the same to rounding; or for each of many values."""
    axes = tuple(range(1, forms.ndim))
    size = np.abs(forms)
    open_ = np.isnan(forms)
    largest = np.max(np.where(open_, 0, size), axis=axes, keepdims=True, initial=0.0)
    return np.all((np.abs(value - forms) <= ATOL * largest + RTOL * size) | open_, axis=axes)


def hits(values: Numbers, form: Numbers) -> Numbers:
    """Which of many values are `close` to a form. Most differ in its largest number already."""
    largest = np.nanargmax(np.abs(form))
    wanted = form.flat[largest]
    there = values.reshape(len(values), -1)[:, largest]
    near = np.flatnonzero(np.abs(there - wanted) <= (ATOL + RTOL) * abs(wanted))
    return np.asarray(near[close(values[near], form[None])])


def agree(one: Any, other: Any) -> bool:
    """Whether two vectors, or FAILED, are the same to rounding."""
    if one is FAILED or other is FAILED or np.shape(one) != np.shape(other):
        return False
    return bool(np.isfinite(other).all() and close(np.asarray(one), np.asarray(other)[None])[0])


def is_matrix(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 2


def is_flat(value: Any) -> bool:
    """Whether an array says little: a single number, one number over and over, or no number at all."""
    return not np.isfinite(value).all() or bool(np.ptp(np.abs(value)) == 0)


def is_count(values: Numbers) -> bool:
    """Whether these are the numbers that a loop counts with, or labels, and no more than 0 and 1."""
    return values.size == len(values) and bool(np.all(values == np.round(values)) and np.any(np.abs(values) > 1))


def proportional(one: Numbers, other: Numbers) -> bool:
    if one.shape != other.shape or not np.any(other):
        return False
    factor = np.vdot(other, one) / np.vdot(other, other)
    return bool(close(one, (factor * other)[None])[0])
