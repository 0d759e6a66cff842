"""What the numerical benchmark compares with does the work that it stands for, and the picture tells all the work."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tests.benchmarks.contenders import Problem, exponentials
from tests.benchmarks.numerics import work_of


@pytest.mark.parametrize("threads", [1, 2])
def test_the_exponentials_and_logarithms_of_all_examples_are_shared_by_the_threads(threads, monkeypatch):
    found = {"exp": [], "log1p": []}

    def watched(name, function):
        def watch(z, out):
            found[name].append((threading.get_ident(), z.size))
            return function(z, out=out)

        return watch

    work = exponentials(Problem(np.zeros(0), n=2, h=3, K=4, X=np.zeros((1001, 2)), y=np.ones(1001)), threads)
    for name in found:
        monkeypatch.setattr(np, name, watched(name, getattr(np, name)))
    work()
    assert {name: sum(size for _, size in calls) for name, calls in found.items()} == {"exp": 7007, "log1p": 4004}
    assert all(len({thread for thread, _ in calls}) == threads for calls in found.values())


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ({"evaluations": 8, "Hessian-vector products": 16}, "8 + 16 Hv"),
        ({"evaluations": 61, "Hessian-vector products": 0}, "61"),
        ({"evaluations": 61.0}, "61"),
    ],
)
def test_the_picture_tells_evaluations_and_hessian_products(run, told):
    assert work_of(run) == told
