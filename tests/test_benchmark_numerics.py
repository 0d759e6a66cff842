"""What the numerical benchmark compares with does the work that it stands for, and the picture tells all the work."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from data import load_ex4data1
from tests.benchmarks.contenders import Problem, digits, exponentials
from tests.benchmarks.numerics import (
    COMPARED,
    DESCEND,
    SIZES,
    draw_growth,
    exponents,
    octave_method,
    title,
    trained_by_octave,
    work_of,
)
from tests.conftest import needs


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


@pytest.fixture(scope="module")
def few_digits():
    X, y = load_ex4data1(rows=np.arange(0, 5000, 25))
    return Problem(digits(m=1).nn_params, 400, 25, 10, X, y, 0.1)


TO = 0.4
EVALUATIONS = 52
"""Which one of descend.m is the first to cost no more, with few digits.

With 5000 digits that were cut to 20x20, and not reduced, the course's fmincg took 73 evaluations for 50 iterations, to
J = 0.4081. So did descend.m from the same weights, to 0.40809.
"""


@needs("octave")
def test_octave_trains_to_the_cost_by_the_courses_method(few_digits):
    run = trained_by_octave(few_digits, DESCEND, TO)
    assert run["J"] <= TO
    assert run["evaluations"] == EVALUATIONS


SLIPS = {
    "a search begins where the last ended": ("min(MOST_GROWTH, start.slope / (here.slope - realmin))", "1"),
    "no cubic": ("step = least(before, here);", "step = NaN;"),
    "Fletcher and Reeves": ("here.grad' * (here.grad - start.grad)", "here.grad' * here.grad"),
    "an exact search": ("MOST_SLOPE = 0.5", "MOST_SLOPE = 0.1"),
    "less far": ("FARTHEST = 3", "FARTHEST = 2"),
}


@needs("octave")
@pytest.mark.parametrize(("right", "wrong"), SLIPS.values(), ids=SLIPS)
def test_another_method_needs_another_number_of_evaluations(right, wrong, few_digits, tmp_path):
    source = DESCEND.read_text()
    assert right in source
    slipped = tmp_path / "slipped.m"
    slipped.write_text(source.replace(right, wrong).replace("descend", "slipped"))
    assert trained_by_octave(few_digits, slipped, TO)["evaluations"] != EVALUATIONS


FMINCG = """
function [X, fX, i] = fmincg(f, X, options)
for i = 1:5
  [J, grad] = f(X);
  X -= grad;
  fprintf('Iteration %d | Cost: %g\\r', i, J);
  fflush(stdout);
end
end
"""


@needs("octave")
def test_a_users_own_fmincg_is_taken_in_its_place_whatever_it_prints(few_digits, tmp_path):
    own = tmp_path / "fmincg.m"
    own.write_text(FMINCG)
    assert trained_by_octave(few_digits, own, target=0)["evaluations"] == 5
    assert trained_by_octave(few_digits, own, target=99)["evaluations"] == 1
    assert [octave_method(each) for each in (own, DESCEND)] == ["fmincg", "fmincg's method"]


def test_the_exponent_is_that_of_the_power_by_which_something_grows():
    powers = {"m": 1.0, "h": 0.5}
    found = {
        title(name, letter, size): [7.0 * size ** powers[letter], size ** powers[letter]]
        for name in COMPARED
        for letter, sizes in SIZES.items()
        for size in sizes
    }
    assert exponents(found) == pytest.approx(
        {f"{name}, {letter}": powers[letter] for letter in powers for name in COMPARED}
    )


@pytest.mark.parametrize("letter", SIZES)
@pytest.mark.parametrize(("section", "field"), [("growth", "seconds"), ("memory", "bytes")])
def test_the_picture_shows_growth_in_examples_and_in_hidden_units_with_its_exponents(section, field, letter):
    figure = pytest.importorskip("matplotlib.figure").Figure()
    axis = figure.subplots()
    measured = {title(name, letter, size): size**2.0 for name in COMPARED for size in SIZES[letter]}
    draw_growth(axis, section, letter, {field: measured, "exponents": {f"{name}, {letter}": 2.0 for name in COMPARED}})
    assert [line.get_label() for line in axis.get_lines()] == [f"{name}: {letter}^2.00" for name in COMPARED]
    assert all(list(line.get_xdata()) == list(SIZES[letter]) for line in axis.get_lines())
    assert [label.get_text() for label in axis.get_xticklabels()] == [f"{size:,}" for size in SIZES[letter]]
