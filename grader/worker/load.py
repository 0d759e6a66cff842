"""Looks for the graded functions in a submission, and describes them."""

from __future__ import annotations

import ast
import importlib
import sys
import types
import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from . import slicing, source
from .modules import Modules

VARIADIC_FLAG = 0x04
FUNCTION_NODES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Submission:
    """The files of one submission (`files` by relative path) and the functions that are wanted of it."""

    def __init__(self, name: str, files: Mapping[str, bytes], functions: Collection[str]) -> None:
        self.functions = functions
        self.sources = {path: source.read(path, data) for path, data in files.items() if path.endswith(".py")}
        self.name = name
        self.modules = Modules(name, self.sources, functions)
        self.found: dict[str, Callable[..., Any]] = {}
        self.draws = any(b"random" in data for data in files.values())

    def load(self) -> dict[str, Any]:
        """Runs what the functions need; gives definitions by function, problems and notes."""
        sys.meta_path.insert(0, self.modules)
        if self.draws:
            importlib.import_module("random")
            importlib.import_module("numpy.random")
        definitions = {name: found for name in self.functions if (found := self.find(name))}
        problems = [problem for file in self.sources.values() for problem in file.problems]
        problems += [problem for name in self.functions if name not in self.found and (problem := self.problem(name))]
        notes = [note for file in self.sources.values() for note in file.notes]
        return {"definitions": definitions, "problems": problems, "notes": notes + self.modules.notes}

    def problem(self, name: str) -> dict[str, Any] | None:
        """Why there is no function of that name, where a statement that should have bound it failed."""
        return self.modules.problems.get(name)

    def forget(self) -> None:
        self.modules.forget()
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self.modules]

    def find(self, name: str) -> dict[str, Any] | None:
        """Definition of the first function of that name: in files that define it, then where it is otherwise bound."""
        order = sorted(self.sources, key=lambda path: (stem(path) != self.name, stem(path) != name))
        definers = [path for path in order if defines(self.sources[path].tree, name)]
        binders = [path for path in order if path not in definers and binds(self.sources[path].tree, name)]
        for path in (*definers, *binders):
            self.import_file(path)
            if function := self.modules.found.get((path, name)):
                self.found[name] = function
                others = [other for other in definers if other != path]
                if others:
                    self.modules.notes.append(
                        f"{name} is defined in {path} and in {', '.join(others)}: the one in {path} was taken"
                    )
                return self.describe(function, path)
        return None

    def import_file(self, path: str) -> None:
        module = next(name for name, file in self.modules.paths.items() if file == path)
        importlib.import_module(module)

    def describe(self, function: Callable[..., Any], path: str) -> dict[str, Any]:
        bound = int(isinstance(function, types.MethodType))
        function = unwrap(function)
        if not isinstance(function, types.FunctionType):
            return {"file": path, "line": 0, "parameters": [], "required": 0, "variadic": True, "digest": ""}
        code = function.__code__
        node = self.node_of(code)
        return {
            "file": code.co_filename,
            "line": getattr(node, "lineno", code.co_firstlineno),
            "parameters": list(code.co_varnames[bound : code.co_argcount]),
            "required": max(0, code.co_argcount - len(function.__defaults__ or ()) - bound),
            "variadic": bool(code.co_flags & VARIADIC_FLAG),
            "digest": digest_of(node) if node else "",
        }

    def node_of(self, code: types.CodeType) -> FunctionNode | None:
        """The syntax of a function that was compiled from one of our files."""
        found = self.sources.get(code.co_filename)
        nodes = ast.walk(found.tree) if found else ()
        functions = (node for node in nodes if isinstance(node, FUNCTION_NODES))
        return next((node for node in functions if first_line(node) == code.co_firstlineno), None)


def digest_of(function: FunctionNode) -> str:
    """A text that is the same for two functions with the same parameters and body, whatever their docstrings.

    It is the same in every version of Python, so that digests can be stored.
    """
    arguments = [node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)]
    body = function.body if isinstance(function.body, list) else [function.body]
    if slicing.is_text(body[0]):
        body = body[1:]
    text = f"{arguments!a}: {outline(body)}"
    return f"{zlib.crc32(text.encode('ascii')):08x}-{len(text)}"


def outline(node: object) -> str:
    """Like `ast.dump`, without empty fields, of which newer versions of Python have more."""
    if isinstance(node, list):
        return ", ".join(map(outline, node))
    if isinstance(node, ast.AST):
        fields = (f"{name}={outline(value)}" for name, value in ast.iter_fields(node) if value not in (None, []))
        return f"{type(node).__name__}({', '.join(fields)})"
    return ascii(node)


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


def first_line(function: FunctionNode) -> int:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return min([function.lineno, *(node.lineno for node in decorators)])


def stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def binds(tree: ast.Module, name: str) -> bool:
    return name in slicing.bound_names(tree.body)


def defines(tree: ast.Module, name: str) -> bool:
    """Whether the top level has ``def name``, or gives `name` to a lambda or to another function."""
    for node in slicing.running_now(tree.body):
        if isinstance(node, slicing.DEFINITIONS) and node.name == name:
            return True
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Lambda, ast.Name, ast.Attribute)):
            return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return False
