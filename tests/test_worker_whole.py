"""Files that are run whole: which they are, what is read off their code, and that the reply is as for any other."""

from __future__ import annotations

from types import CodeType
from typing import Any

import pytest

from grader.cases import exercise_names, stub_digests
from grader.submission import read_submission
from grader.worker import source
from grader.worker.load import Submission, digests
from grader.worker.whole import MOST_CHARACTERS, definition, whole
from tests.audit import ROOT, shipped_stubs

STUDENTS = """
'''Week 5.'''
import math, numpy as np
import numpy.linalg
from numpy import exp, log as ln

EPSILON = -0.12
SIZES = 400, 25, 10
double = lambda x: 2 * x

def sigmoid(z):
    import scipy
    return 1 / (1 + exp(-z))

def cost(theta,
         lambda_: float = 0.0, *, order="F") -> float:
    return helper(theta)
"""

DOES_MORE = {
    "a call": "print('hello')",
    "an expression of names": "n = 400\nN = n + 1",
    "a decorator": "import functools\n@functools.cache\ndef f(x): return x",
    "a default that is looked up": "N = 3\ndef f(x=N): return x",
    "a class": "class A: pass",
    "a guard": "def f(): pass\nif __name__ == '__main__': f()",
    "everything of a module": "from numpy import *",
    "a module that is not there yet": "import turtle\ndef f(): pass",
    "a file beside it": "from helpers import g\ndef f(): return g()",
    "a module that is imported when it is taken": "from concurrent.futures import no_such",
    "two constants at once": "n, h = 400, 25",
    "a name that is given again": "def f(): return 1\nf = 2",
    "a name with a meaning to Python": "__all__ = ('f',)\ndef f(): pass",
    "another place for its imports": "__package__ = 'numpy'",
    "a wait": "await f()",
    "an error": "def f(:\n    pass",
    "a null byte": "x = 1\0",
    "more names than one byte counts": "\n".join(f"x{n} = {n}" for n in range(300)),
}


def test_what_imports_defines_and_names_constants_is_whole() -> None:
    found = whole(STUDENTS, "ex4.py")
    assert found is not None
    assert found.defined == {"double", "sigmoid", "cost"}
    constants, modules = {"EPSILON", "SIZES"}, {"math", "np", "numpy", "exp", "ln"}
    assert found.bound == found.defined | constants | modules | {"__doc__"}


@pytest.mark.parametrize("what", DOES_MORE)
def test_what_does_more_is_not(what: str) -> None:
    assert whole(DOES_MORE[what], "ex4.py") is None


def test_python_2_is_converted_and_not_run_whole() -> None:
    assert source.read("ex4.py", b"def f(n):\n    return [i for i in range(n)]\n").whole is not None
    assert source.read("ex4.py", b"def f(n):\n    return [i for i in xrange(n)]\n").whole is None


def functions_of(text: str) -> tuple[CodeType, dict[str, CodeType]]:
    found = whole(text, "ex4.py")
    assert found is not None
    return found.code, {code.co_name: code for code in found.code.co_consts if isinstance(code, CodeType)}


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_syntax_of_one_function_is_found_where_it_stands(end: str) -> None:
    text = "import math\ndef f(x):\n    '''\ndef x'''\n    return x\n# f\n\ndef g(): return 2" + end
    module, functions = functions_of(text)
    found = [definition(text, functions[name], module) for name in "fg"]
    assert [(node.name, node.lineno) for node in found] == [("f", 2), ("g", 8)]  # type: ignore[union-attr]


@pytest.mark.parametrize("exercise", exercise_names())
def test_every_stub_is_known_in_a_file_that_is_whole(exercise: str) -> None:
    known = stub_digests(exercise)
    submission = Submission(exercise, {"mine.py": shipped_stubs(exercise).read_bytes()}, known.items(), [*known])
    assert submission.units["mine.py"].whole
    told = submission.load()["definitions"]
    submission.forget()
    assert {name: definition["digest"] for name, definition in told.items()} == known


STUB = "def f(x):\n    y = np.zeros(len(x))\n    return y\n"
STARTED = {
    "as it was": ("", True),
    "with what the stub has": ("    y = np.zeros(len(y))\n", True),
    "with an operator": ("    y = -x\n", True),
    "with another function": ("    y = g(x)\n", False),
    "with another attribute": ("    y = np.exp(x)\n", False),
    "with an import": ("    from math import exp\n", False),
}


@pytest.mark.parametrize("what", STARTED)
def test_only_what_may_be_the_stub_has_a_digest(what: str) -> None:
    added, may_be = STARTED[what]
    text = f"import numpy as np\n{STUB.replace('    return', f'{added}    return')}def g(x):\n    return x\n"
    submission = Submission("ex4", {"ex4.py": text.encode()}, [*digests(STUB).items(), ("g", None)], ["f"])
    told = submission.load()["definitions"]["f"]["digest"]
    submission.forget()
    assert told == (digests(text)["f"] if may_be else "")
    assert (told == digests(STUB)["f"]) is (added == "")


def test_a_stub_whose_parameters_take_two_lines_is_known_as_well() -> None:
    text = "def f(a,\n      b=1):\n    return a\n"
    submission = Submission("ex4", {"ex4.py": text.encode()}, digests(text).items(), ["f"])
    assert submission.load()["definitions"]["f"]["digest"] == digests(text)["f"] != ""
    submission.forget()


def replies(text: str, functions: list[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """To the request to load a file: run whole, and statement by statement."""
    found = []
    for whole_as in (whole, lambda text, path: None):
        monkeypatch.setattr(source, "whole", whole_as)
        submission = Submission("ex4", {"ex4.py": text.encode()}, [(name, None) for name in functions], functions)
        found.append(submission.load())
        submission.forget()
    return found


@pytest.mark.parametrize("golden", ["correct-vectorised", "partly-cost-only", "wrong-bias-regularised"])
def test_the_reply_is_as_if_it_had_been_run_statement_by_statement(
    golden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = read_submission(ROOT / "tests" / "submissions" / golden / "submission", "ex4")
    text = submission.files["ex4.py"].decode() + "\nRATE = -1e-3 * 2\nSIZES = 400, 25\n"
    assert whole(text, "ex4.py")
    at_once, step_by_step = replies(text, ["sigmoid", "nnCostFunction", "predict"], monkeypatch)
    assert at_once == step_by_step
    assert {*at_once["definitions"]} >= {"sigmoid", "nnCostFunction"}
    assert at_once["notes"] == []


FAILING = {
    "a module of its own package": "from .numpy import exp",
    "a key that cannot be one": "BAD = {{}: 1}",
}


@pytest.mark.parametrize("what", FAILING)
def test_where_something_fails_the_rest_is_run_statement_by_statement(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"A = 3\n{FAILING[what]}\ndef f(): return exp(0)\ndef g(): return A\n"
    assert whole(text, "ex4.py")
    at_once, step_by_step = replies(text, ["f", "g"], monkeypatch)
    assert at_once == step_by_step
    assert {*at_once["definitions"]} == {"f", "g"}


def test_a_run_that_failed_leaves_nothing_behind() -> None:
    submission = Submission(
        "ex4", {"ex4.py": b"'A text.'\nA = 3\nBAD = {{}: 1}\ndef f(): return A\n"}, [("f", None)], ["f"]
    )
    found = submission.units["ex4.py"].whole
    namespace: dict[str, Any] = {"__doc__": None}
    assert found is not None
    assert not submission.modules.run_whole(found.code, submission.units["ex4.py"], namespace)
    assert namespace == {"__doc__": None}


def test_a_large_file_is_not_compiled_to_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert whole("def f(): pass\n" * 2000, "ex4.py") is None
    large = "".join(f"def f{n}(): pass\n" for n in range(200))
    assert whole(large, "ex4.py")
    assert whole(large + "#" * MOST_CHARACTERS, "ex4.py") is None


def test_two_sources_of_one_file_are_not_run_whole() -> None:
    one = source.read("ex4.py", b"def f(): pass\n")
    assert source.Unit("ex4.py", [one]).whole
    assert source.Unit("ex4.py", [one, one]).whole is None


def test_functions_called_otherwise_are_found_in_it() -> None:
    text, wanted = b"def nn_cost_function(x): return x\n", ["nnCostFunction"]
    submission = Submission("ex4", {"ex4.py": text}, [(name, None) for name in wanted], wanted)
    assert submission.load()["notes"] == ["nnCostFunction is taken from ex4.py, where it is called nn_cost_function"]
    submission.forget()
