from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.model import Submission
from grader.submission import (
    MAX_BYTES,
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_LOOKUPS,
    MAX_NOTES,
    read_submission,
    submission_from,
)
from grader.tree import Archive, Below, Folder


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
    write(tmp_path / "one", "sub/ex4.py")
    assert list(read_submission(tmp_path / "one", "ex4").files) == ["sub/ex4.py"]


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
    assert submission.notes == ("read with it: helper.py, tools.py",)
    assert read_submission(tmp_path / "bob.py", "ex4").notes == ()


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
        (b"import os; import helper\n", {"helper.py"}),
        (b"# import helper\n", set()),
        (b"import numpy as helper\n", set()),
        (b"import numpy  # not helper\n", set()),
        (b"import numpy; print(helper(1))\n", set()),
        (b"'Gives\\\nfrom helper(x) a number.'\n", set()),
        (b"print(helper(1))\n", set()),
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


# --- languages --------------------------------------------------------------------------------------------------------


def define(*names: str) -> bytes:
    return "".join(f"def {name}(z):\n    return z\n" for name in names).encode()


def notebook(*cells: bytes | str) -> bytes:
    sources = [cell.decode() if isinstance(cell, bytes) else cell for cell in cells]
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


def handed_in(folder: Path, **files: bytes) -> Submission:
    for name, content in files.items():
        write(folder, name.replace("__", "."), source=content)
    return read_submission(folder, "ex4")


def test_a_notebook_gives_its_cells(tmp_path: Path) -> None:
    write(tmp_path, "anna.ipynb", source=notebook("a = 1", "", "b = 2"))
    for path, name, entry in ((tmp_path, tmp_path.name, "ex4"), (tmp_path / "anna.ipynb", "anna", "anna")):
        submission = read_submission(path, "ex4")
        assert (submission.name, submission.entry, submission.language) == (name, entry, "notebook")
        assert submission.files == {"anna.ipynb cell 1": b"a = 1", "anna.ipynb cell 3": b"b = 2"}


@pytest.mark.parametrize("statement", ["import tools", "from tools import g", "%run tools.py", "%run -i ./tools.py"])
def test_a_notebook_has_the_files_that_it_imports(tmp_path: Path, statement: str) -> None:
    write(tmp_path, "sub/ex4.ipynb", source=notebook("x = 1", statement, define("predict", "sigmoid")))
    write(tmp_path, "sub/tools.py", source=b"import deeper\n")
    write(tmp_path, "sub/deeper.py", "sub/other.py", "tools.py")
    submission = read_submission(tmp_path, "ex4")
    assert submission.language == "notebook"
    assert [name for name in submission.files if "cell" not in name] == ["sub/tools.py", "sub/deeper.py"]
    assert submission.notes == ("the .ipynb files were graded; left aside: tools.py, sub/other.py",)
    assert read_submission(tmp_path / "sub/ex4.ipynb", "ex4").files.keys() == {
        name.removeprefix("sub/") for name in submission.files
    }


def test_an_import_of_everything_is_looked_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(Folder, "has", lambda self, name: seen.append(name))
    sources = ("\n".join(f"import m{n}, {name}{n}" for n in range(MAX_LOOKUPS)) for name in "abc")
    write(tmp_path, "ex4.ipynb", source=notebook(*sources))
    read_submission(tmp_path / "ex4.ipynb", "ex4")
    assert len(seen) == len(set(seen)) == MAX_LOOKUPS


def test_of_very_many_files_that_are_imported_the_first_are_read(tmp_path: Path) -> None:
    write(tmp_path, *(f"m{n:04}.py" for n in range(MAX_FILES + 5)))
    write(tmp_path, "alice.py", source=b"\n".join(b"import m%04d" % n for n in range(MAX_FILES + 5)))
    assert len(read_submission(tmp_path / "alice.py", "ex4").files) == MAX_FILES + 1


def test_octave_files_are_taken_as_they_are(tmp_path: Path) -> None:
    odd = b"\xef\xbb\xbffunction g = sigmoid(z)\r\n% caf\xe9\r\n"
    write(tmp_path, "sigmoid.m", source=odd)
    write(tmp_path, "lib/jsonlab/savejson.m", "ex4data1.mat")
    submission = read_submission(tmp_path, "ex4")
    assert (submission.entry, submission.language) == ("ex4", "octave")
    assert list(submission.files) == ["sigmoid.m", "lib/jsonlab/savejson.m"]
    assert submission.files["sigmoid.m"] == odd


def test_an_octave_file_is_taken_with_the_functions_that_it_may_call(tmp_path: Path) -> None:
    write(tmp_path, "nnCostFunction.m", source=b"function J = nnCostFunction(X)\nJ = sigmoid(X);\n")
    write(tmp_path, "sigmoid.m", source=b"g = one./onePlus(z)")
    write(tmp_path, "onePlus.m", "other.m")
    submission = read_submission(tmp_path / "nnCostFunction.m", "ex4")
    assert set(submission.files) == {"nnCostFunction.m", "sigmoid.m", "onePlus.m"}
    assert (submission.name, submission.entry, submission.language) == ("nnCostFunction", "ex4", "octave")


OCTAVE_BOTH = b"function [J grad] = nnCostFunction(X)\n\tfunction g=sigmoid (z) % x = f(z)\n  x = predict(1)\n"


@pytest.mark.parametrize(
    ("files", "language", "aside"),
    [
        (
            {"a__py": define("sigmoid"), "b__ipynb": notebook("import numpy"), "c__m": b"x = 1"},
            "python",
            "b.ipynb, c.m",
        ),
        ({"a__py": define("sigmoid"), "b__ipynb": notebook(define("predict")), "c__m": b""}, "python", "b.ipynb, c.m"),
        ({"a__py": define("other"), "b__ipynb": notebook("predict = lambda x: x")}, "notebook", "a.py"),
        ({"a__py": b"predict == 1\nx = predict\n", "b__ipynb": notebook("x", "predict=1")}, "notebook", "a.py"),
        ({"a__py": define("sigmoid"), "b__ipynb": notebook(define("sigmoid"), define("predict"))}, "notebook", "a.py"),
        ({"a__py": define("sigmoid"), "c__m": OCTAVE_BOTH}, "octave", "a.py"),
        ({"a__py": define("sigmoid", "predict", "nnCostFunction"), "c__m": OCTAVE_BOTH}, "python", "c.m"),
        ({"b__ipynb": notebook(define("sigmoid")), "c__m": b"sigmoid(1)\n"}, "notebook", "c.m"),
        ({"b__ipynb": notebook("from a import *"), "a__py": define("sigmoid")}, "python", "b.ipynb"),
        ({"b__ipynb": notebook("from a import *", define("predict")), "a__py": define("sigmoid")}, "notebook", ""),
        ({"a__py": define("sigmoid"), "b__ipynb": notebook(define("nn_cost_function", "Predict"))}, "notebook", "a.py"),
    ],
)
def test_the_language_that_defines_most_is_graded_and_a_note_names_the_rest(
    tmp_path: Path, files: dict[str, bytes], language: str, aside: str
) -> None:
    submission = handed_in(tmp_path, **files)
    suffix = {"python": "py", "notebook": "ipynb", "octave": "m"}[language]
    note = f"the .{suffix} files were graded; left aside: {aside}"
    assert (submission.language, submission.notes) == (language, (note,) if aside else ())


UNTOUCHED = Path(__file__).with_name("submissions") / "ex4/nothing-untouched-stubs/submission/ex4.py"


def shipped(monkeypatch: pytest.MonkeyPatch, stubs: Path) -> None:
    """`stubs` is what students find in exercises/."""
    monkeypatch.setattr("grader.cases.stub_path", lambda exercise: stubs)
    monkeypatch.setattr("grader.submission.stub_path", lambda exercise: stubs)


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
@pytest.mark.parametrize(
    ("name", "work"), [("b.ipynb", notebook(define("sigmoid"))), ("sigmoid.m", b"function g = sigmoid(z)\n")]
)
def test_untouched_stubs_beside_work_in_another_language_are_left_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, work: bytes, newline: bytes
) -> None:
    """Whatever has become of those in exercises/."""
    write(tmp_path, "exercises/ex4.py", source=define("sigmoid"))
    shipped(monkeypatch, tmp_path / "exercises/ex4.py")
    mine = tmp_path / "mine"
    write(mine, "ex4.py", source=UNTOUCHED.read_bytes().replace(b"\n", newline))
    assert read_submission(mine, "ex4").language == "python"
    write(mine, name, source=work)
    submission = read_submission(mine, "ex4")
    assert submission.notes == (f"the {Path(name).suffix} files were graded; left aside: ex4.py",)


def test_stubs_that_were_filled_in_are_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled_in = UNTOUCHED.read_bytes() + define("sigmoid")
    write(tmp_path, "exercises/ex4.py", "mine/ex4.py", source=filled_in)
    write(tmp_path, "mine/b.ipynb", source=notebook(define("sigmoid")))
    for stubs in (UNTOUCHED, tmp_path / "exercises/ex4.py"):
        shipped(monkeypatch, stubs)
        assert read_submission(tmp_path / "mine", "ex4").language == "python"


def test_of_many_files_left_aside_a_few_are_named(tmp_path: Path) -> None:
    write(tmp_path, "ex4.py", *(f"{n}.m" for n in range(8)))
    (note,) = read_submission(tmp_path, "ex4").notes
    assert note == "the .py files were graded; left aside: 0.m, 1.m, 2.m and 5 more"


def test_a_damaged_notebook_is_told_and_other_work_is_graded(tmp_path: Path) -> None:
    damaged = "is damaged, or no notebook: save it anew in Jupyter"
    write(tmp_path, "ex4.ipynb", source=b'{"cells": [')
    for path in (tmp_path, tmp_path / "ex4.ipynb"):
        with pytest.raises(SubmissionError, match=rf"ex4\.ipynb: {damaged}"):
            read_submission(path, "ex4")
    write(tmp_path, "draft.ipynb", source=notebook(define("sigmoid")))
    submission = read_submission(tmp_path, "ex4")
    assert (list(submission.files), submission.notes) == (["draft.ipynb cell 1"], (f"ex4.ipynb: {damaged}",))


def test_a_notebook_without_code_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "ex4.ipynb", source=notebook())
    with pytest.raises(SubmissionError, match=r"ex4\.ipynb: holds no code$"):
        read_submission(tmp_path / "ex4.ipynb", "ex4")
    with pytest.raises(SubmissionError, match=r"holds no .* that could be graded \(ex4\.ipynb: holds no code\)$"):
        read_submission(tmp_path, "ex4")


def test_what_is_held_instead_of_work_is_told(tmp_path: Path) -> None:
    write(tmp_path, "report.pdf", "work.RAR", "ex4data1.mat", "README")
    with pytest.raises(SubmissionError) as refused:
        read_submission(tmp_path, "ex4")
    assert str(refused.value) == (
        f"{tmp_path}: holds no .py file, .ipynb notebook or .m file that could be graded "
        "(only .mat, .pdf, .rar and 1 more)"
    )


def test_many_notes_are_cut(tmp_path: Path) -> None:
    write(tmp_path, *(f"{n:02}.py" for n in range(MAX_NOTES + 3)), source=b"#" * (MAX_FILE_BYTES + 1))
    write(tmp_path, "ex4.py")
    notes = read_submission(tmp_path, "ex4").notes
    assert len(notes) == MAX_NOTES + 1
    assert notes[-1] == "3 more such notes"


# --- archives and class downloads -------------------------------------------------------------------------------------


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"ex4.py": b""}, ["ex4.py"]),
        ({"final/ex4.py": b"", "final/lib/tools.py": b""}, ["ex4.py", "lib/tools.py"]),
        ({"week5/__init__.py": b"", "week5/ex4.py": b""}, ["week5/ex4.py", "week5/__init__.py"]),
        ({"a/ex4.py": b"", "b/tools.py": b""}, ["a/ex4.py", "b/tools.py"]),
        ({"__MACOSX/._ex4.py": b"", "final/ex4.py": b""}, ["ex4.py"]),
        ({"final/ex4.ipynb": notebook("x")}, ["ex4.ipynb cell 1"]),
        ({"sigmoid.m": b"", "ex4.pdf": b""}, ["sigmoid.m"]),
        ({"final/inner.zip": zipped({"top/ex4.py": b""}), "final/report.pdf": b""}, ["ex4.py"]),
        ({"ex4.py": b"", "data.zip": b"no zip"}, ["ex4.py"]),
    ],
)
def test_an_archive_gives_what_a_folder_gives(tmp_path: Path, files: dict[str, bytes], names: list[str]) -> None:
    (tmp_path / "anna.zip").write_bytes(zipped(files))
    submission = read_submission(tmp_path / "anna.zip", "ex4")
    assert (list(submission.files), submission.name, submission.entry) == (names, "anna", "ex4")
    assert submission.notes == ()


def test_a_folder_of_one_archive_is_that_archive(tmp_path: Path) -> None:
    write(tmp_path, "sent.zip", source=zipped({"ex4.py": b"x = 1"}))
    assert read_submission(tmp_path, "ex4").files == {"ex4.py": b"x = 1"}
    write(tmp_path, "again.zip", source=zipped({"ex4.py": b"x = 2"}))
    with pytest.raises(SubmissionError, match=r"holds several archives, again\.zip, sent\.zip; hand in one of them"):
        read_submission(tmp_path, "ex4")


def test_archives_in_archives_are_opened_one_level_deep(tmp_path: Path) -> None:
    inmost = zipped({"ex4.py": b""})
    for depth, levels in enumerate((inmost, zipped({"a.zip": inmost}), zipped({"b.zip": zipped({"a.zip": inmost})}))):
        (tmp_path / "anna.zip").write_bytes(levels)
        if depth < 2:
            assert list(read_submission(tmp_path / "anna.zip", "ex4").files) == ["ex4.py"]
    with pytest.raises(SubmissionError, match=r"holds no .*\(only \.zip\)"):
        read_submission(tmp_path / "anna.zip", "ex4")


def test_what_an_archive_leaves_out_is_told(tmp_path: Path) -> None:
    inner = zipped({"top/ex4.py": b"", "/top/absolute.py": b""})
    (tmp_path / "anna.zip").write_bytes(zipped({"../up.py": b"", "inner.zip": inner}))
    assert read_submission(tmp_path / "anna.zip", "ex4").notes == (
        "../up.py: left out: a path that leads out of the archive",
        "top/absolute.py: left out: an absolute path",
    )


def test_the_work_of_one_student_is_read_from_a_class_download() -> None:
    download = Archive(zipped({"anna/ex4.py": b"x = 1", "ben/work.zip": zipped({"b/ex4.py": b"x = 2"})}), "class.zip")
    anna = submission_from(Below(download, "anna"), "Anna", "ex4")
    assert (anna.name, dict(anna.files)) == ("Anna", {"ex4.py": b"x = 1"})
    assert submission_from(Below(download, "ben"), "Ben", "ex4").files == {"ex4.py": b"x = 2"}
    with pytest.raises(SubmissionError, match=r"^class\.zip/carla: holds no \.py file"):
        submission_from(Below(download, "carla"), "Carla", "ex4")


def test_an_archive_of_more_files_than_a_student_writes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anna.zip").write_bytes(zipped({f"{n}.txt": b"" for n in range(10_001)}))
    with pytest.raises(SubmissionError, match="holds more than 10,000 files"):
        read_submission(tmp_path / "anna.zip", "ex4")


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "real/ex4.py")
    try:
        (tmp_path / "link.py").symlink_to(tmp_path / "real/ex4.py")
    except OSError:
        pytest.skip("this system gives no symbolic links")
    assert list(read_submission(tmp_path / "link.py", "ex4").files) == ["ex4.py"]
    (tmp_path / "round.py").symlink_to(tmp_path / "round.py")
    with pytest.raises(SubmissionError, match="there is no such file"):
        read_submission(tmp_path / "round.py", "ex4")
    write(tmp_path, "only/x.txt")
    (tmp_path / "only/ex4.py").symlink_to(tmp_path / "real/ex4.py")
    with pytest.raises(SubmissionError, match="left out: a link that leads out of the folder"):
        submission_from(Folder(tmp_path / "only"), "only", "ex4")


def test_the_code_of_a_submission_is_bounded_as_a_whole(tmp_path: Path) -> None:
    """Many notebooks compress to nothing: none may be read that would fill the memory."""
    big = b"#" * (MAX_BYTES // 10)
    for n in range(12):
        (tmp_path / f"part{n:02}.py").write_bytes(big)
    submission = read_submission(tmp_path, "ex4")
    assert sum(map(len, submission.files.values())) <= MAX_BYTES
    assert len(submission.files) == 10
    assert "part10.py: not read: it would be more than 8 MiB of code in all" in submission.notes


def test_the_missing_file_of_stubs_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stubs = tmp_path / "ex4" / "ex4.py"
    for module in ("cases", "submission"):
        monkeypatch.setattr(f"grader.{module}.stub_path", lambda exercise: stubs)
    write(stubs.parent, "__init__.py", "spec.py", "__main__.py", "derivation/net.py", source=b"")
    with pytest.raises(SubmissionError, match=r"ex4\.py: is missing: put it back"):
        read_submission(stubs.parent, "ex4")
    write(tmp_path / "elsewhere", "__init__.py")
    assert list(read_submission(tmp_path / "elsewhere", "ex4").files) == ["__init__.py"]
    write(stubs.parent, "mine.py")
    assert list(read_submission(stubs.parent, "ex4").files) == ["__init__.py", "mine.py", "derivation/net.py"]
