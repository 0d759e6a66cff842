from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from grader import release
from grader.cases import exercise_names
from grader.cli import cli
from grader.errors import InternalError, UsageError
from tests.audit import shipped_stubs

ROOT = Path(__file__).parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"
PACKAGES = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
TOP = {"LICENSE", "README.md", "pyproject.toml", "data", "exercises", "grader"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "bundle"
    release.release(folder)
    return folder


def python(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python as if this checkout were not there: -S leaves out the .pth file by which it is installed."""
    search = os.pathsep.join([str(bundle), *PACKAGES])
    return subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=bundle,
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )


def score(bundle: Path, submission: str) -> dict:
    path = SUBMISSIONS / submission / "submission"
    run = python(bundle, "-m", "grader", "ex4", str(path), "--json", "-", "--sandbox", "none")
    return json.loads(run.stdout)


def mistakes(report: dict) -> list[list[dict]]:
    return [part["mistakes"] for part in report["parts"]]


def lines_of_code(folder: Path) -> set[bytes]:
    """Long lines of the solutions, but those that the handout or the stubs show too, and text."""
    shown = b"".join(path.read_bytes() for path in (ROOT / "exercises").rglob("*") if path.is_file())
    files = [path for path in folder.rglob("*") if path.suffix in {".py", ".m"}]
    lines = {line.strip() for file in files for line in file.read_bytes().splitlines()}
    common = (b'"', b"from", b"%", b"def __")
    code = {line for line in lines if len(line) > 24 and b"(" in line and not line.startswith(common)}
    return {line for line in code if line not in shown}


def leaks(bundle: Path) -> list[str]:
    """The files of a bundle that hold code of the reference."""
    telltale = {b"softplus", b"delta3 @ Theta2", *lines_of_code(ROOT / "solutions")}
    files = {path: path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
    return [path.name for path, content in files.items() if any(line in content for line in telltale)]


def test_the_bundle_holds_no_solutions(bundle: Path) -> None:
    assert {path.name for path in bundle.iterdir()} == TOP
    solutions = {path.read_bytes() for path in (ROOT / "solutions").rglob("*.*") if path.stat().st_size}
    assert not [path for path in bundle.rglob("*.*") if path.is_file() and path.read_bytes() in solutions]


def test_no_code_of_the_reference_is_in_the_bundle(bundle: Path) -> None:
    assert len(lines_of_code(ROOT / "solutions" / "ex4")) > 100
    assert leaks(bundle) == []


def test_no_code_of_the_reference_is_in_what_is_stored(bundle: Path) -> None:
    with np.load(bundle / "data" / "reference" / "ex4.npz", allow_pickle=False) as arrays:
        text = "\n".join(str(word) for array in arrays.values() if array.dtype.kind == "U" for word in array.flat)
    assert "sigmoid" in text
    assert "softplus" not in text
    assert not [line for line in lines_of_code(ROOT / "solutions" / "ex4") if line.decode() in text]


def test_a_leak_is_noticed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "solutions" / "ex4" / "octave" / "nnCostFunction.m", tmp_path / "one.m")
    (tmp_path / "other.py").write_text("    delta2 = delta3 @ Theta2[:, 1:] * sigmoidGradient(z2)\n", encoding="utf-8")
    assert sorted(leaks(tmp_path)) == ["one.m", "other.py"]


def test_only_named_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = ["exercises/ex4/spec.py", "data/digits.npz", "grader/cli.py", "grader/worker/wire.py"]
    outside = ["exercises/ex4/ex4.py", "exercises/ex4/my_attempt.py", "data/train_ex4weights.py", "data/ex4data1.mat"]
    outside += ["solutions/ex4/ex4.py", "tests/conftest.py", "grader/notes.txt", "grader/__pycache__/cli.pyc"]
    for name in inside + outside:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(release, "ROOT", tmp_path)
    assert sorted(release.contents()) == sorted(tmp_path / name for name in inside)


def test_the_stubs_are_those_that_were_shipped(bundle: Path) -> None:
    shipped = shipped_stubs("ex4")
    assert (bundle / "exercises" / "ex4" / "ex4.py").read_bytes() == shipped.read_bytes()


@pytest.mark.parametrize(
    ("source", "error"), [(ROOT / "solutions" / "{0}", InternalError), (ROOT / "nowhere", UsageError)]
)
def test_stubs_that_were_filled_in_or_are_not_there_are_refused(
    source: Path, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "STUBS", str(source / "{0}.py"))
    monkeypatch.setattr(release, "stored", lambda exercise: {})
    with pytest.raises(error, match=r"\w+\.py: "):
        release.release(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_bundle_stands_alone(bundle: Path) -> None:
    program = (
        "import grader, exercises, data, importlib.util as util\n"
        "print(*(module.__path__[0] for module in (grader, exercises, data)), util.find_spec('solutions'))"
    )
    run = python(bundle, "-c", program)
    assert run.stdout.split() == [str(bundle / name) for name in ("grader", "exercises", "data")] + ["None"], run.stderr


def test_the_stubs_of_the_bundle_get_nothing(bundle: Path) -> None:
    run = python(bundle, "-m", "grader", "ex4", "--json", "-")
    assert (json.loads(run.stdout)["score"], json.loads(run.stdout)["max_score"]) == (0, 100)
    assert (run.returncode, run.stderr) == (1, "")


def test_a_right_submission_gets_full_marks_in_the_bundle(bundle: Path) -> None:
    report = score(bundle, "correct-another-order")
    assert (report["score"], report["max_score"]) == (100, 100)
    assert not any(mistakes(report))


@pytest.mark.parametrize("submission", ["wrong-gradient-of-a2", "wrong-bias-regularised", "partly-no-regularisation"])
def test_a_mistake_is_told_in_the_bundle_as_with_the_solutions(bundle: Path, submission: str) -> None:
    report = score(bundle, submission)
    live = json.loads((SUBMISSIONS / submission / "report.json").read_text(encoding="utf-8"))
    assert report["score"] == live["score"] < 100
    assert any(mistakes(live))
    assert mistakes(report) == mistakes(live)


@pytest.mark.parametrize(
    "arguments", [("ex4", "--hidden"), ("ex4", "--seed", "3"), ("mistakes",), ("release", "elsewhere")]
)
def test_what_needs_the_solutions_is_refused_in_one_line(bundle: Path, arguments: tuple[str, ...]) -> None:
    run = python(bundle, "-m", "grader", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.endswith("needs solutions/, which a student bundle does not have\n")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [("grader", "diff", "ex4"), ("exercises.ex4", "--solution")])
def test_a_comparison_and_a_walk_with_the_solutions_say_in_one_line_what_is_missing(
    bundle: Path, arguments: tuple[str, ...]
) -> None:
    run = python(bundle, "-m", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert "solutions/" in run.stderr
    assert run.stderr.count("\n") == 1


def test_changed_cases_are_noticed_and_blamed_on_nobody(bundle: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(bundle, tmp_path / "changed")
    spec = changed / "exercises" / "ex4" / "spec.py"
    source = spec.read_text(encoding="utf-8")
    spec.write_text(source.replace("(3 * random.normal(size=7),)", "(4 * random.normal(size=7),)"), encoding="utf-8")
    assert spec.read_text(encoding="utf-8") != source
    run = python(changed, "-m", "grader", "ex4")
    assert (run.returncode, run.stdout) == (3, "")
    assert "make the bundle again with python -m grader release" in run.stderr
    assert run.stderr.count("\n") == 1


def test_the_readme_names_what_is_there(bundle: Path) -> None:
    text = (bundle / "README.md").read_text(encoding="utf-8")
    assert "pip install -q -e ." in text
    named = [bundle / word.strip("`") for word in text.split() if word.startswith("`exercises/")]
    assert len(named) == 2 * len(exercise_names())
    assert all(path.is_file() for path in named)


@pytest.mark.parametrize("kind", ["a folder with something in it", "a file"])
def test_what_is_there_is_not_overwritten(kind: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists and is no empty folder; name a new one"):
        release.release(kept if kind == "a file" else tmp_path)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(release, "stored", lambda exercise: {})
    with pytest.raises(UsageError, match=r"the bundle cannot be written: .*file"):
        release.release(tmp_path / "file" / "below")


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "stored", lambda exercise: {"cases": np.array("")})
    result = CliRunner().invoke(cli, ["release", str(tmp_path / "new")])
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'new'}: a bundle for students, without solutions\n")
    assert (tmp_path / "new" / "data" / "reference" / "ex4.npz").is_file()
