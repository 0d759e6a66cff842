from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result
from rich.text import Text

from grader import cli, sandbox
from grader.cases import exercise_names
from grader.report.json import SCHEMA
from tests.audit import complaints

ROOT = Path(__file__).parents[1]
REFERENCE = str(ROOT / "solutions" / "ex4")
SUBMISSIONS = ROOT / "tests" / "submissions"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line as `main` does and gives its exit status, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "100")
    runner = CliRunner()

    def run(*arguments: str) -> Result:
        monkeypatch.setattr("sys.argv", ["grader", *arguments])
        return runner.invoke(_Main(), [])

    return run


class _Main(cli.click.Command):
    """`main` itself behind the interface that CliRunner calls."""

    def __init__(self) -> None:
        super().__init__("main")

    def main(self, *args: object, **kwargs: object) -> None:
        cli.main()


def submission(name: str) -> str:
    return str(SUBMISSIONS / name / "submission")


def test_the_reference_gets_full_marks(run: Run) -> None:
    result = run("ex4", REFERENCE, "--seed", "7")
    assert result.exit_code == 0
    assert "100 / 100" in result.stdout
    assert "Hidden cases: seed 7" in result.stdout
    assert result.stderr == ""


def test_the_stubs_get_nothing_and_say_where_to_begin(run: Run) -> None:
    result = run("ex4", submission("ex4/nothing-untouched-stubs"), "--sandbox", "none")
    assert result.exit_code == 1
    assert "0 / 100" in result.stdout
    assert result.stdout.count("not done yet") == 5
    assert "still the stub" not in result.stdout
    assert "Next: Sigmoid" in result.stdout


def test_json_goes_to_stdout_alone_and_follows_the_schema(run: Run) -> None:
    result = run("ex4", submission("wrong-gradient-of-a2"), "--sandbox", "none", "--seed", "3", "--json", "-")
    report = json.loads(result.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert result.exit_code == 1
    assert report["seed"] == 3
    assert {part["name"]: part["status"] for part in report["parts"]}["Backpropagation"] == "wrong"


def test_numbers_of_hidden_cases_stay_hidden(run: Run) -> None:
    result = run("ex4", submission("wrong-gradient-of-a2"), "--sandbox", "none", "--seed", "3", "--json")
    cases = [case for part in json.loads(result.stdout)["parts"] for case in part["cases"] if case["status"] == "wrong"]
    assert {case["hidden"] for case in cases} == {True, False}
    for case in cases:
        assert (case["details"] == []) == case["hidden"]
        assert (case["max_abs_error"] is None) == case["hidden"]


def test_json_goes_to_a_file_beside_the_text(run: Run, tmp_path: Path) -> None:
    result = run("ex4", REFERENCE, "--json", str(tmp_path / "report.json"))
    assert "100 / 100" in result.stdout
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["score"] == 100


def test_one_part_is_graded_alone_by_its_name_or_its_function(run: Run) -> None:
    assert "5 / 5" in run("ex4", REFERENCE, "--part", "sigmoid GRADIENT").stdout
    assert "95 / 95" in run("ex4", REFERENCE, "--part", "nnCostFunction").stdout


def test_what_a_part_alone_suffers_from_is_told_and_not_graded(run: Run, tmp_path: Path) -> None:
    source = (SUBMISSIONS / "correct-vectorised" / "submission" / "ex4.py").read_text(encoding="utf-8")
    (tmp_path / "ex4.py").write_text(source.replace("return 1 / (1", "return 0.9 / (1"), encoding="utf-8")
    result = run("ex4", str(tmp_path / "ex4.py"), "--sandbox", "none", "--part", "sigmoidGradient")
    assert "It calls sigmoid, which is not right yet: mend that first." in result.stdout
    assert "0 / 5" in result.stdout
    assert "\nSigmoid  " not in result.stdout
    assert result.stdout.rstrip().endswith("first sigmoid, which it calls")


def test_an_optional_part_that_is_still_the_stub_is_shown_where_it_was_asked_for(run: Run) -> None:
    stubs = [submission("ex4/nothing-untouched-stubs"), "--sandbox", "none"]
    assert "not done yet" in run("ex4", *stubs, "--part", "randInitializeWeights").stdout
    both = run("ex4", *stubs, "--part", "randInitializeWeights", "--part", "Sigmoid gradient").stdout
    assert both.count("not done yet") == 2
    assert "randInitializeWeights" not in run("ex4", *stubs).stdout.partition("Total")[0]


def test_hidden_draws_a_new_seed_each_time_and_tells_it(run: Run) -> None:
    seeds = {
        json.loads(run("ex4", REFERENCE, "--part", "sigmoid", "--hidden", "--json").stdout)["seed"] for _ in range(2)
    }
    assert len(seeds) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ex9"], "there is no exercise 'ex9': choose from ex4, "),
        (["Ex4"], "there is no exercise 'Ex4': do you mean ex4?"),
        (["batch", "quadratc", "."], "there is no exercise 'quadratc': do you mean quadratic?"),
        (["tests/submissions/quadratic"], "comes before it: python -m grader quadratic tests/submissions/quadratic"),
        (["solutions/ex4/ex4.py"], "comes before it: python -m grader ex4 solutions/ex4/ex4.py"),
        (["pyproject.toml"], "comes before it: python -m grader EXERCISE pyproject.toml"),
        (["ex4", "nowhere"], "there is no such file or folder"),
        (["ex4", "README.md"], "cannot be graded"),
        (
            ["ex4", REFERENCE, "--part", "Magic"],
            "ex4 has no part or function 'Magic': choose from the parts 'Sigmoid', ",
        ),
        (["ex4", REFERENCE, "--part", "Magic"], "or from the functions sigmoid, nnCostFunction, "),
        (["case", "ex4", "magic", "1"], "ex4 has no function 'magic': choose from sigmoid, "),
        (["mistakes", "ex4-magic"], "there is no exercise and no mistake 'ex4-magic'"),
        (["mistakes", "ex4", "ex4-rJ-bia"], "no mistake 'ex4-rJ-bia': do you mean ex4-rJ-bias or ex4-rJ-bias-one?"),
        (["mistakes", "ex4", "EX4-rj-bi"], "no mistake 'EX4-rj-bi': do you mean ex4-rJ-bias or ex4-rJ-bias-one?"),
        (["mistakes", "backprop", "ex4-rJ-bias"], "there is no exercise and no mistake 'ex4-rJ-bias'"),
        (["ex4", REFERENCE, "--json", "/nowhere/report.json"], "cannot be written"),
        (["ex4", REFERENCE, "--html", "both.json", "--json", "both.json"], "both.json: would be overwritten"),
        (["diff", "ex4", "--octave", "nowhere"], "nowhere is not a folder of .m files"),
    ],
)
def test_unusable_input_gets_one_line_and_status_2(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.output


def test_what_lies_in_a_folder_without_rights_gets_one_line_and_status_2(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"
    stat = Path.stat

    def refused(self: Path, **options: bool) -> os.stat_result:
        if locked in self.parents:
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, **options)

    monkeypatch.setattr(Path, "stat", refused)
    for arguments in (["ex4", str(locked / "ex4.py")], ["batch", "ex4", str(locked / "class.zip")]):
        result = run(*arguments)
        assert (result.exit_code, result.stderr) == (2, f"grader: {arguments[-1]}: cannot be read: Permission denied\n")
    assert "there is no exercise" in run(str(locked / "ex4.py")).stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--timeout", "soon", "'soon' is not a valid number of seconds."),
        ("--timeout", "nan", "'nan' is not a valid number of seconds."),
        *(("--timeout", seconds, "is not in the range 0.1<=x<=3600.") for seconds in ("inf", "0", "-1", "1e9")),
        ("--seed", "x", "'x' is not a valid whole number."),
        ("--seed", "-1", "'-1' is not between 0 and 2^63 - 1."),
        ("--seed", str(1 << 63), "is not between 0 and 2^63 - 1."),
    ],
)
def test_wrong_options_are_explained_by_usage_and_status_2(run: Run, option: str, value: str, said: str) -> None:
    result = run("ex4", option, value)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert said in result.stderr


def test_foreign_code_is_refused_without_isolation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, reason in ((sandbox.Bubblewrap, "bubblewrap is not installed"), (sandbox.Landlocked, "no Landlock")):
        monkeypatch.setattr(kind, "reason_missing", lambda _, reason=reason: reason)
    result = run("ex4", submission("correct-loops"))
    assert result.exit_code == 2
    assert "--sandbox none" in result.stderr
    assert run("ex4", REFERENCE).exit_code == 0
    assert "not isolated" in run("ex4", submission("correct-loops"), "--sandbox", "none").stdout


def test_a_fault_of_our_own_is_status_3_and_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("out of cheese")

    monkeypatch.setattr("grader.grade.grade", broken)
    result = run("ex4", REFERENCE)
    assert result.exit_code == 3
    assert "internal error: RuntimeError('out of cheese')" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [["--help"], ["doctor", "--json"], ["case", "ex4", "sigmoid", "1"]])
def test_output_that_cannot_be_written_is_told_in_one_line(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run([sys.executable, "-m", "grader", *arguments], stdout=full, stderr=subprocess.PIPE)
    assert result.stderr.decode() == "grader: the output cannot be written: No space left on device\n"
    assert result.returncode == 2


def test_nothing_started_says_where_to_begin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.cases.is_started", lambda name: False)
    result = run()
    assert result.exit_code == 2
    assert "nothing has been started yet: open" in result.stderr


def test_without_a_name_all_that_was_started_is_scored(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.cases.is_started", lambda name: name == "ex4")
    result = run("--json")
    assert [report["exercise"] for report in json.loads(result.stdout)] == ["ex4"]


def test_help_shows_how_to_score(run: Run) -> None:
    assert "python -m grader ex4" in run("--help").stdout
    assert "--hidden" in run("ex4", "--help").stdout


def test_doctor_names_what_is_needed_and_the_isolation(run: Run) -> None:
    result = run("doctor", "--json")
    found = {check["name"]: check for check in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert found["numpy"]["found"]
    assert {"Octave", "isolation 'bwrap'", "isolation 'process'"} <= found.keys()


@pytest.mark.parametrize("command", ["doctor", "mistakes"])
def test_lists_fit_the_terminal_and_are_not_wrapped_elsewhere(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    arguments = (command, "quadratic")[: 1 + (command == "mistakes")]
    monkeypatch.setenv("COLUMNS", "60")
    elsewhere = run(*arguments).stdout.splitlines()
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal = [Text.from_ansi(line) for line in run(*arguments).stdout.splitlines()]
    assert max(map(len, terminal)) == 60 < max(map(len, elsewhere))
    assert len(elsewhere) < len(terminal)
    assert all(line == line.rstrip() for line in elsewhere)


def test_the_content_audit_has_nothing_to_complain_about() -> None:
    assert complaints() == []


def test_a_wrong_optional_part_graded_alone_is_no_success(run: Run) -> None:
    result = run("ex4", submission("wrong-sigmoid-without-minus"), "--sandbox", "none", "--part", "sigmoid")
    assert result.exit_code == 1
    assert "0 / 0" not in result.stdout


def test_a_report_does_not_overwrite_other_work(run: Run, tmp_path: Path) -> None:
    work = tmp_path / "ex4.py"
    work.write_text("precious = 1\n", encoding="utf-8")
    for option in ("--json", "--html"):
        result = run("ex4", REFERENCE, option, str(work))
        assert (result.exit_code, work.read_text(encoding="utf-8")) == (2, "precious = 1\n")
        assert "is no report" in result.stderr


def test_an_html_page_is_written(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    run("ex4", submission("wrong-gradient-of-a2"), "--sandbox", "none", "--html", str(page))
    assert "g&#39; taken at the activation" in page.read_text(encoding="utf-8")


def test_the_report_names_the_mistake_the_step_and_the_place(run: Run) -> None:
    text = " ".join(run("ex4", submission("wrong-gradient-of-a2"), "--sandbox", "none", "--explain").stdout.split())
    assert "g' taken at the activation." in text
    assert "delta2 (line 31 of ex4.py:" in text
    assert "Theta2_grad is right" in text
    assert "too high" in text


def test_an_interrupt_is_status_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.grade.grade", interrupted)
    result = run("ex4", REFERENCE)
    assert (result.exit_code, result.stderr) == (130, "\ngrader: interrupted\n")


@pytest.mark.skipif(sys.platform != "linux", reason="looks for its processes in /proc")
def test_a_request_to_end_is_an_interrupt() -> None:
    """Python ends by the signal itself where that met an `exec`, as in many an import: 130 to a shell as well."""
    command = [sys.executable, "-m", "grader", "ex4", submission("wrong-endless-loop"), "--sandbox", "process"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        deadline = time.monotonic() + 20
        while not children.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.terminate()
        _, said = process.communicate(timeout=20)
    assert said.splitlines()[-1] == "grader: interrupted"
    assert process.returncode in (130, -signal.SIGINT)


def test_a_terminal_that_knows_only_ascii_gets_a_report() -> None:
    command = [sys.executable, "-m", "grader", "ex4", REFERENCE]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"100 / 100" in done.stdout


def test_a_missing_package_is_named_with_the_usual_cause() -> None:
    program = "import sys; sys.modules['click'] = None; sys.argv = ['grader']; import runpy; runpy.run_module('grader')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is it the one in .venv?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("exercise", exercise_names())
def test_the_catalogue_lists_every_mistake_and_none_escapes_the_cases(run: Run, exercise: str) -> None:
    result = run("mistakes", exercise, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert len({entry["id"] for entry in found}) >= 98
    assert all(entry["caught_by"] or not entry["cases"] for entry in found)


def test_one_mistake_is_explained_by_its_id_with_the_cases_that_show_it(run: Run) -> None:
    result = run("mistakes", "ex4-rJ-bias")
    text = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "Bias weights penalised in the cost. The first column of each Theta" in text
    assert "nnCostFunction: told by 5 of 10 cases 8-2-4 net, 6 examples, lambda = 2.38 2-4-4 net" in text
    assert "lambda = 0 " not in text
    assert run("mistakes", "ex4", "EX4-rj-bias").stdout == result.stdout
    assert {entry["id"] for entry in json.loads(run("mistakes", "ex4-rJ-bias", "--json").stdout)} == {"ex4-rJ-bias"}


def test_a_mistake_in_several_functions_is_explained_once_for_all(run: Run) -> None:
    text = run("mistakes", "quadratic-exchanged").stdout
    functions = [line.partition(":")[0] for line in text.splitlines() if ": told by" in line]
    assert functions == ["backprop", "update_mini_batch"]


def test_a_case_is_printed_alone_to_be_saved_as_a_file(run: Run) -> None:
    result = run("case", "ex4", "sigmoid", "2")
    assert (result.exit_code, result.stderr) == (0, "")
    variables: dict[str, object] = {"sigmoid": abs}
    exec(result.stdout.replace("print(g)", ""), variables)
    assert getattr(variables["z"], "shape", None) == (7,)
    assert run("case", "ex4", "Sigmoid", "2", "--octave").stdout.startswith("% sigmoid: a vector\nz = [")


def test_cases_are_listed_with_their_numbers(run: Run) -> None:
    assert "sigmoid\n   1  a number\n   2  a vector\n" in run("case", "ex4", "sigmoid").stdout
    assert "\nnnCostFunction\n   1  8-2-4 net, 6 examples, lambda = 0\n" in run("case", "ex4").stdout


def test_work_for_another_exercise_gets_one_line_that_says_so(run: Run) -> None:
    other = submission("quadratic/correct-loops")
    result = run("ex4", other, "--sandbox", "none", "--json")
    assert json.loads(result.stdout)["score"] == 0
    assert result.stderr.splitlines()[-1].endswith(
        f"for quadratic, not for ex4: python -m grader quadratic {relative(other)}"
    )
    assert "looks like" not in run("quadratic", other, "--sandbox", "none").stderr


def test_work_for_another_exercise_that_earns_some_points_gets_the_line_as_well(run: Run) -> None:
    result = run("regression", submission("correct-vectorised"), "--sandbox", "none", "--json")
    assert 0 < json.loads(result.stdout)["score"] < 100
    assert "looks like work for ex4, not for regression" in result.stderr


def test_work_for_another_exercise_is_told_so_while_it_is_watched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.watch.watched", lambda path: ())
    other = submission("quadratic/correct-loops")
    told = f"looks like work for quadratic, not for ex4: python -m grader quadratic {relative(other)}\n"
    assert told in run("watch", "ex4", other, "--sandbox", "none").stderr
    assert "looks like" not in run("watch", "quadratic", other, "--sandbox", "none").stderr


def relative(path: str) -> str:
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path
