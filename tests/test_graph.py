from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from grader.graph import FAILED, Graph, ancestors, descendants

STEPS = {
    "double": lambda x: 2 * x,
    "square": lambda double: double**2,
    "other": lambda y: y + 1,
    "total": lambda square, other: (square + other).sum(),
}


@pytest.fixture
def graph() -> Graph:
    return Graph(STEPS, {"x": np.array([1.0, 2.0]), "y": np.array([3.0, 4.0])})


def test_a_step_is_computed_from_the_steps_that_it_names(graph: Graph) -> None:
    assert graph.value("total", {}) == 4 + 16 + 4 + 5


def test_a_changed_step_changes_what_depends_on_it_and_nothing_else(graph: Graph) -> None:
    assert graph.value("total", {"double": lambda x: x}) == 1 + 4 + 4 + 5
    assert graph.value("other", {"double": lambda x: x}) is graph.value("other", {})


def test_a_changed_step_may_need_other_steps(graph: Graph) -> None:
    assert graph.value("total", {"square": lambda x, other: x * other}) == 4 + 10 + 4 + 5


def test_nothing_is_computed_twice() -> None:
    calls = []
    steps = {**STEPS, "double": lambda x: calls.append("double") or 2 * x}
    graph = Graph(steps, {"x": np.ones(2), "y": np.ones(2)})
    for changed in ({}, {}, {"other": lambda y: y}, {"square": lambda double: double}):
        graph.value("total", changed)
    assert calls == ["double"]


def test_shapes_that_do_not_fit_fail_and_so_does_what_needs_them(graph: Graph) -> None:
    changed = {"double": lambda x: np.ones(3)}
    assert graph.value("square", changed) is not FAILED
    assert graph.value("total", changed) is FAILED


def test_an_error_of_another_kind_is_not_hidden(graph: Graph) -> None:
    with pytest.raises(KeyError):
        graph.value("total", {"double": lambda x: {}["x"]})


def test_what_is_remembered_stays_within_its_limit() -> None:
    graph = Graph(STEPS, {"x": np.ones(1000), "y": np.ones(1000)}, most_bytes=100_000)
    for double in [eval("lambda x: 0 * x") for _ in range(200)]:
        assert graph.value("total", {"double": double}) == 2000
        assert graph.bytes < 150_000


def test_ancestors_follow_the_changed_steps() -> None:
    assert ancestors("total", STEPS, {}) == {"total", "square", "double", "other"}
    assert ancestors("total", STEPS, {"square": lambda y: y}) == {"total", "square", "other"}


def test_descendants_are_the_steps_that_a_step_reaches() -> None:
    assert descendants(tuple(STEPS.items()))["double"] == {"double", "square", "total"}


def test_steps_that_two_changes_make_need_each_other_have_no_value() -> None:
    steps = {"a": lambda x: x, "b": lambda a: a + 1, "c": lambda b: b + 1}
    graph = Graph(steps, {"x": 1})
    assert graph.value("c", {"a": lambda c: c}) is FAILED
    assert graph.value("b", {"a": lambda c: c}) is FAILED
    assert graph.value("c", {"a": lambda x: 2 * x}) == 4
    assert graph.value("c", {}) == 3


def test_threads_may_share_a_graph() -> None:
    def slow(x: int) -> int:
        time.sleep(0.05)
        return x + 1

    graph = Graph({"slow": slow, "last": lambda slow: 2 * slow}, {"x": 1})
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(lambda name: graph.value(name, {}), ["last"] * 8)) == {4}
