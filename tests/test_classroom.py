"""A class's submissions and its roster, in the forms in which learning platforms give them."""

from __future__ import annotations

import os
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from grader.classroom import Class, HandedIn, Label, Student, match, missing_from, open_class, read_class, read_roster
from grader.classroom.attempts import attempt_of
from grader.classroom.gradescope import read_metadata
from grader.classroom.layouts import LAYOUTS
from grader.classroom.people import newcomer, with_keys
from grader.errors import SubmissionError, UsageError
from grader.submission import submission_from
from grader.tree import Archive, Tree

SOURCE = "def sigmoid(z):\n    return z\n"

Files = dict[str, str | bytes]
Build = Callable[[Files], Path]


@pytest.fixture
def as_zip(tmp_path: Path) -> Build:
    def build(files: Files) -> Path:
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return build


@pytest.fixture
def as_folder(tmp_path: Path) -> Build:
    def build(files: Files) -> Path:
        for name, content in files.items():
            path = tmp_path / "class" / name
            if name.endswith("/"):
                path.mkdir(parents=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "class"

    return build


@pytest.fixture(params=["as_zip", "as_folder"])
def build(request: pytest.FixtureRequest) -> Build:
    """Both ways: what a platform gives is a .zip, and teachers unpack it."""
    made: Build = request.getfixturevalue(request.param)
    return made


def zipped(files: Files, path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path.read_bytes()


def files(*names: str) -> Files:
    return dict.fromkeys(names, SOURCE)


def work(found: Class) -> dict[str, dict[str, str]]:
    """By key, where in the download each file of a student's comes from."""
    return {
        each.student.key: {name: str(each.tree.places[name]) for name in each.tree.names} for each in found.handed_in
    }


def notes(found: Class) -> dict[str, tuple[str, ...]]:
    return {each.student.key: each.notes for each in found.handed_in if each.notes}


def keys(found: Iterable[HandedIn]) -> list[str]:
    return [each.student.key for each in found]


# --- Canvas -----------------------------------------------------------------------------------------------------------


def test_a_canvas_download_is_grouped_by_student(build: Build) -> None:
    path = build(files("lovelaceada_12_100_ex4.py", "lovelaceada_12_101_my_notes.txt", "hopper_LATE_7_102_ex4.py"))
    found = open_class(path, "ex4")
    assert found.layout == "Canvas"
    assert work(found) == {
        "hopper (7)": {"ex4.py": "hopper_LATE_7_102_ex4.py"},
        "lovelaceada (12)": {"ex4.py": "lovelaceada_12_100_ex4.py", "my_notes.txt": "lovelaceada_12_101_my_notes.txt"},
    }
    assert notes(found) == {"hopper (7)": ("handed in late",)}
    assert found.handed_in[0].tree.read("ex4.py", 100) == SOURCE.encode()


def test_a_repeated_upload_gets_its_name_back(build: Build) -> None:
    found = open_class(build(files("ada_12_100_ex4-2.py", "bob_13_101_sigmoid-10.m")), "ex4")
    assert work(found) == {
        "ada (12)": {"ex4.py": "ada_12_100_ex4-2.py"},
        "bob (13)": {"sigmoid.m": "bob_13_101_sigmoid-10.m"},
    }


def test_the_newest_of_several_uploads_counts(build: Build) -> None:
    found = open_class(build(files("ada_12_99_ex4.py", "ada_12_1000_ex4-1.py", "ada_12_500_ex4-2.py")), "ex4")
    assert work(found) == {"ada (12)": {"ex4.py": "ada_12_1000_ex4-1.py"}}
    assert notes(found) == {"ada (12)": ("the newest of 3 uploads of ex4.py was graded",)}
    assert found.notes == ()


def test_numbers_that_the_student_gave_are_kept(build: Build) -> None:
    found = open_class(build(files("ada_12_99_part-1.ipynb", "ada_12_98_part-2.ipynb")), "ex4")
    assert list(work(found)["ada (12)"]) == ["part-1.ipynb", "part-2.ipynb"]


def test_anonymous_and_text_entries_of_canvas_are_work(build: Build) -> None:
    found = open_class(build(files("anon_Ab3_100_ex4.py", "LATE_anon_xY9_101_ex4.py", "ada_12_text.html")), "ex4")
    assert keys(found.handed_in) == ["ada (12)", "anon_Ab3", "anon_xY9"]
    assert notes(found) == {"anon_xY9": ("handed in late",)}


def test_a_file_cannot_pretend_to_be_somebody_elses_upload(build: Build) -> None:
    found = open_class(build(files("ada_12_100_bob_13_101_ex4.py", "bob_13_102_ex4.py")), "ex4")
    assert work(found)["bob (13)"] == {"ex4.py": "bob_13_102_ex4.py"}


def test_dated_file_names_are_not_taken_for_canvas(build: Build) -> None:
    found = open_class(build(files("lab_2025_01_ada.py", "lab_2025_01_bob.py")), "ex4")
    assert (found.layout, keys(found.handed_in)) == ("plain", ["lab_2025_01_ada", "lab_2025_01_bob"])


def test_two_files_with_one_number_of_upload_are_noted_and_change_nothing_for_the_class(build: Build) -> None:
    others = [f"s{n}_{n}_{200 + n}_ex4.py" for n in range(18)]
    found = open_class(build(files("ada_112_100_ex4.py", "bob_113_100_ex4.py", *others)), "ex4")
    assert (found.layout, len(found.handed_in)) == ("Canvas", 20)
    assert notes(found) == {
        name: (f"{file}: another file has the same number of upload: was one of them renamed?",)
        for name, file in (("ada (112)", "ada_112_100_ex4.py"), ("bob (113)", "bob_113_100_ex4.py"))
    }
    assert set(work(found)["ada (112)"]) == {"ex4.py"}


FILE = "_assignsubmission_file_"


# --- Moodle -----------------------------------------------------------------------------------------------------------


def test_a_moodle_download_in_folders_is_grouped_by_student(build: Build) -> None:
    path = build(
        files(
            "Ada King_12_assignsubmission_file_/ex4.py",
            "Ada King_12_assignsubmission_file_/lib/helper.py",
            "Ada King_13_assignsubmission_file_/ex4.py",
            "王 伟_14_assignsubmission_file/ex4.py",
            "Bob_15_assignsubmission_onlinetext_/onlinetext.html",
        )
    )
    found = open_class(path, "ex4")
    assert found.layout == "Moodle"
    assert {key: list(files) for key, files in work(found).items()} == {
        "Ada King (12)": ["ex4.py", "lib/helper.py"],
        "Ada King (13)": ["ex4.py"],
        "Bob (15)": ["onlinetext.html"],
        "王 伟 (14)": ["ex4.py"],
    }


def test_nobody_takes_the_number_of_another_by_a_name(build: Build) -> None:
    """In a folder's name Eve has chosen what is in front of her number, in a file's name what is behind it."""
    folders = build(files("Vera_99_assignsubmission_file_/ex4.py", f"Eve_99{FILE}x_12{FILE}/ex4.py"))
    assert [each.student.id for each in open_class(folders, "ex4").handed_in] == ["12", "99"]


def test_nor_by_the_name_of_a_file(build: Build) -> None:
    flat = build(files("Vera_99_assignsubmission_file_ex4.py", f"Eve_12{FILE}x_99{FILE}ex4.py"))
    assert [each.student.id for each in open_class(flat, "ex4").handed_in] == ["12", "99"]


def test_a_moodle_download_of_flat_files_is_grouped_by_student(build: Build) -> None:
    found = open_class(
        build(files(*(f"Ada_12_assignsubmission_file_{name}" for name in ("ex4.py", "a_b_2.py")))), "ex4"
    )
    assert work(found) == {
        "Ada (12)": {
            "a_b_2.py": "Ada_12_assignsubmission_file_a_b_2.py",
            "ex4.py": "Ada_12_assignsubmission_file_ex4.py",
        }
    }


# --- Gradescope -------------------------------------------------------------------------------------------------------

METADATA = """---
submission_100:
  :submitters:
  - :name: Ada King
    :sid: '0012'
    :email: ada@example.org
  :created_at: 2025-11-02 14:03:26.205463000 Z
  :results:
    output: |-
      submission_101:
        :submitters:
        - :name: Mallory
    tests:
    - :name: Mallory
submission_101:
  :submitters:
  - :name: "Zo\\u00eb B"
    :sid:
    :email: zoe@example.org
  - :name: 'Mary O''Hara'
    :sid: 7
  :created_at: 2025-11-01 09:00:00.000000000 Z
  :history:
  - :id: 99
    :name: Mallory
"""


def test_a_gradescope_export_is_grouped_by_its_metadata(build: Build) -> None:
    path = build({**files("submission_100/ex4.py", "submission_101/src/ex4.py"), "submission_metadata.yml": METADATA})
    found = open_class(path, "ex4")
    assert found.layout == "Gradescope"
    assert work(found) == {
        "Ada King (0012)": {"ex4.py": "submission_100/ex4.py"},
        "Mary O'Hara (7)": {"src/ex4.py": "submission_101/src/ex4.py"},
        "Zoë B (zoe@example.org)": {"src/ex4.py": "submission_101/src/ex4.py"},
    }
    assert notes(found) == {
        "Mary O'Hara (7)": ("handed in together with Zoë B",),
        "Zoë B (zoe@example.org)": ("handed in together with Mary O'Hara",),
    }
    assert found.handed_in[0].attempt == "2 Nov 2025 14:03"
    assert found.handed_in[0].student.aliases == ("ada@example.org",)
    assert found.notes == ()


def test_the_newest_gradescope_submission_of_a_student_counts(build: Build) -> None:
    metadata = "".join(f"submission_{n}:\n  :submitters:\n  - :name: Ada\n    :sid: 1\n" for n in (9, 10))
    path = build({**files("submission_9/ex4.py", "submission_10/ex4.py"), "submission_metadata.yml": metadata})
    found = open_class(path, "ex4")
    assert work(found) == {"Ada (1)": {"ex4.py": "submission_10/ex4.py"}}
    assert notes(found) == {"Ada (1)": ("the newest of 2 attempts (submission_10) was graded",)}


def test_an_empty_newest_submission_is_not_replaced_by_an_older_one(build: Build) -> None:
    metadata = "".join(f"submission_{n}:\n  :submitters:\n  - :name: Ada\n    :sid: 1\n" for n in (9, 10))
    path = build({**files("submission_9/ex4.py", "submission_10/"), "submission_metadata.yml": metadata})
    assert work(open_class(path, "ex4")) == {"Ada (1)": {}}


def test_a_submission_that_the_metadata_does_not_know_is_kept(build: Build) -> None:
    path = build({**files("submission_5/ex4.py"), "submission_metadata.yml": ":submitters:\n    :name: x\n"})
    assert work(open_class(path, "ex4")) == {"submission_5": {"ex4.py": "submission_5/ex4.py"}}


def test_metadata_is_read_like_yaml() -> None:
    yaml = pytest.importorskip("yaml")
    loaded = yaml.safe_load(METADATA)
    entries = read_metadata(METADATA.splitlines())
    assert entries.keys() == loaded.keys()
    for key, entry in entries.items():
        people = [
            {name[1:]: "" if value is None else str(value) for name, value in person.items()}
            for person in loaded[key][":submitters"]
        ]
        assert entry.people == people


def test_output_of_students_in_the_metadata_names_nobody() -> None:
    entries = read_metadata(METADATA.splitlines())
    assert "Mallory" not in str([entry.people for entry in entries.values()])


def test_a_name_of_many_lines_gives_nobody_another_id() -> None:
    lines = ["s_1:", "  :submitters:", "  - :name: |-", "      Eve", "      :sid: 1", "    :email: eve@example.org"]
    assert read_metadata(lines)["s_1"].people == [{"name": "", "email": "eve@example.org"}]


def test_hostile_names_in_metadata_become_inert(build: Build) -> None:
    people = '  - :name: "Eve\\n\\x1b[2J=cmd()"\n    :sid: "1\\u202e"\n  - :name: Ada\n    :sid: 2\n'
    metadata = f"submission_1:\n  :submitters:\n{people}"
    found = open_class(build({**files("submission_1/ex4.py"), "submission_metadata.yml": metadata}), "ex4")
    assert keys(found.handed_in) == ["Ada (2)", "Eve =cmd() (1)"]
    assert notes(found)["Ada (2)"] == ("handed in together with Eve =cmd()",)


def test_metadata_that_begins_in_the_middle_of_a_person_is_read() -> None:
    assert read_metadata(["s_1:", "  :submitters:", "    :sid: 1"])["s_1"].people == [{"sid": "1"}]


@pytest.mark.parametrize("seed", range(5))
def test_damaged_metadata_does_not_stop_the_class(build: Build, seed: int) -> None:
    draw = random.Random(seed)
    damaged = "".join(letter if draw.random() < 0.9 else draw.choice("\n :-'\"\\x") for letter in METADATA)
    path = build({**files("submission_100/ex4.py"), "submission_metadata.yml": damaged})
    assert [each.tree.names for each in read_class(path, "ex4")] == [("ex4.py",)]


# --- Blackboard -------------------------------------------------------------------------------------------------------


def test_a_blackboard_download_is_grouped_by_student(build: Build) -> None:
    path = build(
        {
            **files("Lab_4_ada_attempt_2025-11-01-10-00-00_ex4.py", "Lab_4_bob_attempt_2025-11-01-11-00-00_my_ex4.py"),
            **files("Lab_4_ada_attempt_2025-11-02-14-03-00_ex4.py"),
            "Lab_4_ada_attempt_2025-11-02-14-03-00.txt": "Name: Ada King (ada)\nAssignment: Lab_4\n",
        }
    )
    found = open_class(path, "ex4")
    assert found.layout == "Blackboard"
    assert work(found)["Ada King (ada)"]["ex4.py"] == "Lab_4_ada_attempt_2025-11-02-14-03-00_ex4.py"
    assert work(found)["bob"] == {"my_ex4.py": "Lab_4_bob_attempt_2025-11-01-11-00-00_my_ex4.py"}
    assert notes(found) == {"Ada King (ada)": ("the newest of 2 attempts (2 Nov 2025 14:03) was graded",)}


def test_a_receipt_without_files_is_the_newest_attempt(build: Build) -> None:
    names = files("Lab_ada_attempt_2025-11-01-10-00-00_ex4.py", "Lab_ada_attempt_2025-11-02-10-00-00.txt")
    assert [*work(open_class(build(names), "ex4"))["ada"]] == ["Lab_ada_attempt_2025-11-02-10-00-00.txt"]


def test_logins_that_end_alike_are_told_apart(build: Build) -> None:
    names = files(*(f"Lab_{login}_attempt_2025-11-01-10-00-00_ex4.py" for login in ("x_ada", "y_ada")))
    assert keys(read_class(build(names), "ex4")) == ["ada", "ada #2"]


# --- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("download", "labels"),
    [
        (files("ada_12_100_ex4.py"), [{Label.CANVAS: "12"}]),
        (files("anon_Ab3_100_ex4.py"), [{}]),
        (files(f"Ada_12{FILE}/ex4.py"), [{Label.PARTICIPANT: "Participant 12"}]),
        (
            {**files("submission_100/ex4.py", "submission_101/ex4.py"), "submission_metadata.yml": METADATA},
            [
                {Label.NUMBER: "0012", Label.EMAIL: "ada@example.org"},
                {Label.NUMBER: "7"},
                {Label.EMAIL: "zoe@example.org"},
            ],
        ),
        (
            {
                **files("Lab_ada_attempt_2025-11-02-14-03-00_ex4.py", "Lab_x_bob_attempt_2025-11-02-14-03-00_ex4.py"),
                "Lab_ada_attempt_2025-11-02-14-03-00.txt": "Name: Ada King (ada)\n",
            },
            [{Label.LOGIN: "ada"}, {}],
        ),
        (files("12/ex4.py"), [{}]),
    ],
)
def test_of_what_kind_a_label_is_depends_on_the_platform(
    build: Build, download: Files, labels: list[dict[Label, str]]
) -> None:
    assert [each.student.labels for each in read_class(build(download), "ex4")] == labels


# --- plain folders ----------------------------------------------------------------------------------------------------


def test_plain_folders_and_files_are_students(build: Build, tmp_path: Path) -> None:
    inner = zipped(files("ex4.py"), tmp_path / "inner.zip")
    path = build(
        {**files("ada/ex4.py", "ada/sub/b.py", "bob.py", "eve.ipynb", "README.md"), "cy.zip": inner, "dee/": ""}
    )
    found = open_class(path, "ex4")
    assert found.layout == "plain"
    assert {key: list(names) for key, names in work(found).items()} == {
        "ada": ["ex4.py", "sub/b.py"],
        "bob": ["bob.py"],
        "cy": ["cy.zip"],
        "dee": [],
        "eve": ["eve.ipynb"],
    }
    assert found.notes == ("left aside, as it is nobody's work: README.md",)


def test_the_folder_of_the_exercise_counts(build: Build) -> None:
    found = open_class(build(files("ada/ex4/ex4.py", "ada/ex3/ex3.py", "ada/old.py", "bob/EX4/ex4.py")), "ex4")
    assert work(found) == {"ada": {"ex4.py": "ada/ex4/ex4.py"}, "bob": {"ex4.py": "bob/EX4/ex4.py"}}


@pytest.mark.parametrize(
    ("folders", "text"),
    [
        (("attempt-9", "attempt-10"), "attempt-10"),
        (("Attempt 1", "Attempt 2"), "Attempt 2"),
        (("2025-11-02", "2025-12-01"), "1 Dec 2025"),
        (("2025-11-02 14-03", "2025-11-02 14-10"), "2 Nov 2025 14:10"),
        (("submission_20251102", "submission_20251103-0900"), "3 Nov 2025 09:00"),
    ],
)
def test_the_newest_attempt_counts(build: Build, folders: tuple[str, str], text: str) -> None:
    found = open_class(build(files(*(f"ada/{folder}/ex4.py" for folder in folders), "bob/ex4.py")), "ex4")
    assert work(found)["ada"] == {"ex4.py": f"ada/{folders[1]}/ex4.py"}
    assert found.handed_in[0].attempt == text
    assert notes(found) == {"ada": (f"the newest of 2 attempts ({text}) was graded",)}


def test_files_beside_attempts_are_left_aside_and_that_is_told(build: Build) -> None:
    found = open_class(build(files("ada/attempt-1/ex4.py", "ada/other.py", "bob/ex4.py")), "ex4")
    assert work(found)["ada"] == {"ex4.py": "ada/attempt-1/ex4.py"}
    assert notes(found) == {"ada": ("what lies beside the attempts was left aside",)}


@pytest.mark.parametrize("name", ["src", "ex4", "week 2", "2025", "2025-13-45", "attempt", "attempt-1234567", "v"])
def test_other_folders_are_no_attempts(name: str) -> None:
    assert attempt_of(name) is None


def test_a_file_and_a_folder_of_one_student_are_one_submission(build: Build) -> None:
    found = open_class(build(files("ada.py", "ada/ada.py", "bob.py")), "ex4")
    assert work(found)["ada"] == {"ada.py": "ada.py", "ada/ada.py": "ada/ada.py"}


# --- where the class is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["sub missions/ada/ex4.py", "sub missions/bob/ex4.py"], ["ada", "bob"]),
        (["ex4/ada/ex4.py", "ex4/bob.py"], ["ada", "bob"]),
        (["top/ada/ex4.py", "__MACOSX/top/._ada", "../../evil.py"], ["ada"]),
        (["ada/ex4.py"], ["ada"]),
        (["ada/sigmoid.m", "ada/nnCostFunction.m"], ["ada"]),
        (["ada/ex4/ex4.py", "ada/ex3/ex3.py"], ["ada"]),
        (["top/ada_12_100_ex4.py", "top/bob_13_101_ex4.py"], ["ada (12)", "bob (13)"]),
    ],
)
def test_a_single_folder_in_an_archive_is_stepped_into(as_zip: Build, names: list[str], expected: list[str]) -> None:
    assert keys(read_class(as_zip(files(*names)), "ex4")) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["ada/my_work.py"], ["ada"]),
        (["ex4/ada/work.py"], ["ada"]),
        (["download/Ada_12_assignsubmission_file_/work.py"], ["Ada (12)"]),
    ],
)
def test_the_only_folder_on_disk_is_a_student_if_it_can_be(
    as_folder: Build, names: list[str], expected: list[str]
) -> None:
    assert keys(read_class(as_folder(files(*names)), "ex4")) == expected


@pytest.mark.parametrize(
    "names", [["ex4.py", "helper.py"], ["sigmoid.m"], ["ex4/ex4.py"], ["ex4/ex4.py", "ex3/ex3.py"]]
)
def test_one_students_work_is_not_taken_for_a_class(build: Build, names: list[str]) -> None:
    with pytest.raises(SubmissionError, match="is the work of one student"):
        open_class(build(files(*names)), "ex4")


def test_a_class_of_one_empty_folder_is_one_student(as_zip: Build) -> None:
    assert keys(read_class(as_zip({"ada/": ""}), "ex4")) == ["ada"]


def test_a_class_without_submissions_is_refused(build: Build) -> None:
    with pytest.raises(SubmissionError, match=r"class.*: holds no submission, only README.md; grades.csv"):
        open_class(build(files("README.md", "grades.csv")), "ex4")


def test_an_empty_class_is_refused(tmp_path: Path, as_zip: Build) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", as_zip({})):
        with pytest.raises(SubmissionError, match="is empty"):
            open_class(path, "ex4")


def test_a_class_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="there is no such file or folder"):
        open_class(tmp_path / "nowhere", "ex4")


def test_every_layout_has_a_test_here() -> None:
    assert {layout.name for layout in LAYOUTS} == {"Canvas", "Moodle", "Gradescope", "Blackboard", "plain"}


# --- untrusted names and files ----------------------------------------------------------------------------------------

HOSTILE = [
    "a\nb",
    "\u200fa",
    "\u200ba",
    "\x1b[31mred\x1b[0m",
    "=cmd()",
    "\u202eevil",
    "x" * 200,
    "\ud800",
    "'); DROP TABLE grades;--",
    " ",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_become_inert(name: str) -> None:
    (student,) = with_keys([newcomer(name, name, (name,))])
    for text in (student.key, student.name, student.id, *student.aliases):
        assert text.isprintable()
        assert len(text) <= 210
    assert student.name
    student.key.encode()


def test_a_path_that_leads_out_of_an_archive_is_nobodys(as_zip: Build) -> None:
    found = open_class(as_zip(files("../../bob/ex4.py", "ada/ex4.py", "cy/../../ex4.py")), "ex4")
    assert work(found) == {"ada": {"ex4.py": "ada/ex4.py"}, "cy": {}}
    assert "leads out" in found.handed_in[1].tree.notes[0]


def test_a_students_broken_archive_does_not_stop_the_class(build: Build) -> None:
    path = build({**files("ada.py"), "bob.zip": b"PK\x03\x04 not an archive"})
    ada, bob = read_class(path, "ex4")
    assert submission_from(ada.tree, ada.student.key, "ex4").files == {"ada.py": SOURCE.encode()}
    with pytest.raises(SubmissionError, match=r"^bob/bob.zip: is no .zip"):
        submission_from(bob.tree, bob.student.key, "ex4")


def test_a_students_empty_folder_is_told_when_it_is_graded(build: Build) -> None:
    ada, bob = read_class(build(files("ada/ex4.py", "bob/")), "ex4")
    with pytest.raises(SubmissionError, match=r"^bob: ") as told:
        submission_from(bob.tree, bob.student.key, "ex4")
    assert "\n" not in str(told.value)
    assert submission_from(ada.tree, "ada", "ex4").name == "ada"


@pytest.mark.parametrize("folder", ["bob", "bob/attempt-2", "bob/src"])
def test_a_students_folder_that_may_not_be_read_is_told_when_it_is_graded(
    as_folder: Build, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    path = as_folder(files("ada/ex4.py", "bob/attempt-1/", f"{folder}/ex4.py"))
    iterdir = Path.iterdir

    def refused(self: Path) -> Iterator[Path]:
        if self == path / folder:
            raise PermissionError(13, "Permission denied", str(self))
        return iterdir(self)

    monkeypatch.setattr(Path, "iterdir", refused)
    ada, bob = read_class(path, "ex4")
    assert submission_from(ada.tree, "ada", "ex4").notes == ()
    with pytest.raises(SubmissionError, match=rf"^bob: .*{folder[4:]}/: cannot be read: Permission denied$"):
        submission_from(bob.tree, bob.student.key, "ex4")


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_class_is_not_followed(as_folder: Build, tmp_path: Path) -> None:
    path = as_folder(files("ada/ex4.py"))
    (tmp_path / "secret.py").write_text("answers = 42")
    (path / "ada" / "stolen.py").symlink_to(tmp_path / "secret.py")
    (ada,) = read_class(path, "ex4")
    assert ada.tree.names == ("ex4.py",)
    assert "stolen.py: left out: a link that leads out of the folder" in ada.tree.notes


def test_nothing_is_read_before_it_is_asked_for(as_zip: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    path = as_zip(files("ada/ex4.py", "bob/ex4.py"))
    read: list[str] = []
    original = Archive.read

    def watched(self: Archive, name: str, most: int) -> bytes:
        read.append(name)
        return original(self, name, most)

    monkeypatch.setattr(Archive, "read", watched)
    ada, _ = read_class(path, "ex4")
    assert read == []
    ada.tree.read("ex4.py", 100)
    assert read == ["ada/ex4.py"]


def test_a_large_class_is_listed_quickly_and_in_little_memory(as_zip: Build) -> None:
    path = as_zip(files(*(f"Student {n}_{n}_assignsubmission_file_/{f}.py" for n in range(3000) for f in ("ex4", "b"))))
    start = time.process_time()
    found = open_class(path, "ex4")
    seconds = time.process_time() - start
    assert len(found.handed_in) == 3000
    assert seconds < 5
    tracemalloc.start()
    open_class(path, "ex4")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3000 * 10_000


# --- keys -------------------------------------------------------------------------------------------------------------


def test_keys_do_not_depend_on_who_else_handed_in(as_zip: Build) -> None:
    names = [f"Li Wei_{number}_assignsubmission_file_/ex4.py" for number in (3, 1, 2)]
    alone = keys(read_class(as_zip(files(names[0])), "ex4"))
    assert alone == ["Li Wei (3)"]
    assert keys(read_class(as_zip(files(*names)), "ex4")) == ["Li Wei (1)", "Li Wei (2)", "Li Wei (3)"]


def test_keys_are_unique_and_the_same_every_time() -> None:
    students = [newcomer(name) for name in ("ada", "ada #2", "a\x1bda", "ada")]
    assert [student.key for student in with_keys(students)] == ["ada", "ada #2", "ada #3", "ada #4"]


def test_two_ways_of_writing_an_accent_are_one_name() -> None:
    first, second = with_keys([newcomer("Zoë"), newcomer("Zoe\u0308")])
    assert (first.name, second.key) == (second.name, "Zoë #2")


# --- the roster -------------------------------------------------------------------------------------------------------

CANVAS_ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,ex4 (55)
    Points Possible,,,,,100
"King, Ada",12,0012,ada,Math,
"Student, Test",99,,x,Math,
"""
MOODLE_ROSTER = """Identifier,"Full name","Email address",Status,Grade
"Participant 12","Ada King",ada@example.org,Submitted,
"""
MOODLE_GRADES = """"First name","Surname","ID number","Institution","Department","Email address"
Ada,King,12,,,ada@example.org
"""
GRADESCOPE_ROSTER = """First Name,Last Name,SID,Email,Role
Ada,King,12,ada@example.org,Student
Tim,Tutor,,tim@example.org,TA
"""


def roster(tmp_path: Path, content: str | bytes) -> list[Student]:
    path = tmp_path / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


@pytest.mark.parametrize(
    ("text", "name", "aliases"),
    [
        (CANVAS_ROSTER, "King, Ada", ("0012", "ada")),
        (MOODLE_ROSTER, "Ada King", ("ada@example.org",)),
        (MOODLE_GRADES, "Ada King", ("ada@example.org",)),
        (GRADESCOPE_ROSTER, "Ada King", ("ada@example.org",)),
        ("name;number\nAda King;12\n", "Ada King", ()),
        ("E-Mail\tID\nada@example.org\t12\n", "12", ("ada@example.org",)),
        ("sep=;\nName;ID\nAda King;12\n", "Ada King", ()),
        ('Class of 2025\n\nName,ID\n"Ada\r\nKing",12\n\n,,\n', "Ada King", ()),
    ],
)
def test_exported_class_lists_are_read(tmp_path: Path, text: str, name: str, aliases: tuple[str, ...]) -> None:
    (student,) = roster(tmp_path, text)
    assert (student.name, student.id, student.aliases) == (name, "12", aliases)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (CANVAS_ROSTER, {Label.CANVAS: "12", Label.NUMBER: "0012", Label.LOGIN: "ada"}),
        (CANVAS_ROSTER.replace("SIS ", "Other "), {Label.CANVAS: "12"}),
        (MOODLE_ROSTER, {Label.PARTICIPANT: "Participant 12", Label.EMAIL: "ada@example.org"}),
        (MOODLE_GRADES, {Label.NUMBER: "12", Label.EMAIL: "ada@example.org"}),
        (GRADESCOPE_ROSTER, {Label.NUMBER: "12", Label.EMAIL: "ada@example.org"}),
        ("Student,ID,Login\nAda King,12,ada\n", {Label.NUMBER: "12", Label.LOGIN: "ada"}),
        ("Name\nAda King\n", {}),
    ],
)
def test_an_id_is_of_the_platform_that_made_the_class_list(tmp_path: Path, text: str, labels: dict[Label, str]) -> None:
    assert roster(tmp_path, text)[0].labels == labels


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_class_lists_are_read_in_common_encodings(tmp_path: Path, encoding: str) -> None:
    students = roster(tmp_path, "Name,ID\nZoë Müller,1\nÅsa,2\n".encode(encoding))
    assert [student.key for student in students] == ["Zoë Müller (1)", "Åsa (2)"]


@pytest.mark.parametrize(
    ("columns", "label"), [("Student,ID,Section,ex4 (55)", Label.CANVAS), ("Student,ID,Section", Label.NUMBER)]
)
def test_an_id_is_canvas_own_only_beside_grades(tmp_path: Path, columns: str, label: Label) -> None:
    (student,) = roster(tmp_path, f"{columns}\nAda,12,Math\n")
    assert student.labels == {label: "12"}


def test_the_line_of_a_gradebook_is_kept(tmp_path: Path) -> None:
    (student,) = roster(tmp_path, CANVAS_ROSTER)
    assert student.row["SIS User ID"] == "0012"
    assert student.row["Section"] == "Math"


def test_cells_beyond_the_last_column_are_left_out(tmp_path: Path) -> None:
    (student,) = roster(tmp_path, "Name,ID\nAda,1,2,3\n")
    assert student.row == {"Name": "Ada", "ID": "1"}


def test_a_student_listed_twice_is_one(tmp_path: Path) -> None:
    assert len(roster(tmp_path, "Name,ID\nAda,1\nAda,1\nAda,2\n")) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("a,b\n1,2\n", "has no column for names, ids or e-mail addresses"),
        ("", "has no column"),
        ("Name,ID\n", "lists no student"),
        (b"PK\x03\x04\x00\xff" * 50, "has no column"),
        ('Name,ID\n"' + "x" * 200_000, "is no table"),
    ],
)
def test_a_useless_class_list_gets_one_clear_line(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint) as told:
        roster(tmp_path, content)
    assert "\n" not in str(told.value)


def test_a_missing_class_list_gets_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv: cannot be read: No such file"):
        read_roster(tmp_path / "none.csv")


# --- matching ---------------------------------------------------------------------------------------------------------


def entered(*students: tuple[str, str] | tuple[str, str, str]) -> list[Student]:
    return with_keys(newcomer(name, id, tuple(others)) for name, id, *others in students)


@pytest.mark.parametrize(
    "student",
    [
        ("someone else", "12"),
        ("someone else", "0012"),
        ("folder", "", "ada"),
        ("folder", "", "ADA@example.org"),
        ("ADA  king", ""),
        ("King, Ada", ""),
        ("kingada", "999"),
        ("Áda King", "5"),
        ("Ａda King", ""),
    ],
)
def test_students_are_found_on_the_roster(student: tuple[str, ...]) -> None:
    listed = entered(("Ada King", "12", "ada@example.org"), ("Bob Ross", "13", "bob@example.org"))
    (someone,) = entered(student)  # type: ignore[arg-type]
    found = match(listed, [someone])
    assert found.entries == {someone.key: listed[0]}
    assert found.missing == (listed[1],)
    assert found.notes == ()


@pytest.mark.parametrize("name", ["Ad King", "Anna Lee", "राम", "King"])
def test_other_people_are_not_found_on_the_roster(name: str) -> None:
    listed = entered(("Ada King", "12"), ("Ann Alee", "13"), ("रमा", "14"))
    found = match(listed, entered((name, "")))
    assert found.entries == {}
    assert found.missing == tuple(listed)
    assert found.notes == (f"{name}: is not on the roster",)


@pytest.mark.parametrize(
    ("student", "note"),
    [
        (("Li Wei", ""), "Li Wei: may be Li Wei (1) or Li Wei (2) on the roster"),
        (("Ada King", "1"), "Ada King (1): may be Ada King (3) or Li Wei (1) on the roster"),
    ],
)
def test_doubt_is_told_and_nobody_in_doubt_is_missing(student: tuple[str, str], note: str) -> None:
    listed = entered(("Ada King", "3"), ("Li Wei", "1"), ("Li Wei", "2"), ("Bob", "4"))
    found = match(listed, entered(student))
    assert found.entries == {}
    assert found.notes == (note,)
    assert not {each.key for each in found.missing} & set(note.split("may be ")[1].split(" on the")[0].split(" or "))
    assert listed[3] in found.missing


def test_an_id_tells_apart_people_of_one_name() -> None:
    listed = entered(("Li Wei", "1"), ("Li Wei", "2"))
    (someone,) = entered(("Li Wei", "2"))
    assert match(listed, [someone]).entries == {someone.key: listed[1]}


def test_what_the_roster_says_is_added_to_what_the_download_says() -> None:
    line = newcomer("Ada King", "s12", labels={Label.NUMBER: "s12"})
    downloaded = newcomer("Ada King", "12", labels={Label.CANVAS: "12", Label.NUMBER: "other"})
    found = match(with_keys([line]), with_keys([downloaded]))
    assert found.entries["Ada King (12)"].labels == {Label.CANVAS: "12", Label.NUMBER: "s12"}


def test_two_who_may_be_the_same_student_are_both_told() -> None:
    listed = entered(("Ada King", "12"), ("Bob", "13"))
    found = match(listed, entered(("Ada King", ""), ("folder", "12")))
    assert found.entries == {}
    assert len(found.notes) == 2
    assert "Ada King: is Ada King (12) on the roster, and so is somebody else's work" in found.notes
    assert found.missing == (listed[1],)


def test_who_has_not_handed_in_is_listed(build: Build) -> None:
    listed = entered(("Ada King", "12"), ("Bob", "13"), ("Cy", "14"))
    handed_in = read_class(
        build(files("Ada King_12_assignsubmission_file_/ex4.py", "Cy_14_assignsubmission_file_/")), "ex4"
    )
    assert missing_from(listed, handed_in) == [listed[1]]


def test_handed_in_work_is_a_tree(as_zip: Build) -> None:
    assert all(isinstance(each.tree, Tree) for each in read_class(as_zip(files("ada/ex4.py", "bob.py")), "ex4"))
