"""How a submission is spoken to in its language; and that all languages of one solution are judged alike."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import submission as submissions
from grader.cases import load_exercise
from grader.errors import UnavailableError
from grader.languages import (
    FOLDER,
    LANGUAGES,
    MOST_PARAMETERS,
    NO_CHANGES,
    NO_FILES,
    NO_PROGRAMS,
    NO_THREADS,
    Language,
    entries,
    known_file,
    listed,
    octave_call,
    python_call,
    read_definition,
    read_error,
    whole,
)
from grader.machine import how_to_get_octave
from grader.model import Case, CodeError, Definition, Loaded, Outcome, Submission
from grader.octave_source import decode
from grader.run import read_result
from grader.sandbox import Limits, octave
from grader.sandbox.backend import PROGRAM, PYTHON, SCIPY
from grader.signatures import COLUMNS, FLAT, plain
from grader.submission import read_submission
from grader.values import IN_OCTAVE, IN_PYTHON
from grader.worker import wire
from tests.test_submissions import FOLDERS, Json, expected

EXERCISE = load_exercise("ex4")
COST = EXERCISE.function("nnCostFunction")
SIGMOID = b"function g = sigmoid(z)\n  g = 1 ./ (1 + exp(-z));\nend\n"
COST_CASE = Case(
    "a small net",
    COST.name,
    (np.arange(10.0), np.array(1), np.array(2), np.array(2), np.eye(2), np.array([[1], [2]]), np.array(0.5)),
)
IN_ORDER = tuple(range(7))


def language(name: str, files: dict[str, bytes], stubs: dict[str, str] | None = None) -> Language:
    return LANGUAGES[name](Submission("alice", Path("alice"), name, "ex4", files), EXERCISE, stubs or {}, Limits())


def unpacked(message: wire.Packed) -> dict[str, Any]:
    """What the worker reads, but for the number of the request."""
    request = wire.decode(wire.encode_with({"id": 1}, message))
    assert request.pop("id") == 1
    return dict(request)


def test_every_language_that_is_handed_in_is_spoken() -> None:
    assert {each.name for each in submissions.LANGUAGES.values()} == LANGUAGES.keys()


def test_every_language_has_its_own_way_to_write_entries_and_outputs() -> None:
    spoken = {name: language(name, {}).notation for name in LANGUAGES}
    assert spoken == {"python": IN_PYTHON, "notebook": IN_PYTHON, "octave": IN_OCTAVE}


# --- Python and notebooks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["python", "notebook"])
@pytest.mark.parametrize(("source", "kind"), [(b"import numpy", PYTHON), (b"from scipy.special import expit", SCIPY)])
def test_scipy_is_loaded_for_those_who_mention_it(name: str, source: bytes, kind: str) -> None:
    assert language(name, {"a.py": b"x = 1", "b.py": source}).kind == kind


def test_a_python_worker_is_sent_the_files_the_names_and_the_stubs_and_nothing_else() -> None:
    wanted = ["predict", "sigmoid"]
    request = unpacked(language("python", {"ex4.py": b"x = 1"}, {"sigmoid": "digest"}).load_message(wanted))
    stubs = [[function.name, "digest" if function.name == "sigmoid" else None] for function in EXERCISE.functions]
    assert request == {
        "do": "load",
        "name": "ex4",
        "files": {"ex4.py": b"x = 1"},
        "functions": stubs,
        "wanted": wanted,
    }


def test_what_a_python_worker_found_is_kept_where_it_is_about_the_submission() -> None:
    found = {"file": "ex4.py", "line": 3, "parameters": ["z"], "required": 1, "variadic": True, "digest": "d"}
    reply = {
        "definitions": {"sigmoid": found, "rm": found},
        "problems": [{"kind": "SyntaxError", "message": "no", "file": "/etc/passwd", "line": 9}],
        "notes": ["ex4.py: tabs", "sigmoid is defined twice", "You have 100 points", 3, "sigmoidal: no"],
    }
    found["names"] = [np.zeros(2), "rm", 3, "predict", {}, "sigmoid"]
    assert language("python", {"ex4.py": b""}).read_loaded(reply) == Loaded(
        {"sigmoid": Definition("ex4.py", 3, ("z",), 1, variadic=True, names=("sigmoid", "predict"))},
        (CodeError("SyntaxError", "no", "", 9),),
        ("ex4.py: tabs", "sigmoid is defined twice"),
    )


def test_a_note_on_a_notebook_begins_with_its_name_and_not_with_a_cells() -> None:
    reply = {"notes": ["a.ipynb: left out (cell 2)", "a.ipynb cell 2: left out", "b.ipynb: left out"]}
    loaded = language("notebook", {"a.ipynb cell 2": b"x = 1"}).read_loaded(reply)
    assert loaded.notes == ("a.ipynb: left out (cell 2)",)


@pytest.mark.parametrize("junk", [None, 1, "sigmoid", [1], {"sigmoid": []}])
def test_replies_that_make_no_sense_load_nothing(junk: object) -> None:
    reply = {"definitions": junk, "problems": junk, "notes": junk}
    loaded = language("python", {"ex4.py": b""}).read_loaded(reply)
    assert set(loaded.definitions.values()) <= {Definition("", 0)}
    assert {problem.kind for problem in loaded.problems} <= {"an error"}
    assert loaded.notes == ()


@pytest.mark.parametrize(
    ("stubs", "digest", "untouched"),
    [({"sigmoid": "d"}, "d", True), ({"sigmoid": "d"}, "e", False), ({"predict": "d"}, "d", False), ({}, None, False)],
)
def test_a_stub_is_known_by_its_digest(stubs: dict[str, str], digest: str | None, untouched: bool) -> None:
    reply = {"definitions": {"sigmoid": {"digest": digest}}}
    assert language("python", {}, stubs).read_loaded(reply).definitions["sigmoid"].untouched is untouched


def test_python_gets_columns_as_it_wants_them_in_the_order_it_wants() -> None:
    order = (6, *range(6))
    as_columns, flat = (unpacked(python_call(COST_CASE, COST, order, each)) for each in (COLUMNS, FLAT))
    assert (flat["do"], flat["function"], flat["seed"]) == ("call", "nnCostFunction", None)
    assert flat["arguments"][0] == 0.5
    assert [message["arguments"][6].shape for message in (as_columns, flat)] == [(2, 1), (2,)]


def test_a_call_is_encoded_once_for_all_submissions() -> None:
    assert python_call(COST_CASE, COST, IN_ORDER, FLAT) is python_call(COST_CASE, COST, IN_ORDER, FLAT)
    assert octave_call(COST_CASE, COST, IN_ORDER) is octave_call(COST_CASE, COST, IN_ORDER)


# --- Octave -----------------------------------------------------------------------------------------------------------


class Started:
    """Stands for a session: keeps what a worker is to become."""

    def become(self, program: wire.Packed) -> None:
        self.program = unpacked(program)


@pytest.fixture
def octave_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octave, "program", lambda: Path("/usr/bin/octave-cli"))


@pytest.mark.usefixtures("octave_installed")
def test_an_octave_worker_gets_what_was_handed_in_and_the_helpers_of_the_course_only() -> None:
    session = Started()
    speaker = language("octave", {"sigmoid.m": SIGMOID})
    speaker.begin(session)
    files = session.program["files"]
    assert files["submission/sigmoid.m"] == SIGMOID
    helpers = {Path(name).stem for name in files if name.startswith("helpers/")}
    assert {"sigmoid"} <= helpers <= {*EXERCISE.provided}
    assert session.program["folder"] == FOLDER
    assert session.program["command"][0] == str(Path("/usr/bin/octave-cli"))
    assert (speaker.kind, speaker.traces) == (PROGRAM, False)


def test_without_octave_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octave, "program", lambda: None)
    with pytest.raises(UnavailableError, match=re.escape(how_to_get_octave())):
        language("octave", {"sigmoid.m": SIGMOID}).begin(Started())


def test_octave_is_not_asked_which_functions_there_are() -> None:
    forged = {"definitions": {"nnCostFunction": {"file": "sigmoid.m"}}, "notes": ["sigmoid is right"]}
    loaded = language("octave", {"sigmoid.m": SIGMOID}).read_loaded(forged)
    assert loaded == Loaded({"sigmoid": Definition("sigmoid.m", 1, ("z",))})


def test_octave_gets_doubles_in_two_dimensions_and_a_seed() -> None:
    request = unpacked(octave_call(COST_CASE, COST, IN_ORDER))
    shapes = [argument.shape for argument in request["arguments"]]
    assert shapes == [(10, 1), (1, 1), (1, 1), (1, 1), (2, 2), (2, 1), (1, 1)]
    assert {argument.dtype for argument in request["arguments"]} == {np.dtype(np.float64)}
    assert (request["nout"], request["seed"]) == (2, 0)


def test_an_answer_of_octave_is_in_the_terms_of_python() -> None:
    reply = {"outcome": "answered", "value": [np.array([[2.0]]), np.array([[1.0], [3.0]])], "error": None}
    J, grad = language("octave", {"sigmoid.m": SIGMOID}).plain(reply)["value"]
    assert (J.shape, grad.shape) == ((), (2,))


# --- what an untrusted process says -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), (0, 0), (-1, 0), (True, 0), (2.0, 0), ("7", 0), (None, 0), (1 << 31, 0)]
)
def test_a_whole_number_is_one_or_0(value: object, number: int) -> None:
    assert whole(value) == number


def test_what_is_no_list_or_dict_is_an_empty_one() -> None:
    assert (listed("abc", 2), listed([1, 2, 3], 2), listed(None, 2)) == ([], [1, 2], [])
    assert (entries([1]), entries({"a": 1}), entries(None)) == ({}, {"a": 1}, {})


def test_a_file_is_one_of_those_that_were_sent() -> None:
    assert [known_file(name, {"ex4.py"}) for name in ("ex4.py", "/etc/passwd", None, ["ex4.py"])] == [
        "ex4.py",
        "",
        "",
        "",
    ]


def test_a_definition_is_read_without_belief() -> None:
    forged = {
        "file": "other.py",
        "line": -4,
        "parameters": ["z\n\x1b[31m", *["p" * 1000] * 1000],
        "required": True,
        "variadic": 1,
        "digest": None,
    }
    found = read_definition(forged, None, {"ex4.py"}, ["sigmoid"])
    assert (found.file, found.line, found.required, found.variadic, found.untouched) == ("", 0, 0, False, False)
    assert len(found.parameters) == MOST_PARAMETERS
    assert found.parameters[0].isprintable()
    assert max(map(len, found.parameters)) == 60


def test_what_is_no_text_is_not_written_out() -> None:
    class Deaf(list[Any]):
        def __repr__(self) -> str:
            raise AssertionError("a hostile reply holds numbers by the megabyte")

        __eq__ = __str__ = __repr__  # type: ignore[assignment]

    odd, answer = Deaf([np.ones(3)]), {"outcome": "raised", "error": {}}
    definition = read_definition({"parameters": [odd], "digest": odd, "names": [odd]}, "a digest", (), ["f"])
    assert (definition.parameters, definition.untouched, definition.names) == (("",), False, ())
    assert read_error({"kind": odd, "message": odd, "source": odd}, ()) == CodeError("an error", "")
    assert read_result({**answer, "outcome": odd}, (), ()).outcome is Outcome.GARBLED


@pytest.mark.parametrize("error", [None, [], {}, {"kind": "", "line": "1", "file": "other.py"}])
def test_an_error_that_says_nothing_is_an_error(error: object) -> None:
    assert read_error(error, {"ex4.py"}) == CodeError("an error", "")


@pytest.mark.parametrize(
    ("kind", "message", "told"),
    [
        ("MemoryError", "Unable to allocate 7.28 TiB", "Unable to allocate 7.28 TiB: has an outer product"),
        ("MemoryError", "", "there is no room for a value: has an outer product"),
        ("error", "out of memory or dimension too large", "out of memory or dimension too large: has an outer product"),
    ],
)
def test_an_error_about_memory_says_what_may_have_filled_it(kind: str, message: str, told: str) -> None:
    error = {"kind": kind, "message": message, "file": "ex4.py", "line": 3}
    assert read_error(error, {"ex4.py"}).message.startswith(told)
    assert read_error({**error, "line": 0}, {"ex4.py"}).message == message, "of a source that is too deep for Python"


@pytest.mark.parametrize(
    ("kind", "message", "why"),
    [
        ("PermissionError", "[Errno 1] Operation not permitted", NO_PROGRAMS),
        ("PermissionError", "[Errno 1] Operation not permitted: 'plots'", NO_CHANGES),
        ("RuntimeError", "can't start new thread", NO_THREADS),
        ("PermissionError", "[Errno 13] Permission denied: 'ex4.txt'", ""),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'ex4data1.mat'", NO_FILES),
        ("error", "load: unable to find file ex4data1.mat", NO_FILES),
        ("error", "unable to find a way", ""),
    ],
)
def test_what_is_not_there_when_work_is_graded_is_told(kind: str, message: str, why: str) -> None:
    told = read_error({"kind": kind, "message": message, "line": 3}, {"ex4.py"}).message
    assert told == (f"{message}: {why}" if why else message)


# --- one solution in every language -----------------------------------------------------------------------------------

TWIN = re.compile(r"(?P<solution>.+)-(?P<language>notebook|octave)")
PLACE = re.compile(r"line (\d+) of (.+?): `(.*?)`")


def original(name: str) -> str:
    """The golden in Python whose solution is written in another language in the folder `name`."""
    found = TWIN.fullmatch(name)
    assert found is not None
    solution = found["solution"]
    return solution if solution in FOLDERS else f"mistakes/{solution.removeprefix('wrong-')}"


NOTEBOOKS = [name for name in FOLDERS if name.endswith("-notebook")]
OCTAVES = [name for name in FOLDERS if name.endswith("-octave") and "/" not in name]


def report_on(name: str) -> Json:
    report = json.loads(expected(name))
    assert isinstance(report, dict)
    return report


def parts_of(name: str) -> list[Json]:
    """The parts that carry points."""
    return [part for part in report_on(name)["parts"] if part["max_score"]]


def judgement(part: Json) -> Json:
    mistakes = [(mistake["alternative"], mistake["id"]) for mistake in part["mistakes"]]
    return {**{key: part[key] for key in ("name", "status", "score")}, "mistakes": mistakes}


def without_places(part: Json) -> list[str | None]:
    return [part["stage"], *(PLACE.sub("<place>", text) for text in (part["message"], *part["explanation"]))]


def places_in(name: str) -> list[tuple[int, str, str]]:
    """Line, file and text of every place that is named in the report."""
    texts = [text for part in parts_of(name) for text in (part["message"], *part["explanation"])]
    return [(int(line), file, text) for found in map(PLACE.findall, texts) for line, file, text in found]


def lines_of(name: str) -> dict[str, list[str]]:
    (path,) = FOLDERS[name].glob("submission*")
    return {file: decode(code).split("\n") for file, code in read_submission(path, "ex4").files.items()}


def test_the_same_solutions_are_there_in_every_language() -> None:
    solutions = [original(name) for name in NOTEBOOKS]
    assert solutions == [original(name) for name in OCTAVES]
    assert {report_on(name)["language"] for name in solutions} == {"python"}
    assert {report_on(name)["language"] for name in NOTEBOOKS} == {"notebook"}
    assert {report_on(name)["language"] for name in OCTAVES} == {"octave"}


@pytest.mark.parametrize("name", [*NOTEBOOKS, *OCTAVES])
def test_one_solution_is_judged_alike_in_every_language(name: str) -> None:
    assert report_on(name)["score"] == report_on(original(name))["score"]
    assert [judgement(part) for part in parts_of(name)] == [judgement(part) for part in parts_of(original(name))]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_explained_as_the_file_is(name: str) -> None:
    assert [without_places(part) for part in parts_of(name)] == [
        without_places(part) for part in parts_of(original(name))
    ]
    assert len(places_in(name)) == len(places_in(original(name)))


@pytest.mark.parametrize("name", [*NOTEBOOKS, *OCTAVES])
def test_every_place_that_is_named_is_there(name: str) -> None:
    lines = lines_of(name)
    for line, file, text in places_in(name):
        assert lines[file][line - 1].strip() == text
    for part in parts_of(name):
        file, _, line = part["where"].rpartition(":")
        assert plain(part["function"]) in plain(lines[file][int(line) - 1])


@pytest.mark.parametrize("name", OCTAVES)
def test_nothing_is_said_of_octave_in_the_terms_of_python(name: str) -> None:
    said = [text for part in parts_of(name) for text in (part["message"], *part["explanation"])]
    shown = [detail for part in parts_of(name) for case in part["cases"] for detail in case["details"]]
    assert not re.search(r"\w\[\d|\(J, grad\)|column 0|Error:", "\n".join([*said, *shown]))
