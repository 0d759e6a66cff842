from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import audit

SOLUTION = audit.ROOT / "solutions" / "ex4" / "ex4.py"
SHIPPED = audit.shipped_stubs("ex4")
DIGESTS = audit.digests_file("ex4")
EMPTY = "    g = np.zeros(np.shape(z))\n"


def for_ex4(copy: Path, original: Callable[[str], Path]) -> Callable[[str], Path]:
    return lambda exercise: copy if exercise == "ex4" else original(exercise)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copies of the files that the audit writes: exercises/ex4/ex4.py, the shipped stubs and their digests."""
    copies = {name: tmp_path / name for name in ("ex4.py", "shipped.py", "stubs.json")}
    shutil.copy(SHIPPED, copies["ex4.py"])
    shutil.copy(SHIPPED, copies["shipped.py"])
    shutil.copy(DIGESTS, copies["stubs.json"])
    for function, copy in (("stub_path", "ex4.py"), ("shipped_stubs", "shipped.py"), ("digests_file", "stubs.json")):
        monkeypatch.setattr(audit, function, for_ex4(copies[copy], getattr(audit, function)))
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def complaints_about(file: Path) -> list[str]:
    return [complaint for complaint in audit.complaints() if complaint.startswith(f"{file}: ")]


def test_a_students_work_is_named_and_not_audited(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.main([]) == 0
    assert "edited" not in capsys.readouterr().out
    (place / "ex4.py").write_text("def sigmoid(z:\n")
    assert audit.main([]) == 0
    assert f"{place / 'ex4.py'}: edited: not audited\n" in capsys.readouterr().out


def test_on_ci_the_exercise_must_be_as_it_is_shipped(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert audit.main([]) == 0
    (place / "ex4.py").write_text(SHIPPED.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert audit.main([]) == 1
    assert len(complaints_about(place / "ex4.py")) == 1


def test_digests_that_are_not_the_shipped_stubs_are_complained_about_and_updated(place: Path) -> None:
    (place / "stubs.json").write_text("{}", encoding="utf-8")
    assert len(complaints_about(place / "stubs.json")) == 1
    assert audit.main(["--update"]) == 0
    assert (place / "stubs.json").read_text(encoding="utf-8") == DIGESTS.read_text(encoding="utf-8")


def test_an_update_does_not_take_a_students_work_for_stubs(place: Path) -> None:
    shutil.copy(SOLUTION, place / "ex4.py")
    assert audit.main(["--update"]) == 0
    assert (place / "stubs.json").read_text(encoding="utf-8") == DIGESTS.read_text(encoding="utf-8")


def test_changed_stubs_are_adopted_with_their_digests(place: Path) -> None:
    changed = SHIPPED.read_text(encoding="utf-8").replace(EMPTY, EMPTY.replace("zeros", "ones"), 1)
    (place / "ex4.py").write_text(changed, encoding="utf-8")
    assert audit.main(["--adopt-stubs"]) == 0
    assert (place / "shipped.py").read_text(encoding="utf-8") == changed
    assert (place / "stubs.json").read_text(encoding="utf-8") != DIGESTS.read_text(encoding="utf-8")
    assert not complaints_about(place / "stubs.json")


def test_work_with_an_answer_in_it_is_not_adopted_as_stubs(place: Path) -> None:
    filled = SHIPPED.read_text(encoding="utf-8").replace(EMPTY, "    g = 1 / (1 + np.exp(-z))\n", 1)
    (place / "ex4.py").write_text(filled, encoding="utf-8")
    with pytest.raises(SystemExit, match="is no stub but an answer: sigmoid right"):
        audit.main(["--adopt-stubs"])
    assert (place / "shipped.py").read_bytes() == SHIPPED.read_bytes()
    assert (place / "stubs.json").read_bytes() == DIGESTS.read_bytes()
