"""The files and notebooks of a submission as modules: found by any name, and run statement by statement.

Only what the wanted names need is run (`slicing`). A statement that fails does not stop its module:
the failure is kept, and explains it when one of the names that the statement would have bound is missed later.
The cells of a notebook are one module, in which each statement has its cell as its file.
"""

from __future__ import annotations

import ast
import importlib
import linecache
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from importlib.machinery import ModuleSpec
from itertools import groupby
from types import CodeType, ModuleType
from typing import Any

from . import slicing
from .problems import message_of, missed_name, of_exception, type_name
from .source import Unit, cells_of, listed
from .standins import StandIn
from .whole import COMPILER_FLAGS

COROUTINE_FLAG = 0x80


class Modules:
    """A finder and loader (for `sys.meta_path`) of `units`, by path.

    `functions` are the names that are graded; `found` holds them by unit, each with the file that it was bound in;
    `problems` says by name what failed. `texts` are all sources, by file.
    """

    def __init__(self, name: str, units: Mapping[str, Unit], functions: Collection[str]) -> None:
        self.units = units
        self.unit_of = {source.path: unit for unit in units.values() for source in unit.sources}
        self.functions = set(functions)
        self.paths, self.packages = module_names(name, units)
        others = units.values() if len(units) > 1 else ()
        self.wanted = self.functions | names_taken_from({*self.paths, *self.packages}, others)
        self.found: dict[tuple[str, str], tuple[Callable[..., Any], str]] = {}
        self.failures: dict[str, dict[str, str]] = {path: {} for path in units}
        self.problems: dict[str, dict[str, Any]] = {}
        self.notes: list[str] = []
        self.finished: set[str] = set()
        self.created: set[str] = set()
        self.texts = {source.path: source.text for unit in units.values() for source in unit.sources}
        for path, text in self.texts.items():
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)

    # --- as Python's import system asks ---

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        file = self.locate(name)
        if file is not None:
            self.created.add(name)
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
            module.__file__ = self.units[path].sources[0].path
            self.run(self.units[path], module.__dict__)

    def locate(self, name: str) -> str | None:
        """The file of a module, "" for a mere folder: a.b.c is a/b/c.py, else b/c.py, else c.py. None: not ours."""
        parts = name.split(".")
        if parts[0] not in self.paths and parts[0] not in self.packages:
            return None
        tails = (".".join(parts[n:]) for n in range(len(parts)))
        return next((self.paths[tail] for tail in tails if tail in self.paths), "" if name in self.packages else None)

    # --- running ---

    def run(self, unit: Unit, namespace: dict[str, Any]) -> None:
        if unit.whole and self.run_whole(unit.whole.code, unit, namespace):
            return
        if unit.problems and not unit.tree.body:
            raise SyntaxError(unit.problems[0]["message"])
        needed = slicing.needed_statements(unit.tree, self.wanted)
        self.note_guarded_names(unit)
        self.run_statements(needed, unit, namespace)
        if skipped := slicing.skipped_statements(unit.tree, needed):
            s, them = ("s", "them") if len(skipped) > 1 else ("", "it")
            self.notes.append(
                f"{unit.path}: {len(skipped)} top-level statement{s} not run, "
                f"as no graded function needs {them} ({places_of(unit, skipped)})"
            )

    def run_whole(self, code: CodeType, unit: Unit, namespace: dict[str, Any]) -> bool:
        """Runs the file at once; where something fails in it after all, it has left nothing."""
        before = dict(namespace)
        try:
            exec(code, namespace)
        except BaseException:
            namespace.clear()
            namespace.update(before)
            return False
        self.keep_functions(unit.bound, unit, unit.path, namespace)
        return True

    def run_statements(self, statements: Sequence[ast.stmt], unit: Unit, namespace: dict[str, Any]) -> None:
        """Those of a notebook may have been written in another order than they stand in: where one misses a name that
        a later one gives, it is run again after that."""
        while statements:
            errors = [(node, self.run_statement(node, unit, namespace)) for node in statements]
            failed = {node: error for node, error in errors if error is not None}
            again = [node for node, error in failed.items() if unit.is_notebook and misses_name(node, error, namespace)]
            if len(again) == len(statements):
                again = []
            for node, error in failed.items():
                if node not in again:
                    self.remember(error, node, unit)
            statements = again

    def run_statement(self, statement: ast.stmt, unit: Unit, namespace: dict[str, Any]) -> BaseException | None:
        """Runs it and keeps the graded functions that it gives; the error, where it fails."""
        file = unit.source_of[statement].path
        failure = None
        try:
            code = compile(ast.Module([statement], []), file, "exec", COMPILER_FLAGS, dont_inherit=True)
            result = eval(code, namespace)
            if code.co_flags & COROUTINE_FLAG:
                for _ in result.__await__():  # as an event loop would, which needs sockets
                    pass
        except BaseException as error:  # sys.exit() as well must not end the load
            failure = error
        self.keep_functions(slicing.bound_names([statement]), unit, file, namespace)
        return failure

    def keep_functions(self, names: Set[str], unit: Unit, file: str, namespace: Mapping[str, Any]) -> None:
        """Those of the graded functions that are among `names`, just given in `file`."""
        for name in self.functions & names:
            if callable(namespace.get(name)) and type(namespace[name]) is not StandIn:
                self.found[unit.path, name] = namespace[name], file

    def remember(self, error: BaseException, statement: ast.stmt, unit: Unit) -> None:
        message = self.explain(error)
        file = unit.source_of[statement].path
        for name in slicing.bound_names([statement]):
            line = f"line {statement.lineno} of {file}, which {'may define' if name == '*' else 'defines'} it"
            self.failures[unit.path].setdefault(name, f"{line}, failed with {type_name(type(error))}: {message}")
            self.problems.setdefault(name, of_exception(error, self.texts, message))

    def note_guarded_names(self, unit: Unit) -> None:
        for node in filter(slicing.is_main_guard, unit.tree.body):
            reason = f"line {node.lineno} of {unit.path} defines it, but only when the file is run as a program"
            self.failures[unit.path].update(dict.fromkeys(slicing.bound_names([node]), reason))

    def explain(self, error: BaseException) -> str:
        """The message of `error`; where a name is missed, with the failure of the line that should have bound it."""
        message = message_of(error)
        if not issubclass(type(error), NameError):
            return message
        unit = self.unit_of.get(of_exception(error, self.texts, "")["file"])
        failures = self.failures[unit.path] if unit else {}
        reason = failures.get(str(missed_name(error))) or failures.get("*")
        return f"{message}: {reason}" if reason else message

    def forget(self) -> None:
        """Takes all modules of the submission out of Python again."""
        for name in self.created & sys.modules.keys():
            del sys.modules[name]


def module_names(name: str, paths: Collection[str]) -> tuple[dict[str, str], set[str]]:
    """Files by dotted name, then by last name alone, and the names of folders; beside notebooks, which no
    import statement can name, the submission is none of these."""
    stems = {path: path.removesuffix(".py").removesuffix("/__init__").replace(".ipynb", " notebook") for path in paths}
    dotted = {stem.replace("/", "."): path for path, stem in stems.items()}
    parts = [name.split(".") for name in dotted]
    packages = {".".join(part[:n]) for part in parts for n in range(1, len(part))}
    if not any(path.endswith(".ipynb") for path in paths):
        packages.add(name)
    for long_name, path in list(dotted.items()):
        dotted.setdefault(long_name.rpartition(".")[2], path)
    return dotted, packages


def names_taken_from(modules: Collection[str], units: Iterable[Unit]) -> set[str]:
    """Names that files take from `modules`: by ``from x import name``, ``x.name``, or anything after ``import *``."""
    taken: set[str] = set()
    for unit in units:
        nodes = slicing.walk([unit.tree])
        imports = [node for node in nodes if slicing.imported_modules(node) & {*modules, ""}]
        local = slicing.bound_names(imports)
        taken |= {alias.name for node in imports if isinstance(node, ast.ImportFrom) for alias in node.names}
        taken |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and slicing.root_name(node) in local}
        if "*" in local:
            taken |= slicing.read_names([unit.tree])
    return taken


def misses_name(statement: ast.stmt, error: BaseException, namespace: Mapping[str, Any]) -> bool:
    """Whether the statement may yet give a name that no other has given, once it finds the one that it looked for."""
    return issubclass(type(error), NameError) and not slicing.bound_names([statement]) <= namespace.keys()


def places_of(unit: Unit, statements: Set[ast.stmt]) -> str:
    """Where `statements` of the unit are: "line 3", "lines 3, 10-12" or "cells 2, 5"."""
    if unit.is_notebook:
        return cells_of(source for source in unit.sources if not statements.isdisjoint(source.tree.body))
    runs = [list(run) for among, run in groupby(unit.tree.body, lambda node: node in statements) if among]
    ranges = [(run[0].lineno, run[-1].end_lineno) for run in runs]
    text = listed([str(first) if first == last else f"{first}-{last}" for first, last in ranges])
    return f"{'line' if text.isdecimal() else 'lines'} {text}"
