from __future__ import annotations

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
