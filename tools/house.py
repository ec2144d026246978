"""`python tools/house.py [FOLDER]`: the size of the house, to compare before and after a change.

Prints, of the tree in FOLDER (else of this one): the modules that lie directly in layers/, the
longest functions of Python and of the scripts, and how often a vague word is bound as a variable.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from heapq import nlargest
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("layers", "server")
SCRIPTS = "server/viewer/web"
LONGEST = 5  # functions named of each kind
# Participles and pronouns that do not say what a value is; one with a noun beside it does.
VAGUE = frozenset({
    "said", "found", "one", "other", "each", "these", "made", "taken", "kept", "given", "gone",
    "meant", "asked", "known", "shown", "written", "there", "several", "place",
})  # fmt: skip
# Comments and strings of a script. A template's `${…}` goes with it: its braces are in pairs.
QUOTED = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL
)
# `function (`, a method's name with `(`, `=> {`
HEAD = re.compile(
    r"\bfunction\b[^({]*\(|^[ \t]+(?:async |static |get |set )*#?\w+\((?=[^;]*\{)|=>\s*\{",
    re.MULTILINE,
)
BODY = re.compile(r"\s*(?:=>\s*)?\{")
NOT_A_METHOD = re.compile(r"\s*(?:if|for|while|switch|catch|with|return|await)\b")


class Function(NamedTuple):
    """A function's length in lines and where it begins; the longest is the greatest."""

    lines: int
    place: str


def main(root: Path) -> None:
    """Print the figures of the tree in `root`."""
    modules = sorted(path.name for path in (root / "layers").glob("*.py"))
    print(f"modules at the top of layers/: {len(modules)} ({', '.join(modules)})")
    sources = {name: sorted((root / name).rglob("*.py")) for name in PACKAGES}
    every = [path for paths in sources.values() for path in paths]
    _print_longest("Python", (function for path in every for function in functions(path, root)))
    scripts = sorted((root / SCRIPTS).rglob("*.js"))
    _print_longest("scripts", (function for path in scripts for function in blocks(path, root)))
    for package, paths in sources.items():
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        vague = sum(name in VAGUE for path in paths for name in bindings(path))
        rate = 1000 * vague / lines
        print(f"vague words bound in {package}/: {vague} in {lines:,} lines, {rate:.1f} per 1,000")


def _print_longest(kind: str, candidates: Iterable[Function]) -> None:
    print(f"longest functions of {kind}, in lines:")
    for function in nlargest(LONGEST, candidates):
        print(f"  {function.lines:4} {function.place}")


def functions(path: Path, root: Path) -> Iterator[Function]:
    """Every function and method of a Python file, decorators left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(length, f"{path.relative_to(root)}:{node.lineno} {node.name}")


def blocks(path: Path, root: Path) -> Iterator[Function]:
    """Every function of a script that has a body in braces: told by its head, ended by counting."""
    text = path.read_text(encoding="utf-8")
    bare = QUOTED.sub(lambda quoted: re.sub(r"[^\n]", " ", quoted[0]), text)
    for head in HEAD.finditer(bare):
        if NOT_A_METHOD.match(head[0]):
            continue
        start = head.end() - 1
        opening = start
        if bare[start] == "(":
            body = BODY.match(bare, _end(bare, start, "()") + 1)
            if body is None:  # a call
                continue
            opening = body.end() - 1
        first = bare.count("\n", 0, head.start()) + 1
        length = bare.count("\n", 0, _end(bare, opening, "{}")) - first + 2
        line = text.splitlines()[first - 1].strip()
        yield Function(length, f"{path.relative_to(root)}:{first} {line}")


def _end(text: str, start: int, pair: str) -> int:
    """Where the bracket that opens at `start` is closed; the text's end if nowhere."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == pair[0]) - (text[index] == pair[1])
        if depth == 0:
            return index
    return len(text)


def bindings(path: Path) -> Iterator[str]:
    """Every name that is bound as a variable or a parameter, as often as it is.

    Targets of assignments, `for`, `with`, comprehensions and `:=` are names that are stored.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
