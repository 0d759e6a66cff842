"""The first wrong step of a submission, found by what its function held; and what an untrusted trace cannot do."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases import draw_cases, load_exercise
from grader.compare import Complaint, select_output
from grader.graph import FAILED
from grader.languages import read_definition
from grader.model import Case, CodeError, Definition, Stage
from grader.run import read_result
from grader.signatures import COLUMNS, FLAT, argument_order, arrange
from grader.stages import Record, Trace, before_stop, close, hits, locate, reached, read_trace
from grader.submission import read_submission
from grader.values import as_array, to_wire
from solutions.ex4.mistakes import COMPUTATIONS
from tests.test_worker import Worker

ROOT = Path(__file__).with_name("submissions")
EXERCISE = load_exercise("ex4")
FUNCTION = EXERCISE.function("nnCostFunction")
COMPUTATION = next(computation for computation in COMPUTATIONS if computation.function == FUNCTION.name)
PLAIN, REGULARIZED = [case for case in draw_cases(EXERCISE, None) if case.function == FUNCTION.name][:2]
PARTS = ((PLAIN, "J"), (REGULARIZED, "J"), (PLAIN, "grad"), (REGULARIZED, "grad"))
"""Cases and outputs in the order of the parts that are graded."""

Run = tuple[dict[str, Any], Trace]
"""What was observed, and what was recorded."""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with Worker(tmp_path_factory.mktemp("worker")) as running:
        yield running


def load(worker: Worker, files: Mapping[str, bytes], entry: str) -> tuple[int, ...]:
    """The order in which the submission's function takes its arguments."""
    functions = [function.name for function in EXERCISE.functions]
    found = worker.load(dict(files), *functions, name=entry)["definitions"][FUNCTION.name]
    order = argument_order(FUNCTION, read_definition(found, None, files))
    assert not isinstance(order, CodeError)
    return order


def run(worker: Worker, order: tuple[int, ...], case: Case) -> Run:
    """One judged call and one traced, with y as a column or, where that fails, flat."""
    for convention in (COLUMNS, FLAT):
        arguments = [to_wire(argument) for argument in arrange(case, FUNCTION, order, convention)]
        replies = [worker.call(*arguments, function=FUNCTION.name, trace=trace) for trace in (False, True)]
        if replies[0]["outcome"] == "answered":
            break
    judged, again = (read_result(reply, order, ()) for reply in replies)
    trace = read_trace(replies[1], again.value, judged.value)
    assert trace
    return observed(judged.value, case), trace


def observed(value: Any, case: Case) -> dict[str, Any]:
    outputs = {}
    for index, output in enumerate(FUNCTION.outputs):
        got, _ = select_output(FUNCTION, index, value, case)
        array = None if isinstance(got, Complaint) else as_array(got)
        outputs[output.name] = FAILED if array is None else array
    return outputs


def stages_of(worker: Worker, files: Mapping[str, bytes], entry: str = "ex4") -> Iterator[Stage | None]:
    """A stage for every part."""
    order = load(worker, files, entry)
    runs = {case.name: run(worker, order, case) for case in (PLAIN, REGULARIZED)}
    for case, output in PARTS:
        outputs, trace = runs[case.name]
        yield locate(COMPUTATION, case, trace, outputs, output)


def first_stage(worker: Worker, files: Mapping[str, bytes], entry: str = "ex4") -> Stage:
    """The stage of the first part in which a step is named."""
    return next(stage for stage in stages_of(worker, files, entry) if stage is not None and stage.first_wrong)


def source_of(style: str) -> str:
    (path,) = ROOT.glob(f"correct-{style}/submission*")
    return (path / "ex4.py" if path.is_dir() else path).read_text(encoding="utf-8-sig")


# --- right ones -------------------------------------------------------------------------------------------------------

CORRECT = sorted(path for path in ROOT.glob("correct-*/submission*") if not path.parent.name.endswith("-octave"))


@pytest.mark.parametrize("path", CORRECT, ids=[path.parent.name for path in CORRECT])
def test_of_a_correct_submission_no_step_is_named_and_the_forward_pass_is_recognised(
    worker: Worker, path: Path
) -> None:
    submission = read_submission(path, "ex4")
    for stage in stages_of(worker, submission.files, submission.entry):
        assert stage is not None
        assert stage.first_wrong is None
        assert {"z2", "a3"} <= set(stage.right)


# --- wrong ones -------------------------------------------------------------------------------------------------------

MISTAKES = sorted(path.parent for path in ROOT.glob("mistakes/*/expected.json"))


@pytest.mark.parametrize("folder", MISTAKES, ids=[path.name for path in MISTAKES])
def test_the_first_wrong_step_is_the_one_that_a_teacher_names(worker: Worker, folder: Path) -> None:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    (path,) = folder.glob("submission*")
    submission = read_submission(path, "ex4")
    stage = first_stage(worker, submission.files, submission.entry)
    assert (stage.first_wrong, stage.line, stage.file) == (expected["stage"], expected["line"], expected["file"])


PLANTED = [
    ("vectorised", "np.hstack([np.ones((m, 1)), X])", "np.hstack([X, np.ones((m, 1))])", "a1"),
    ("vectorised", "np.hstack([np.ones((m, 1)), sigmoid(z2)])", "np.hstack([np.ones((m, 1)), z2])", "a2"),
    ("vectorised", "sigmoid(a2 @ Theta2.T)", "sigmoid(sigmoid(a2 @ Theta2.T))", "a3"),
    ("vectorised", "np.arange(1, num_labels + 1)).astype", "np.arange(num_labels)).astype", "Y"),
    ("vectorised", "np.log(1 - a3)) / m", "np.log(1 - a3))", "cost"),
    ("vectorised", "lambda_ / (2 * m) * (np", "lambda_ / m * (np", "penalty"),
    ("vectorised", "a3 - Y", "Y - a3", "delta3"),
    ("vectorised", "delta2.T @ a1 / m", "delta2.T @ a1", "Theta1_grad"),
    ("vectorised", "Theta2_grad[:, 1:] += lambda_ / m", "Theta2_grad[:, 1:] += lambda_", "Theta2_grad"),
    ("vectorised", "[Theta1_grad.ravel(order='F'), Theta2", "[Theta1_grad.ravel(), Theta2", "grad"),
    ("loops", "d3[k] = a3[k] - yk", "d3[k] = yk - a3[k]", "delta3"),
    ("loops", "d2[j] = s * g[j]", "d2[j] = s", "delta2"),
    ("loops", "D1[j] += d2[j] * a1", "D1[j] = d2[j] * a1", "Delta1"),
    ("column-vectors", "d3 = h - Y", "d3 = multiply(h - Y, multiply(h, 1 - h))", "delta3"),
    ("other-names", "hid = np.hstack([b, g(s)])", "hid = np.hstack([g(s), b])", "a2"),
    ("other-names", "sigmoidGradient(s)", "sigmoidGradient(hid[:, 1:])", "delta2"),
    ("crlf-and-bom", "δ3 * sigmoidGradient(z2)", "δ3", "delta2"),
    ("einsum", "z3 = T2[0] + einsum", "z3 = einsum", "z3"),
    ("einsum", "sigmoidGradient(z2))", "sigmoidGradient(a2))", "delta2"),
    ("class", "sigmoidGradient(first.z)", "sigmoidGradient(second.a[:, 1:])", "delta2"),
    ("comprehensions", "sigmoidGradient(z[j]) for", "sigmoidGradient(sigmoid(z[j])) for", "delta2"),
    ("python-2", "t[y[i] - 1] = 1", "t[y[i] % num_labels] = 1", "Y"),
]


@pytest.mark.parametrize(("style", "right", "wrong", "steps"), PLANTED)
def test_a_mistake_planted_in_a_correct_submission_is_found(
    worker: Worker, style: str, right: str, wrong: str, steps: str
) -> None:
    text = source_of(style)
    assert right in text
    planted = text.replace(right, wrong, 1)
    stage = first_stage(worker, {"ex4.py": planted.encode()})
    assert stage.first_wrong in steps.split("|")
    assert stage.source.rstrip("…") in planted.splitlines()[stage.line - 1]


def test_the_sentence_names_what_is_right_the_line_and_the_shape() -> None:
    stage = Stage(("a1", "z2", "a2"), "z3", "z3", "ex4.py", 34, "z3 = a2 @ Theta2", (6, 4), (6, 4))
    sentence = "a1, z2 and a2 are right; z3 (line 34 of ex4.py: `z3 = a2 @ Theta2`) is the first step that is not"
    assert str(stage) == sentence
    assert str(replace(stage, right=("a1",))).startswith("a1 is right; z3 (line 34")
    assert str(replace(stage, right=())).endswith("is the first step that is not right")
    assert str(replace(stage, first_wrong=None, line=0)) == "a1, z2 and a2 are right"
    stopped = replace(stage, first_wrong=None)
    assert str(stopped) == "a1, z2 and a2 are right when the call stops (line 34 of ex4.py: `z3 = a2 @ Theta2`)"


# --- when unsure, silence ---------------------------------------------------------------------------------------------


def wrong_run(worker: Worker) -> Run:
    text = source_of("vectorised").replace("delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)", "delta3 @ Theta2[:, 1:]")
    return run(worker, load(worker, {"ex4.py": text.encode()}, "ex4"), PLAIN)


def test_a_wrong_value_that_does_not_lead_to_the_answer_is_not_blamed(worker: Worker) -> None:
    outputs, trace = wrong_run(worker)
    named = locate(COMPUTATION, PLAIN, trace, outputs, "grad")
    other = {**outputs, "grad": outputs["grad"] + np.sin(np.arange(outputs["grad"].size))}
    early = tuple(record for record in trace if "grad" not in record.name)
    unsure = locate(COMPUTATION, PLAIN, early, other, "grad")
    assert named is not None
    assert named.first_wrong == "delta2"
    assert unsure is not None
    assert unsure.first_wrong is None


def test_a_value_that_nothing_right_leads_to_is_not_blamed(worker: Worker) -> None:
    outputs, _ = wrong_run(worker)
    assert locate(COMPUTATION, PLAIN, (), outputs, "grad") is None


# --- calls that an error stops ----------------------------------------------------------------------------------------

UP_TO_THE_COST = {"Theta1", "Theta2", "a1", "z2", "a2", "z3", "a3", "Y", "cost", "penalty"}

STOPPED = [
    ("vectorised", [("delta3 = a3 - Y", "delta3 = a3 - labels")], UP_TO_THE_COST, {"delta3"}),
    ("vectorised", [("delta3 @ Theta2[:, 1:]", "delta3 @ Theta2")], UP_TO_THE_COST | {"delta3"}, {"delta2"}),
    (
        "vectorised",
        [("[Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')]", "[Theta1_grad, Theta2_grad]")],
        {*UP_TO_THE_COST, "delta3", "delta2", "Theta1_grad", "Theta2_grad"},
        {"grad"},
    ),
    (
        "vectorised",
        [("np.log(1 - a3)) / m", "np.log(1 - a3))"), ("delta3 @ Theta2[:, 1:]", "delta3 @ Theta2")],
        UP_TO_THE_COST - {"cost", "penalty"} | {"delta3"},
        {"cost", "penalty"},
    ),
    ("vectorised", [("a3 - Y", "Y - a3"), ("delta3 @ Theta2[:, 1:]", "delta3 @ Theta2")], UP_TO_THE_COST, {"delta3"}),
    ("loops", [("D2[k] += d3[k] * a2", "D2[k] += d3[k] * z2")], {"Theta1", "Theta2"}, {"z2", "a3", "delta3", "delta2"}),
    (
        "vectorised",
        [("a3 = sigmoid(a2 @ Theta2.T)", "a3 = sigmoid(a2 @ Theta2.T)[:, 1:]"), ("-Y * np", "-Y * np")],
        {"a2"},
        {"a3"},
    ),
    ("vectorised", [("a2 = np.hstack([np.ones((m, 1)), ", "a2 = np.hstack([np.ones(m), ")], {"z2"}, {"a2"}),
    (
        "vectorised",
        [("a1 = np.hstack([np.ones((m, 1)), X])", "a1 = X * 1"), ("a1 @", "a1 @")],
        {"Theta1"},
        {"a1", "z2"},
    ),
    (
        "vectorised",
        [("    return 1 / (1 + np.exp(", "    g = (1 / (1 + np.exp("), ("500)))", "500))))"), ("a2 = np", "a2 = np")],
        {"z2"},
        {"a2"},
    ),
]
"""The style; what is changed, of which the last is in the line that stops the call, though it may change nothing; steps
that are told to be right then, and steps that are not."""


@pytest.mark.parametrize(("style", "changes", "right", "other"), STOPPED)
def test_of_a_call_that_an_error_stops_the_steps_before_it_are_told_that_are_right(
    worker: Worker, style: str, changes: list[tuple[str, str]], right: set[str], other: set[str]
) -> None:
    text = source_of(style)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    order = load(worker, {"ex4.py": text.encode()}, "ex4")
    arguments = [to_wire(argument) for argument in arrange(REGULARIZED, FUNCTION, order, COLUMNS)]
    reply = worker.call(*arguments, function=FUNCTION.name, trace=True)
    trace, error = read_trace(reply, None, None), read_result(reply, order, ("ex4.py",)).error
    assert trace
    assert error
    stage = reached(COMPUTATION, REGULARIZED, trace, defined_in(text), error)
    assert stage is not None
    assert stage.first_wrong is None
    assert stage.source == text.splitlines()[stage.line - 1].strip()
    assert changes[-1][1] in stage.source
    assert right <= set(stage.right)
    assert not other & set(stage.right)


def test_where_nothing_right_was_seen_before_an_error_nothing_is_said() -> None:
    error = CodeError("ValueError", "", "ex4.py", 30)
    assert reached(COMPUTATION, PLAIN, (), Definition("ex4.py", 20), error) is None


def test_an_error_in_a_helper_leaves_all_lines_of_the_function_and_none_of_the_helper() -> None:
    records = tuple(Record("x", file, line, "", 1, np.ones((1, 2))) for file, line in OF_LINES)
    for at, kept in (("ex4.py", 30), {21, 29}), (("ex4.py", 5), {21, 29, 30, 31}), (("g.py", 25), {21, 29, 30, 31}):
        found = before_stop(records, Definition("ex4.py", 20), CodeError("ValueError", "", *at))
        assert {record.line for record in found} == kept


OF_LINES = [("ex4.py", 5), ("ex4.py", 21), ("ex4.py", 29), ("ex4.py", 30), ("ex4.py", 31), ("g.py", 22)]


def defined_in(text: str) -> Definition:
    return Definition("ex4.py", 1 + text[: text.index(f"def {FUNCTION.name}")].count("\n"))


# --- an untrusted trace -----------------------------------------------------------------------------------------------

RECORD = {"name": "a", "file": "ex4.py", "line": 3, "source": "a = 1", "count": 1, "values": np.ones((1, 2))}
NUMBER = np.array(1.5)


def test_a_trace_is_read() -> None:
    (record,) = read_trace({"trace": [RECORD]}, NUMBER, NUMBER) or ()
    assert isinstance(record, Record)
    assert (record.name, record.line, record.values.tolist()) == ("a", 3, [[1, 1]])


@pytest.mark.parametrize(
    "found",
    [
        None,
        "records",
        [RECORD] * 401,
        [RECORD, None],
        [RECORD | {"values": [1.0]}],
        [RECORD | {"values": np.ones(())}],
        [RECORD | {"values": np.ones((0, 2))}],
        [RECORD | {"values": np.array([1])}],
        [RECORD | {"values": np.ones((49, 1)), "count": 49}],
        [RECORD | {"values": np.ones((1, 1 << 21))}],
        [RECORD | {"count": 0}],
        [RECORD | {"count": True}],
        [RECORD | {"line": -1}],
        [RECORD | {"line": "3"}],
    ],
)
def test_a_trace_that_no_worker_of_ours_sends_is_discarded(found: Any) -> None:
    assert read_trace({"trace": found}, NUMBER, NUMBER) is None


@pytest.mark.parametrize("again", [None, np.array(1.25), (NUMBER, NUMBER), np.array([1.5])])
def test_a_trace_of_a_call_that_gave_another_answer_is_discarded(again: Any) -> None:
    assert read_trace({"trace": [RECORD]}, NUMBER, NUMBER) is not None
    assert read_trace({"trace": [RECORD]}, again, NUMBER) is None


def test_text_in_a_trace_is_made_inert() -> None:
    (record,) = read_trace({"trace": [RECORD | {"source": "\x1b[31m" + "x" * 1000}]}, NUMBER, NUMBER) or ()
    assert record.source.startswith("xxx")
    assert len(record.source) <= 100


@pytest.mark.parametrize("fill", [np.nan, np.inf, 1e308, 0.0, 1j])
def test_strange_numbers_in_a_trace_name_nothing(worker: Worker, fill: complex) -> None:
    outputs, _ = wrong_run(worker)
    shapes = [(6, 2), (6, 4), (2, 9), (4, 3), (6, 3), (38,), (30,), (), (2, 2, 2)]
    records = [RECORD | {"name": f"delta{n}", "values": np.full((1, *shape), fill)} for n, shape in enumerate(shapes)]
    trace = read_trace({"trace": records}, NUMBER, NUMBER)
    assert trace is not None
    stage = locate(COMPUTATION, PLAIN, trace, outputs, "grad")
    assert stage is None or stage.first_wrong is None


@pytest.mark.parametrize("exponent", [-9, -7.9, -6.5, -5.9, -5])
@pytest.mark.parametrize("is_open", [False, True])
def test_hits_are_the_values_that_are_close(exponent: float, is_open: bool) -> None:
    random = np.random.default_rng(1)
    form = random.normal(size=(3, 4))
    values = form * (1 + 10**exponent * random.uniform(-1, 1, (40, 3, 4)))
    values[::3, 1, 2] += 1e-7
    values[::7, 0, 0] = np.nan
    if is_open:
        form[:, 0] = np.nan
    assert hits(values, form).tolist() == np.flatnonzero(close(values, form[None])).tolist()


@pytest.mark.parametrize("name", ["a", "delta2", "f()"])
def test_a_trace_full_of_candidates_is_searched_for_a_moment_only(worker: Worker, name: str) -> None:
    outputs, _ = wrong_run(worker)
    random = np.random.default_rng(1)
    record = RECORD | {"name": name, "count": 48}
    records = [record | {"values": random.normal(size=(48, 6, 2 + n % 3))} for n in range(400)]
    trace = read_trace({"trace": records}, NUMBER, NUMBER)
    assert trace is not None
    started = time.process_time()
    assert locate(COMPUTATION, PLAIN, trace, outputs, "grad") is None
    assert time.process_time() - started < 3
