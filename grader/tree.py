"""Files that were handed in, wherever they lie: below a folder, or in a .zip, which is never unpacked to disk.

What no student wrote is left out in silence: hidden files, caches, what macOS adds to an archive. Whatever else is left
out is told in `notes`. Nothing is read before it is asked for.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from typing import IO

from grader.errors import SubmissionError
from grader.values import clean

MAX_ENTRIES = 10_000
MAX_ENTRIES_OF_CLASS = 500_000
MAX_DEPTH = 8
ONE_FILE = {".py", ".ipynb", ".m"}
MAX_NAME = 300
SKIPPED_FOLDERS = {"__MACOSX", "__pycache__", "node_modules", "site-packages", "venv"}

CHUNK_BYTES = 1 << 20
BYTES_PER_ENTRY = 256
"""A name and its particulars in the list of an archive, on average at most."""

LOCAL_HEADER_BYTES = 30
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Those that can be decompressed a little at a time; Python decompresses the others by the block, of any size."""

UTF8_NAME, ENCRYPTED = 0x800, 0x1
AFTER_SLASH = chr(ord("/") + 1)
DRIVE = re.compile(r"[A-Za-z]:")
DAMAGES = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What zipfile raises where an archive is damaged, or made so on purpose."""


class Unreadable(SubmissionError):
    """The file of that name cannot be read, for this reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.reason = reason


class Tree(ABC):
    """Regular files by relative POSIX path: clean text, unique, at most `MAX_DEPTH` folders deep.

    `label` is what messages call the whole. A ``with`` statement closes the archive that a tree is.
    """

    label: str

    @property
    @abstractmethod
    def places(self) -> Mapping[str, object]:
        """Where each file is, by name."""

    @property
    @abstractmethod
    def skipped(self) -> Mapping[str, str]:
        """Why something is not among the files, by name; that of a folder that cannot be read ends with a slash."""

    @abstractmethod
    def read(self, name: str, most: int) -> bytes:
        """The bytes of one file. Raises `Unreadable` where it is larger than `most` bytes, gone or damaged."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.places))

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(f"{name}: {reason}" for name, reason in self.skipped.items())

    def has(self, name: str) -> bool:
        return name in self.places

    def __enter__(self) -> Tree:
        return self

    def __exit__(self, *_: object) -> None:
        return None


def open_tree(path: Path, most: int = MAX_ENTRIES) -> Tree:
    """The files at `path`, a folder or a .zip. Raises `SubmissionError` where it is neither, or damaged."""
    check_readable(path)
    if path.is_dir():
        return Folder(path, most)
    if path.suffix.lower() in ONE_FILE:
        raise SubmissionError(f"{shown(path)}: is one file of one student; give a folder or a .zip")
    return Archive(path, shown(path), most)


def check_readable(path: Path) -> None:
    """Raises `SubmissionError` where there is nothing at `path`, or no right to see it or to list it."""
    try:
        if not path.exists():
            raise SubmissionError(f"{shown(path)}: there is no such file or folder")
        if path.is_dir():
            os.scandir(path).close()
    except OSError as error:
        raise SubmissionError(f"{shown(path)}: cannot be read: {error.strerror}") from None


def shown(path: Path | str) -> str:
    """A path as text that can be printed anywhere."""
    return clean(os.fsencode(path).decode("utf-8", "replace"), MAX_NAME)


def is_skipped(part: str) -> bool:
    """Whether a file or folder of that name is no work of a student."""
    return part.startswith(".") or part in SKIPPED_FOLDERS


# --- a folder ---------------------------------------------------------------------------------------------------------


class Folder(Tree):
    """The first `most` files below `path`, those nearest to it first. Links are followed inside it only."""

    def __init__(self, path: Path, most: int = MAX_ENTRIES) -> None:
        self.path, self.most = path.absolute(), most
        self.label = shown(self.path)
        self.root = path.resolve()

    @property
    def places(self) -> Mapping[str, str]:
        """Each as a path below the folder."""
        return self.listing[0]

    @property
    def skipped(self) -> Mapping[str, str]:
        return self.listing[1]

    @cached_property
    def listing(self) -> tuple[dict[str, str], dict[str, str]]:
        places: dict[str, str] = {}
        skipped: dict[str, str] = {}
        closed: list[OSError] = []
        for file in islice(walk(self.path, closed.append), self.most + 1):
            path = file.relative_to(self.path).as_posix()
            name = shown(path)
            if len(places) + len(skipped) == self.most:
                skipped[shown(self.path.name)] = f"only the first {self.most:,} files were looked at"
            elif reason := self.complaint(file):
                skipped[name] = f"left out: {reason}"
            elif name in places:
                skipped[name] = "left out: another file is called the same"
            else:
                places[name] = name if name == path else path
        for error in closed:
            folder = Path(error.filename).relative_to(self.path).as_posix()
            skipped[f"{shown(folder)}/"] = f"cannot be read: {error.strerror}"
        return places, skipped

    def complaint(self, path: Path) -> str:
        if not os.path.isfile(path) and not os.path.isdir(path):
            return "no regular file"
        if path.is_symlink() and not path.resolve().is_relative_to(self.root):
            return "a link that leads out of the folder"
        if path.is_symlink() and os.path.isdir(path):
            return "a link to a folder"
        return f"more than {MAX_DEPTH} folders deep" if os.path.isdir(path) else ""

    def has(self, name: str) -> bool:
        """Looks for this one file: the folder around it may be anybody's."""
        return self.place(name) is not None

    def place(self, name: str) -> Path | None:
        file = self.path / name
        if os.path.isfile(file):
            return file if file.resolve().is_relative_to(self.root) else None
        return self.path / self.places[name] if name in self.places else None

    def read(self, name: str, most: int) -> bytes:
        file = self.place(name)
        if file is None:
            raise Unreadable(name, "is no regular file of this folder")
        try:
            with file.open("rb") as stream:
                return capped(stream, name, most)
        except OSError as error:
            raise Unreadable(name, f"cannot be read: {error.strerror}") from None


def walk(folder: Path, on_error: Callable[[OSError], object]) -> Iterator[Path]:
    """What is below `folder` and no folder itself, level by level; and folders that are too deep to be looked into.
    Those that cannot be listed are left to `on_error`."""
    waiting = deque([folder])
    while waiting:
        parent = waiting.popleft()
        deep = len(parent.parts) - len(folder.parts) >= MAX_DEPTH
        try:
            paths = visible(parent)
        except OSError as error:
            on_error(error)
            continue
        for path in paths:
            if os.path.isdir(path) and not path.is_symlink() and not deep:
                waiting.append(path)
            else:
                yield path


def visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not is_skipped(shown(path.name)))


# --- an archive -------------------------------------------------------------------------------------------------------


class Archive(Tree):
    """The files in a .zip, given by its path or its bytes. Raises `SubmissionError` for one that is no .zip, is
    damaged, has more than `most` entries, or has entries that overlap (which multiplies a little data)."""

    def __init__(self, source: Path | bytes, label: str, most: int = MAX_ENTRIES) -> None:
        self.label, self.most = label, most
        try:
            self.file = Sparing(io.BytesIO(source) if isinstance(source, bytes) else source.open("rb", buffering=0))
            self.file.most = max(CHUNK_BYTES, most * BYTES_PER_ENTRY)
            self.zip = zipfile.ZipFile(self.file)
        except DAMAGES:
            raise SubmissionError(f"{label}: is no .zip, or a damaged one: make it anew") from None
        self.refuse_bombs()

    def refuse_bombs(self) -> None:
        entries = sorted(self.zip.infolist(), key=lambda entry: entry.header_offset)
        if len(entries) > self.most:
            raise SubmissionError(f"{self.label}: holds more than {self.most:,} files: hand in the work alone")
        for one, other in pairwise(entries):
            if one.header_offset + LOCAL_HEADER_BYTES + one.compress_size > other.header_offset:
                raise SubmissionError(f"{self.label}: its entries overlap, as in a zip bomb: make it anew")

    @property
    def places(self) -> Mapping[str, zipfile.ZipInfo]:
        return self.listing[0]

    @property
    def skipped(self) -> Mapping[str, str]:
        return self.listing[1]

    @cached_property
    def listing(self) -> tuple[dict[str, zipfile.ZipInfo], dict[str, str]]:
        places: dict[str, zipfile.ZipInfo] = {}
        skipped: dict[str, str] = {}
        for entry in self.zip.infolist():
            path = path_of(entry)
            parts = [part for part in path.split("/") if part not in ("", ".")]
            name = "/".join(parts)
            if not name or path.endswith("/") or any(is_skipped(part) for part in parts if part != ".."):
                continue
            if reason := complaint(entry, path, parts):
                skipped[name] = f"left out: {reason}"
                continue
            if name in places:
                skipped[name] = "more than once in the archive: the last one counts"
            places[name] = entry
        return places, skipped

    def read(self, name: str, most: int) -> bytes:
        if name not in self.places:
            raise Unreadable(name, "is no regular file of this archive")
        try:
            with self.zip.open(self.places[name]) as stream:
                return capped(stream, name, most)
        except DAMAGES:
            raise Unreadable(name, "cannot be read: the archive is damaged here") from None

    def __exit__(self, *_: object) -> None:
        self.file.close()


class Sparing(io.BufferedReader):
    """A file that refuses to be read by more than `most` bytes at once: zipfile reads the list of all entries in one
    piece, however long an archive says it is."""

    most = CHUNK_BYTES

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > self.most:
            raise zipfile.BadZipFile("its list of entries is too long")
        return super().read(size)


def path_of(entry: zipfile.ZipInfo) -> str:
    """The path in an entry as clean text. Windows may have written it with backslashes, macOS in UTF-8 without saying
    so."""
    path = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        try:
            path = path.encode("cp437").decode("utf-8")
        except UnicodeError:
            path = entry.filename
    return clean(path.replace("\\", "/"), MAX_NAME)


def complaint(entry: zipfile.ZipInfo, path: str, parts: list[str]) -> str:
    """Why an entry is not taken: its path, or its kind."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if path.startswith("/") or DRIVE.match(path):
        return "an absolute path"
    if ".." in parts:
        return "a path that leads out of the archive"
    if len(parts) > MAX_DEPTH + 1:
        return f"more than {MAX_DEPTH} folders deep"
    if kind == stat.S_IFLNK:
        return "a link"
    if kind not in (0, stat.S_IFREG):
        return "no regular file"
    if entry.flag_bits & ENCRYPTED:
        return "encrypted"
    return "" if entry.compress_type in COMPRESSIONS else "compressed in an uncommon way"


def capped(stream: IO[bytes], name: str, most: int) -> bytes:
    """All of `stream`; what a file or an archive says of its size is not believed."""
    content = bytearray()
    while chunk := stream.read(CHUNK_BYTES):
        content += chunk
        if len(content) > most:
            raise Unreadable(name, f"not read: larger than {most / (1 << 20):g} MiB")
    return bytes(content)


# --- a part of either -------------------------------------------------------------------------------------------------


class Part(Tree):
    """Some files of a tree by names of their own: `places` gives the name of each in `tree`."""

    def __init__(self, tree: Tree, label: str, places: Mapping[str, str], skipped: Mapping[str, str]) -> None:
        self.tree, self.label = tree, label
        self.own_places, self.own_skipped = places, skipped

    @property
    def places(self) -> Mapping[str, str]:
        return self.own_places

    @property
    def skipped(self) -> Mapping[str, str]:
        return self.own_skipped

    def read(self, name: str, most: int) -> bytes:
        try:
            return self.tree.read(self.places.get(name, name), most)
        except Unreadable as error:
            raise Unreadable(name, error.reason) from None


class Below(Part):
    """The files of a tree in one folder of it."""

    def __init__(self, tree: Tree, folder: str) -> None:
        top = f"{folder}/"
        first, last = (bisect_left(tree.names, text) for text in (top, folder + AFTER_SLASH))
        places = {name.removeprefix(top): name for name in tree.names[first:last]}
        skipped = {
            inner: why for name, why in tree.skipped.items() if (inner := name.removeprefix(top)) not in (name, "")
        }
        super().__init__(tree, f"{tree.label}/{folder}", places, skipped)
