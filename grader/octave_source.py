"""Octave submissions as text: which file defines each graded function, and what Octave is given of it.

Nothing is run or believed here. Octave finds a function by the name of its file, and students give files other names,
or put all functions into one: so every function that is graded gets a file NAME.m, made of its own text, and
each line of that is known by its place in what was handed in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from pathlib import PurePosixPath

from grader.model import Definition, Loaded, Submission
from grader.worker.names import plain
from grader.worker.text import UTF16_MARKS, plain_newlines

MOST_BYTES = 2 << 20
MOST_FUNCTIONS = 200
MOST_NAMES = 50_000
MOST_OTHERS = 3
NOT_CODE = re.compile(
    r"""[%#].*                                           # a comment
      | \.\.\..*(?:\n|$)                                 # a line that is continued
      | "(?:[^"\\\n]|\\.|"")*"?                          # text
      | (?<![\w)\]}'".])'(?:[^'\n]|'')*'?                # text too: after a value, ' transposes
    """,
    re.VERBOSE,
)
WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*|[()\[\]{}]")
OPENERS = {"do", "for", "if", "parfor", "switch", "try", "unwind_protect", "while"}
CLOSERS = {
    *("end", "end_try_catch", "end_unwind_protect", "endfor", "endfunction", "endif", "endparfor", "endswitch"),
    *("endwhile", "until"),
}
NAME = r"[A-Za-z_]\w{0,62}"
HEADER = re.compile(
    rf"function\b\s*(?:(?:\[[^\]\n]{{0,999}}\]|{NAME})[ \t]*=[ \t]*)?({NAME})[ \t]*(?:\(([^)\n]{{0,999}})\))?"
)
ASSIGNED = re.compile(rf"(?:\[[^][\n]*\]|(?<![\w.]){NAME})[ \t]*=(?!=)")
VARIADIC = "varargin"
COPY = re.compile(r"(?:\s*\(\d+\)|[ _-]+copy|[ _-]+\d+)+$", re.IGNORECASE)
ZEROS = re.compile(
    r"(?:\w+|\[[\w\s,~]*\])\s*=\s*(?:0|(?:zeros|size)\s*\((?:[^()]|\([^()]*\))*\))|end(?:function)?|return|",
)


@dataclass(frozen=True, eq=False)
class FunctionText:
    """A function in `file`, from `start` to `end` of its text, and what its first line says."""

    name: str
    file: str
    start: int
    end: int
    line: int
    parameters: tuple[str, ...]
    body: str

    @property
    def definition(self) -> Definition:
        named = tuple(name for name in self.parameters if name != VARIADIC)
        return Definition(self.file, self.line, named, 0, VARIADIC in self.parameters, self.untouched)

    @cached_property
    def words(self) -> frozenset[str]:
        """All but its own variables."""
        given = WORD.findall(" ".join(ASSIGNED.findall(self.body)))
        return frozenset(WORD.findall(self.body)) - {*given, *self.parameters}

    @property
    def untouched(self) -> bool:
        """Whether it gives zeros and nothing else, as what students start from does."""
        return all(ZEROS.fullmatch(statement.strip(" \t\r,")) for statement in re.split(r"[;\n]", self.body))


@dataclass(frozen=True, eq=False)
class SourceFile:
    """One file as it was handed in, decoded."""

    path: str
    text: str

    @cached_property
    def code(self) -> str:
        """The text with blanks in place of comments, texts and the ends of continued lines, of the same length."""
        return NOT_CODE.sub(lambda match: " " * len(match[0]), without_block_comments(self.text))

    @cached_property
    def functions(self) -> tuple[FunctionText, ...]:
        found = (self.read(start, end) for start, end in spans(self.code) if HEADER.match(self.code, start))
        return tuple(islice(found, MOST_FUNCTIONS))

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def main(self) -> FunctionText | None:
        """What Octave calls by the name of the file; None for a script."""
        first = next(iter(self.functions), None)
        return first if first and not self.code[: first.start].strip() else None

    def read(self, start: int, end: int) -> FunctionText:
        header = HEADER.match(self.code, start)
        assert header is not None
        parameters = tuple(re.findall(rf"~|{NAME}", header[2] or ""))
        line = bisect_left(self.newlines, start) + 1
        return FunctionText(header[1], self.path, start, end, line, parameters, self.code[header.end() : end])

    @cached_property
    def newlines(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]


@dataclass(frozen=True)
class FunctionFile:
    """A file for Octave, made from `file`; `lines` gives the line there of each of its own."""

    file: str
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class OctaveSource:
    """`files` are for Octave, by the name NAME.m; `loaded` is what they define of what is graded."""

    files: Mapping[str, FunctionFile]
    loaded: Loaded

    @property
    def contents(self) -> dict[str, bytes]:
        return {name: file.text.encode() for name, file in self.files.items()}

    def place(self, name: str, line: int) -> tuple[str, int, str]:
        """Where line `line` of the file NAME.m was handed in: the file, the line in it (0: not known), its text."""
        file = self.files.get(name)
        if file is None:
            return "", 0, ""
        if not 0 < line <= len(file.lines):
            return file.file, 0, ""
        return file.file, file.lines[line - 1], file.text.split("\n")[line - 1]


def read_source(submission: Submission, graded: Collection[str]) -> OctaveSource:
    """The .m files of `submission`, arranged so that Octave finds the `graded` functions by their names. What has been
    begun comes before what has not."""
    sources, notes = decoded(submission.files)
    files = {f"{source.stem}.m": whole(source) for source in reversed(sources) if re.fullmatch(NAME, source.stem)}
    taken = {}
    for name in graded:
        found = sorted(dict.fromkeys(candidates(name, sources, graded)), key=lambda function: function.untouched)
        notes += notes_on(name, found, sources)
        if found:
            taken[name] = found[0]
            files[f"{name}.m"] = file_of(found[0], sources)
    definitions = {
        name: replace(function.definition, names=named_in(function, taken, sources)) for name, function in taken.items()
    }
    return OctaveSource(files, Loaded(definitions, (), tuple(notes)))


def decoded(files: Mapping[str, bytes]) -> tuple[list[SourceFile], list[str]]:
    """The .m files, those nearest to the top of the folder first, and notes on those that are too much to read."""
    paths = sorted((path for path in files if path.lower().endswith(".m")), key=lambda path: (path.count("/"), path))
    sizes = accumulate(len(files[path]) for path in paths)
    read = [path for path, size in zip(paths, sizes, strict=True) if size <= MOST_BYTES]
    notes = [f"{path}: not read: more than {MOST_BYTES >> 20} MiB of .m files" for path in paths[len(read) :]]
    return [SourceFile(path, decode(files[path])) for path in read], notes


def decode(data: bytes) -> str:
    """Text with plain newlines, by its BOM, by the null bytes of UTF-16, or by UTF-8; else by Latin-1."""
    encoding = "utf-8-sig"
    if data.startswith(UTF16_MARKS):
        encoding = "utf-16"
    elif b"\0" in data[:2]:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return plain_newlines(text)


# --- reading a file ---------------------------------------------------------------------------------------------------


def without_block_comments(text: str) -> str:
    """`text` with blanks in the lines from %{ to %}, each alone on its line."""
    lines, depth = [], 0
    for line in text.split("\n"):
        depth += line.strip() in ("%{", "#{")
        lines.append(" " * len(line) if depth else line)
        depth -= depth > 0 and line.strip() in ("%}", "#}")
    return "\n".join(lines)


def spans(code: str) -> Iterator[tuple[int, int]]:
    """Where each function starts and ends: at an `end` of its own, or else at the next function."""
    start, blocks, brackets = -1, 0, 0
    for word in WORD.finditer(code):
        if word[0] == "function":
            if blocks:
                yield start, word.start()
            start, blocks, brackets = word.start(), 1, 0
        elif word[0] in "([{":
            brackets += 1
        elif word[0] in ")]}":
            brackets = max(0, brackets - 1)
        elif blocks and not brackets:
            blocks += (word[0] in OPENERS) - (word[0] in CLOSERS)
            if blocks == 0:
                yield start, word.end()
    if blocks:
        yield start, len(code)


# --- which function is meant ------------------------------------------------------------------------------------------


def candidates(name: str, sources: Collection[SourceFile], graded: Collection[str]) -> Iterator[FunctionText]:
    """The functions that may be the graded `name`, the likeliest first: by the file's name, by their own name, and
    then both without regard to case, underscores and what a copy of a file has behind its name."""
    mains = [(source.stem, source.main) for source in sources if source.main]
    named = {main for stem, main in mains if stem in graded}
    functions = (function for source in sources for function in source.functions)
    others = dict.fromkeys(function for function in functions if function not in named)
    yield from (main for stem, main in mains if stem == name)
    yield from (function for function in others if function.name == name)
    yield from (main for stem, main in mains if main in others and similar(stem, name))
    yield from (function for function in others if similar(function.name, name))


def similar(one: str, other: str) -> bool:
    return bare(one) == plain(other)


@lru_cache(MOST_NAMES)
def bare(name: str) -> str:
    return plain(COPY.sub("", name))


def notes_on(name: str, found: list[FunctionText], sources: Collection[SourceFile]) -> list[str]:
    if not found:
        empty = [source.path for source in sources if source.stem == name]
        return [f"{path}: holds no function, so {name} is not defined by it" for path in empty]
    taken = found[0]
    notes = []
    if PurePosixPath(taken.file).name != f"{name}.m":
        called = f", where it is called {taken.name}" * (taken.name != name)
        notes.append(f"{name} is taken from {taken.file}{called}")
    if others := [function.file for function in found[1:] if function.file != taken.file]:
        where = ", ".join(list(dict.fromkeys(others))[:MOST_OTHERS])
        notes.append(f"{name} is defined in {taken.file} and in {where}: the one in {taken.file} was taken")
    return notes


def named_in(
    function: FunctionText, taken: Mapping[str, FunctionText], sources: Collection[SourceFile]
) -> tuple[str, ...]:
    """Which of those that were `taken` it names, and not others that its own file calls so."""
    neighbours = {other.name: other for other in source_of(function, sources).functions}
    named = {name: meant for name, meant in taken.items() if name in function.words}
    return tuple(name for name, meant in named.items() if neighbours.get(name, meant) is meant)


# --- files for Octave -------------------------------------------------------------------------------------------------


def file_of(function: FunctionText, sources: Collection[SourceFile]) -> FunctionFile:
    """The file that defines `function` under any name: its own, or one where it comes before all its neighbours."""
    source = source_of(function, sources)
    return whole(source) if source.main == function else extract(function, source)


def source_of(function: FunctionText, sources: Collection[SourceFile]) -> SourceFile:
    return next(source for source in sources if source.path == function.file)


def whole(source: SourceFile) -> FunctionFile:
    return FunctionFile(source.path, source.text, tuple(range(1, source.text.count("\n") + 2)))


def extract(function: FunctionText, source: SourceFile) -> FunctionFile:
    ordered = (function, *(other for other in source.functions if other != function))
    texts = [source.text[each.start : each.end] for each in ordered]
    lines = [each.line + n for each, text in zip(ordered, texts, strict=True) for n in range(text.count("\n") + 1)]
    return FunctionFile(source.path, "\n".join(texts), tuple(lines))
