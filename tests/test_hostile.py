"""Attacks that cannot lie in a folder of submissions/hostile: archives, notebooks and sources that are made here,
forged replies, answers learned by heart; and what all of them leave behind, which is nothing.

The folders there are named by the row of ROWS that they belong to; those with an m are Octave's.
"""

from __future__ import annotations

import ctypes
import io
import json
import multiprocessing
import os
import stat
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases import load_exercise
from grader.compare import judge
from grader.errors import SubmissionError
from grader.grade import grade
from grader.model import CodeError, Loaded, Status, Submission
from grader.reference import answer_key
from grader.run import Runner, read_result
from grader.sandbox import BACKENDS, Limits, choose
from grader.stages import read_trace
from grader.submission import MAX_FILE_BYTES, MAX_FILES, read_submission
from grader.values import clean
from grader.worker import wire
from tests.conftest import needs

HOSTILE = Path(__file__).with_name("submissions") / "hostile"
CORRECT = Path(__file__).with_name("submissions") / "correct-vectorised" / "submission"
EXERCISE = load_exercise("ex4")
LIMITS = Limits(cpu_seconds=1)
SEED = 7
SECONDS = 10

ROWS = {
    1: "agrees with whatever it is compared with",
    2: "replaces comparisons and mathematics",
    3: "searches memory and system for answers",
    4: "patches the worker",
    5: "forges results",
    6: "exits with success",
    7: "reads files of the host",
    8: "imports the reference",
    9: "opens connections",
    10: "never ends",
    11: "takes memory, recurses, crashes",
    12: "forks, starts threads, kills, stays behind",
    13: "prints or returns too much, or what is no number",
    14: "fills, writes and deletes files",
    15: "changes the state of the process",
    16: "changes its inputs",
    17: "knows the public answers by heart",
    18: "tells public from hidden",
    19: "returns what acts when it is unpacked",
    20: "comes in archives and encodings that break readers",
    21: "puts markup into messages and names",
    22: "calls programs, undoes the guards of Octave",
    23: "prints the marks of the protocol",
    24: "attacks the server that it was forked from, the kernel, and who comes next",
    25: "answers twice, slowly, in part, in odd JSON",
    28: "strains the parser",
    29: "gives numbers that are hard to explain",
    30: "bites whoever reports its errors",
}
OCTAVE_ROWS = range(1, 24)
NOT_PYTHON, NOT_OCTAVE = {22}, set[int]()


def row_of(folder: Path) -> tuple[int, bool]:
    number, _, name = folder.name.partition("-")
    return int(number), name.startswith("m-")


def test_every_row_is_attacked_in_both_languages() -> None:
    found = {row_of(folder) for folder in HOSTILE.iterdir()}
    python = {(row, False) for row in ROWS.keys() - NOT_PYTHON}
    octave = {(row, True) for row in OCTAVE_ROWS if row not in NOT_OCTAVE}
    assert found == python | octave


REACHING = (4, 5, 7, 8, 9, 12, 14, 15, 24)
"""The rows that reach for the machine, for other processes and for who comes next."""


@needs("landlock")
@pytest.mark.parametrize(
    "folder",
    [folder for folder in sorted(HOSTILE.iterdir()) if row_of(folder) in [(row, False) for row in REACHING]],
    ids=lambda folder: folder.name,
)
def test_without_namespaces_no_attack_gains_a_point(folder: Path) -> None:
    expected = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    (path,) = folder.glob("submission*")
    report = grade(read_submission(path, "ex4"), EXERCISE, BACKENDS["landlock"], LIMITS, expected["seed"])
    earned = {part["name"] for part in expected["parts"] if part["status"] == Status.CORRECT}
    assert {score.part.name for score in report.parts if score.status is Status.CORRECT} <= earned
    assert Status.NOT_JUDGED not in {score.status for score in report.parts}


# --- what is handed in ------------------------------------------------------------------------------------------------

WRONG = b"def sigmoidGradient(z):\n    return 0.25\n"

Maker = Callable[[Path], Path]


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], name: str = "work.zip") -> Maker:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(zipped(*entries))
        return path

    return make


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return buffer.getvalue()


def of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (kind | 0o777) << 16
    return entry


def in_archives(content: bytes, levels: int) -> bytes:
    for _ in range(levels):
        content = zipped(("inner.zip", content))
    return content


def lying(claimed: int) -> bytes:
    """An archive whose list and header give another size than its one file has."""
    honest = zipped(("ex4.py", b"#" * (64 << 20)))
    return honest.replace(struct.pack("<I", 64 << 20), struct.pack("<I", claimed))


def overlapping() -> bytes:
    """Two names for one and the same piece of the archive."""
    data = bytearray(zipped(("ex4.py", WRONG), ("sigmoid.py", WRONG)))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


def file(name: str, content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return make


def notebook(*cells: object, **rest: object) -> Maker:
    return file("work.ipynb", json.dumps({"cells": cells, "nbformat": 4, "metadata": {}, **rest}).encode())


def code(source: object, **rest: object) -> dict[str, object]:
    return {"cell_type": "code", "source": source, "metadata": {}, **rest}


LINKED = of_kind("sigmoid.py", stat.S_IFLNK)
WORDS = b", ".join(b"name_%d.part_%d" % (n, n) for n in range(40_000))
LONG_NAME = b"n" * 5000
CELL = code(WRONG.decode())

READABLE: dict[str, Maker] = {
    "names that lead out": archive(
        *(
            (f"{way}/ex4.py", b"raise SystemExit(0)")
            for way in ("..", "/etc", "../../..", "a/../../b", "C:", "\\\\host")
        ),
        ("ex4.py", WRONG),
    ),
    "links and devices": archive(
        (LINKED, b"raise SystemExit(0)"),
        *(
            (of_kind(f"{kind}.py", kind), b"raise SystemExit(0)")
            for kind in (stat.S_IFBLK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK)
        ),
        ("ex4.py", WRONG),
    ),
    "names that are almost equal": archive(
        *(
            (name, WRONG)
            for name in (
                "ex4.py",
                "EX4.py",
                "ex4.PY",
                "\uff45\uff584.py",
                "\xe9.py",
                "e\u0301.py",
                "CON.py",
                "ex4.py ",
                "ex4.py.",
            )
        ),
    ),
    "names that paint": archive(
        *(
            (name, WRONG)
            for name in (
                "\x1b[2J.py",
                "<script>.py",
                "=cmd().py",
                "\u202eyp.4xe.py",
                "'; DROP TABLE grades;--.py",
                "a" * 60_000 + ".py",
            )
        ),
        ("ex4.py", WRONG),
    ),
    "a bomb beside the work": archive(("bomb.py", bytes(200 << 20)), ("ex4.py", WRONG)),
    "a program before the archive": file("work.zip", b"#!/bin/sh\nrm -rf /\n" * 1000 + zipped(("ex4.py", WRONG))),
    "outputs of 50 MB": notebook({**CELL, "outputs": [{"data": {"image/png": "A" * (50 << 20)}}]}),
    "cells that are none": notebook(
        1, None, [], {}, "cell", {"cell_type": ["code"]}, code({"a": 1}), code([1, None, []]), CELL
    ),
    "numbers that are none": file(
        "work.ipynb", b'{"nbformat": NaN, "x": [Infinity, 1e999], "cells": [%s]}' % json.dumps(CELL).encode()
    ),
    "two lists of cells": file("work.ipynb", b'{"cells": 1, "cells": [%s]}' % json.dumps(CELL).encode()),
    "halves of characters": notebook(code("x = '\ud800'\n"), CELL),
    "many cells": notebook(*[code("")] * 100_000, CELL),
    "a name to import longer than a file name may be": file(
        "ex4.py", b"import " + LONG_NAME + b"\nimport a" + b".b" * 5000 + b"\n" + WRONG
    ),
    "more to import than there can be": file("ex4.py", b"import " + WORDS + b"\n" + WRONG),
    "imports that lead out": file(
        "ex4.py", b"from ......etc import passwd\nimport ..etc.passwd, /etc/passwd, ~root\n" + WRONG
    ),
    "quotes without an end": file(
        "sigmoidGradient.m", b"function g = sigmoidGradient(z)\n g = z;\n" + b"'\"" * 200_000 + b"'((["
    ),
    "brackets without an end": file(
        "sigmoidGradient.m", b"function g = sigmoidGradient(z)\n g = z;\n" + b"zeros(" * 100_000
    ),
    "functions without an end": file(
        "sigmoidGradient.m", b"function [" + b"a, " * 50_000 + b"\n" + b"function sigmoidGradient " * 20_000
    ),
}
REFUSED: dict[str, Maker] = {
    "a bomb": archive(("ex4.py", bytes(200 << 20))),
    "a size that lies, small": file("work.zip", lying(10)),
    "a size that lies, huge": file("work.zip", lying((1 << 32) - 2)),
    "entries that overlap": file("work.zip", overlapping()),
    "archives in archives": file("work.zip", in_archives(zipped(("ex4.py", WRONG)), 50)),
    "a flood of files": archive(*((f"{n}.py", b"") for n in range(20_000))),
    "an archive that is none": file("work.zip", b"PK\x05\x06" + bytes(18) + b"\xff" * 1000),
    "an empty file": file("work.zip", b""),
    "lists in lists": file("work.ipynb", b'{"cells": ' + b"[" * 1_000_000),
    "a number of many digits": file("work.ipynb", b'{"cells": [], "n": ' + b"9" * 10_000 + b"}"),
    "cells by name": file("work.ipynb", b'{"cells": {"0": {}}}'),
    "a notebook of values": file("work.ipynb", b'{"cells": [' + b"[]," * 3_000_000 + b"[]]}"),
    "no notebook": file("work.ipynb", b"\xff\xfe\0\0" * 100),
    "a program": file("work.exe", b"MZ"),
}


def read(make: Maker, folder: Path) -> Submission:
    """What is read, in which time, of what was made in `folder`; nothing else may then be there."""
    path = make(folder)
    before, started = set(folder.rglob("*")), time.monotonic()
    try:
        return read_submission(path, "ex4")
    finally:
        assert time.monotonic() - started < SECONDS
        assert set(folder.rglob("*")) == before


@pytest.mark.parametrize("name", READABLE)
def test_work_among_traps_is_read_and_the_traps_are_not(name: str, tmp_path: Path) -> None:
    submission = read(READABLE[name], tmp_path)
    assert any(b"sigmoidGradient" in content for content in submission.files.values())
    assert not any(b"SystemExit" in content or b"root:" in content for content in submission.files.values())
    assert len(submission.files) <= MAX_FILES
    assert all(len(content) <= MAX_FILE_BYTES for content in submission.files.values())
    for text in (submission.name, submission.entry, *submission.files, *submission.notes):
        assert text == clean(text, 10_000)
    for name in submission.files:
        assert not {"", ".."}.intersection(name.split("/"))


@pytest.mark.parametrize("name", REFUSED)
def test_a_trap_alone_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(SubmissionError) as caught:
        read(REFUSED[name], tmp_path)
    assert str(caught.value) == clean(caught.value, 1000)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_in_a_folder_lead_nowhere(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    work.joinpath("ex4.py").write_bytes(WRONG)
    for name, target in {
        "sigmoid.py": "/etc/passwd",
        "up": "..",
        "loop.py": "loop.py",
        "self": ".",
        "fd.py": "/proc/self/fd/0",
    }.items():
        work.joinpath(name).symlink_to(target)
    assert set(read_submission(work, "ex4").files) == {"ex4.py"}


# --- sources ----------------------------------------------------------------------------------------------------------

SOURCES = {
    "brackets": "x = " + "(" * 5000 + ")" * 5000,
    "signs": "x = " + "-" * 100_000 + "1",
    "a long sum": "x = " + "1+" * 100_000 + "1",
    "a long comparison": "x = " + "1 < " * 50_000 + "1",
    "attributes": "x = sigmoidGradient" + ".a" * 100_000,
    "calls": "x = sigmoidGradient" + "()" * 50_000,
    "lambdas": "x = " + "lambda: " * 20_000 + "0",
    "decorators": "def same(f):\n    return f\n\n\n" + "@same\n" * 20_000 + "def sigmoid(z):\n    return 0.25\n",
    "indents": "".join(" " * n + "if 1:\n" for n in range(200)) + " " * 200 + "pass\n",
    "branches": "if 0:\n    pass\n" + "elif 0:\n    pass\n" * 5000,
    "a huge number": "x = " + "9" * 100_000,
    "a power": "x = 9 ** 9 ** 9",
    "parameters": "def f(" + ", ".join(f"a{n}=f{n}" for n in range(20_000)) + "):\n    pass\n",
    "names": "\n".join(f"name_{n} = name_{n + 1}" for n in range(20_000)) + "\nname_20000 = sigmoidGradient\n",
    "syntax errors": "def f(:\n\n" * 20_000,
}


@needs("bwrap")
@pytest.mark.parametrize("name", SOURCES)
def test_a_source_that_strains_its_reader_harms_itself_alone(name: str) -> None:
    """The graded function needs what strains: it is not left out as something that nobody needs."""
    source = f"{WRONG.decode()}\n\n{SOURCES[name]}\n\nsigmoidGradient.x = x = locals()\n"
    submission = Submission(name, Path(name), "python", "ex4", {"ex4.py": source.encode()})
    part = next(part for part in EXERCISE.parts if part.function == "sigmoidGradient")
    started = time.monotonic()
    report = grade(submission, EXERCISE, choose("auto", own_work=False), LIMITS, parts=[part])
    assert time.monotonic() - started < 2 * LIMITS.wall_seconds + SECONDS
    assert report.score == 0
    assert report.parts[0].status is not Status.NOT_JUDGED
    assert report.parts[0].message == clean(report.parts[0].message, 2000)


# --- forged replies ---------------------------------------------------------------------------------------------------

ODD_VALUES = [
    "NaN",
    "[Infinity, -Infinity]",
    "[1e400, -1e400]",
    "[9223372036854775808, -9223372036854775809]",
    f"[{'9' * 4000}, 1]",
    f"[{'9' * 5000}, 1]",
    r'["\ud800", "\udfff\u0000\u001b[2J"]',
    '[{"float": "0.25"}, 0.25]',
    '[{"float": []}, 0.25]',
    '[{"array": ["<f8", [-1]]}, 0.25]',
    '[{"array": ["<f8", [1.0]]}, 0.25]',
    '[{"array": ["<f8", [true]]}, 0.25]',
    '[{"array": ["<f8", [4294967296, 4294967296]]}, 0.25]',
    '[{"array": ["<f8", [0, 18446744073709551616]]}, 0.25]',
    '[{"array": ["<f8", [1, 1, 1, 1, 1, 1, 1, 1, 0]]}, 0.25]',
    '[{"array": ["<f8", "8"]}, 0.25]',
    '[{"array": [["J", "<f8"], []]}, 0.25]',
    '[{"array": ["|O", [1]]}, 0.25]',
    '[{"array": [">f8", [0]]}, 0.25]',
    '[{"array": ["<f8"]}, 0.25]',
    '{"bytes": -1}',
    '{"bytes": true}',
    '{"opaque": {"opaque": []}}',
    '{"opaque": "' + "x" * 100_000 + '"}',
    '{"pickle": "gASVAAAA", "array": []}',
    '{"py/object": "os.system"}',
    '[{"dict": [[["a"], 1]]}, {"dict": {"a": 1}}]',
    '{"dict": [["J", 0.25], ["J", 0.5]]}',
    "[" * 15 + "]" * 15,
    "[" * 5000 + "]" * 5000,
    "[0.25, 0.25], 0.25",
    "[" + "[], " * 90_000 + "[]]",
    '[0.25, {"opaque": "correct"}]',
    "[true, [false, null]]",
    "{}",
    "",
]
ODD_FIELDS: list[dict[str, object]] = [
    {"outcome": ["answered"]},
    {"outcome": {"correct": 1.0}},
    {"outcome": None},
    {
        "outcome": "raised",
        "error": {"kind": [], "message": {}, "file": 3, "line": 2.5, "column": 10**40, "source": None},
    },
    {"outcome": "raised", "error": {"kind": "\ud800", "message": "\x1b[2J" * 5000, "file": "ex4.py", "line": True}},
    {"outcome": "exited", "error": ["SystemExit"]},
    {"mutated": [10**30, -1, True, None, "X", [[]], 0.0, 0, 1]},
    {"mutated": {"0": 1}},
    {"mutated": 7},
    {"value": np.zeros((1,) * 8), "error": np.zeros(3)},
    {"value": np.array(["correct"]).view(np.uint8)},
    {"value": wire.Opaque("\x1b[2J<script>")},
    {"value": [np.zeros((0, 3)), np.full(30, np.nan)]},
    {"value": [5e-324, np.full(30, 1.7e308)]},
    {"value": [1e308, np.full(30, -1.7e308)]},
    {"value": [np.array(3, dtype="u8") - 4, np.zeros(30, dtype="c16")]},
    {"value": [np.float64(1), [[np.zeros((2, 9)), np.zeros((4, 3))]]]},
]
CASE = next(case for case, _ in answer_key(EXERCISE).of("nnCostFunction"))
FILES: Mapping[str, bytes] = {"ex4.py": b""}


def outcomes(reply: Mapping[str, Any]) -> set[Status]:
    """The verdicts on every part of the cost function, and a report that can be written."""
    result = read_result(dict(reply), tuple(range(7)), FILES)
    key = {case.name: answer for case, answer in answer_key(EXERCISE).of("nnCostFunction")}
    parts = [part for part in EXERCISE.parts if part.function == "nnCostFunction"]
    verdicts = [judge(EXERCISE, part, CASE, result, key[CASE.name]) for part in parts]
    for verdict in verdicts:
        assert verdict.message == clean(verdict.message, 2000)
        json.dumps([verdict.max_abs_error, verdict.max_rel_error], allow_nan=False)
    return {verdict.status for verdict in verdicts}


@pytest.mark.parametrize("text", ODD_VALUES, ids=lambda text: text[:40])
def test_a_value_in_odd_json_is_garbled_or_wrong(text: str) -> None:
    body = f'{{"dict": [["outcome", "answered"], ["mutated", []], ["value", {text}]]}}'.encode()
    frame = wire.HEADER.pack(wire.MAGIC, len(body), 0) + body
    try:
        reply = wire.decode(frame)
    except wire.GarbledError:
        return
    assert Status.CORRECT not in outcomes(reply)


@pytest.mark.parametrize("fields", ODD_FIELDS, ids=lambda fields: str(fields)[:40])
def test_odd_fields_of_a_reply_are_never_right_and_never_fatal(fields: dict[str, object]) -> None:
    assert Status.CORRECT not in outcomes({"outcome": "answered", "value": None, "mutated": [], **fields})


ODD_THINGS = [
    None,
    True,
    -1,
    10**30,
    0.5,
    float("nan"),
    "\ud800\x1b[2J",
    b"",
    [],
    {},
    [[]],
    {"a": {}},
    wire.Opaque("x"),
    np.zeros(0),
    np.array(1j),
]
RECORD = {"name": "a1", "file": "ex4.py", "line": 3, "source": "a1 = 1", "count": 2, "values": np.ones((2, 3))}


def test_what_is_no_list_of_records_is_no_trace() -> None:
    value = np.float64(1)
    for odd in (*ODD_THINGS, [*ODD_THINGS], [RECORD] * 1000):
        assert not read_trace({"trace": odd}, value, value)


@pytest.mark.parametrize("key", RECORD)
def test_odd_records_of_a_trace_are_no_trace(key: str) -> None:
    value = np.float64(1)
    assert read_trace({"trace": [RECORD]}, value, value)
    for odd in ODD_THINGS:
        trace = read_trace({"trace": [{**RECORD, key: odd}]}, value, value)
        assert trace is None or all(
            text == clean(text, 200) for text in (trace[0].name, trace[0].file, trace[0].source)
        )


@pytest.mark.parametrize("key", ["definitions", "problems", "notes"])
def test_odd_findings_of_a_load_define_nothing(key: str) -> None:
    submission = Submission("odd", Path("odd"), "python", "ex4", FILES)
    runner = Runner(BACKENDS["process"], LIMITS, submission, EXERCISE, {}, ())
    for odd in (
        *ODD_THINGS,
        [{"file": thing, "line": thing} for thing in ODD_THINGS],
        {"sigmoid": {"parameters": ODD_THINGS}},
    ):
        loaded = runner.language.read_loaded({key: odd})
        assert isinstance(loaded, Loaded)
        assert not loaded.notes
        for problem in loaded.problems:
            assert isinstance(problem, CodeError)
            assert problem.file in ("", "ex4.py")


# --- answers learned by heart -----------------------------------------------------------------------------------------


def checksum(arguments: Iterable[Any]) -> int:
    return zlib.crc32(b"".join(np.asarray(argument, dtype=float).tobytes() for argument in arguments))


LEARNED = """
import json
import zlib

import numpy as np

ANSWERS = json.loads({answers!r})


def answer(*arguments):
    data = b''.join(np.asarray(argument, dtype=float).tobytes() for argument in arguments)
    return ANSWERS[str(zlib.crc32(data))]


def sigmoidGradient(z):
    return np.reshape(answer(z)[0], np.shape(z))


def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    J, grad = answer(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_)
    return J, np.array(grad)
"""


def learned() -> Submission:
    """A submission that knows the right answer to every public case that gives points."""
    key = answer_key(EXERCISE)
    pairs = [pair for function in ("sigmoidGradient", "nnCostFunction") for pair in key.of(function)]
    answers = {checksum(case.arguments): [np.asarray(value).tolist() for value in answer] for case, answer in pairs}
    source = LEARNED.format(answers=json.dumps(answers))
    return Submission("learned", Path("learned"), "python", "ex4", {"ex4.py": source.encode()})


@needs("bwrap")
def test_public_answers_learned_by_heart_are_worth_nothing_on_hidden_cases() -> None:
    backend = choose("auto", own_work=False)
    assert grade(learned(), EXERCISE, backend, LIMITS).score == 100
    assert grade(learned(), EXERCISE, backend, LIMITS, SEED).score == 0


@needs("bwrap")
def test_the_answers_in_the_folder_are_those_to_the_public_cases() -> None:
    """All but the gradients of the largest net: were they out of date, the folder would show nothing."""
    submission = read_submission(HOSTILE / "17-knows-the-public-answers" / "submission", "ex4")
    assert grade(submission, EXERCISE, choose("auto", own_work=False), LIMITS).score == 50


# --- neighbours and what is left --------------------------------------------------------------------------------------

SET_CHILD_SUBREAPER = 36
HARMFUL = ["11-takes", "12-fork", "12-haunted", "12-kills", "12-leaves", "12-thread", "14-", "15-", "24-"]


def harmful() -> list[Path]:
    return [folder / "submission" for folder in sorted(HOSTILE.iterdir()) if folder.name.startswith(tuple(HARMFUL))]


def descendants() -> list[int]:
    """The processes that have come from this one: it is the parent of what loses its own."""
    tree: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = process.joinpath("stat").read_text().rpartition(") ")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            tree.setdefault(int(parent), []).append(int(process.name))
    found = waiting = list(tree.get(os.getpid(), []))
    while waiting:
        waiting = [child for pid in waiting for child in tree.get(pid, [])]
        found = found + waiting
    return found


def attack(folders: list[Path]) -> dict[str, Any]:
    """In a process of its own: a correct submission is graded over and over, beside those in `folders` and after."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1)
    backend = choose("auto", own_work=False)

    def score(folder: Path) -> float:
        return grade(read_submission(folder, "ex4"), EXERCISE, backend, LIMITS).score

    victims = [score(CORRECT)]
    before = len(descendants())
    with ThreadPoolExecutor(2) as pool:
        attacks = [pool.submit(score, folder) for folder in folders]
        while not all(each.done() for each in attacks):
            victims.append(score(CORRECT))
    victims.append(score(CORRECT))
    deadline = time.monotonic() + SECONDS
    while len(descendants()) > before and time.monotonic() < deadline:
        time.sleep(0.05)
    return {
        "victims": set(victims),
        "left": len(descendants()) - before,
        "earned": sum(each.result() for each in attacks),
    }


@needs("bwrap")
@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what is left")
def test_attacks_leave_no_process_and_disturb_no_neighbour() -> None:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(attack, harmful()).result()
    assert found == {"victims": {100.0}, "left": 0, "earned": 5.0}
    assert not Path("/tmp/unpickled").exists()
