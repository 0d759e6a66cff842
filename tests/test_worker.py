"""The untrusted side, driven through its pipes as the sandbox drives it, and its pure functions directly."""

from __future__ import annotations

import ast
import contextlib
import json
import platform
import random
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

import numpy as np
import pytest

from grader.worker import kernel, load, results, slicing, source, standins, wire
from grader.worker.cells import python_of, unit_path

FOLDER = Path(wire.__file__).parent
SITE = str(Path(np.__file__).parent.parent)
SETTINGS = {"site": [SITE], "memory_bytes": 1 << 29, "file_bytes": 1 << 16, "result_bytes": 1 << 20, "processes": None}
posix = pytest.mark.skipif(sys.platform == "win32", reason="this system has no resource limits")

Reply = dict[str, Any]


class Worker:
    """A worker as a plain process; what it prints ends up in `printed`."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.printed = folder / "printed"
        with self.printed.open("wb") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", "-X", "utf8", str(FOLDER), json.dumps(SETTINGS | settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                cwd=folder,
            )
        self.requests = cast(BinaryIO, self.process.stdin)
        self.replies = cast(BinaryIO, self.process.stdout)
        self.ready = self.read()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.requests, self.replies):
            with contextlib.suppress(OSError):
                pipe.close()

    def read(self) -> Reply:
        reply: Reply = wire.read_frame(self.replies, 1 << 30)
        return reply

    def ask(self, **request: Any) -> Reply:
        wire.write_frame(self.requests, {"id": 7, "cpu_seconds": 10.0, **request})
        reply = self.read()
        assert reply.pop("id") == 7
        return reply

    def load(self, files: dict[str, bytes | str] | str, *functions: str, name: str = "ex4", **request: Any) -> Reply:
        files = {"ex4.py": files} if isinstance(files, str) else files
        data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        wanted = list(functions or ("f",))
        asked = {"functions": [(name, None) for name in wanted], "wanted": wanted, **request}
        return self.ask(do="load", name=name, files=data, **asked)

    def call(self, *arguments: Any, function: str = "f", seed: int | None = None, **request: Any) -> Reply:
        return self.ask(do="call", function=function, arguments=list(arguments), seed=seed, **request)

    def answer(self, files: dict[str, bytes | str] | str, *arguments: Any) -> Any:
        """What the submission's f returns."""
        self.load(files)
        reply = self.call(*arguments)
        assert reply["outcome"] == "answered", reply
        return reply["value"]


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One for all tests that do not end it: each `load` replaces the submission before."""
    with Worker(tmp_path_factory.mktemp("worker")) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Worker]:
    with Worker(tmp_path) as running:
        yield running


def returning(expression: str) -> str:
    return f"import numpy as np\nimport sys\n\n\ndef f(x=0):\n    return {expression}\n"


# --- the process ------------------------------------------------------------------------------------------------------


def test_a_worker_says_first_that_it_is_ready_and_its_versions(worker: Worker) -> None:
    python = ".".join(map(str, sys.version_info[:3]))
    assert worker.ready == {"ready": True, "python": python, "numpy": np.__version__}


@pytest.mark.parametrize(
    "module",
    ["grader", "solutions", "exercises", "data", "load", "serve", "wire", "worker", "grader.worker", "solutions.ex4"],
)
def test_nothing_of_ours_can_be_imported(worker: Worker, module: str) -> None:
    worker.load(f"def f():\n    import {module}\n")
    assert worker.call()["error"]["kind"] == "ModuleNotFoundError"


def test_no_module_of_ours_passes_for_the_main_program(worker: Worker) -> None:
    assert worker.answer("def f():\n    import __main__\n    return sorted(vars(__main__))\n").count("start") == 0


SESSION_KEYRING = """
import ctypes, platform
def f():
    return ctypes.CDLL(None).syscall({"x86_64": 250, "aarch64": 219}[platform.machine()], 0, -3, 0)
"""


@pytest.mark.skipif(platform.machine() not in kernel.KEYCTL or sys.platform != "linux", reason="no keyrings known here")
def test_the_keys_of_a_session_are_not_the_workers(worker: Worker) -> None:
    own: dict[str, Any] = {}
    exec(SESSION_KEYRING, own)
    outer, inner = own["f"](), worker.answer(SESSION_KEYRING)
    if outer == -1:
        pytest.skip("this kernel keeps no keys")
    assert inner not in (-1, outer)


def test_blas_has_one_thread(worker: Worker) -> None:
    assert worker.answer("import os\ndef f():\n    return os.environ['OPENBLAS_NUM_THREADS']\n") == "1"


def test_printed_text_of_any_kind_goes_to_stderr_and_not_between_the_replies(worker: Worker) -> None:
    text = "import os\ndef f():\n    print('caf\\u00e9 \\udc80')\n    os.write(1, b'raw')\n    return 1\n"
    assert worker.answer(text) == 1
    assert worker.printed.read_bytes().endswith("café ?\nraw".encode())


def test_there_is_no_input(worker: Worker) -> None:
    assert worker.answer("import sys\ndef f():\n    return [input('?'), sys.stdin.read()]\n") == ["", ""]


def test_a_spoilt_output_stream_does_not_stop_the_replies(fresh: Worker) -> None:
    fresh.load("import os, sys\ndef f(spoil):\n    exec(spoil)\n    return 1\n")
    for spoil in ("sys.stdout = []", "del sys.stdout", "sys.stdout.close()", "os.close(1)"):
        assert fresh.call(spoil)["value"] == 1


def test_a_worker_ends_with_its_requests(fresh: Worker) -> None:
    fresh.load("import atexit\nimport time\ndef f():\n    atexit.register(time.sleep, 60)\n    return 1\n")
    assert fresh.call()["value"] == 1
    fresh.requests.close()
    assert fresh.process.wait(5) == 0


@posix
def test_a_call_is_killed_when_its_cpu_time_is_used_up(fresh: Worker) -> None:
    fresh.load("def f():\n    while True: pass\n")
    watchdog = threading.Timer(60, fresh.process.kill)
    watchdog.start()
    with pytest.raises(EOFError):
        fresh.call(cpu_seconds=0.1)
    watchdog.cancel()
    assert fresh.process.wait(5) == -signal.SIGXCPU


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
def test_too_much_memory_is_an_error_of_that_call_alone(worker: Worker) -> None:
    worker.load(returning("np.ones(1 << 28).sum() if x else 3"))
    assert worker.call(1)["error"]["kind"] == "MemoryError"
    assert worker.call(0)["value"] == 3


@posix
def test_a_large_file_cannot_be_written(worker: Worker) -> None:
    worker.load("def f():\n    with open('big', 'wb') as big:\n        big.write(bytes(1 << 17))\n")
    assert worker.call()["error"]["kind"] == "OSError"


# --- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "outcome", "kind", "message"),
    [
        ("1 / 0", "raised", "ZeroDivisionError", "division by zero"),
        ("f()", "raised", "RecursionError", "maximum recursion depth exceeded"),
        ("raise KeyboardInterrupt('stop')", "raised", "KeyboardInterrupt", "stop"),
        ("raise GeneratorExit", "raised", "GeneratorExit", ""),
        ("raise SystemExit('bye')", "exited", "SystemExit", "bye"),
        ("exit()", "exited", "SystemExit", ""),
        ("raise ValueError('x' * 10_000)", "raised", "ValueError", "x" * 500),
        ("raise Rude", "raised", "Rude", ""),
        ("undefined", "raised", "NameError", "name 'undefined' is not defined"),
        ("np.ones(2)", "raised", "NameError", "name 'np' is not defined"),
    ],
)
def test_what_a_function_raises_is_reported_and_survived(
    worker: Worker, body: str, outcome: str, kind: str, message: str
) -> None:
    rude = "class Rude(Exception):\n    def __str__(self):\n        raise Rude\n"
    worker.load(f"{rude}def f():\n    {body}\n")
    reply = worker.call()
    assert (reply["outcome"], reply["error"]["kind"]) == (outcome, kind)
    assert reply["error"]["message"].startswith(message)
    assert len(reply["error"]["message"]) <= 500
    assert reply["error"]["line"] == 5


def test_an_error_names_the_last_line_of_the_students_own_files(worker: Worker) -> None:
    worker.load(
        {
            "ex4.py": "from helper import g\ndef f():\n    return g()\n",
            "helper.py": "import json\n\ndef g():\n    return json.loads('{')  # here\n",
        }
    )
    error = worker.call()["error"]
    assert error["kind"] == "JSONDecodeError"
    assert (error["file"], error["line"], error["source"]) == ("helper.py", 4, "    return json.loads('{')  # here")


def test_a_function_that_is_not_there_is_missing(worker: Worker) -> None:
    assert "f" not in worker.load("def g(): pass\n")["definitions"]
    assert worker.call()["outcome"] == "missing"


LISTS = "def f(x):\n    x[1][0] = 7\n    x.append(np.zeros(1))\n    return type(x) is list, x\n"


def test_a_list_of_arrays_is_the_students_own_copy(worker: Worker) -> None:
    given = [np.ones((2, 2)), np.arange(3.0)]
    worker.load("import numpy as np\n" + LISTS)
    reply = worker.call(given)
    assert reply["mutated"] == [0]
    kind, (first, second, third) = reply["value"]
    assert kind is True
    np.testing.assert_array_equal(first, given[0])
    np.testing.assert_array_equal(second, [7, 1, 2])
    assert third.shape == (1,)
    np.testing.assert_array_equal(worker.call(given)["value"][1][1], [7, 1, 2])


@pytest.mark.parametrize(
    ("body", "mutated"),
    [
        ("return x", []),
        ("x = list(x); x.pop()", []),
        ("x.pop()", [0]),
        ("x[0] = 2 * x[0]", [0]),
        ("x[0] *= 2", [0]),
        ("x[0] = 'text'", [0]),
    ],
)
def test_a_list_changed_in_place_is_told(worker: Worker, body: str, mutated: list[int]) -> None:
    worker.load(f"def f(x):\n    {body}\n")
    assert worker.call([np.ones(2), np.ones((2, 3))])["mutated"] == mutated


def test_an_array_of_arrays_comes_back_as_a_list(worker: Worker) -> None:
    worker.load("import numpy as np\ndef f():\n    return np.array([np.ones(2), np.ones((3, 1))], dtype=object)\n")
    first, second = worker.call()["value"]
    assert (first.shape, second.shape) == ((2,), (3, 1))


def test_a_text_is_the_object_that_the_source_has(worker: Worker) -> None:
    worker.load("def f(cost):\n    return cost is 'quadratic'\n")
    assert worker.call("quadratic")["value"] is True


def test_a_formula_is_handed_over_as_a_function(worker: Worker) -> None:
    worker.load("def f(J, theta):\n    return J(theta)\n")
    assert worker.call({"formula": "lambda theta: np.sum(theta ** 2)"}, np.array([1.0, 2.0]))["value"] == 5


@pytest.mark.parametrize(
    ("body", "mutated"),
    [("X[0] = 9", [1]), ("y.shape = (3, 1)", [2]), ("y += 1; X *= 2", [1, 2]), ("X = X + 1", []), ("X[0] = X[0]", [])],
)
def test_arguments_changed_in_place_are_told(worker: Worker, body: str, mutated: list[int]) -> None:
    worker.load(f"def f(a, X, y):\n    {body}\n")
    assert worker.call(1.5, np.array([np.nan, 1]), np.zeros(3))["mutated"] == mutated


def test_both_random_generators_give_the_same_stream_for_the_same_seed(worker: Worker) -> None:
    worker.load("import random\nimport numpy as np\ndef f():\n    return [np.random.rand(), random.random()]\n")
    expected = random.Random(12345).random()
    assert [worker.call(seed=12345)["value"] for _ in range(2)] == [[expected] * 2] * 2


def test_without_a_seed_a_random_function_still_gives_the_same_every_time(worker: Worker) -> None:
    worker.load(returning("np.random.randn()"))
    assert worker.call()["value"] == worker.call()["value"]


@pytest.mark.parametrize(
    ("spoil", "look"),
    [
        ("np.seterr(all='raise')", "str(np.geterr())"),
        ("np.set_printoptions(precision=1)", "str(np.get_printoptions())"),
        ("warnings.simplefilter('error')", "str(warnings.filters)"),
        ("os.chdir('/')", "os.getcwd()"),
        ("sys.setrecursionlimit(150)", "sys.getrecursionlimit()"),
        ("setattr(sys, 'stdout', None)", "str(sys.stdout)"),
        ("np.random.seed(3)", "np.random.rand()"),
    ],
)
def test_every_call_starts_from_the_same_global_state(worker: Worker, spoil: str, look: str) -> None:
    worker.load(
        f"import os, sys, warnings\nimport numpy as np\ndef f(spoil):\n"
        f"    if spoil:\n        {spoil}\n    return {look}\n"
    )
    before, spoilt, after = worker.call(False), worker.call(True), worker.call(False)
    assert before["value"] == after["value"] != spoilt["value"]


# --- results ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("None", None),
        ("True", True),
        ("3", 3),
        ("2.5", 2.5),
        ("float('inf')", np.inf),
        ("2 ** 70", 2.0**70),
        ("2j", np.array(2j)),
        ("np.float64(1.5)", 1.5),
        ("np.float32(1.5)", 1.5),
        ("np.int8(4)", 4),
        ("np.bool_(True)", True),
        ("np.complex128(1j)", np.array(1j)),
        ("np.str_('text')", "text"),
        ("'x' * 2000", "x" * 1000),
        ("(1, [2.0, None])", [1, [2.0, None]]),
        ("(1.5, np.arange(3))", [1.5, np.arange(3)]),
        ("np.matrix('1 2; 3 4')", np.array([[1, 2], [3, 4]])),
        ("np.array(7.0)", np.array(7.0)),
        ("np.arange(6).reshape(2, 3).T", np.arange(6).reshape(2, 3).T),
        ("np.arange(3, dtype='>f4')", np.arange(3, dtype="<f4")),
        ("np.ones((0, 3))", np.ones((0, 3))),
        ("np.array([[1, 2.5], [True, np.float32(4)]], dtype=object)", np.array([[1, 2.5], [1, 4]])),
        ("np.array(3, dtype=object)", np.array(3.0)),
        ("np.array([1, np.inf], dtype=np.longdouble)", np.array([1, np.inf])),
        ("np.array([1, 2j], dtype=np.clongdouble)", np.array([1, 2j])),
        ("np.longdouble(2.5)", 2.5),
        ("np.clongdouble(2j)", np.array(2j)),
        ("(np.longdouble(0.25), np.ones((2, 1), np.longdouble))", [0.25, np.ones((2, 1))]),
    ],
)
def test_plain_values_come_back_as_they_are(worker: Worker, expression: str, value: Any) -> None:
    got = worker.answer(returning(expression))
    assert type(got) is type(value)
    np.testing.assert_equal(got, value)
    if isinstance(value, np.ndarray):
        assert got.dtype == value.dtype


@pytest.mark.parametrize(
    ("expression", "description"),
    [
        ("np.ma.array([1, 2], mask=[0, 1])", "a masked array"),
        ("type('Mine', (np.ma.MaskedArray,), {})([1, 2])", "a masked array"),
        ("np.array([[1], [2, 3]], dtype=object)", "an array of objects (do its rows have different lengths?)"),
        ("np.array([1.5, None], dtype=object)", "an array of objects (do its rows have different lengths?)"),
        ("np.array([10 ** 400], dtype=object)", "an array of objects (do its rows have different lengths?)"),
        ("np.array(['a'])", "an array of text"),
        ("np.zeros(2, dtype='i4,f8')", "a structured array"),
        ("np.array(['2020-01-01'], dtype='datetime64')", "an array of dates"),
        ("np.broadcast_to(1.0, 10 ** 8)", "a result of 800,000,000 bytes"),
        ("[0] * 10 ** 6", "a list of 1,000,000 items"),
        ("2 ** 2000", "a whole number of 2,001 bits"),
        ("{'J': 1}", "a dict"),
        ("{1, 2}", "a set"),
        ("b'1'", "bytes"),
        ("(i for i in 'ab')", "a generator"),
        ("f", "a function"),
        ("np.exp", "a function"),
        ("np", "a module"),
        ("int", "a class"),
        ("object()", "an object of type object"),
        ("type('Frame', (), {'__array__': lambda self: 1 / 0})()", "an object of type Frame"),
        ("type('Frame', (dict,), {})()", "a dict"),
    ],
)
def test_of_anything_else_only_a_phrase_comes_back(worker: Worker, expression: str, description: str) -> None:
    assert worker.answer(returning(expression)) == wire.Opaque(description)


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="this system has no longer double")
def test_extended_precision_beyond_doubles_is_named(worker: Worker) -> None:
    huge = "np.longdouble(10) ** 400"
    assert worker.answer(returning(f"np.ones(2) * {huge}")).description.startswith("an array of type ")
    assert worker.answer(returning(huge)).description.startswith("a value of type ")


def test_many_parts_add_up_to_one_limit(worker: Worker) -> None:
    first, *rest = worker.answer(returning("[np.ones(100_000) for _ in range(3)]"))
    assert first.shape == (100_000,)
    assert rest == [wire.Opaque("a result of 800,000 bytes")] * 2


def test_the_longest_list_that_is_sent_is_one_that_the_wire_takes(worker: Worker) -> None:
    assert len(worker.answer(returning(f"[-1.2345678901234567e-200] * {results.MAX_ITEMS}"))) == results.MAX_ITEMS


def test_a_result_and_what_was_held_on_the_way_to_it_have_one_limit_each(worker: Worker) -> None:
    worker.load(
        "import numpy as np\ndef f():\n    a = np.zeros(8000)\n"
        "    for n in range(40):\n        a = a + n\n    return np.zeros(1 << 17)\n"
    )
    reply = worker.call(trace=True)
    assert reply["value"].nbytes == 1 << 20
    assert 0 < sum(record["values"].nbytes for record in reply["trace"]) <= 1 << 20


def test_a_list_that_holds_itself_ends(worker: Worker) -> None:
    value = worker.answer("def f():\n    loop = []\n    loop.append(loop)\n    return loop\n")
    while isinstance(value, list):
        (value,) = value
    assert value.description.startswith("lists in lists")


HOSTILE = """
import numpy as np

def boom(*_):
    raise SystemExit("a method of the student's was called")

def never(base):
    methods = "array array_finalize array_ufunc array_function eq reduce getattribute float int str iter len complex"
    body = {f"__{method}__": boom for method in methods.split() if method not in leave.get(base, ())}
    return type("Never", (base,), body)

leave = {np.ndarray: ("array_finalize",)}

def f(kind):
    base = {"array": np.ndarray, "float": float, "int": int, "text": str, "list": list, "tuple": tuple}[kind]
    cls = never(base)
    if base is np.ndarray:
        return np.ones(2).view(cls)
    return cls("12") if kind in ("text", "list", "tuple") else cls(12)
"""


@pytest.mark.parametrize(
    ("kind", "value"),
    [("array", np.ones(2)), ("float", 12.0), ("int", 12), ("text", "12"), ("list", ["1", "2"]), ("tuple", ["1", "2"])],
)
def test_no_method_of_a_returned_object_is_called(worker: Worker, kind: str, value: Any) -> None:
    worker.load(HOSTILE)
    reply = worker.call(kind)
    assert reply["outcome"] == "answered", reply
    np.testing.assert_equal(reply["value"], value)


# --- where a function is looked for -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "value", "note"),
    [
        (
            {"a.py": "def f(): return 'a'\n", "f.py": "def f(): return 'f'\n", "ex4.py": "def f(): return 'ex4'\n"},
            "ex4",
            "f is defined in ex4.py and in f.py, a.py: the one in ex4.py was taken",
        ),
        (
            {"a.py": "def f(): return 'a'\n", "f.py": "def f(): return 'f'\n"},
            "f",
            "f is defined in f.py and in a.py: the one in f.py was taken",
        ),
        (
            {"old/ex4.py": "def f(): return 'old'\n", "mine.py": "def f(): return 'mine'\n"},
            "mine",
            "f is defined in mine.py and in old/ex4.py: the one in mine.py was taken",
        ),
        (
            {"old/ex4.py": "from old.g import g as f\n", "old/g.py": "g = [int][0]\n", "mine.py": "f = [str][0]\n"},
            "",
            None,
        ),
        ({"b.py": "def f(): return 'b'\n", "a.py": "def g(): return 'a'\n"}, "b", None),
        ({"ex4.py": "from a import f\n", "a.py": "def f(): return 'a'\n"}, "a", None),
        ({"ex4.py": "from a import g as f\n", "a.py": "def g(): return 'a'\n"}, "a", None),
        ({"ex4.py": "f = 3\n", "a.py": "def f(): return 'a'\n"}, "a", None),
        (
            {"ex4.py": "from pylab import f\n", "a.py": "from b import g as f\n", "b.py": "def g(): return 'b'\n"},
            "b",
            None,
        ),
        (
            {"week5/ex4.py": "from unit import g\ndef f(): return g()\n", "week5/unit.py": "def g(): return 'g'\n"},
            "g",
            None,
        ),
    ],
)
def test_a_function_is_looked_for_in_order(worker: Worker, files: Any, value: Any, note: str | None) -> None:
    assert worker.load(files)["notes"] == ([note] if note else [])
    assert worker.call()["value"] == value


UNTOUCHED = "def f():\n    'Words.'\n    return 0\n"


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("def f(): return 1\n", "ex4 (1).py"),
        ("from helper import f\n", "helper.py"),
        ("f = len\n", "ex4 (1).py"),
        ("def f(): return 0\n", "ex4.py"),
        ("def g(): return 1\n", "ex4.py"),
    ],
)
def test_a_function_with_work_in_it_is_taken_before_a_stub(worker: Worker, text: str, file: str) -> None:
    files = {"ex4.py": UNTOUCHED, "ex4 (1).py": text, "helper.py": "def f(): return 2\n" * ("helper" in text)}
    (stub,) = load.digests(UNTOUCHED).values()
    found = worker.load(files, functions=[("f", stub)])["definitions"]["f"]
    assert (found["file"], found["digest"] == stub) == (file, file == "ex4.py")


def test_one_note_tells_of_all_functions_that_are_in_the_same_files(worker: Worker) -> None:
    text = "".join(f"def {name}(): return '{name}'\n" for name in "fgh")
    files = {"ex4.py": text, "a.py": text}
    assert worker.load(files, *"fgh")["notes"] == [
        "f and 2 more functions are defined in ex4.py and in a.py: those in ex4.py were taken"
    ]
    assert worker.load(files, *"fg")["notes"] == [
        "f and g are defined in ex4.py and in a.py: those in ex4.py were taken"
    ]
    assert len(worker.load(files | {"b.py": "def g(): pass\n"}, *"fg")["notes"]) == 2


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("def nn_cost(): return 1\n", "nn_cost"),
        ("NNCost = lambda: 1\n", "NNCost"),
        ("def nncost(): return 1\ndef other(): return 2\n", "nncost"),
        ("def nn_cost(): return 2\ndef nnCost(): return 1\n", None),
        ("def nn_cost(): return 2\ndef g(): return 1\nnnCost = g\n", None),
        ("from helper import nnCost\ndef nn_cost(): return 2\n", None),
    ],
)
def test_a_name_that_is_nearly_right_is_taken_where_there_is_no_exact_one(
    worker: Worker, text: str, own: str | None
) -> None:
    reply = worker.load({"ex4.py": text, "helper.py": "def nnCost(): return 1\n" * ("helper" in text)}, "nnCost")
    taken = [note for note in reply["notes"] if "taken from" in note]
    assert taken == ([f"nnCost is taken from ex4.py, where it is called {own}"] if own else [])
    assert worker.call(function="nnCost")["value"] == 1


def test_a_class_or_a_value_with_a_name_that_is_nearly_right_is_not_taken(worker: Worker) -> None:
    assert worker.load("class NNCost: pass\nnn_cost = 3\n", "nnCost")["definitions"] == {}
    assert worker.load("def nn_cost(): pass\n", "nnCost", "cost")["definitions"].keys() == {"nnCost"}


def test_why_a_name_that_is_nearly_right_has_no_function_is_told(worker: Worker) -> None:
    reply = worker.load("def nn_cost(k=nowhere): return 1\n", "nnCost")
    assert "nowhere" in reply["problems"][0]["message"]
    assert "nowhere" in worker.call(function="nnCost")["error"]["message"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(z): return z\n", (1, ["z"], 1, False)),
        ("\ndef f(a, b=1, *, c=2): return a\n", (2, ["a", "b"], 1, False)),
        ("def f(a, *rest): return a\n", (1, ["a"], 1, True)),
        ("f = lambda z, k=1: z\n", (1, ["z", "k"], 1, False)),
        ("def g(z): return z\nf = g\n", (1, ["z"], 1, False)),
        ("if True:\n    def f(z): return z\n", (2, ["z"], 1, False)),
        ("try:\n    def f(z): return z\nexcept ValueError:\n    pass\n", (2, ["z"], 1, False)),
        ("class Net:\n    def g(self, z): return z\nf = Net().g\n", (2, ["z"], 1, False)),
        (
            "import functools\ndef deco(g):\n    @functools.wraps(g)\n    def inner(*args): return g(*args)\n"
            "    return inner\n@deco\ndef f(z, k): return z\n",
            (7, ["z", "k"], 2, False),
        ),
        (
            "def deco(g):\n    def inner(*args): return g(*args)\n    return inner\n@deco\ndef f(z, k): return z\n",
            (2, [], 0, True),
        ),
        ("import numpy as np\nf = np.exp\n", (0, [], 0, True)),
        ("import functools\ndef g(k, z): return z\nf = functools.partial(g, 1)\n", (0, [], 0, True)),
    ],
)
def test_a_definition_is_described(worker: Worker, text: str, expected: tuple[Any, ...]) -> None:
    found = worker.load(text)["definitions"]["f"]
    assert found["file"] == "ex4.py"
    assert (found["line"], found["parameters"], found["required"], found["variadic"]) == expected


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("return g(z)", ["g"]),
        ("return min(z, key=lambda x: [H(x) for x in z])", ["h"]),
        ("return H(z) + H(z)", ["h"]),
        ("'g(z) h(z)'; g = 1; return g", []),
        ("return f(z - 1)", ["f"]),
    ],
)
def test_a_definition_names_the_functions_of_the_exercise_in_its_code(
    worker: Worker, body: str, named: list[str]
) -> None:
    text = f"import math\ndef g(z): return z\ndef H(z): return z\ndef f(z): {body}\n"
    assert worker.load(text, "f", "g", "h")["definitions"]["f"]["names"] == named


BORROWED = {
    "its own": ("def g(z): return 2\ndef f(z): return g(z)\n", []),
    "the one that was found": ("from g import g\ndef f(z): return g(z)\n", ["g"]),
    "the one of a module": ("import g as other\ndef f(z): return other.g(z)\n", ["g"]),
}


@pytest.mark.parametrize("what", BORROWED)
def test_a_definition_names_the_functions_that_were_found_and_no_namesakes(worker: Worker, what: str) -> None:
    text, named = BORROWED[what]
    found = worker.load({"g.py": "def g(z): return 1\n", "f.py": text}, "f", "g")["definitions"]
    assert found["g"]["file"] == "g.py"
    assert found["f"]["names"] == named


STUB = '''
def f(z, k=1):
    """Text of ours."""
    g = 0  # fill in
    return g
'''


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (STUB, True),
        ("def f(z, k=1):\n\n    g = 0\n    return g", True),
        ("def f(z: float, k: int = 2) -> float:\n    'Another text.'\n    g = 0\n    return g\n", True),
        ("def f(z, k=1):\n    g = 1\n    return g\n", False),
        ("def f(z, lambda_=1):\n    g = 0\n    return g\n", False),
        ("def f(z, k=1):\n    g = 0\n    return z\n", False),
    ],
)
def test_a_digest_tells_an_untouched_stub_whatever_its_docstring(text: str, same: bool) -> None:
    assert (load.digests(text) == load.digests(STUB)) is same


def test_a_digest_is_the_same_in_every_version_of_python() -> None:
    assert load.digests(STUB) == {"f": "ba7d01db-118 g"}
    imports = "def f():\n    import a.b as c, d\n    from e.f import g\n    return c.h(d, *g)\n"
    assert load.digests(imports) == {"f": "8e266191-296 a a.b b c d e e.f f g h"}


DEEP = {
    "a long sum": f"return {'z + ' * 2000}z",
    "a long chain of branches": "if z: pass\n" + "".join(f"    elif z == {n}: z = {n}\n" for n in range(600)),
    "functions in functions": f"return {'lambda: ' * 1200}g(z)",
}


@pytest.mark.parametrize("what", DEEP)
def test_what_is_nested_deep_is_no_stub_and_takes_nothing_from_the_others(worker: Worker, what: str) -> None:
    text = f"def g(z): return z\ndef f(z):\n    {DEEP[what]}\n"
    stubs = [("f", load.digests(STUB)["f"]), ("g", None)]
    found = worker.load(text, "f", "g", functions=stubs)["definitions"]
    assert {*found} == {"f", "g"}
    assert found["f"]["digest"] == ""
    assert found["f"]["names"] == ["g"] * ("g(" in DEEP[what])


def test_the_worker_and_the_trusted_side_agree_on_digests(worker: Worker) -> None:
    found = worker.load(STUB, functions=[*load.digests(STUB).items()])["definitions"]
    assert {"f": found["f"]["digest"]} == load.digests(STUB)


# --- what is run ------------------------------------------------------------------------------------------------------


def needed_lines(text: str, *wanted: str) -> list[int]:
    return [node.lineno for node in slicing.needed_statements(ast.parse(text), wanted or ("f",))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("def f(): pass\nprint(1)\n", [1]),
        ("import os\nimport numpy as np\ndef f(): return np.pi\n", [2, 3]),
        ("k = 2\nm = 3\ndef f(): return k\n", [1, 3]),
        ("a = 1\nb = a\ndef f(): return b\n", [1, 2, 3]),
        ("k = 2\ndef f(k): return k\n", [2]),
        ("k = 2\ndef f(n=k): return n\n", [1, 2]),
        ("k = 2\ndef f():\n    k = 1\n    return k\n", [2]),
        ("k = 2\ndef f(): return [k for k in range(3)]\n", [2]),
        ("k = 2\ndef f(): return (lambda k: k)(1)\n", [2]),
        ("k = 2\ndef f():\n    def g(): return k\n    return g()\n", [1, 2]),
        ("k = 2\ndef f():\n    global k\n    k = k + 1\n", [1, 2]),
        ("def setup():\n    global k\n    k = 1\nsetup()\nother()\ndef f(): return k\n", [1, 4, 6]),
        (
            "k = [1]\nk[0] = 2\nk.append(3)\nk += [4]\nk.x = 1\ndel k[0]\nprint(k)\ndef f(): return k\n",
            [1, 2, 3, 4, 5, 6, 8],
        ),
        ("import plt\nplt.plot()\nplt.rc['a'] = 1\ndef f(): plt.show()\n", [1, 3, 4]),
        ("def f(): return k\nif x:\n    k = 1\nelse:\n    print(1)\n", [1, 2]),
        ("with a() as file:\n    k = 1\nwith b() as file:\n    m = 1\ndef f(): return k\n", [1, 5]),
        ("for i in range(3):\n    k = i\nfor i in range(3):\n    show(i)\ndef f(): return k\n", [1, 5]),
        ("try:\n    import q\nexcept ImportError:\n    q = None\ndef f(): return q\n", [1, 5]),
        (
            "class Base: pass\nclass Net(Base):\n    def g(self): return k\nk = 1\nnet = Net()\ndef f(): return net\n",
            [1, 2, 4, 5, 6],
        ),
        ("from a import *\nx = 1\ndef f(): return y\n", [1, 3]),
        ("if __name__ == '__main__':\n    k = 1\ndef f(): return k\n", [3]),
        ("print(1)\ndef f(): return eval('k')\nk = 1\nif __name__ == '__main__':\n    k()\n", [1, 2, 3]),
        ("def deco(g): return g\n@deco\ndef f(): pass\n@other\ndef g(): pass\n", [1, 2 + 1]),
        ("a, (b, *c) = 1, (2, 3)\ndef f(): return c\n", [1, 2]),
        ("(k := 3)\ndef f(): return k\n", [1, 2]),
        ("k: int = 3\ndef f(): return k\n", [1, 2]),
    ],
)
def test_only_what_a_function_needs_is_run(text: str, lines: list[int]) -> None:
    assert needed_lines(text) == lines


def test_a_note_says_which_statements_were_not_run(worker: Worker) -> None:
    text = '"""Text."""\nimport os\nk = 1\nprint(1)\n\n\ndef f(): return k\n\n\nprint(2)\nfor i in ():\n    pass\n'
    note = "ex4.py: 3 top-level statements not run, as no graded function needs them (lines 4, 10-12)"
    assert worker.load(text)["notes"] == [note]
    one = worker.load("def f(): pass\nprint(1)\n")["notes"]
    assert one == ["ex4.py: 1 top-level statement not run, as no graded function needs it (line 2)"]


@pytest.mark.parametrize(
    ("statement", "missed"),
    [
        ("rate = -1e-3 * 2", False),
        ("n, h = 400, 25", False),
        ("names = ['a', {'b': (1, 2)}]", False),
        ("n = m = 3", False),
        ("n = len('abc')", True),
        ("n = k", True),
        ("names[0] = 1", True),
        ("names.first = 1", True),
        ("n += 1", True),
    ],
)
def test_nobody_misses_a_constant_that_no_graded_function_needs(statement: str, missed: bool, worker: Worker) -> None:
    notes = worker.load(f"def f(): pass\n{statement}\nif __name__ == '__main__': f()\n")["notes"]
    assert bool(notes) == missed


def test_an_import_that_no_graded_function_needs_is_not_made(worker: Worker) -> None:
    text = "import sys\nfrom colorsys import rgb_to_hsv\ndef f(): return 'colorsys' in sys.modules\n"
    assert worker.answer(text) is False
    assert worker.answer(text + "g = rgb_to_hsv\ndef f(): return bool(g)\n") is True


@pytest.mark.parametrize(
    "statement",
    [
        "print(f())",
        "import sys; sys.exit()",
        "exit()",
        "open('missing.mat')",
        "input('Enter')",
        "while True: pass",
        "import no_such_package",
        "from no_such_package import train",
        "1 / 0",
        "raise KeyboardInterrupt",
    ],
)
def test_what_stands_at_the_bottom_does_not_matter(worker: Worker, statement: str) -> None:
    assert worker.answer(f"def f(): return 5\n{statement}\n") == 5


def test_everything_is_run_tolerantly_where_names_are_looked_up_by_text(worker: Worker) -> None:
    assert worker.answer("k = 4\n1 / 0\nimport sys\nsys.exit()\nm = 5\ndef f(): return globals()['m']\n") == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "X = open('ex4data1.mat')\ndef f(): return X\n",
            "name 'X' is not defined: line 1 of ex4.py, which defines it, failed with "
            "FileNotFoundError: [Errno 2] No such file or directory: 'ex4data1.mat'",
        ),
        (
            "X = open('no')\nm = len(X)\ndef f(): return m\n",
            "name 'm' is not defined: line 2 of ex4.py, which defines it, failed with NameError: "
            "name 'X' is not defined: line 1 of ex4.py, which defines it, failed with "
            "FileNotFoundError: [Errno 2] No such file or directory: 'no'",
        ),
        (
            "from utils import *\ndef f(): return g()\n",
            "name 'g' is not defined: line 1 of ex4.py, which may define it, failed with "
            "ModuleNotFoundError: No module named 'utils'",
        ),
        (
            "from utils import g\ndef f(): return g()\n",
            "name 'g' is not defined: line 1 of ex4.py, which defines it, failed with "
            "ModuleNotFoundError: No module named 'utils'",
        ),
        (
            "def f(): return k\n\nif __name__ == '__main__':\n    k = 1\n",
            "name 'k' is not defined: line 3 of ex4.py defines it, but only when the file is run as a program",
        ),
    ],
)
def test_a_missing_name_is_explained_by_the_line_that_failed_to_define_it(
    worker: Worker, text: str, message: str
) -> None:
    worker.load(text)
    assert worker.call()["error"]["message"] == message


def test_a_definition_that_fails_is_a_problem_and_told_again_at_the_call(worker: Worker) -> None:
    (problem,) = worker.load("\n@decorate\ndef f(): pass\n")["problems"]
    assert (problem["kind"], problem["file"], problem["line"]) == ("NameError", "ex4.py", 2)
    reply = worker.call()
    assert (reply["outcome"], reply["error"]) == ("missing", problem)


def test_annotations_are_never_run(worker: Worker) -> None:
    assert worker.answer("def f(x: Array = 1) -> Tuple[float]:\n    return x\n") == 1


# --- imports between the student's files ------------------------------------------------------------------------------

G = "def g(): return 'g'\n"


@pytest.mark.parametrize(
    "files",
    [
        {"ex4.py": "from unit import g\ndef f(): return g()\n", "unit.py": G},
        {"ex4.py": "import unit\ndef f(): return unit.g()\n", "unit.py": G},
        {"ex4.py": "import unit as u\ndef f(): return u.g()\n", "unit.py": G},
        {"ex4.py": "from unit import *\ndef f(): return g()\n", "unit.py": G},
        {"ex4.py": "def f():\n    from unit import g\n    return g()\n", "unit.py": G},
        {"ex4.py": "from .unit import g\ndef f(): return g()\n", "unit.py": G},
        {"ex4.py": "from . import unit\ndef f(): return unit.g()\n", "unit.py": G},
        {"f.py": "from .unit import g\ndef f(): return g()\n", "unit.py": G},
        {"ex4.py": "from ex4.unit import g\ndef f(): return g()\n", "unit.py": G},
        {"f.py": "from ex4.unit import g\ndef f(): return g()\n", "unit.py": G},
        {"ex4.py": "from lib.unit import g\ndef f(): return g()\n", "lib/unit.py": G},
        {"ex4.py": "import lib.unit\ndef f(): return lib.unit.g()\n", "lib/__init__.py": "", "lib/unit.py": G},
        {
            "ex4.py": "from lib import g\ndef f(): return g()\n",
            "lib/__init__.py": "from .unit import g\n",
            "lib/unit.py": G,
        },
        {"ex4.py": "from unit import k\ndef f(): return k\n", "unit.py": "print(1)\nk = 'g'\nm = 1 / 0\n"},
        {"ex4.py": "from unit import *\ndef f(): return k\n", "unit.py": "k = 'g'\n"},
        {"ex4.py": "import unit\nunit.k = 'g'\ndef f(): return unit.h()\n", "unit.py": "k = 1\ndef h(): return k\n"},
        {
            "ex4.py": "import unit\ndef f(): return unit.h()\ndef g(): return 'g'\n",
            "unit.py": "import ex4\ndef h(): return ex4.g()\n",
        },
    ],
)
def test_the_students_files_import_each_other(worker: Worker, files: dict[str, str | bytes]) -> None:
    assert worker.answer(files) == "g"


def test_a_file_imported_by_two_names_is_one_module(worker: Worker) -> None:
    files: dict[str, str | bytes] = {
        "ex4.py": "import unit\nfrom .unit import change\ndef f():\n    change()\n    return unit.k\n",
        "unit.py": "k = 1\ndef change():\n    global k\n    k = 2\n",
    }
    assert worker.answer(files) == 2


def test_the_source_of_a_function_can_be_shown(worker: Worker) -> None:
    text = "import inspect\ndef f(): return inspect.getsource(f)\n"
    assert worker.answer(text) == "def f(): return inspect.getsource(f)\n"


def test_a_submission_replaces_the_one_before(worker: Worker) -> None:
    worker.answer({"ex4.py": "from unit import g\ndef f(): return g()\n", "unit.py": G})
    worker.load("def f():\n    import unit\n")
    assert worker.call()["error"]["kind"] == "ModuleNotFoundError"


def test_a_students_file_may_be_called_like_a_module_that_numpy_needs(worker: Worker) -> None:
    files: dict[str, str | bytes] = {"ex4.py": returning("np.random.rand(2).size"), "random.py": "k = 1\n"}
    assert worker.answer(files) == 2


def test_a_students_file_does_not_hide_a_part_of_a_package(worker: Worker) -> None:
    files: dict[str, str | bytes] = {"ex4.py": returning("np.fft.fft(np.ones(1))[0].real"), "fft.py": "1 / 0\n"}
    assert worker.answer(files) == 1.0


# --- reading files ----------------------------------------------------------------------------------------------------

PLAIN = "# caf\u00e9\ndef f(): return 'caf\u00e9'\n"


FOREIGN = [
    b"\xff\xfe" + PLAIN.encode("utf-16-le"),
    b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    PLAIN.encode("latin-1"),
    b"# coding: no-such-thing\n" + PLAIN.encode("latin-1"),
]
"""What Python itself does not read."""


@pytest.mark.parametrize(
    "data",
    [
        *FOREIGN,
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        b"# coding: latin-1\n" + PLAIN.encode("latin-1"),
        b"# coding: cp1252\n" + PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("\n", "\n\x0c\n").encode(),
        PLAIN.rstrip().encode(),
    ],
)
def test_any_encoding_and_line_end_is_read_and_noted_where_python_would_stop(worker: Worker, data: bytes) -> None:
    reply = worker.load({"ex4.py": data})
    assert reply["problems"] == []
    assert reply["notes"] == [f"ex4.py: {source.ENCODING_NOTE}"] * (data in FOREIGN)
    assert worker.call()["value"] == "caf\u00e9"


@pytest.mark.parametrize("line", ["import time\n", "print(1)\n"])
def test_an_encoding_is_noted_however_the_file_is_run(worker: Worker, line: str) -> None:
    reply = worker.load({"ex4.py": (line + PLAIN).encode("utf-16")})
    assert f"ex4.py: {source.ENCODING_NOTE}" in reply["notes"]


@pytest.mark.parametrize(
    ("line", "packages"),
    [
        ("import no_such_package", "no_such_package"),
        ("import no_such_package.part as n, numpy.linalg, other", "no_such_package, other"),
        ("from sklearn.preprocessing import *", "sklearn"),
        ("import os, scipy.special, wave, rich", ""),
        ("import matplotlib.pyplot as plt", ""),
        ("import helper, lib.tools", ""),
        ("from . import helper", ""),
        ("from exercises.ex4 import walkthrough", ""),
        ("try:\n    import no_such_package\nexcept ImportError: pass", ""),
        ("if __name__ == '__main__':\n    import no_such_package", ""),
        ("def g():\n    import no_such_package", ""),
    ],
)
def test_an_import_of_what_is_not_there_is_noted_where_it_would_stop_the_walk_through(
    worker: Worker, line: str, packages: str
) -> None:
    files = {"ex4.py": f"{line}\ndef f(): return 1\n", "helper.py": "", "lib/tools.py": ""}
    reply = worker.load(files)
    noted = [note for note in reply["notes"] if "imports" in note]
    assert noted == [f"ex4.py: {source.IMPORTS_NOTE.format(packages)}"] * bool(packages)
    assert worker.call()["value"] == 1


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("def f():\n    import pandas\n", "pandas"),
        ("def f():\n    import numpy as np, pandas as pd\n", "pandas"),
        ("def f():\n    if True:\n        from pandas import io\n", "pandas"),
        ("def f(): return g()\ndef g():\n    import pandas\n", "pandas"),
        ("import pandas, seaborn\ndef f():\n    import tqdm, pandas\n", "pandas, seaborn, tqdm"),
        ("def f():\n    try:\n        import pandas\n    except ImportError: pass\n", ""),
        ("def f():\n    import numpy, matplotlib.pyplot as plt\n    from math import exp, pi\n", ""),
        ("def f():\n    from .helper import g\n    from helper import h\n", ""),
        ("def f():\n    '''Not\n    from pandas.'''\n", ""),
        ("def g():\n    import pandas\ndef f(): return 1\n", ""),
    ],
)
@pytest.mark.parametrize("more", ["", "print(1)\n"])
def test_an_import_in_a_function_that_is_graded_is_noted_as_well(
    worker: Worker, text: str, packages: str, more: str
) -> None:
    notes = worker.load({"ex4.py": text + more, "helper.py": ""})["notes"]
    noted = [note for note in notes if "imports" in note]
    assert noted == [f"ex4.py: {source.IMPORTS_NOTE.format(packages)}"] * bool(packages)


def test_what_the_project_installs_is_there_with_a_walk_through() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {re.match(r"\w+", name)[0] for name in project["dependencies"]} == standins.INSTALLED  # type: ignore[index]


def test_a_notebook_may_import_what_it_likes(worker: Worker) -> None:
    assert worker.load({"ex4.ipynb cell 1": "import no_such_package\ndef f(): return 1\n"})["notes"] == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32"])
def test_null_bytes_are_one_clear_line(worker: Worker, encoding: str) -> None:
    (problem,) = worker.load({"ex4.py": "def f(): pass\n".encode(encoding)})["problems"]
    assert problem["message"] == "the file holds null bytes, so it is no Python source: save it as plain text in UTF-8"
    assert problem["file"] == "ex4.py"


def test_tabs_mixed_with_spaces_are_read_and_noted(worker: Worker) -> None:
    reply = worker.load("def f():\n        k = 'a\tb'\n\treturn k\n")
    assert reply["notes"] == [f"ex4.py: {source.TABS_NOTE}"]
    assert worker.call()["value"] == "a\tb"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("def g(): return 1\ndef f():\n    return (1\n", 3, 12, "'(' was never closed"),
        ("def f():\n    if x = 1: pass\n", 2, 8, "invalid syntax. Maybe you meant '=='"),
        ("def f():\n    return 1\u00a0+ 2\n", 2, 13, "the character U+00A0 (no-break space) in column 13 is"),
        ("def f():\n    return 0x1f\u00a0+ 2\n", 2, 16, "the character U+00A0 (no-break space) in column 16 is"),
        ("def f():\n    return 1 + 2e\n", 2, 16, "invalid decimal literal"),
        ("def f():\n    return 1 \u2212 2\n", 2, 14, "the character U+2212 (minus sign) in column 14 is"),
        ("def f():\n    return \u201ca\u201d\n", 2, 12, "the character U+201C (left double quotation mark) in"),
    ],
)
def test_a_syntax_error_has_its_place(worker: Worker, text: str, line: int, column: int, words: str) -> None:
    (problem,) = worker.load(text)["problems"]
    assert problem["message"].startswith(words)
    assert (problem["file"], problem["line"], problem["column"]) == ("ex4.py", line, column)
    assert problem["source"] == text.split("\n")[line - 1]


@pytest.mark.parametrize(
    "broken",
    [
        "def g(:\n    pass\n",
        "def g():\n    return (1\n",
        "def g():\n",
        "def g():\n    '''text\n",
        "g = = 1\n",
        "@a\n@b\ndef g() pass\n",
        "def g():\n    a = [1,\n    2\n",
        "def g():\n    x = 1\n      y = 2\n",
    ],
)
def test_a_syntax_error_costs_only_the_block_that_it_is_in(worker: Worker, broken: str) -> None:
    reply = worker.load(f"import math\ndef f(): return math.floor(2.5)\n\n{broken}")
    assert len(reply["problems"]) == 1
    assert worker.call()["value"] == 2


def test_an_empty_body_is_blamed_on_its_own_function(worker: Worker) -> None:
    worker.load("def g():\n\ndef f(): return 2\n")
    assert worker.call()["value"] == 2


def test_a_syntax_error_in_one_file_leaves_the_others(worker: Worker) -> None:
    text = "from g import g\ndef f(): return 1\ndef h(): return g()\n"
    reply = worker.load({"ex4.py": text, "g.py": "def g( pass\n"}, "f", "h")
    assert [problem["file"] for problem in reply["problems"]] == ["g.py"]
    assert worker.call()["value"] == 1
    assert "line 1 of ex4.py, which defines it, failed with" in worker.call(function="h")["error"]["message"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("def f():\n    print 'J', 1\n    return 1 / 2\n", 0.5),
        ("def f(): return sum(i for i in xrange(3))\n", 3),
        ("def f():\n    try: 1 / 0\n    except ZeroDivisionError, e: return str(e)\n", "division by zero"),
        ("def f(): return 1 <> 2\n", True),
        ("def f(): return raw_input('Press Enter')\n", ""),
        ("def f():\n    print('a', end='')\n    return list(xrange(2))\n", [0, 1]),
        ("def f():\n\tprint 1\n        return map(abs, [-1L])\n", [1]),
        ("def f():\n    return {1: 2}.has_key(1)\n\ndef g():\n    print 'x' % 1,\n", True),
    ],
)
def test_python_2_is_converted_and_noted(worker: Worker, text: str, value: Any) -> None:
    reply = worker.load(text)
    assert reply["notes"][-1] == f"ex4.py: {source.PYTHON2_NOTE}{source.DIVISION_NOTE}"
    assert reply["problems"] == []
    assert worker.call()["value"] == value


@pytest.mark.parametrize("names", ["division", "print_function, division", "(absolute_import,\n    division)"])
def test_python_2_that_divides_as_python_3_is_not_warned_about_it(worker: Worker, names: str) -> None:
    reply = worker.load(f"from __future__ import {names}\ndef f(): return [1 / n for n in xrange(2, 3)]\n")
    assert reply["notes"] == [f"ex4.py: {source.PYTHON2_NOTE}"]
    assert worker.call()["value"] == [0.5]


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "%time", "!pip install 'x", "! ls", "?np.dot", "np.dot??", "help ?", "%%capture out"]
)
def test_a_line_for_notebooks_is_left_out_and_noted(worker: Worker, line: str) -> None:
    reply = worker.load(f"import math\n{line}\ndef f():\n    if True:\n        {line}\n    return math.floor(2.5)\n")
    assert reply["problems"] == []
    assert reply["notes"] == ["ex4.py: lines 2, 5 are for notebooks only and were left out"]
    assert worker.call()["value"] == 2
    (note,) = worker.load(f"{line}\ndef f(): pass\n")["notes"]
    assert note == "ex4.py: line 1 is for notebooks only and was left out"


def test_python_that_looks_like_a_line_for_notebooks_stays(worker: Worker) -> None:
    text = 'def f():\n    k = 7\n    return [k\n%k\n, """\n%magic\nwhy?\n"""]\n'
    assert worker.load(text)["notes"] == []
    assert [
        line for line in ("ls = 1", "cat.append(1)", "cat - 1", "rm in x", "cat(x)", "cats") if python_of(line)
    ] == []
    assert worker.call()["value"] == [0, "\n%magic\nwhy?\n"]


def test_what_a_notebook_offers_does_nothing(worker: Worker) -> None:
    text = "def f():\n    get_ipython().run_line_magic('matplotlib', 'inline')\n    display(1)\n    return 1\n"
    assert worker.answer(text) == 1


def test_python_3_with_a_syntax_error_is_not_taken_for_python_2(worker: Worker) -> None:
    reply = worker.load("def f(x):\n    print(f'{x}', end='')\n    return (x\n")
    assert reply["notes"] == []
    assert [problem["line"] for problem in reply["problems"]] == [3]


def test_fissix_is_imported_on_demand_only(fresh: Worker) -> None:
    look = "import sys\ndef f(): return 'fissix' in sys.modules\n"
    assert fresh.answer(look) is False
    assert fresh.answer(look + "def g(): print 1\n") is True


def test_converting_leaves_nothing_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    with Worker(tmp_path) as worker:
        assert worker.load("def f(): print 1\n")["notes"]
    assert list(tmp_path.iterdir()) == [worker.printed]


# --- notebooks --------------------------------------------------------------------------------------------------------


def cells(*texts: str, name: str = "ex4") -> dict[str, bytes | str]:
    return {f"{name}.ipynb cell {n}": text for n, text in enumerate(texts, 1)}


def test_the_cells_of_a_notebook_are_one_module(worker: Worker) -> None:
    reply = worker.load(
        cells("import math\nk = 2", "def f(x=1):\n    return g(x) + k", "def g(x): return math.floor(x)")
    )
    assert (reply["problems"], reply["notes"]) == ([], [])
    assert reply["definitions"]["f"]["file"] == "ex4.ipynb cell 2"
    assert reply["definitions"]["f"]["line"] == 1
    assert worker.call()["value"] == 3


def test_an_error_names_the_cell_and_the_line_in_it(worker: Worker) -> None:
    worker.load(cells("def f():\n    return g()", "\n%%time\ndef g():\n    return 1 / 0  # here"))
    error = worker.call()["error"]
    assert (error["file"], error["line"], error["source"]) == ("ex4.ipynb cell 2", 4, "    return 1 / 0  # here")


def test_a_record_of_values_names_the_cell_and_the_line_in_it(worker: Worker) -> None:
    text = "class Net: pass\n\ndef f(x):\n    net = Net()\n    net.z = x + 1\n    return net.z"
    worker.load(cells("import math", text))
    records = worker.call(2.0, trace=True)["trace"]
    assert [(record["name"], record["file"], record["line"]) for record in records] == [
        ("net.z", "ex4.ipynb cell 2", 5)
    ]


def test_a_missing_name_is_explained_by_the_cell_that_failed_to_define_it(worker: Worker) -> None:
    worker.load(cells("def f(): return X", "\nX = open('no')"))
    message = worker.call()["error"]["message"]
    assert message.startswith(
        "name 'X' is not defined: line 2 of ex4.ipynb cell 2, which defines it, failed with FileNotFoundError"
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1)])
def test_cells_may_stand_in_another_order_than_they_were_run_in(worker: Worker, order: tuple[int, ...]) -> None:
    texts = ["a = [1]", "b = a + [2]\ndef double(x): return x + x", "c = double(b)\ndef f(k=c): return k"]
    reply = worker.load(cells(*(texts[n] for n in order)))
    assert reply["problems"] == []
    assert worker.call()["value"] == [1, 2, 1, 2]


def test_what_misses_a_name_for_good_is_told_once_and_in_order(worker: Worker) -> None:
    worker.load(cells("b = a + nowhere", "def f(k=1): return b", "a = 1", "b = nothing"))
    assert (
        "line 1 of ex4.ipynb cell 1, which defines it, failed with NameError: name 'nowhere'"
        in (worker.call()["error"]["message"])
    )


def test_a_statement_that_is_run_again_takes_nothing_back(worker: Worker) -> None:
    assert worker.answer(cells("def f(k=later): return 'old'", "def f(): return 'new'", "later = 1")) == "new"


def test_a_file_is_not_run_in_another_order(worker: Worker) -> None:
    worker.load("def f(k=later): return k\nlater = 1\n")
    assert worker.call()["outcome"] == "missing"


def test_an_error_that_says_it_is_nothing_is_an_error(worker: Worker) -> None:
    text = (
        "class Sly(Exception):\n    def __len__(self): return 0\ndef fail(): raise Sly\nk = fail()\ndef f(): return k\n"
    )
    worker.load(text)
    assert "failed with Sly" in worker.call()["error"]["message"]


def test_of_several_definitions_in_a_notebook_the_last_is_taken_and_a_note_says_so(worker: Worker) -> None:
    reply = worker.load(cells("def f(): return 1", "import math", "def f(): return 3", "def f() return 4"))
    assert reply["notes"] == [
        "f is defined in ex4.ipynb cell 3 and in ex4.ipynb cell 1: the one in ex4.ipynb cell 3 was taken",
    ]
    assert [(problem["file"], problem["line"]) for problem in reply["problems"]] == [("ex4.ipynb cell 4", 1)]
    assert worker.call()["value"] == 3


def test_a_syntax_error_costs_only_its_block_of_its_cell(worker: Worker) -> None:
    reply = worker.load(cells("import math\n\nx = = 1\n\ndef f(): return math.floor(2.5)", "def g(:\n    pass"))
    assert [(problem["file"], problem["line"]) for problem in reply["problems"]] == [
        ("ex4.ipynb cell 1", 3),
        ("ex4.ipynb cell 2", 1),
    ]
    assert worker.call()["value"] == 2


def test_a_notebook_in_another_language_is_told_in_a_few_problems(worker: Worker) -> None:
    assert len(worker.load(cells(*["function f(x)"] * 50))["problems"]) == source.MAX_ERRORS


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "%config InlineBackend.figure_format = 'retina'",
        "if True:\n    %timeit -n 10 f(1)",
        "%time math.floor(1 + \\\n  2)",
        "!pip install -q 'x' \\\n   another \\\n     third",
        "!{sys.executable} -m pip",
        "pip install numpy",
        "cd ..",
        "cd ~/work",
        "ls",
        "ls -l *.mat",
        "pwd",
        "mkdir $folder",
        "cat /etc/hostname",
        "files = !ls *.mat",
        "shown = %sql select 1",
        "?help",
        "np.dot??",
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "import ipywidgets as w\nw.interact(lambda k: k, k=(0, 10))",
        "display(1); get_ipython().run_line_magic('matplotlib', 'inline')",
        "if __name__ == '__main__':\n    %time f()",
    ],
)
def test_what_only_a_notebook_understands_does_no_harm(worker: Worker, line: str) -> None:
    reply = worker.load(cells(f"import math\n{line}\ndef f():\n    return math.floor(2.5)"))
    assert reply["problems"] == []
    assert not [note for note in reply["notes"] if "not run" not in note]
    assert worker.call()["value"] == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("%%time\nk = 1", 1),
        ("\n%%capture out --no-stderr\nk = 1", 1),
        ("%%timeit -n 1\nk = 1", 1),
        ("k = %time 1 + 1", 2),
        ("%time k = 3", 3),
        ("def k():\n    j = %time 4\n    return j\nk = k()", 4),
        ("x = '%d'\\\n% 5\nk = int(x)", 5),
        ("async def g(): return 6\nk = await g()", 6),
        ("import asyncio\nawait asyncio.sleep(0)\nk = [n async for n in h()][0]\nasync def h(): yield 7", 7),
        ("if __name__ == '__main__':\n    k = 8", 8),
        ("# -*- coding: utf-16 -*-\nk = 9 if 'é' == '\u00e9' else 0", 9),
        ("\ufeffk = 10;", 10),
        ("    a = 6\n    %time k = a + 7", 13),
        ("print 'x'\nk = 11L", 11),
        ("\tif True:\n\t\tk = 12".replace("\tif", "if"), 12),
    ],
)
def test_what_a_notebook_runs_is_run_where_it_is_needed(worker: Worker, text: str, value: int) -> None:
    reply = worker.load(cells(text, "def f(): return k"))
    assert reply["problems"] == []
    assert worker.call()["value"] == value


def test_pylab_brings_its_names_to_a_notebook(worker: Worker) -> None:
    assert worker.answer(cells("%pylab inline", "def f(): return float(exp(zeros(1))[0])")) == 1.0


@pytest.mark.parametrize("line", ["%run helper.py", "%run -i ./helper.py", "%run 'helper.py' --fast"])
def test_a_file_that_a_notebook_runs_gives_its_names(worker: Worker, line: str) -> None:
    assert worker.answer({**cells(line, "def f(): return g()"), "helper.py": G}) == "g"


@pytest.mark.parametrize("magic", ["bash", "html", "writefile notes.txt", "file data.pyc", "javascript", "R"])
def test_a_cell_that_is_no_python_is_left_out_with_a_note(worker: Worker, magic: str) -> None:
    reply = worker.load(cells("def f(): return 1", f"%%{magic}\ndef f(: <b>", "x = 1", f"%%{magic}\nls"))
    name = magic.split()[0]
    note = f"ex4.ipynb: what follows %%{name} is no Python and was left out (cells 2, 4)"
    assert (reply["problems"], reply["notes"][0]) == ([], note)
    assert worker.call()["value"] == 1


@pytest.mark.parametrize(
    "magic", ["writefile helper.py", "file ./helper.py", "writefile -a 'helper.py'", "writefile /content/helper.py"]
)
@pytest.mark.parametrize("use", ["from helper import *", "from helper import g", "import helper, math\ng = helper.g"])
def test_a_cell_that_writes_a_file_of_python_is_that_file(worker: Worker, magic: str, use: str) -> None:
    written = "import math\ndef g(): return h() + math.floor(1.5)", "def h(): return 3"
    texts = [*(f"%%{magic}\n{text}" for text in written), use, "def f(): return g()"]
    reply = worker.load(cells(*texts, name="sub/ex4"))
    assert (reply["problems"], reply["notes"]) == ([], [])
    assert worker.call()["value"] == 4


def test_a_function_in_a_file_that_a_cell_writes_is_found_there(worker: Worker) -> None:
    reply = worker.load(cells("%%writefile ex4.py\n\ndef f(): return 1 / 0"))
    assert (reply["definitions"]["f"]["file"], reply["definitions"]["f"]["line"]) == ("ex4.ipynb cell 1", 3)
    assert worker.call()["error"]["line"] == 3


def test_training_in_a_notebook_is_not_run_and_one_note_says_so(worker: Worker) -> None:
    training = "for n in range(10 ** 12):\n    J = f()\nplot(J)"
    reply = worker.load(cells("def f(): return 1", training, "x = 1", "while True: pass", *["print(1)"] * 9))
    assert reply["notes"] == [
        "ex4.ipynb: 12 top-level statements not run, as no graded function needs them (cells 2, 4, 5, 6, 7, 8, ...)"
    ]
    assert worker.call()["value"] == 1


def test_a_python_2_notebook_is_noted_once(worker: Worker) -> None:
    reply = worker.load(cells("print 'a'", "def f(): return list(xrange(2))", "print 1"))
    assert reply["notes"][0] == f"ex4.ipynb: {source.PYTHON2_NOTE}{source.DIVISION_NOTE} (cells 1, 2, 3)"
    assert worker.call()["value"] == [0, 1]


def test_a_python_2_notebook_that_divides_as_python_3_is_not_warned_about_it(worker: Worker) -> None:
    reply = worker.load(cells("from __future__ import division", "def f(): return list(xrange(2))"))
    assert reply["notes"] == [f"ex4.ipynb: {source.PYTHON2_NOTE} (cell 2)"]


@pytest.mark.parametrize("statement", ["from helper import g", "import helper\ng = helper.g", "from helper import *"])
def test_a_notebook_imports_a_file_beside_it(worker: Worker, statement: str) -> None:
    files = {**cells(statement, "def f(): return g()", name="sub/my work v1.2"), "sub/helper.py": G}
    assert worker.answer(files) == "g"


def test_a_notebook_comes_before_the_file_of_stubs_that_it_imports(worker: Worker) -> None:
    stubs = "def f(): return 0\ndef g(): return 'g'\n"
    reply = worker.load({"ex4.py": stubs, **cells("from ex4 import *\ndef f(): return g()", name="week5")})
    assert reply["notes"] == [
        "f is defined in week5.ipynb cell 1 and in ex4.py: the one in week5.ipynb cell 1 was taken"
    ]
    assert worker.call()["value"] == "g"


def test_no_import_statement_means_the_notebook(worker: Worker) -> None:
    text = "import mine\ndef f(): return mine.k"
    worker.load(cells(text, "k = 1", name="mine"))
    assert "No module named 'mine'" in worker.call()["error"]["message"]
    assert worker.answer({**cells(text, name="mine"), "mine.py": "k = 2\n"}) == 2


@pytest.mark.parametrize("notebook", ["ex4", "sub/ex4", "week4"])
def test_a_notebook_does_not_import_from_itself(worker: Worker, notebook: str) -> None:
    worker.load(cells("from ex4 import *", "def f(): return k", name=notebook))
    assert "failed with ModuleNotFoundError: No module named 'ex4'" in worker.call()["error"]["message"]


def test_of_several_notebooks_the_one_that_defines_most_comes_first(worker: Worker) -> None:
    both = cells("def f(): return 4", name="week4") | cells("def f(): return 5\ndef g(): pass", name="week5")
    assert worker.load(both, "f", "g")["definitions"]["f"]["file"] == "week5.ipynb cell 1"
    assert worker.load(both, "f")["definitions"]["f"]["file"] == "week4.ipynb cell 1"
    scripts = {f"{unit_path(path)[:-6]}.py": text for path, text in both.items()}
    assert worker.load(scripts, "f", "g")["definitions"]["f"]["file"] == "week4.py"


def test_a_notebook_is_ranked_by_all_functions_of_the_exercise_whichever_are_wanted(worker: Worker) -> None:
    scratch = cells("def f(): return 4\ndef g(): pass", name="scratch")
    whole = cells("def f(): return 5\ndef g(): pass\ndef h(): pass", name="whole")
    for wanted in (["f"], ["f", "g"], ["f", "g", "h"]):
        reply = worker.load(scratch | whole, "f", "g", "h", wanted=wanted)
        assert {name: found["file"] for name, found in reply["definitions"].items()} == dict.fromkeys(
            wanted, "whole.ipynb cell 1"
        )


def test_an_untouched_stub_is_known_in_a_notebook(worker: Worker) -> None:
    reply = worker.load(cells("import numpy", STUB), functions=[*load.digests(STUB).items()])
    assert {"f": reply["definitions"]["f"]["digest"]} == load.digests(STUB)


def test_the_source_of_a_function_in_a_cell_can_be_shown(worker: Worker) -> None:
    text = "import inspect\ndef f(): return inspect.getsource(f)\n"
    assert worker.answer(cells("x = 1", text)) == "def f(): return inspect.getsource(f)\n"


@pytest.mark.parametrize("name", ["ex4-v1.2", "a b", "naïve", "x..y", "sub.d/ex 4", "ex4.ipynb cell 3"])
def test_a_notebook_may_have_any_name(worker: Worker, name: str) -> None:
    assert worker.answer(cells("k = 1", "def f(): return k", name=name)) == 1


# --- stand-ins --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "import matplotlib.pyplot as plt; fig, ax = plt.subplots(); ax.plot([1]); plt.show()",
        "import matplotlib.pyplot as plt; fig, ((a, b), (c, d)) = plt.subplots(2, 2); a.imshow(1)",
        "import matplotlib; matplotlib.use('Agg'); matplotlib.rcParams['a'] = 1",
        "from matplotlib import cm, pyplot; cm.jet(0.5)[0] + 1; -pyplot.figure().number * 2",
        "from mpl_toolkits.mplot3d import Axes3D; Axes3D(None).plot_surface(1, 2, 3)",
        "import matplotlib.pyplot as plt\n    with plt.rc():\n        line, = plt.plot()\n        line.x = 1",
        "import matplotlib.pyplot as plt\n    for ax in plt.subplots(2).flat:\n        raise ValueError",
        "import matplotlib.pyplot as plt\n    if plt.isinteractive() or isinstance(1, plt.Figure): raise ValueError",
        "from matplotlib.pyplot import plot, show; plot(); show()",
        "import matplotlib as m\n    class Film(m.Base):\n        def k(self): return 1\n    range(Film().k())",
    ],
)
def test_drawing_does_nothing(worker: Worker, body: str) -> None:
    assert worker.answer(f"def f():\n    {body}\n    return 1\n") == 1


@pytest.mark.parametrize("package", ["seaborn", "IPython.display", "PIL.Image", "cv2", "google.colab", "pandas"])
def test_packages_that_are_not_there_are_harmless(lonely: Worker, package: str) -> None:
    assert lonely.answer(f"import {package} as p\ndef f():\n    p.show(p.read('x').y[0])\n    return 1\n") == 1


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker that has numpy and no other package, unless one of ours lies beside it."""
    site = tmp_path_factory.mktemp("site")
    for name in ("numpy", "numpy.libs"):
        if Path(SITE, name).exists():
            try:
                (site / name).symlink_to(Path(SITE, name), target_is_directory=True)
            except OSError:
                pytest.skip("this system gives no symbolic links")
    (site / "solutions.py").write_text("answers = 1\n", encoding="utf-8")
    with Worker(tmp_path_factory.mktemp("lonely"), site=[str(site)]) as running:
        yield running


def test_a_package_of_ours_is_not_found_even_where_it_is_installed(lonely: Worker) -> None:
    lonely.load("def f():\n    import solutions\n")
    assert lonely.call()["error"]["kind"] == "ModuleNotFoundError"


def test_a_progress_bar_passes_on_what_it_counts(lonely: Worker) -> None:
    text = "from tqdm import tqdm, trange\nimport tqdm as t\ndef f():\n    with tqdm(total=3) as bar: bar.update(1)\n"
    text += "    return [list(tqdm([1, 2], desc='x')), list(trange(2)), list(t.tqdm(range(1)))]\n"
    assert lonely.answer(text) == [[1, 2], [0, 1], [0]]


@pytest.mark.parametrize("decorator", ["njit", "jit(nopython=True)", "vectorize(['float64(float64)'])", "njit(1)"])
def test_a_compiler_that_is_not_there_leaves_the_function(lonely: Worker, decorator: str) -> None:
    text = f"from numba import jit, njit, prange, vectorize\n@{decorator}\ndef f():\n    return list(prange(3))\n"
    assert lonely.answer(text) == [0, 1, 2]


def test_a_decorator_of_a_stand_in_leaves_the_function(lonely: Worker) -> None:
    text = "import ipywidgets as w\n@w.interact\ndef f(): return 1\n"
    assert lonely.answer(text) == 1


def test_pylab_brings_numpys_names_and_not_its_builtins(worker: Worker) -> None:
    text = "from pylab import *\ndef f():\n    plot(1)\n    return [float(exp(0)), max(1, 2), float(np.ones(1)[0])]\n"
    assert worker.answer(text) == [1.0, 2, 1.0]


def test_a_stand_in_is_no_number_and_no_answer(lonely: Worker) -> None:
    lonely.load(
        "import numpy as np\nimport sklearn.preprocessing as p\ndef f(compute):\n"
        "    y = p.OneHotEncoder().fit_transform(1)\n    return np.dot(np.ones((2, 2)), y) if compute else y\n"
    )
    assert "not there when work is graded" in lonely.call(0)["value"].description
    assert lonely.call(1)["error"]["message"] == (
        "sklearn.preprocessing.OneHotEncoder().fit_transform() is not there when work is graded, "
        "so nothing can be computed with it"
    )


def test_scipy_is_the_real_one(worker: Worker) -> None:
    assert worker.answer("from scipy.special import expit\ndef f(): return expit(0.0)\n") == 0.5
