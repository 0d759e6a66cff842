from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.submission import MAX_FILE_BYTES, MAX_FILES, read_submission


def write(folder: Path, *names: str, source: bytes = b"x = 1\n") -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(source)


def test_a_folder_gives_its_python_files_the_nearest_first(tmp_path: Path) -> None:
    write(tmp_path, "sub/deep.py", "b.py", "a.py", "notes.txt", "ex4.m")
    submission = read_submission(tmp_path, "ex4")
    assert list(submission.files) == ["a.py", "b.py", "sub/deep.py"]
    assert (submission.name, submission.entry, submission.language) == (tmp_path.name, "ex4", "python")


def test_what_is_no_work_of_the_student_is_left_out(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ex4.py",
        "spec.py",
        "__main__.py",
        "mistakes.py",
        ".hidden.py",
        "__pycache__/x.py",
        ".git/y.py",
        "venv/z.py",
    )
    assert list(read_submission(tmp_path, "ex4").files) == ["ex4.py"]


def test_links_that_lead_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "mine/ex4.py", "other/secret.py")
    (tmp_path / "mine/link.py").symlink_to(tmp_path / "other/secret.py")
    (tmp_path / "mine/folder").symlink_to(tmp_path / "other")
    (tmp_path / "mine/gone.py").symlink_to(tmp_path / "nowhere.py")
    assert list(read_submission(tmp_path / "mine", "ex4").files) == ["ex4.py"]


def test_a_file_is_taken_with_the_neighbours_it_imports_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, "bob.py", "helper.py")
    write(tmp_path, "alice.py", source=b"from tools import g\nimport numpy\n")
    write(tmp_path, "tools.py", source=b"import helper\n")
    submission = read_submission(tmp_path / "alice.py", "ex4")
    assert set(submission.files) == {"alice.py", "tools.py", "helper.py"}
    assert (submission.name, submission.entry) == ("alice", "alice")


def test_bytes_are_kept_as_they_are(tmp_path: Path) -> None:
    odd = b"\xef\xbb\xbf# caf\xe9\r\nx = '\x00'\r\n"
    write(tmp_path, "ex4.py", source=odd)
    assert read_submission(tmp_path, "ex4").files["ex4.py"] == odd


def test_a_huge_file_is_left_out_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, "ex4.py")
    write(tmp_path, "huge.py", source=b"#" * (MAX_FILE_BYTES + 1))
    submission = read_submission(tmp_path, "ex4")
    assert list(submission.files) == ["ex4.py"]
    assert submission.notes == ("huge.py: not read: larger than 1 MiB",)


def test_a_flood_of_files_is_cut_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, *(f"f{index:04d}.py" for index in range(MAX_FILES + 5)))
    submission = read_submission(tmp_path, "ex4")
    assert len(submission.files) == MAX_FILES
    assert submission.notes == (f"only the first {MAX_FILES} .py files were read",)


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "there is no such file or folder"), ("empty", "holds no .py file"), ("notes.txt", "cannot be graded")],
)
def test_what_cannot_be_graded_is_refused_in_one_line(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path, "notes.txt")
    with pytest.raises(SubmissionError, match=said) as refused:
        read_submission(tmp_path / name, "ex4")
    assert "\n" not in str(refused.value)


def test_a_huge_single_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "huge.py", source=b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(SubmissionError, match="larger than 1 MiB"):
        read_submission(tmp_path / "huge.py", "ex4")


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (b"import numpy as np, helper\n", {"helper.py"}),
        (b"from lib.act import f\n", {"lib/act.py"}),
        (b"from lib import act as a\n", {"lib/__init__.py", "lib/act.py"}),
        (b"from .helper import f\n", {"helper.py"}),
        (b"from . import helper\n", {"helper.py"}),
        (b"# import helper\n", set()),
    ],
)
def test_every_way_of_importing_a_neighbour_is_followed(tmp_path: Path, source: bytes, wanted: set[str]) -> None:
    write(tmp_path, "alice.py", source=source)
    write(tmp_path, "helper.py", "lib/__init__.py", "lib/act.py", source=b"")
    assert set(read_submission(tmp_path / "alice.py", "ex4").files) == {"alice.py", *wanted}


def test_the_work_nearest_the_top_is_read_before_a_flood(tmp_path: Path) -> None:
    write(tmp_path, "src/ex4.py", *(f"archive/old/f{index:04d}.py" for index in range(MAX_FILES + 5)))
    files = list(read_submission(tmp_path, "ex4").files)
    assert files[0] == "src/ex4.py"
    assert len(files) == MAX_FILES


def test_a_folder_of_several_students_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "anna/ex4.py", "ben/ex4.py")
    with pytest.raises(SubmissionError, match=r"holds the work of several, anna/ex4\.py and ben/ex4\.py"):
        read_submission(tmp_path, "ex4")
    write(tmp_path, "ex4.py")
    assert next(iter(read_submission(tmp_path, "ex4").files)) == "ex4.py"


def test_a_bottomless_folder_is_read_down_to_a_limit(tmp_path: Path) -> None:
    write(tmp_path, "ex4.py", "/".join(["d"] * 200) + "/deep.py")
    assert list(read_submission(tmp_path, "ex4").files) == ["ex4.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ex4.py")
    with pytest.raises(SubmissionError, match="is no regular file"):
        read_submission(tmp_path / "ex4.py", "ex4")
    with pytest.raises(SubmissionError, match="holds no"):
        read_submission(tmp_path, "ex4")


def test_an_endless_device_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "ex4.py").symlink_to("/dev/zero")
    with pytest.raises(SubmissionError):
        read_submission(tmp_path / "ex4.py", "ex4")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_names_that_are_no_text_or_would_paint_the_terminal_are_made_inert(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff\x1b]0;title\x07\nTotal 100"
    os.mkdir(folder)
    Path(os.fsdecode(folder), "ex4.py").write_text("x = 1\n", encoding="utf-8")
    name = read_submission(Path(os.fsdecode(folder)), "ex4").name
    assert name.encode("utf-8").isascii() is False
    assert not set(name) & {"\x1b", "\x07", "\n"}
