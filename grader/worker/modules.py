"""The files of a submission as modules: found by any name they are imported by, and run statement by statement.

Only what the wanted names need is run (`slicing`). A statement that fails does not stop its module:
the failure is kept, and explains it when one of the names that the statement would have bound is missed later.
"""

from __future__ import annotations

import ast
import importlib
import linecache
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from itertools import groupby
from types import ModuleType
from typing import Any

from . import slicing
from .problems import message_of, of_exception
from .source import Source
from .standins import StandIn

ANNOTATIONS_STAY_TEXT = annotations.compiler_flag
MAX_RANGES = 6


class Modules:
    """A finder and loader (for `sys.meta_path`) of the files in `sources`, by path.

    `functions` are the names that are graded; `found` holds them by file, `problems` says by name what failed.
    """

    def __init__(self, name: str, sources: Mapping[str, Source], functions: Collection[str]) -> None:
        self.sources = sources
        self.functions = set(functions)
        self.paths, self.packages = module_names(name, sources)
        self.wanted = self.functions | names_taken_from({*self.paths, *self.packages}, sources.values())
        self.found: dict[tuple[str, str], Callable[..., Any]] = {}
        self.failures: dict[str, dict[str, str]] = {path: {} for path in sources}
        self.problems: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []
        self.finished: set[str] = set()
        self.texts = {path: source.text for path, source in sources.items()}
        for path, text in self.texts.items():
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)

    # --- as Python's import system asks ---

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        file = self.locate(name)
        return None if file is None else ModuleSpec(name, self, origin=file, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """A file imported by a second name, for instance from a package around it, is the same module."""
        first_name = next((name for name, path in self.paths.items() if path == spec.origin), spec.name)
        return None if first_name == spec.name else importlib.import_module(first_name)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        path = module.__spec__.origin
        if path and path not in self.finished:
            self.finished.add(path)
            module.__file__ = path
            self.run(path, module.__dict__)

    def locate(self, name: str) -> str | None:
        """The file of a module, "" for a mere folder: a.b.c is a/b/c.py, else b/c.py, else c.py. None: not ours."""
        parts = name.split(".")
        if parts[0] not in self.paths and parts[0] not in self.packages:
            return None
        tails = (".".join(parts[n:]) for n in range(len(parts)))
        return next((self.paths[tail] for tail in tails if tail in self.paths), "" if name in self.packages else None)

    # --- running ---

    def run(self, path: str, namespace: dict[str, Any]) -> None:
        source = self.sources[path]
        if source.problems and not source.tree.body:
            raise SyntaxError(source.problems[0]["message"])
        needed = slicing.needed_statements(source.tree, self.wanted)
        self.note_guarded_names(source)
        for statement in needed:
            self.run_statement(statement, path, namespace)
        if skipped := slicing.skipped_statements(source.tree, needed):
            s, them = ("s", "them") if len(skipped) > 1 else ("", "it")
            self.notes.append(
                f"{path}: {len(skipped)} top-level statement{s} not run, "
                f"as no graded function needs {them} ({line_ranges(source.tree, skipped)})"
            )

    def run_statement(self, statement: ast.stmt, path: str, namespace: dict[str, Any]) -> None:
        bound = slicing.bound_names([statement])
        try:
            module = ast.Module([statement], [])
            exec(compile(module, path, "exec", ANNOTATIONS_STAY_TEXT, dont_inherit=True), namespace)
        except BaseException as error:  # sys.exit() as well must not end the load
            self.remember(error, statement, path, bound)
        for name in self.functions & bound:
            if callable(namespace.get(name)) and type(namespace[name]) is not StandIn:
                self.found[path, name] = namespace[name]

    def remember(self, error: BaseException, statement: ast.stmt, path: str, bound: Collection[str]) -> None:
        message = self.explain(error)
        for name in bound:
            line = f"line {statement.lineno} of {path}, which {'may define' if name == '*' else 'defines'} it"
            self.failures[path].setdefault(name, f"{line}, failed with {type(error).__name__}: {message}")
            self.problems.setdefault(name, of_exception(error, self.texts, message))

    def note_guarded_names(self, source: Source) -> None:
        for node in filter(slicing.is_main_guard, source.tree.body):
            reason = f"line {node.lineno} of {source.path} defines it, but only when the file is run as a program"
            self.failures[source.path].update(dict.fromkeys(slicing.bound_names([node]), reason))

    def explain(self, error: BaseException) -> str:
        """The message of `error`; where a name is missed, with the failure of the line that should have bound it."""
        message = message_of(error)
        if not isinstance(error, NameError):
            return message
        failures = self.failures.get(of_exception(error, self.texts, "")["file"], {})
        reason = failures.get(str(error.name)) or failures.get("*")
        return f"{message}: {reason}" if reason else message

    def forget(self) -> None:
        """Takes all modules of the submission out of Python again."""
        for name, module in list(sys.modules.items()):
            if getattr(getattr(module, "__spec__", None), "loader", None) is self:
                del sys.modules[name]


def module_names(name: str, paths: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Files by dotted name, then by last name alone, and the names of folders; the submission's is one of them."""
    dotted = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in paths}
    parts = [name.split(".") for name in dotted]
    packages = {name} | {".".join(part[:n]) for part in parts for n in range(1, len(part))}
    for long_name, path in list(dotted.items()):
        dotted.setdefault(long_name.rpartition(".")[2], path)
    return dotted, packages


def names_taken_from(modules: Collection[str], sources: Iterable[Source]) -> set[str]:
    """Names that files take from `modules`: by ``from x import name``, ``x.name``, or anything after ``import *``."""
    taken: set[str] = set()
    for source in sources:
        nodes = list(ast.walk(source.tree))
        imports = [node for node in nodes if slicing.imported_modules(node) & {*modules, ""}]
        local = slicing.bound_names(imports)
        taken |= {alias.name for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names}
        taken |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and slicing.root_name(node) in local}
        if "*" in local:
            taken |= slicing.read_names([source.tree])
    return taken


def line_ranges(tree: ast.Module, statements: Collection[ast.stmt]) -> str:
    """Where `statements` of the tree are: "line 3", or "lines 3, 10-12"."""
    runs = [list(run) for among, run in groupby(tree.body, lambda node: node in statements) if among]
    ranges = [(run[0].lineno, run[-1].end_lineno) for run in runs]
    text = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:MAX_RANGES])
    return f"{'line' if text.isdecimal() else 'lines'} {text}{', ...' * (len(ranges) > MAX_RANGES)}"
