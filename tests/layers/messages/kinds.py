"""Where the code of `layers` names a kind of problem, read from the annotations mypy checks.

A string is a kind only where one is wanted: as an argument for a parameter or a field that is
annotated as a kind, as what a function so annotated returns, or as the value of a variable so
annotated. A string elsewhere, however it reads, is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import layers

KIND = "ProblemKind"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Parameters = Mapping[str, set[int | str]]  # of each callable: where and under which name a kind is


class Code:
    """Modules, and which of their callables take a kind."""

    def __init__(self, modules: Iterable[ast.Module]) -> None:
        self._nodes = [node for module in modules for node in ast.walk(module)]
        self._types = {KIND}
        self._types |= {
            target.id
            for node in self._nodes
            if isinstance(node, ast.Assign) and self._is_kind(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self._parameters = self._of_functions() | self._of_classes()

    def kinds(self) -> set[str]:
        """Every kind that is named where a kind is wanted."""
        return {kind for value in self._values() for kind in _strings(value)}

    def calls(self) -> Iterator[ast.Call]:
        """Every call of what takes a kind."""
        for node in self._nodes:
            if isinstance(node, ast.Call) and self._parameters.get(_name(node.func)):
                yield node

    def _values(self) -> Iterator[ast.expr]:
        for call in self.calls():
            wanted = self._parameters[_name(call.func)]
            yield from (value for place, value in enumerate(call.args) if place in wanted)
            yield from (keyword.value for keyword in call.keywords if keyword.arg in wanted)
        for node in self._nodes:
            if isinstance(node, ast.AnnAssign) and node.value and self._is_kind(node.annotation):
                yield node.value
            if isinstance(node, Function):
                yield from self._inside(node)

    def _inside(self, function: Function) -> Iterator[ast.expr]:
        """What a function returns as a kind, and assigns to variables that are kinds."""
        nodes = [*ast.walk(function)]
        variables = {
            ast.unparse(node.target)
            for node in nodes
            if isinstance(node, ast.AnnAssign) and self._is_kind(node.annotation)
        }
        for node in nodes:
            if isinstance(node, ast.Return) and node.value and self._is_kind(function.returns):
                yield node.value
            if isinstance(node, ast.Assign):
                names = {ast.unparse(name) for target in node.targets for name in ast.walk(target)}
                if names & variables:
                    yield node.value

    def _is_kind(self, annotation: ast.expr | None) -> bool:
        nodes = ast.walk(annotation) if annotation else ()
        return any(isinstance(node, ast.Name) and node.id in self._types for node in nodes)

    def _of_functions(self) -> dict[str, set[int | str]]:
        functions: dict[str, set[int | str]] = {}
        for node in self._nodes:
            if isinstance(node, Function):
                functions.setdefault(node.name, set()).update(self._of_function(node))
        return functions

    def _of_function(self, function: Function) -> Iterator[int | str]:
        arguments = [*function.args.posonlyargs, *function.args.args]
        of_object = bool(arguments) and arguments[0].arg in ("self", "cls")
        for place, argument in enumerate(arguments[of_object:]):
            if self._is_kind(argument.annotation):
                yield from (place, argument.arg)
        for argument in function.args.kwonlyargs:
            if self._is_kind(argument.annotation):
                yield argument.arg

    def _of_classes(self) -> dict[str, set[int | str]]:
        classes = {node.name: node for node in self._nodes if isinstance(node, ast.ClassDef)}
        return {name: set(self._of_class(node, classes)) for name, node in classes.items()}

    def _of_class(self, node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> set[int | str]:
        """Of its `__init__`, else of its fields, else of the class it is derived from."""
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                return {*self._of_function(member)}
        fields = [member for member in node.body if isinstance(member, ast.AnnAssign)]
        if not fields:
            bases = [classes[name] for base in node.bases if (name := _name(base)) in classes]
            return {kind for base in bases for kind in self._of_class(base, classes)}
        return {
            at
            for place, field in enumerate(fields)
            if self._is_kind(field.annotation)
            for at in (place, ast.unparse(field.target))
        }


def code() -> Code:
    """The code of `layers`, without the messages themselves."""
    root = Path(layers.__file__).parent
    paths = [path for path in sorted(root.rglob("*.py")) if path.parent != root / "messages"]
    return Code(ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in paths)


def _name(function: ast.expr) -> str:
    return str(getattr(function, "id", getattr(function, "attr", "")))


def _strings(node: ast.AST) -> Iterator[str]:
    """The strings that an expression may be: not those it compares or looks up by, nor sets,
    which are there for kinds to be looked up in.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    of: Iterable[ast.AST | None] = ast.iter_child_nodes(node)
    if isinstance(node, ast.IfExp):
        of = (node.body, node.orelse)
    elif isinstance(node, ast.Dict):
        of = node.values
    elif isinstance(node, (ast.Compare, ast.Set, ast.Subscript)):
        of = ()
    for child in of:
        yield from _strings(child) if child else ()
