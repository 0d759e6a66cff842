"""Looks for the graded functions in a submission, and describes them."""

from __future__ import annotations

import ast
import importlib
import sys
import types
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cache
from typing import Any, NamedTuple

from . import slicing, source
from .modules import Modules
from .names import plain
from .whole import definition

VARIADIC_FLAG = 0x04
FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
NAMING = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name", ast.ImportFrom: "module"}
"""The syntax that a name of `co_names` comes from, and what it is called there."""

NOT_OURS = {"line": 0, "parameters": [], "required": 0, "variadic": True, "digest": ""}
"""Of a function that is not written in Python, or is none."""


class Found(NamedTuple):
    """A function, the file that binds it, and its description."""

    function: Callable[..., Any]
    file: str
    definition: dict[str, Any]


class Submission:
    """The files of one submission (`files` by relative path) and the functions that are `wanted` of it, among all the
    `functions` of its exercise, by which its files are known, each with the digest of its stub."""

    def __init__(
        self,
        name: str,
        files: Mapping[str, bytes],
        functions: Iterable[tuple[str, str | None]],
        wanted: Collection[str],
    ) -> None:
        self.stubs = dict(functions)
        self.wanted = wanted
        self.units = source.units(files, self.stubs)
        self.sources = {file.path: file for unit in self.units.values() for file in unit.sources}
        self.name = name
        self.called = own_names(self.stubs, self.units.values())
        self.modules = Modules(name, self.units, [self.called[name] for name in wanted])
        self.found: dict[str, Callable[..., Any]] = {}
        self.draws = any("random" in file.text for file in self.sources.values())

    def load(self) -> dict[str, Any]:
        """Runs what the functions need; gives definitions by function, problems and notes."""
        if self.draws:
            importlib.import_module("random")
            importlib.import_module("numpy.random")
        sys.meta_path.insert(0, self.modules)
        found = {name: taken for name in self.wanted if (taken := self.find(name))}
        self.found = {name: taken.function for name, taken in found.items()}
        places = {name: taken.file for name, taken in found.items()}
        return {
            "definitions": {
                name: {**taken.definition, "names": self.named_in(taken.function)} for name, taken in found.items()
            },
            "problems": self.problems_of_units() + self.problems_of_functions(),
            "notes": [
                *self.notes_of_units(),
                *self.modules.notes,
                *self.notes_of_names(places),
                *self.notes_of_choices(places),
            ],
        }

    def forget(self) -> None:
        self.modules.forget()
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self.modules]

    def find(self, name: str) -> Found | None:
        """The first that is no stub, or else the first stub."""
        first = None
        for found in self.functions_for(name):
            if found.definition["digest"] != self.stubs.get(name):
                return found
            first = first or found
        return first

    def functions_for(self, name: str) -> Iterator[Found]:
        """Those of the units that, once they have run, have one: first of those that define it, then of those that bind
        it."""
        called = self.called[name]
        ranked = self.by_rank(called)
        definers = [path for path in ranked if called in self.units[path].defined]
        binders = [path for path in ranked if called in self.units[path].bound]
        for path in dict.fromkeys([*definers, *binders]):
            self.import_unit(path)
            if (path, called) in self.modules.found:
                function, file = self.modules.found[path, called]
                yield Found(function, file, self.describe(function, file, self.stubs[name]))

    def definers(self, name: str) -> list[str]:
        """The files and cells that define it."""
        files = (file for path in self.by_rank(name) for file in self.units[path].sources)
        return [file.path for file in files if name in file.defined]

    def by_rank(self, name: str) -> list[str]:
        """Units as they are looked through for a function: notebooks, which may import the files beside them, first,
        the one first that defines most; then those nearest to the top of the folder, among them the one named as the
        exercise, then the one named as the function."""

        def rank(path: str) -> tuple[int, int, bool, bool]:
            return -self.share(self.units[path]), path.count("/"), stem(path) != self.name, stem(path) != name

        return sorted(self.units, key=rank)

    def share(self, unit: source.Unit) -> int:
        """How many of the functions a notebook defines, and one more; of a file 0."""
        return 1 + len(unit.defined & {*self.called.values()}) if unit.is_notebook else 0

    def problem(self, name: str) -> dict[str, Any] | None:
        """Why there is no function of that name, where a statement that should have bound it failed."""
        return self.modules.problems.get(self.called.get(name, name))

    def problems_of_functions(self) -> list[dict[str, Any]]:
        missing = (self.problem(name) for name in self.wanted if name not in self.found)
        return [problem for problem in missing if problem]

    def problems_of_units(self) -> list[dict[str, Any]]:
        return [problem for unit in self.units.values() for problem in unit.problems]

    def notes_of_units(self) -> list[str]:
        return [note for unit in self.units.values() for note in unit.notes]

    def notes_of_names(self, places: Mapping[str, str]) -> list[str]:
        return [
            f"{name} is taken from {taken}, where it is called {self.called[name]}"
            for name, taken in places.items()
            if self.called[name] != name
        ]

    def notes_of_choices(self, places: Mapping[str, str]) -> list[str]:
        """One for all functions that are defined in the same places."""
        choices: dict[tuple[str, ...], list[str]] = {}
        for name, taken in places.items():
            others = [path for path in self.definers(self.called[name]) if path != taken]
            choices.setdefault((taken, *others), []).append(name)
        return [note_of_choice(names, *files) for files, names in choices.items() if len(files) > 1]

    def import_unit(self, path: str) -> None:
        module = next(name for name, file in self.modules.paths.items() if file == path)
        importlib.import_module(module)

    def describe(self, function: Callable[..., Any], path: str, stub: str | None) -> dict[str, Any]:
        """With a digest where it may be the stub of that digest."""
        bound = int(isinstance(function, types.MethodType))
        function = unwrap(function)
        if not isinstance(function, types.FunctionType):
            return {**NOT_OURS, "file": path}
        code = function.__code__
        begun = stub is None or is_work(code, stub)
        node = self.node_of(code, begun)
        return {
            "file": code.co_filename,
            "line": getattr(node, "lineno", code.co_firstlineno),
            "parameters": list(code.co_varnames[bound : code.co_argcount]),
            "required": max(0, code.co_argcount - len(function.__defaults__ or ()) - bound),
            "variadic": bool(code.co_flags & VARIADIC_FLAG),
            "digest": "" if node is None or begun else digest_of(node),
        }

    def named_in(self, function: Callable[..., Any]) -> list[str]:
        """Which of those that were found it names, and not others that its own module calls so."""
        function = unwrap(function)
        if not isinstance(function, types.FunctionType):
            return []
        used, module = names_used(function.__code__), function.__globals__
        named = {name: self.called[name] for name in self.found if self.called[name] in used}
        return [name for name, called in named.items() if module.get(called, self.found[name]) is self.found[name]]

    def node_of(self, code: types.CodeType, begun: bool) -> FunctionNode | None:
        """The syntax of a function that was compiled from one of our files; in a whole file not of one that is surely
        no stub."""
        found = self.sources.get(code.co_filename)
        if found is None or (found.whole and begun):
            return None
        node = definition(found.text, code, found.whole.code) if found.whole else None
        return node if isinstance(node, FUNCTION_NODES) else functions_in(found.tree).get(code.co_firstlineno)


def note_of_choice(names: Sequence[str], taken: str, *others: str) -> str:
    first, *more = names
    where = f"in {taken} and in {', '.join(others)}"
    if not more:
        return f"{first} is defined {where}: the one in {taken} was taken"
    rest = more[0] if len(more) == 1 else f"{len(more)} more functions"
    return f"{first} and {rest} are defined {where}: those in {taken} were taken"


def digest_of(function: FunctionNode) -> str:
    """A text that is the same for two functions with the same parameters and body, whatever their docstrings: a
    checksum and the names in the body.

    It is the same in every version of Python, so that digests can be stored. What is nested as deep as no stub is has
    none.
    """
    arguments = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    body = function.body if isinstance(function.body, list) else [function.body]
    if slicing.is_text(body[0]):
        body = body[1:]
    try:
        text = f"{arguments!a}: {outline(body)}"
    except RecursionError:
        return ""
    return " ".join((f"{zlib.crc32(text.encode('ascii')):08x}-{len(text)}", *names_in(body)))


def names_in(body: Iterable[ast.AST]) -> list[str]:
    """All that `co_names` may have of it: of `import a.b as c` the whole path and its parts."""
    nodes = (node for part in body for node in ast.walk(part) if type(node) in NAMING)
    paths = {path for node in nodes if (path := getattr(node, NAMING[type(node)]))}
    return sorted(paths.union(*(path.split(".") for path in paths)))


def names_used(code: types.CodeType) -> set[str]:
    """By a function, and by those in it, however deep."""
    found = [code]
    for each in found:
        found += [constant for constant in each.co_consts if type(constant) is types.CodeType]
    return set().union(*(each.co_names for each in found))


def is_work(code: types.CodeType, stub: str) -> bool:
    """Whether it surely is not the stub of that digest: it uses a name that is not in there."""
    return not set(stub.split()).issuperset(code.co_names)


def outline(node: object) -> str:
    """Like `ast.dump`, without empty fields, of which newer versions of Python have more."""
    if isinstance(node, ast.AST):
        values = [(name, getattr(node, name, None)) for name in node._fields]
        fields = [f"{name}={outline(value)}" for name, value in values if value is not None and value != []]
        return f"{type(node).__name__}({', '.join(fields)})"
    return ", ".join(map(outline, node)) if isinstance(node, list) else ascii(node)


def digests(text: str) -> dict[str, str]:
    """The digest of every top-level function in a source."""
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return {function.name: digest_of(function) for function in functions}


def unwrap(function: Any) -> Any:
    """The plain function inside a method or a decorated function that says what it wraps."""
    while isinstance(function, (types.MethodType, types.FunctionType)):
        inner = function.__func__ if isinstance(function, types.MethodType) else function.__dict__.get("__wrapped__")
        if inner is None:
            break
        function = inner
    return function


@cache
def functions_in(tree: ast.Module) -> dict[int, FunctionNode]:
    """Those of the top level, by the line that their code begins with, as the first one that does."""
    functions = [node for node in slicing.running_now(tree.body) if isinstance(node, FUNCTION_NODES)]
    return {first_line(function): function for function in reversed(functions)}


def own_names(functions: Collection[str], units: Collection[source.Unit]) -> dict[str, str]:
    """What a submission calls each of `functions`: by its name or, where nothing is called so, by the first that
    differs in case and underscores only."""
    bound = set().union(*(unit.bound for unit in units))
    similar = {plain(name): name for unit in reversed([*units]) for name in sorted(function_names(unit))}
    return {name: name if name in bound else similar.get(plain(name), name) for name in functions}


def function_names(unit: source.Unit) -> Set[str]:
    """Names of functions that the top level defines; a class is none."""
    classes = set() if unit.whole else {node.name for node in unit.tree.body if isinstance(node, ast.ClassDef)}
    return unit.defined - classes


def first_line(function: FunctionNode) -> int:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return min([function.lineno, *(node.lineno for node in decorators)])


def stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py").removesuffix(".ipynb")
