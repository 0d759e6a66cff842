"""Imports go one way, and the heavy ones are not made before they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cases import exercise_names

ROOT = Path(__file__).parent.parent
GRADER = ROOT / "grader"

LAYERS = (
    {"errors", "graph", "machine", "worker"},
    {"model"},
    {"values"},
    {"cases", "notebook", "sandbox", "signatures", "tree"},
    {"octave_source"},
    {"octave_worker"},
    {"classroom", "languages", "reference", "submission"},
    {"elsewhere", "run"},
    {"compare", "diagnose", "place", "trial"},
    {"fingerprints", "stages"},
    {"explain"},
    {"failures", "score"},
    {"grade", "gradebook", "octave_diff", "release"},
    {"report", "doctor"},
    {"batch", "watch"},
    {"cli"},
    {"__main__", "__init__"},
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}


def room_of(file: Path) -> str:
    return file.relative_to(GRADER).with_suffix("").parts[0]


def imported_names(source: str) -> set[str]:
    """The dotted names that a module's source imports, also inside functions; relative ones left out."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported_rooms(source: str) -> set[str]:
    rooms = {name.split(".")[1] for name in imported_names(source) if name.startswith("grader.")}
    return rooms & LEVEL.keys()


def upward(room: str, source: str) -> set[str]:
    return {other for other in imported_rooms(source) if other != room and LEVEL[other] >= LEVEL[room]}


@pytest.mark.parametrize("file", sorted(GRADER.rglob("*.py")), ids=lambda file: str(file.relative_to(GRADER)))
def test_imports_go_one_way(file: Path) -> None:
    assert upward(room_of(file), file.read_text(encoding="utf-8")) == set()


def test_an_import_against_the_direction_is_noticed() -> None:
    assert upward("values", "def f():\n    from grader.grade import grade") == {"grade"}
    assert upward("model", "import grader.values") == {"values"}


@pytest.mark.parametrize("file", sorted((GRADER / "worker").glob("*.py")), ids=lambda file: file.name)
def test_the_worker_imports_nothing_of_ours_but_itself(file: Path) -> None:
    packages = {name.split(".")[0] for name in imported_names(file.read_text(encoding="utf-8"))}
    assert not packages & {"grader", "solutions", "exercises", "data"}


def foreign(exercise: str, source: str) -> set[str]:
    """What is imported from the packages of other exercises."""
    others = set(exercise_names()) - {exercise}
    names = (name.split(".") for name in imported_names(source))
    return {".".join(name) for name in names if name[0] in ("exercises", "solutions") and others & set(name[1:2])}


@pytest.mark.parametrize(
    "file",
    sorted(file for room in ("exercises", "solutions") for file in (ROOT / room).rglob("*.py")),
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_no_exercise_imports_from_another_one(file: Path) -> None:
    assert foreign(file.relative_to(ROOT).parts[1], file.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("exercise", "source", "found"),
    [
        ("ex4", "from exercises.backprop.walkthrough import waves", {"exercises.backprop.walkthrough.waves"}),
        ("ex4", "def f():\n    import solutions.backprop.mistakes", {"solutions.backprop.mistakes"}),
        ("ex4", "from exercises import backprop, console", {"exercises.backprop"}),
        ("ex4", "from exercises.ex4.walkthrough import Walk\nfrom solutions.ex4.fast import CostFunction", set()),
        ("console.py", "from exercises.ex4.walkthrough import Walk", {"exercises.ex4.walkthrough.Walk"}),
    ],
)
def test_an_import_from_another_exercise_is_noticed(exercise: str, source: str, found: set[str]) -> None:
    assert foreign(exercise, source) == found


def test_the_doctor_comes_without_numpy() -> None:
    program = "import sys\nsys.modules['numpy'] = None\nimport grader.doctor"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_scoring_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from grader.cli import cli\n"
        "result = CliRunner().invoke(cli, ['ex4', 'solutions/ex4'])\n"
        "assert result.exit_code == 0, result.output\n"
        "print([name for name in ('oct2py', 'matplotlib', 'scipy', 'fissix', 'jinja2') if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout == "[]\n", run.stderr
