"""The Octave worker: values, errors and attacks as the trusted side sees them, through the frames of the wire."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import reference
from grader.cases import draw_cases, load_exercise
from grader.errors import InternalError
from grader.model import Case, Formula, Function, Outcome, Output, Parameter, RawResult, Submission
from grader.octave_source import OctaveSource, read_source
from grader.octave_worker import call_message, command, files, plain_reply
from grader.octave_worker.messages import to_wire
from grader.octave_worker.start import library, twins
from grader.run import read_result
from grader.sandbox.child import environment
from grader.values import as_array, same
from grader.worker import wire
from grader.worker.wire import Opaque
from tests.conftest import needs

pytestmark = [needs("octave"), pytest.mark.skipif(sys.platform == "win32", reason="replies go to a descriptor")]

EX4 = load_exercise("ex4")
MOST_BYTES = 1 << 20
REPLY_BYTES = 2 << 20
WATCHDOG_SECONDS = 30.0
HONEST = "function y = honest(x)\n  y = 2 * x;\nend\n"


class Octave:
    """One worker in `folder`, without a sandbox around it; killed after a while if a test leaves it hanging."""

    def __init__(self, folder: Path, source: OctaveSource, exercise: str, provided: tuple[str, ...]) -> None:
        for name, content in files(source, exercise, provided).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        receiver, sender = os.pipe()
        octave = shutil.which("octave-cli")
        assert octave is not None
        self.source = source
        self.process = subprocess.Popen(
            command(octave, str(folder), f"/dev/fd/{sender}", MOST_BYTES, source),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment(str(folder)),
            pass_fds=[sender],
        )
        os.close(sender)
        self.sender = sender
        self.replies = os.fdopen(receiver, "rb")
        self.watchdog = threading.Timer(WATCHDOG_SECONDS, self.process.kill)
        self.watchdog.start()
        self.ready = self.receive()

    def receive(self) -> Any:
        return wire.read_frame(self.replies, REPLY_BYTES)

    def request(self, **message: Any) -> Any:
        assert self.process.stdin is not None
        wire.write_frame(self.process.stdin, {"cpu_seconds": 5.0, **message})
        return self.receive()

    def call(self, function: str, *arguments: Any, nout: int = 1, seed: int = 0) -> RawResult:
        """What the trusted side makes of a call."""
        given = [to_wire(argument) for argument in arguments]
        reply = self.request(do="call", id="id", function=function, arguments=given, nout=nout, seed=seed)
        assert reply["id"] == "id"
        return self.result(reply)

    def run(self, function: Function, case: Case) -> RawResult:
        order = tuple(range(len(function.parameters)))
        return self.result(self.request(id="id", **call_message(case, function, order)))

    def result(self, reply: Any) -> RawResult:
        origins = {file.file for file in self.source.files.values()}
        return read_result(plain_reply(reply, self.source), (), origins)

    def answer(self, function: str, *arguments: Any, nout: int = 1, seed: int = 0) -> Any:
        result = self.call(function, *arguments, nout=nout, seed=seed)
        assert result.outcome is Outcome.ANSWERED, result
        return result.value

    def stop(self) -> None:
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        self.replies.close()
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()


@contextmanager
def octave(
    folder: Path, texts: Mapping[str, str], exercise: str = "ex4", provided: tuple[str, ...] = ()
) -> Iterator[Octave]:
    """A worker with a submission of these files, by name without .m."""
    handed_in = {f"{name}.m": text.encode("utf-8", "surrogateescape") for name, text in texts.items()}
    source = read_source(Submission("alice", folder, "octave", exercise, handed_in), list(texts))
    worker = Octave(folder, source, exercise, provided)
    try:
        yield worker
    finally:
        worker.stop()


def function(name: str, body: str, header: str = "y = {}(x)") -> dict[str, str]:
    return {name: f"function {header.format(name)}\n{body}\nend\n"}


# --- values -----------------------------------------------------------------------------------------------------------

VALUES: Mapping[str, tuple[str, Any]] = {
    "number": ("y = 2.5;", 2.5),
    "row": ("y = [1 2 3];", [[1, 2, 3]]),
    "column": ("y = [1; 2; 3];", [1, 2, 3]),
    "matrix": ("y = [1 2 3; 4 5 6];", [[1, 2, 3], [4, 5, 6]]),
    "cube": ("y = reshape(1:24, 2, 3, 4);", np.arange(1, 25).reshape(2, 3, 4, order="F")),
    "range": ("y = 1:4;", [[1, 2, 3, 4]]),
    "single": ("y = single([0.5 2]);", [[0.5, 2]]),
    "integers": ("y = int8([1 -2]);", [[1, -2]]),
    "logical": ("y = [true false];", [[1, 0]]),
    "sparse": ("y = sparse([0 2; 3 0]);", [[0, 2], [3, 0]]),
    "diagonal": ("y = eye(2);", [[1, 0], [0, 1]]),
    "complex": ("y = [1+2i, 3; 4, 5i];", [[1 + 2j, 3], [4, 5j]]),
    "nothing_in_it": ("y = zeros(0, 3);", np.zeros((0, 3))),
    "empty": ("y = [];", np.zeros((0, 0))),
    "infinite": ("y = [Inf -Inf];", [[np.inf, -np.inf]]),
    "too_many_cells": ("y = num2cell(1:2000);", Opaque("a cell array")),
    "structure": ("y.a = 1;", Opaque("a struct")),
    "handle": ("y = @sin;", Opaque("a function")),
    "letters": ("y = 'abc';", Opaque("text")),
    "object": ("y = inputParser;", Opaque("an object")),
    "large": ("y = 1:1e8;", Opaque("a result of 800000000 bytes")),
    "large_sparse": ("y = sparse(1e6, 1e6);", Opaque("a result of 8000000000000 bytes")),
}


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Octave]:
    texts = {key: text for name, (body, _) in VALUES.items() for key, text in function(f"gives_{name}", body).items()}
    texts |= function("same", "y = x;")
    texts |= function("is_row_of_cells", "y = iscell(x) && rows(x) == 1;")
    texts |= function("mixed", "y = {'text', {@sin}};")
    texts |= function("deep", "y = {{{{{{{1}}}}}}};")
    texts |= function("two_large", "y = {ones(1, 100000), ones(1, 100000)};")
    texts |= function("kind", "y = double([ndims(x), size(x), isa(x, 'double')]);")
    texts |= function("called", "y = x(3);")
    texts |= function("draws", "y = rand(2, 2);")
    texts |= function("three", "a = 1; b = 2; c = 3;", "[a, b, c] = {}(x)")
    texts |= function("many", "varargout = {1, 2, 3, 4};", "varargout = {}(x)")
    texts |= function("first", "cost = x;", "[cost, grad] = {}(x)")
    texts |= function("none", "z = x;", "[cost, grad] = {}(x)")
    texts |= function("shows", "disp(x);", "{}(x)")
    with octave(tmp_path_factory.mktemp("values"), texts) as worker:
        yield worker


@pytest.mark.parametrize("name", VALUES)
def test_results_of_every_class_cross(valued: Octave, name: str) -> None:
    expected = VALUES[name][1]
    found = valued.answer(f"gives_{name}", 0)
    if isinstance(expected, Opaque):
        assert found == expected
    else:
        assert same(found, np.asarray(expected, dtype=complex if np.iscomplexobj(expected) else float))


LISTS = {
    "shapes differ": (np.ones((2, 3)), np.arange(4.0).reshape(4, 1), np.zeros((0, 2))),
    "shapes are equal": (np.ones((2, 2)), np.zeros((2, 2))),
    "one alone": (np.array([[1.5, 2.5]]),),
    "numbers in matrices": (np.array([[1.0]]), np.array([[2.0]])),
    "lists in lists": ((np.ones((1, 2)), np.ones((3, 1))), (np.zeros((2, 2)),)),
}


@pytest.mark.parametrize("value", LISTS.values(), ids=LISTS)
def test_lists_of_arrays_go_as_cells_and_come_back(valued: Octave, value: Any) -> None:
    assert valued.answer("is_row_of_cells", value) == 1
    assert same(valued.answer("same", value), value)


def test_what_is_in_a_cell_is_named(valued: Octave) -> None:
    assert valued.answer("mixed", 0) == (Opaque("text"), (Opaque("a function"),))
    assert "a cell array" in str(valued.answer("deep", 0))


def test_many_arrays_in_a_cell_have_one_limit(valued: Octave) -> None:
    first, second = valued.answer("two_large", 0)
    assert first.size == 100_000
    assert second == Opaque("a result of 800000 bytes")


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        np.frombuffer(struct.pack("<4Q", 0x7FF8000000001234, 1, 1 << 63, 0x3FF0000000000001), "<f8").reshape(2, 2),
        np.array([[np.inf, -np.inf]]),
        np.random.default_rng(1).normal(size=(30, 40)),
        np.zeros((0, 3)),
        np.zeros((2, 0)),
    ],
)
def test_doubles_go_and_come_bit_by_bit(valued: Octave, value: Any) -> None:
    assert same(valued.answer("same", value), value)


@pytest.mark.parametrize(
    ("value", "shape"), [(3, (1, 1)), (np.arange(4), (4, 1)), (np.ones((2, 3), dtype=np.int8), (2, 3)), (True, (1, 1))]
)
def test_arguments_are_doubles_in_two_dimensions(valued: Octave, value: Any, shape: tuple[int, int]) -> None:
    np.testing.assert_array_equal(valued.answer("kind", value), [[2, *shape, 1]])


def test_what_is_no_number_does_not_go_to_octave() -> None:
    with pytest.raises(InternalError, match="nothing"):
        to_wire(None)


def test_text_and_functions_are_arguments(valued: Octave) -> None:
    assert valued.answer("same", "text") == Opaque("text")
    case = Case("a case", "called", (Formula("lambda x: x", "@(t) 10 * t"),))
    assert valued.run(Function("called", (Parameter("x"),), (Output("y"),)), case).value == 30


def test_rand_draws_what_python_draws_from_the_same_seed(valued: Octave) -> None:
    import random

    random.seed(42)
    expected = np.reshape([random.random() for _ in range(4)], (2, 2), order="F")
    for _ in range(2):
        np.testing.assert_array_equal(valued.answer("draws", 0, seed=42), expected)


@pytest.mark.parametrize(
    ("name", "nout", "expected"),
    [
        ("three", 1, 1),
        ("three", 2, (1, 2)),
        ("three", 5, (1, 2, 3)),
        ("many", 2, (1, 2)),
        ("first", 2, 7),
        ("none", 2, None),
        ("shows", 2, None),
    ],
)
def test_as_many_outputs_come_as_there_are(valued: Octave, name: str, nout: int, expected: Any) -> None:
    found = valued.answer(name, 7, nout=nout)
    assert (None if found is None else tuple(found) if isinstance(found, tuple) else found) == expected


def test_the_worker_says_when_it_is_ready_and_loads_nothing(valued: Octave) -> None:
    assert valued.ready["ready"] is True
    assert valued.ready["octave"].count(".") == 2
    assert valued.request(do="load", id="abc") == {"id": "abc"}


# --- the reference ----------------------------------------------------------------------------------------------------


def test_the_twins_of_the_reference_answer_every_public_case_alike(tmp_path: Path) -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in twins("ex4")}
    cases = draw_cases(EX4)
    with octave(tmp_path, texts) as worker:
        for case, answer in zip(cases, reference.answers(EX4, cases), strict=True):
            graded = EX4.function(case.function)
            result = worker.run(graded, case)
            assert result.outcome is Outcome.ANSWERED, result
            found = result.value if isinstance(result.value, tuple) else (result.value,)
            for output, got, want in zip(graded.outputs, found, answer, strict=True):
                if output.compared:
                    got, want = as_array(got), as_array(want)
                    assert got.shape == want.shape, (case.name, output.name)
                    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12 * np.max(np.abs(want)))


def test_helpers_that_the_course_provides_stand_in_for_missing_ones_only(tmp_path: Path) -> None:
    texts = function("asks", "y = sigmoid(x);") | function("predict", "y = 7;")
    texts |= function("lacks", "y = sigmoidGradient(x);")
    with octave(tmp_path, texts, provided=("sigmoid", "predict")) as worker:
        assert worker.answer("asks", 0) == 0.5
        assert worker.answer("predict", 0) == 7
        assert "'sigmoidGradient' undefined" in worker.call("lacks", 0).error.message


def test_the_library_is_there_and_optimisation_where_it_is_mentioned(tmp_path: Path) -> None:
    assert "optimization" not in library(read_source(Submission("a", tmp_path, "octave", "ex4", {"a.m": b"x"}), ()))
    texts = function("most", "y = mean(repmat(circshift([1; 2], 1), 1, 2)(:));")
    texts |= function("least", "y = fminsearch(@(t) (t - x) ^ 2, 0, optimset('TolX', 1e-8));")
    with octave(tmp_path, texts) as worker:
        assert worker.answer("most", 0) == 1.5
        assert worker.answer("least", 3) == pytest.approx(3, abs=1e-6)


# --- errors -----------------------------------------------------------------------------------------------------------

ERRORS: Mapping[str, tuple[str, tuple[str, str, int]]] = {
    "sizes": (
        "function y = sizes(x)\n  z = 1;\n  y = ones(2, 3) * ones(4, 1);\nend\n",
        ("error", "operator *: nonconformant arguments (op1 is 2x3, op2 is 4x1)", 3),
    ),
    "unknown": ("function y = unknown(x)\n  y = lamda * x;\nend\n", ("error", "'lamda' undefined", 2)),
    "beyond": ("function y = beyond(x)\n  y = x(7);\nend\n", ("error", "x(7): out of bound 1", 2)),
    "usage": ("function y = usage(x)\n  y = repmat();\nend\n", ("error", "Invalid call to repmat", 2)),
    "builtin_usage": ("function y = builtin_usage(x)\n  y = size();\nend\n", ("error", "Invalid call to size", 2)),
    "anonymous": (
        "function y = anonymous(x)\n  f = @(t) t * ones(3);\n  y = f(ones(2));\nend\n",
        ("error", "operator *: nonconformant", 2),
    ),
    "endless": ("function y = endless(x)\n  y = endless(x);\nend\n", ("error", "max_recursion_depth exceeded", 2)),
    "syntax": ("function y = syntax(x)\n  y = x;\n  z = = 3;\nend\n", ("parse error", "syntax error", 3)),
    "open": ("function y = open(x)\n  y = (x + 3;\nend\n", ("parse error", "syntax error", 2)),
    "evaluated": ("function y = evaluated(x)\n  eval('y = = 3;');\nend\n", ("parse error", "syntax error", 2)),
    "arguments": (
        "function y = arguments()\n  y = 1;\nend\n",
        ("error", "arguments: function called with too many inputs", 0),
    ),
    "foreign": ("function y = foreign(x)\n  error('a:b', 'größer \\xff');\nend\n", ("error", "größer", 2)),
    "broken": ("function y = broken(x)\n  error(['bytes ' char([200 255 128])]);\nend\n", ("error", "bytes ���", 2)),
}


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Octave]:
    texts = {name: text for name, (text, _) in ERRORS.items()}
    texts["Work"] = (
        "1;\nx = 3;\nfunction y = inner(x)\n  y = helper(x);\nend\nfunction y = helper(x)\n  y = x(9);\nend\n"
    )
    texts["inner"] = "% left empty"
    texts |= function("long", "error(repmat('x', 1, 1e6));")
    with octave(tmp_path_factory.mktemp("errors"), texts) as worker:
        yield worker


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_place_in_the_students_own_file(failing: Octave, name: str) -> None:
    text, (kind, message, line) = ERRORS[name]
    result = failing.call(name, 1)
    assert result.outcome is Outcome.RAISED
    error = result.error
    assert error is not None
    assert error.kind == kind
    assert message in error.message
    assert (error.file, error.line) == (f"{name}.m", line) if line else ("arguments.m", 0)
    assert error.source == (text.split("\n")[line - 1].strip() if line else "")


def test_places_that_octave_puts_into_its_message_are_left_out(failing: Octave) -> None:
    assert failing.call("unknown", 1).error.message == "'lamda' undefined"


def test_a_long_message_is_cut_off_where_it_is_made(failing: Octave) -> None:
    reply = failing.request(do="call", id="id", function="long", arguments=[to_wire(1)], nout=1, seed=0)
    assert reply["error"]["message"] == b"x" * 2000


def test_the_place_of_a_parse_error_has_a_column(failing: Octave) -> None:
    assert failing.call("syntax", 1).error.column == "  z = = 3;".index("=", 5) + 1


def test_a_neighbour_of_an_extracted_function_keeps_its_place(failing: Octave) -> None:
    error = failing.call("inner", 1).error
    assert error is not None
    assert (error.file, error.line, error.source) == ("Work.m", 7, "y = x(9);")


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"message": "text", "file": 3, "line": 1},
        {"message": b"text", "file": "syntax.m", "line": "x"},
        {"message": b"\xff" * 10**6, "file": "../../etc/passwd", "line": 2**70},
        {"message": b"parse error near line 99999999999999999999 of file /a/syntax.m\n\n\n" + b"\n" * 10**6},
        {"message": b"parse error near line 77 of file /a/syntax.m\n", "file": ["syntax.m"], "line": True},
    ],
)
def test_a_forged_error_is_read_as_one_without_a_place(failing: Octave, error: dict[str, Any]) -> None:
    result = failing.result({"id": "id", "outcome": "raised", "value": None, "error": error, "mutated": []})
    assert result.outcome is Outcome.RAISED
    assert result.error is not None
    assert (result.error.line, result.error.source) == (0, "")


# --- attacks ----------------------------------------------------------------------------------------------------------

SURVIVED: Mapping[str, tuple[str, object]] = {
    "calls what only others have": ("y = string('abc');", "'string' undefined"),
    "loads a package": ("pkg load statistics; y = 1;", 1),
    "clears everything": ("clear all; clear functions; clear -all; close all; clc; y = 1;", 1),
    "closes every file": ("fclose all; y = 1;", 1),
    "changes the path": ("path(''); rmpath(path()); cd('/'); y = 1;", 1),
    "restores the default path": ("restoredefaultpath(); y = 1;", 1),
    "locks itself": ("mlock(); y = 1;", 1),
    "changes settings": ("format long; debug_on_error(true); page_screen_output(true); more on; y = 1;", 1),
    "writes into the base workspace": ("evalin('base', 'clear all'); assignin('base', 'x', 7); y = 1;", 1),
    "leaves things to clean up": ("persistent p; p = onCleanup(@() disp('bye')); atexit('honest'); y = 1;", 1),
    "cleans up behind an error": ("unwind_protect\nerror('first');\nunwind_protect_cleanup\nclear all;\nend", "first"),
    "makes warnings errors": ("warning('error', 'a:b'); warning('a:b', 'mine'); y = 1;", "mine"),
    "rethrows the last error": ("try, error('a:b', 'once'); catch, end; rethrow(lasterror());", "once"),
    "throws a strange error": ("error(struct('message', 'odd', 'identifier', 'x:y-%s', 'stack', 3));", ""),
    "throws without a message": ("error('Octave:some-id', '');", None),
    "asks": ("y = input('how many? ');", "input () waits for somebody to answer"),
    "asks by the keyboard": ("keyboard;", "keyboard () waits for somebody to answer"),
    "pauses": ("pause; kbhit(); dbstop('honest'); y = 1;", 1),
    "draws": ("h = figure; plot(1:3); print('-dpng', 'x.png'); y = 1;", 1),
    "starts a program": ("y = system('true');", "system () is not available where work is graded"),
    "starts another process": ("[in, out, pid] = popen2('true'); y = 1;", "popen2 () is not available"),
    "becomes another program": ("exec('/bin/true');", "exec () is not available where work is graded"),
    "fetches a page": ("y = urlread('http://localhost/');", "urlread () is not available where work is graded"),
    "prints a lot": ("for i = 1:2000, disp(repmat('x', 1, 1000)); end, y = 1;", 1),
    "prints what looks like a reply": ("fwrite(stdout, uint8([147 77 76 49 0 0 0 0])); y = 1;", 1),
    "recurses": ("y = attack(x);", "max_recursion_depth exceeded"),
    "clears its caller": ("evalin('caller', 'clear all'); y = 1;", None),
    "takes too much memory": ("y = zeros(1e9, 1e9);", "out of memory or dimension too large"),
}
ENDED = {
    "exits": "exit(0);",
    "exits with a status": "quit(3);",
    "kills itself": "kill(getpid(), 9);",
    "becomes another program all the same": "builtin('exec', '/bin/true', {});",
}
HANGS = {
    "loops": "while true, end",
    "prints without end": "while true, disp('hello'); end",
    "reads the requests": "y = fread(stdin, 10);",
    "asks all the same": "y = builtin('input', 'how many? ');",
    "waits in the debugger": "builtin('dbstop', 'honest'); y = honest(1);",
}


@pytest.mark.parametrize("name", SURVIVED)
def test_an_attack_is_answered_and_the_next_call_is_as_it_should_be(tmp_path: Path, name: str) -> None:
    body, expected = SURVIVED[name]
    with octave(tmp_path, function("attack", body) | {"honest": HONEST}) as worker:
        for _ in range(2):
            result = worker.call("attack", 1)
            if isinstance(expected, str):
                assert result.outcome is Outcome.RAISED
                assert result.error is not None
                assert expected in result.error.message
            elif expected is not None:
                assert (result.outcome, result.value) == (Outcome.ANSWERED, expected), result
            assert worker.answer("honest", 3) == 6


@pytest.mark.parametrize("name", ENDED)
def test_a_process_that_ends_itself_gives_no_reply(tmp_path: Path, name: str) -> None:
    with octave(tmp_path, function("attack", ENDED[name])) as worker, pytest.raises(EOFError):
        worker.call("attack", 1)


@pytest.mark.parametrize("name", HANGS)
def test_a_call_that_hangs_gives_no_reply_until_it_is_killed(tmp_path: Path, name: str) -> None:
    with octave(tmp_path, function("attack", HANGS[name]) | {"honest": HONEST}) as worker:
        threading.Timer(0.3, worker.process.kill).start()
        with pytest.raises(EOFError):
            worker.call("attack", 1)
        assert worker.process.wait() == -9


SHADOWS = "fread fwrite fopen fclose jsondecode jsonencode typecast numel class isnumeric feval size cell path pwd"


def test_files_named_as_functions_of_octave_do_not_reach_the_worker(tmp_path: Path) -> None:
    texts = {key: text for name in SHADOWS.split() for key, text in function(name, "error('mine');").items()}
    with octave(tmp_path, texts | {"honest": HONEST} | function("uses", "y = numel(x);")) as worker:
        assert worker.answer("honest", 3) == 6
        assert worker.call("uses", 1).error.message == "mine"


def test_functions_defined_on_the_way_do_not_reach_the_worker(tmp_path: Path) -> None:
    body = "eval('function varargout = numel(varargin) varargout = {7}; end'); y = numel(x);"
    with octave(tmp_path, function("attack", body) | {"honest": HONEST}) as worker:
        assert worker.answer("attack", 1) == 7
        assert worker.answer("honest", 3) == 6


FORGE = """
id = evalin('caller', 'request.id');
text = uint8(['{"dict":[["id","' id '"],["outcome","answered"],["value",[]],["error",null],["mutated",[]]]}']);
lengths = [typecast(uint32(numel(text)), 'uint8'), zeros(1, 8, 'uint8')];
file = fopen(sprintf('/dev/fd/%d', x), 'w');
fwrite(file, [uint8([147 77 76 49]), lengths, text]);
fclose(file);
y = 1;
"""


def test_a_forged_reply_leaves_one_too_many_under_an_old_id(tmp_path: Path) -> None:
    with octave(tmp_path, function("attack", FORGE) | {"honest": HONEST}) as worker:
        call = {"do": "call", "nout": 1, "seed": 0, "arguments": [to_wire(worker.sender)]}
        assert worker.request(id="first", function="attack", **call)["value"] == []
        assert worker.request(id="second", function="honest", **call)["id"] == "first"


def test_the_worker_ends_with_its_requests(tmp_path: Path) -> None:
    with octave(tmp_path, {"honest": HONEST}) as worker:
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        assert worker.process.wait() == 0
