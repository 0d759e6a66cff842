"""Folders and archives as they are handed in, honest and hostile."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.tree import MAX_DEPTH, Archive, Below, Folder, Part, Tree, Unreadable, open_tree

MEBIBYTE = 1 << 20
posix = pytest.mark.skipif(os.name != "posix", reason="names and links are these on POSIX only")


def write(folder: Path, *names: str, content: bytes = b"x") -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for entry, content in entries:
            archive.writestr(entry, content, compression)
    return buffer.getvalue()


def archive(*names: str) -> Archive:
    return Archive(zipped(*((name, name.encode()) for name in names)), "work.zip")


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def tree_of(kind: str, folder: Path, *names: str) -> Tree:
    return Folder(write(folder, *names)) if kind == "folder" else archive(*names)


# --- both -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_files_have_relative_names_in_order(kind: str, tmp_path: Path) -> None:
    assert tree_of(kind, tmp_path, "b.py", "sub/deep/c.m", "a.txt").names == ("a.txt", "b.py", "sub/deep/c.m")


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_what_no_student_wrote_is_left_out_in_silence(kind: str, tmp_path: Path) -> None:
    tree = tree_of(kind, tmp_path, "ex4.py", ".hidden", ".git/x.py", "__MACOSX/._ex4.py", "a/__pycache__/y.py")
    assert (tree.names, tree.notes) == (("ex4.py",), ())


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_no_more_of_a_file_is_read_than_is_asked_for(kind: str, tmp_path: Path) -> None:
    tree = (
        Folder(write(tmp_path, "f", content=bytes(10))) if kind == "folder" else Archive(zipped(("f", bytes(10))), "")
    )
    assert tree.read("f", 10) == bytes(10)
    with pytest.raises(Unreadable, match=r"^f: not read: larger than 8\.58307e-06 MiB$"):
        tree.read("f", 9)


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_a_file_that_is_not_there_is_unreadable(kind: str, tmp_path: Path) -> None:
    tree = tree_of(kind, tmp_path, "a")
    assert (tree.has("a"), tree.has("b"), tree.has("../a")) == (True, False, False)
    with pytest.raises(Unreadable, match=r"^b: is no regular file"):
        tree.read("b", 1)


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_a_bottomless_tree_is_read_down_to_a_limit(kind: str, tmp_path: Path) -> None:
    deep, too_deep = "/".join(["d"] * MAX_DEPTH), "/".join(["e"] * (MAX_DEPTH + 1))
    tree = tree_of(kind, tmp_path, f"{deep}/x", f"{too_deep}/x")
    assert tree.names == (f"{deep}/x",)
    (note,) = tree.notes
    assert note.endswith(f": left out: more than {MAX_DEPTH} folders deep")


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_a_folder_of_a_tree_is_a_tree(kind: str, tmp_path: Path) -> None:
    below = Below(tree_of(kind, tmp_path, "ann.zip", "ann/a", "ann/b/c", "ann0/d"), "ann")
    assert below.names == ("a", "b/c")
    assert below.read("b/c", 10) in (b"x", b"ann/b/c")
    with pytest.raises(Unreadable, match=r"^b/c: not read"):
        below.read("b/c", 0)
    assert not below.has("ann.zip")


def test_a_folder_of_a_tree_has_the_notes_about_it() -> None:
    tree = Archive(zipped((entry("a/l", stat.S_IFLNK), b"x"), (entry("b/l", stat.S_IFLNK), b"x"), ("a/f", b"")), "")
    assert Below(tree, "a").notes == ("l: left out: a link",)


def test_a_part_of_a_tree_has_names_of_its_own() -> None:
    part = Part(archive("ann_17_ex4.py", "ben_18_ex4.py"), "ann", {"ex4.py": "ann_17_ex4.py"}, {})
    assert (part.names, part.read("ex4.py", 99)) == (("ex4.py",), b"ann_17_ex4.py")
    with pytest.raises(Unreadable, match=r"^ex4\.py: not read"):
        part.read("ex4.py", 1)


def test_a_path_is_opened_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "work.zip").write_bytes(zipped(("a", b"1")))
    with open_tree(tmp_path / "work.zip") as tree:
        assert tree.names == ("a",)
    with pytest.raises(Unreadable):
        tree.read("a", 1)
    assert open_tree(tmp_path).names == ("work.zip",)
    with pytest.raises(SubmissionError, match="there is no such file or folder"):
        open_tree(tmp_path / "nowhere")


def test_a_folder_that_may_not_be_listed_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(SubmissionError, match=r"cannot be read: Permission denied$"):
        open_tree(tmp_path)


# --- folders ----------------------------------------------------------------------------------------------------------


@posix
def test_links_are_followed_inside_a_folder_only(tmp_path: Path) -> None:
    write(tmp_path, "mine/ex4.py", "other/secret.py")
    for name, target in {
        "out.py": tmp_path / "other/secret.py",
        "folder": tmp_path / "other",
        "gone.py": "nowhere.py",
        "round": "round",
        "zero": "/dev/zero",
        "same.py": "ex4.py",
        "here": tmp_path / "mine",
    }.items():
        (tmp_path / "mine" / name).symlink_to(target)
    tree = Folder(tmp_path / "mine")
    assert tree.names == ("ex4.py", "same.py")
    assert tree.notes == (
        "folder: left out: a link that leads out of the folder",
        "gone.py: left out: no regular file",
        "here: left out: a link to a folder",
        "out.py: left out: a link that leads out of the folder",
        "round: left out: no regular file",
        "zero: left out: no regular file",
    )
    for name in ("out.py", "folder/secret.py", "zero"):
        with pytest.raises(Unreadable):
            tree.read(name, MEBIBYTE)


def test_a_flood_of_files_is_cut_where_it_is_farthest_from_the_top(tmp_path: Path) -> None:
    tree = Folder(write(tmp_path, "a/b/1", "a/2", "z", "a/b/3"), most=3)
    assert tree.names == ("a/2", "a/b/1", "z")
    assert tree.notes == (f"{tmp_path.name}: only the first 3 files were looked at",)
    assert Folder(write(tmp_path / "y", "a/1", "b/c/2"), most=1).names == ("a/1",)


def test_one_file_is_looked_for_without_listing_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = Folder(write(tmp_path, "a/f.py"))
    monkeypatch.setattr("grader.tree.walk", None)
    assert tree.has("a/f.py")
    assert tree.read("a/f.py", 1) == b"x"


@posix
def test_names_that_would_paint_the_terminal_or_lead_out_are_made_inert(tmp_path: Path) -> None:
    tree = Folder(write(tmp_path, "\x1b]0;t\x07\n.py", "a\nb", "a b", "\x1b../up.py"))
    assert tree.names == ("]0;t .py", "a b")
    assert tree.notes == ("a b: left out: another file is called the same",)
    assert tree.read("]0;t .py", 1) == b"x"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    write(tmp_path, "ex4.py").joinpath("ex4.py").chmod(0)
    with pytest.raises(Unreadable, match="Permission denied"):
        Folder(tmp_path).read("ex4.py", 1)


# --- archives ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("./a.py", "a.py"),
        ("a//b.py", "a/b.py"),
        ("windows\\a.py", "windows/a.py"),
        ("\u0434\u0437.py", "\u0434\u0437.py"),
        ("caf\u00e9/\u540d\u524d.py", "caf\u00e9/\u540d\u524d.py"),
        ("\x1b[31mred\n.py", "red .py"),
        ("a\u202eyp.exe", "ayp.exe"),
    ],
)
def test_names_in_any_script_are_clean_text(path: str, name: str) -> None:
    assert archive(path).names == (name,)


def test_names_in_utf_8_without_the_flag_are_read_as_utf_8() -> None:
    content = bytearray(zipped(("caf\u00e9.py", b"")))
    content[content.index(b"PK\x01\x02") + 9] = 0
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["caf\u251c\u2310.py"]
    assert Archive(bytes(content), "").names == ("caf\u00e9.py",)


def test_names_in_a_code_page_are_kept_as_they_come() -> None:
    content = zipped(("a#.py", b"")).replace(b"a#.py", b"a\x84.py")
    assert Archive(content, "").names == ("a\u00e4.py",)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (entry("../ex4.py"), "../ex4.py: left out: a path that leads out of the archive"),
        (entry("a/../../ex4.py"), "a/../../ex4.py: left out: a path that leads out of the archive"),
        (entry("..\\ex4.py"), "../ex4.py: left out: a path that leads out of the archive"),
        (entry("\x1b../ex4.py"), "../ex4.py: left out: a path that leads out of the archive"),
        (entry("/etc/passwd"), "etc/passwd: left out: an absolute path"),
        (entry("C:\\ex4.py"), "C:/ex4.py: left out: an absolute path"),
        (entry("link.py", stat.S_IFLNK | 0o777), "link.py: left out: a link"),
        (entry("null", stat.S_IFCHR | 0o666), "null: left out: no regular file"),
        (entry("pipe", stat.S_IFIFO | 0o666), "pipe: left out: no regular file"),
    ],
)
def test_entries_that_are_no_plain_files_are_left_out_with_a_note(entry: zipfile.ZipInfo, reason: str) -> None:
    tree = Archive(zipped(("ex4.py", b"x"), (entry, b"y")), "work.zip")
    assert (tree.names, tree.notes) == (("ex4.py",), (reason,))


def test_folders_and_nameless_entries_are_no_files() -> None:
    assert (archive("a/", "a/f", "/", "\x01").names, archive("./").notes) == (("a/f",), ())


def test_an_encrypted_file_is_left_out_with_a_note() -> None:
    content = bytearray(zipped(("ex4.py", b"x")))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert Archive(bytes(content), "").notes == ("ex4.py: left out: encrypted",)


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_could_explode_is_not_tried(compression: int) -> None:
    tree = Archive(zipped(("ex4.py", b"x"), compression=compression), "")
    assert tree.notes == ("ex4.py: left out: compressed in an uncommon way",)


def test_of_two_files_of_one_name_the_last_counts_and_a_note_says_so() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        content = zipped(("ex4.py", b"1"), ("ex4.py", b"2"))
    tree = Archive(content, "")
    assert (tree.read("ex4.py", 1), tree.notes) == (
        b"2",
        ("ex4.py: more than once in the archive: the last one counts",),
    )


def test_a_zip_bomb_is_not_decompressed_beyond_what_is_asked_for() -> None:
    content = zipped(("bomb.py", bytes(50 * MEBIBYTE)))
    assert len(content) < MEBIBYTE
    lying = content.replace(struct.pack("<I", 50 * MEBIBYTE), struct.pack("<I", 5))
    for bomb in (content, lying):
        with pytest.raises(Unreadable):
            Archive(bomb, "").read("bomb.py", MEBIBYTE)


def quoted(content: bytes) -> bytes:
    """An archive of one file, listed three times."""
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    listed = content[start:end] * 3
    numbers = struct.pack("<HHII", 3, 3, len(listed), start)
    return content[:start] + listed + content[end : end + 8] + numbers + bytes(2)


def test_entries_that_overlap_are_refused() -> None:
    with pytest.raises(SubmissionError, match=r"^work\.zip: its entries overlap, as in a zip bomb: make it anew$"):
        Archive(quoted(zipped(("a", b"x"))), "work.zip")


def test_too_many_entries_are_refused() -> None:
    content = zipped(*((str(n), b"") for n in range(6)))
    assert len(Archive(content, "", most=6).names) == 6
    with pytest.raises(SubmissionError, match=r"^work\.zip: holds more than 5 files: hand in the work alone$"):
        Archive(content, "work.zip", most=5)


def test_a_list_of_entries_that_is_too_long_is_not_even_read() -> None:
    content = zipped(*(("n" * 60_000 + str(n), b"") for n in range(20)))
    with pytest.raises(SubmissionError, match=r"is no \.zip, or a damaged one"):
        Archive(content, "", most=20)


@pytest.mark.parametrize("content", [b"", b"Rar!\x1a\x07", b"PK\x05\x06" + bytes(10), zipped(("a", b"x"))[:-5]])
def test_what_is_no_archive_is_one_clear_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "work.zip").write_bytes(content)
    with pytest.raises(SubmissionError, match=r"work\.zip: is no \.zip, or a damaged one: make it anew$"):
        open_tree(tmp_path / "work.zip")


def test_an_archive_damaged_anywhere_raises_nothing_else() -> None:
    content = zipped(("ex4.py", b"x = 1\n" * 20), ("b.py", b"y"))
    for at in range(len(content)):
        for value in (0, 0xFF, content[at] ^ 1):
            damaged = bytes([*content[:at], value, *content[at + 1 :]])
            with contextlib.suppress(SubmissionError):
                tree = Archive(damaged, "work.zip")
                for name in tree.names:
                    assert len(tree.read(name, 1000)) <= 1000


def test_one_file_is_not_called_a_damaged_archive(tmp_path: Path) -> None:
    file = tmp_path / "alice.py"
    file.write_text("x = 1")
    with pytest.raises(SubmissionError, match=r"is one file of one student; give a folder or a \.zip$"):
        open_tree(file)
