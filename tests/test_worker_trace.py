"""Recording what a function holds while it runs: what is seen of it, and that the function never notices."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.worker import trace
from tests.test_worker import Worker

Records = list[dict[str, Any]]


def traced(source: str, *arguments: Any) -> tuple[Any, Records]:
    """What `f` of a file returns, and what was recorded meanwhile."""
    namespace: dict[str, Any] = {"__name__": "student"}
    module = type(sys)("student")
    module.__dict__.update(namespace, __file__="ex4.py", np=np)
    sys.modules["student"] = module
    try:
        exec(compile(source, "ex4.py", "exec"), module.__dict__)
        recorder = trace.Recorder({"ex4.py": source})
        return recorder.call(module.__dict__["f"], *arguments), recorder.found()
    finally:
        del sys.modules["student"]


def values(records: Records, name: str) -> list[tuple[int, list[Any]]]:
    """By line the values that a variable was given there."""
    return [(record["line"], record["values"].tolist()) for record in records if record["name"] == name]


def names(records: Records) -> set[str]:
    return {record["name"] for record in records}


# --- what is recorded -------------------------------------------------------------------------------------------------


def test_a_variable_is_recorded_with_the_line_that_set_it() -> None:
    answer, records = traced("def f(x):\n    y = x + 1\n\n    z = (y\n         * 2)\n    return z\n", np.ones(2))
    assert answer.tolist() == [4, 4]
    assert [(record["name"], record["line"], record["source"]) for record in records] == [
        ("y", 2, "y = x + 1"),
        ("z", 4, "z = (y"),
    ]
    assert records[1]["values"].tolist() == [[4, 4]]


def test_a_change_in_place_is_another_value_of_another_line() -> None:
    _, records = traced("def f():\n    a = np.zeros(2)\n    a[0] = 1\n    a += 1\n")
    assert values(records, "a") == [(2, [[0, 0]]), (3, [[1, 0]]), (4, [[2, 1]])]


def test_a_loop_leaves_its_first_values_and_the_last() -> None:
    _, records = traced("def f():\n    for i in range(1000):\n        a = np.array([i, 0])\n")
    (record,) = [record for record in records if record["name"] == "a"]
    assert record["count"] == 1000
    assert record["values"][:, 0].tolist() == [*range(trace.MAX_VALUES - 1), 999]


def test_an_array_made_anew_with_the_same_numbers_counts_again() -> None:
    _, records = traced("def f():\n    for i in range(3):\n        a = np.ones(2)\n")
    assert values(records, "a") == [(3, [[1, 1]] * 3)]


def test_what_lists_dicts_and_objects_hold_is_recorded_one_level_deep() -> None:
    source = (
        "class Net:\n    pass\n"
        "def f():\n"
        "    net = Net()\n"
        "    net.a1 = np.ones(2)\n"
        "    layers = [np.zeros(2), None]\n"
        "    layers[1] = np.ones(3)\n"
        "    cache = {'z2': np.ones(4)}\n"
        "    rows = [[1, 2], [3, 4]]\n"
    )
    _, records = traced(source)
    found = {(record["name"], record["line"], record["values"].shape[1:]) for record in records}
    assert found == {
        ("net.a1", 5, (2,)),
        ("layers[0]", 6, (2,)),
        ("layers[1]", 7, (3,)),
        ("cache['z2']", 8, (4,)),
        ("rows", 9, (2, 2)),
    }


def test_an_argument_that_has_no_name_belongs_to_the_line_of_the_call() -> None:
    source = "def g(z):\n    return z\ndef f(x):\n    y = g(x)\n    return g(x + y)\n"
    _, records = traced(source, np.ones(2))
    assert values(records, "z") == [(5, [[2, 2]])]


def test_what_a_helper_returns_belongs_to_its_own_line() -> None:
    _, records = traced("def g(z):\n    return z + 1\ndef f(x):\n    return 2 * g(x)\n", np.ones(2))
    assert values(records, "g()") == [(2, [[2, 2]])]


def test_code_that_is_not_the_students_is_not_recorded() -> None:
    hidden: dict[str, Any] = {}
    exec(compile("def g(x):\n    secret = x + 1\n    return secret\n", "library.py", "exec"), hidden)
    _, records = traced("def f(g, x):\n    y = g(x)\n", hidden["g"], np.ones(2))
    assert names(records) == {"y"}


def test_only_numbers_of_moderate_size_are_recorded() -> None:
    source = (
        "def f():\n"
        "    large = np.ones(1 << 20)\n    text = 'a'\n    texts = np.array(['a'])\n    things = np.array([None])\n"
        "    empty = np.ones(0)\n    ragged = [[1], [2, 3]]\n    truth = np.array([True])\n"
    )
    _, records = traced(source)
    assert names(records) == {"truth"}


# --- what it may cost -------------------------------------------------------------------------------------------------


def test_a_long_loop_is_recorded_for_a_moment_only() -> None:
    started = time.process_time()
    answer, records = traced("def f():\n    s = 0\n    for i in range(1_000_000):\n        s += i\n    return s\n")
    assert answer == 499_999_500_000
    assert 0 < max(record["count"] for record in records) < 900_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(("limit", "value"), [("MAX_BYTES", 1000), ("MAX_RECORDS", 3)])
def test_recording_keeps_to_its_budget(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(trace, limit, value)
    source = "def f():\n" + "".join(f"    a{n} = np.ones({n + 1})\n" for n in range(50)) + "    return a49\n"
    answer, records = traced(source)
    assert answer.size == 50
    assert 0 < len(records) < 50
    assert len(records) == 3 or sum(record["values"].nbytes for record in records) <= 1000


def test_a_thing_that_refuses_to_be_looked_at_ends_the_recording_and_nothing_else() -> None:
    source = (
        "class Shy(np.ndarray):\n    def tobytes(self, *args):\n        raise RuntimeError('go away')\n"
        "def f():\n    before = np.ones(2)\n    a = np.ones(2).view(Shy)\n    after = np.ones(2)\n    return 5\n"
    )
    answer, records = traced(source)
    assert answer == 5
    assert names(records) >= {"before"}
    assert "after" not in names(records)


# --- in a worker ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    with Worker(tmp_path_factory.mktemp("worker")) as running:
        yield running


def test_only_a_call_that_asks_for_it_is_traced(worker: Worker) -> None:
    worker.load("import sys\ndef f(x):\n    y = x + 1\n    return y, sys.gettrace() is not None\n")
    assert worker.call(np.ones(2), trace=True)["value"][1] is True
    reply = worker.call(np.ones(2))
    assert reply["value"][1] is False
    assert "trace" not in reply


def test_a_traced_call_gives_the_same_answer_and_the_same_changes(worker: Worker) -> None:
    body = "    x[0] = np.random.rand()\n    y = x * np.random.rand(3)\n    return y\n"
    worker.load(f"import numpy as np\ndef f(x):\n{body}")
    plain, traced = worker.call(np.ones(3)), worker.call(np.ones(3), trace=True)
    records = traced.pop("trace")
    assert plain.pop("value").tolist() == traced.pop("value").tolist() == records[-1]["values"][-1].tolist()
    assert plain == traced
    assert plain["mutated"] == [0]


def test_an_error_in_a_traced_call_is_reported_as_ever(worker: Worker) -> None:
    worker.load("def f(x):\n    y = x + 1\n    raise ValueError('no')\n")
    reply = worker.call(1.5, trace=True)
    assert (reply["outcome"], reply["error"]["line"]) == ("raised", 3)
    assert reply["trace"][0]["name"] == "y"


@pytest.mark.parametrize("hook", ["None", "lambda *args: None"])
def test_a_function_that_traces_itself_is_called_all_the_same(worker: Worker, hook: str) -> None:
    worker.load(f"import sys\ndef f(x):\n    sys.settrace({hook})\n    y = x + 1\n    return y\n")
    reply = worker.call(1.5, trace=True)
    assert (reply["outcome"], reply["value"]) == ("answered", 2.5)
    assert isinstance(reply["trace"], list)
    assert worker.call(1.5)["value"] == 2.5
