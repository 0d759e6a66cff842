"""The first wrong step of a descent, found on the case that takes one step alone."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from grader.cases import draw_cases, load_exercise
from grader.explain import observe, sizes
from grader.graph import FAILED, Graph, Steps, needs
from grader.model import Case, Mistake, Outcome, RawResult, Stage
from grader.stages import agree, locate, read_trace
from grader.values import copy_of
from grader.worker.trace import Recorder
from solutions.regression import mistakes as catalogue

EXERCISE = load_exercise("regression")
FUNCTION = EXERCISE.function("gradientDescent")
DESCENT = next(each for each in catalogue.COMPUTATIONS if each.function == FUNCTION.name)
OUTPUTS = DESCENT.outputs
CASES = [case for case in draw_cases(EXERCISE, None) if case.function == FUNCTION.name]
ONE = CASES[0]
ONE_STEP = DESCENT.of_case(ONE)

# --- functions as students write them, some steps of them changed -----------------------------------------------------


def in_order(steps: Steps, *outputs: str) -> list[str]:
    """The steps that the outputs need, each after those that it needs."""
    done: list[str] = []

    def visit(name: str) -> None:
        if name not in done and name in steps:
            for needed in needs(steps[name]):
                visit(needed)
            done.append(name)

    for name in outputs:
        visit(name)
    return done


def lines_of(steps: Steps, names: list[str]) -> str:
    return "\n".join(f"    {name} = STEPS[{name!r}]({', '.join(needs(steps[name]))})" for name in names)


def in_one_function(steps: Steps) -> str:
    return f"""
def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
{lines_of(steps, in_order(steps, *OUTPUTS))}
    return end1, end2, J_history
"""


COST = "        J_history[i] = costFunction(X, y, Theta1, Theta2)\n"
LOOP = f"""
def costFunction(X, y, Theta1, Theta2):
    return ((y - forward(X, Theta1, Theta2)[-1]) ** 2).sum() / 2

def gradientDescent(X, y, Theta1, Theta2, alpha, iterations):
    J_history = np.zeros(iterations)
    for i in range(iterations):
        D1, D2 = costGradient(X, y, Theta1, Theta2)
        Theta1 = Theta1 - alpha * D1
        Theta2 = Theta2 - alpha * D2
{COST}    return Theta1, Theta2, J_history
"""


def with_helpers(steps: Steps, loop: str = LOOP) -> str:
    """As handed in most often: the other functions of the exercise do the work."""
    passing = in_order(steps, "yhat", "z2", "a2", "z3")
    return f"""
def forward(X, Theta1, Theta2):
{lines_of(steps, passing)}
    return z2, a2, z3, yhat

def costGradient(X, y, Theta1, Theta2):
    z2, a2, z3, yhat = forward(X, Theta1, Theta2)
{lines_of(steps, [n for n in in_order(steps, "dJdTheta1", "dJdTheta2") if n not in ("z2", "a2", "z3", "yhat")])}
    return dJdTheta1, dJdTheta2
{loop}"""


def stages_of(source: str, steps: Steps, case: Case = ONE) -> list[Stage]:
    """Those of the outputs for which there is one."""
    module = ModuleType("student")
    module.__dict__.update(np=np, STEPS=steps)
    exec(compile(source, "regression.py", "exec"), module.__dict__)
    recorder = Recorder({"regression.py": source})
    value = tuple(map(np.asarray, recorder.call(getattr(module, FUNCTION.name), *map(copy_of, case.arguments))))
    trace = read_trace({"trace": recorder.found()}, value, value)
    assert trace is not None
    observed = observe(FUNCTION, OUTPUTS, case, RawResult(Outcome.ANSWERED, value))
    found = (locate(DESCENT.of_case(case), case, trace, observed, output) for output in OUTPUTS)
    return [stage for stage in found if stage is not None]


# --- the one step -----------------------------------------------------------------------------------------------------


def test_the_first_net_takes_one_step_and_then_more() -> None:
    first, second = (case.arguments for case in CASES[:2])
    assert sizes(first) == sizes(second)
    assert first[-1] == 1 < second[-1]
    assert all(DESCENT.of_case(case).stages for case in CASES if case.arguments[-1] == 1)
    assert not any(DESCENT.of_case(case).stages for case in CASES if case.arguments[-1] != 1)


@pytest.mark.parametrize("case", [case for case in CASES if case.arguments[-1] == 1], ids=lambda case: case.name)
def test_one_step_by_itself_gives_what_the_descent_gives(case: Case) -> None:
    inputs = dict(zip(DESCENT.inputs, map(copy_of, case.arguments), strict=True))
    for output in OUTPUTS:
        got, want = (Graph(steps, inputs).value(output, {}) for steps in (ONE_STEP.steps, DESCENT.steps))
        np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.parametrize("written", [in_one_function, with_helpers])
def test_of_a_right_descent_every_step_is_recognised_and_none_is_named(written: Callable[[Steps], str]) -> None:
    for stage, output in zip(stages_of(written(ONE_STEP.steps), ONE_STEP.steps), OUTPUTS, strict=True):
        assert stage.first_wrong is None
        assert {"z2", "a2", "z3", "yhat", "delta3"} <= set(stage.right), output


# --- the catalogue ----------------------------------------------------------------------------------------------------

GRAPH = Graph(ONE_STEP.steps, dict(zip(ONE_STEP.inputs, map(copy_of, ONE.arguments), strict=True)))
MET_ON_THE_WAY = [
    mistake for mistake in catalogue.MISTAKES if mistake.steps and mistake.steps.keys() <= catalogue.GRADIENT.keys()
]
SILENT = {"regression-error-of-z3"}
"""The error is no step with a name, and may be meant as delta3."""


def differs(step: str, changed: Steps) -> bool:
    return not agree(*(np.ravel(GRAPH.value(step, steps)) for steps in (changed, {})))


def shows(mistake: Mistake) -> bool:
    """Whether it gives wrong numbers after one step."""
    if any(GRAPH.value(output, mistake.steps) is FAILED for output in OUTPUTS):
        return False
    return any(differs(output, mistake.steps) for output in OUTPUTS)


@pytest.mark.parametrize(("written", "silent"), [(in_one_function, SILENT), (with_helpers, set())])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_step_before_that_of_the_mistake_is_named_and_nearly_always_that_one(
    written: Callable[[Steps], str], silent: set[str]
) -> None:
    planted = [mistake for mistake in MET_ON_THE_WAY if shows(mistake)]
    unnamed = set()
    for mistake in planted:
        steps = {**ONE_STEP.steps, **mistake.steps}
        wrong = [kind.called or name for name, kind in ONE_STEP.stages.items() if differs(name, mistake.steps)]
        named = {stage.first_wrong for stage in stages_of(written(steps), steps)} - {None}
        assert named <= set(wrong), mistake.id
        if wrong[0] not in named:
            unnamed.add(mistake.id)
    assert len(planted) == 60
    assert unnamed == silent


# --- the step itself --------------------------------------------------------------------------------------------------

AGAIN = "        D1, D2 = costGradient(X, y, Theta1, Theta2)\n"
STEP1, STEP2 = "        Theta1 = Theta1 - alpha * D1\n", "        Theta2 = Theta2 - alpha * D2\n"

IN_THE_LOOP = [
    ("Theta1 - alpha * D1", "Theta1 + alpha * D1", "Theta1 after the step"),
    ("Theta2 - alpha * D2", "Theta2 + alpha * D2", "Theta2 after the step"),
    ("Theta2 - alpha * D2", "Theta2 - D2", "Theta2 after the step"),
    ("Theta1 - alpha * D1", "Theta1 - D1 / alpha", "Theta1 after the step"),
    ("Theta1 - alpha * D1", "-alpha * D1", "Theta1 after the step"),
]


@pytest.mark.parametrize(("right", "wrong", "step"), IN_THE_LOOP)
def test_a_wrong_step_is_named_with_its_line(right: str, wrong: str, step: str) -> None:
    assert right in LOOP
    text = with_helpers(ONE_STEP.steps, LOOP.replace(right, wrong))
    named = [stage for stage in stages_of(text, ONE_STEP.steps) if stage.first_wrong]
    assert {stage.first_wrong for stage in named} == {step}
    for stage in named:
        assert wrong in text.splitlines()[stage.line - 1]
        assert {"delta3", "yhat"} <= set(stage.right)


UNNAMED = [
    (STEP1, AGAIN + STEP1, "the same again is no mistake"),
    (STEP2, AGAIN + STEP2, "the gradient is right for weights that have changed in part"),
    (STEP2, "", "no line gives Theta2 a new value"),
    (STEP1 + STEP2, STEP1.replace("Theta1 =", "T1 =") + STEP2.replace("Theta2 =", "T2 ="), "both are right, and lost"),
    (STEP1 + STEP2 + COST, COST + STEP1 + STEP2, "the cost is right for the weights before the step"),
    (STEP2 + COST, COST + STEP2, "the cost is right for weights between two steps"),
    (".sum() / 2", ".sum()", "the cost has no step with a name"),
]


@pytest.mark.parametrize(("right", "wrong", "why"), UNNAMED)
def test_where_every_line_of_the_gradient_and_of_the_step_is_right_none_is_named(
    right: str, wrong: str, why: str
) -> None:
    assert right in LOOP
    for stage in stages_of(with_helpers(ONE_STEP.steps, LOOP.replace(right, wrong)), ONE_STEP.steps):
        assert stage.first_wrong is None, why
        assert {"z2", "a2", "z3", "yhat", "delta3"} <= set(stage.right), why
