"""Which top-level statements of a module the wanted names depend on: those are run, all others are not.

A statement *binds* names (assigns, defines or imports them, or changes the object behind them) and *reads* names
(at once, or whenever a function in it is called). Starting from the wanted names, a statement that binds a needed name
is needed, and so are all names it reads.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeGuard

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = {*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef}
INNER_FIELDS = {"body", "elt", "key", "value", "generators"}
DYNAMIC = {"globals", "locals", "vars", "eval", "exec"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
NAMED = (*DEFINITIONS, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
TARGET = (ast.Name, ast.Tuple, ast.expr_context)
CONSTANT = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
HARMLESS = (*DEFINITIONS, ast.Import, ast.ImportFrom, ast.Pass)


def needed_statements(tree: ast.Module, wanted: Collection[str]) -> list[ast.stmt]:
    """The statements to run for `wanted`, in order: all of them where names are looked up in ways no reader can see.

    What a statement reads is looked for only once it is needed.
    """
    imported = {name for node in tree.body if is_import(node) for name in bound_names([node])}
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    binds = {
        node: bound_by(node) | changed_names(node, imported) | names_set_by_calls(node, functions)
        for node in tree.body
        if not is_main_guard(node)
    }
    names, chosen = set(wanted), {node for node in binds if is_star_import(node)}
    while found := {node for node, bound in binds.items() if node not in chosen and bound & names}:
        chosen |= found
        names.update(*(read_names([node]) - names_given_first(node) for node in found))
    return [node for node in binds if node in chosen or names & DYNAMIC]


def skipped_statements(tree: ast.Module, needed: Iterable[ast.stmt]) -> set[ast.stmt]:
    """Statements left out that would have done something when the module is imported."""
    return {node for node in set(tree.body).difference(needed) if not is_harmless(node)}


# --- names ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """What code, run as it stands, does with names of its own scope: those it gives a value, those it reads, at once or
    when a function in it is called, and those that functions in it declare ``global`` or ``nonlocal``."""

    bound: set[str]
    read: set[str]
    declared: set[str]


@cache
def names_of(statement: ast.AST) -> Names:
    """In one pass, remembered: a large file is looked at for many names."""
    return names_in([statement])


def names_in(nodes: Iterable[ast.AST]) -> Names:
    names = Names(set(), set(), set())
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        names.bound.update(names_given_by(node))
        if isinstance(node, ast.Name):
            names.read.update([node.id] if isinstance(node.ctx, ast.Load) else [])
            continue
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            names.declared.update(node.names)
        elif isinstance(node, ast.AugAssign):
            names.read.add(root_name(node.target))
        if type(node) in SCOPES:
            add_inner_names(names, node)
            waiting.extend(children(node, inner=False))
        else:
            waiting.extend(child_nodes(node))
    return names


def names_given_by(node: ast.AST) -> list[str]:
    """Names that a node itself, whatever is below it, gives a value."""
    if isinstance(node, ast.Name):
        return [node.id] if isinstance(node.ctx, ast.Store) else []
    if isinstance(node, ast.alias):
        return [node.asname or node.name.partition(".")[0]]
    return [node.name] if isinstance(node, NAMED) and node.name else []


def add_inner_names(names: Names, scope: ast.AST) -> None:
    """What a function, comprehension or class takes from the scope around it. The names of a class body are not seen
    from its methods, and so are no names of its own."""
    inner = names_in(children(scope, inner=True))
    own = set() if isinstance(scope, ast.ClassDef) else (inner.bound - inner.declared) | parameters(scope)
    names.read.update(inner.read - own)
    names.declared.update(inner.declared)


def parameters(scope: ast.AST) -> set[str]:
    nodes = walk([scope.args]) if isinstance(scope, FUNCTIONS) else []
    return {node.arg for node in nodes if isinstance(node, ast.arg)}


@cache
def bound_by(statement: ast.AST) -> frozenset[str]:
    """Names that a statement, run as it stands, gives a value in its own scope: the inside of functions is not looked
    at for that."""
    return frozenset(name for node in running_now([statement]) for name in names_given_by(node))


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the code of `nodes`, run as it stands, gives a value in its own scope."""
    return set().union(*map(bound_by, nodes))


def read_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that `nodes` take from the scope around them, at once or when a function in them is called."""
    return set().union(*(names_of(node).read for node in nodes))


@cache
def defined_names(tree: ast.Module) -> set[str]:
    """Names that the top level defines by ``def``, or gives to a lambda or to another function."""
    names: set[str] = set()
    for node in running_now(tree.body):
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Lambda, ast.Name, ast.Attribute)):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names


def changed_names(statement: ast.stmt, imported: Collection[str]) -> set[str]:
    """Names whose objects are changed: by ``x[0] = 1`` and ``x.y = 1``, or by ``x.append(1)`` unless x is a module."""
    names = set()
    for node in running_now([statement]):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            names.add(root_name(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            method = node.value.func
            names |= {root_name(method)} - {*imported} if isinstance(method, ast.Attribute) else set()
    return names - {""}


def names_set_by_calls(statement: ast.stmt, functions: Mapping[str, ast.FunctionDef]) -> set[str]:
    """Names that `functions` called at once declare ``global``."""
    calls = (node.func for node in running_now([statement]) if isinstance(node, ast.Call))
    called = (functions[call.id] for call in calls if isinstance(call, ast.Name) and call.id in functions)
    return set().union(*(names_of(function).declared for function in called))


def names_given_first(statement: ast.stmt) -> set[str]:
    """Names that ``for`` and ``with`` give a value before their body reads it."""
    targets = (
        node.target if isinstance(node, (ast.For, ast.AsyncFor)) else node.optional_vars
        for node in running_now([statement])
        if isinstance(node, (ast.For, ast.AsyncFor, ast.withitem))
    )
    return bound_names(target for target in targets if target)


def root_name(node: ast.AST) -> str:
    """``x`` for ``x``, ``x.y`` and ``x[0].y``."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


# --- the tree ---------------------------------------------------------------------------------------------------------


def child_nodes(node: ast.AST) -> list[ast.AST]:
    """As `ast.iter_child_nodes`, which takes three times as long."""
    found: list[ast.AST] = []
    for value in node.__dict__.values():
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """As `ast.walk`, which takes three times as long."""
    found = list(nodes)
    for node in found:
        found += child_nodes(node)
    return found


def unguarded(nodes: Iterable[ast.AST]) -> list[ast.AST]:
    """All nodes below `nodes` but those in a ``try``."""
    found = list(nodes)
    for node in found:
        found += [child for child in child_nodes(node) if not isinstance(child, ast.Try)]
    return found


def running_now(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All nodes below `nodes` but the inside of functions, classes and comprehensions."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node, inner=False) if type(node) in SCOPES else child_nodes(node))


def children(scope: ast.AST, inner: bool) -> Iterator[ast.AST]:
    """The nodes inside a scope, or those that are evaluated around it: decorators, defaults, base classes."""
    for name in scope._fields:
        if (name in INNER_FIELDS) == inner:
            value = getattr(scope, name, None)
            yield from (node for node in (value if type(value) is list else [value]) if isinstance(node, ast.AST))


def imported_modules(node: ast.AST) -> set[str]:
    """First names of the modules that an import statement names; "" for a relative import, nothing for other nodes."""
    if isinstance(node, ast.ImportFrom):
        return {"" if node.level else str(node.module).partition(".")[0]}
    return {alias.name.partition(".")[0] for alias in node.names} if isinstance(node, ast.Import) else set()


def is_import(node: ast.AST) -> bool:
    return isinstance(node, (ast.Import, ast.ImportFrom))


def is_star_import(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and node.names[0].name == "*"


def is_main_guard(node: ast.AST) -> TypeGuard[ast.If]:
    """``if __name__ == "__main__":``"""
    return isinstance(node, ast.If) and "__name__" in read_names([node.test])


def is_harmless(node: ast.AST) -> bool:
    """Whether nobody misses the statement: a definition, a constant, an import, bare text, or what only a program
    runs."""
    return isinstance(node, HARMLESS) or is_text(node) or is_main_guard(node) or names_constant(node)


def names_constant(node: ast.AST) -> bool:
    """``n = 400``, ``n, h = 400, 25``, ``rate = -1e-3``, ``names = []``"""
    if not isinstance(node, ast.Assign):
        return False
    targets, values = walk(node.targets), walk([node.value])
    return all(isinstance(each, TARGET) for each in targets) and all(isinstance(each, CONSTANT) for each in values)


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
