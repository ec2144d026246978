"""A filter's tree to the features it selects, as a mask over a layer's columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import numpy as np
import shapely

from layers.catalog.layer import Layer
from layers.errors import InvalidFilter
from layers.query.filter import spatial
from layers.query.filter.operands import (
    CONVERSE,
    OPERATORS,
    Constant,
    Field,
    Id,
    Numbers,
    type_of,
)
from layers.query.filter.parse import Node
from layers.query.filter.spatial import Transform, as_is, geometry_of, related
from layers.query.filter.texts import FOLDS, Pattern
from layers.query.filter.times import RELATIONS, Times, bound, instant
from layers.query.filter.truth import Truth
from layers.revision.columns import Mask

GEOMETRY, ID = "geometry", "id"  # what a filter calls them
ARITHMETIC: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "div": lambda a, b: np.trunc(a / b),
    "^": np.power,
}
MOST_ARGUMENTS = 1_000  # of a list or of AND and OR

Operand = Constant | Field | Numbers | Id


def selected(layer: Layer, node: Node, to_degrees: Transform = as_is) -> Mask:
    """Where the filter is true, by feature index.

    `to_degrees` brings its geometries to degrees, longitude first. Raises `InvalidFilter`.
    """
    return _Evaluation(layer, to_degrees).predicate(node).true


class _Evaluation:
    """One filter over one layer."""

    def __init__(self, layer: Layer, to_degrees: Transform) -> None:
        self._layer, self._to_degrees = layer, to_degrees
        self._count = layer.feature_count
        predicates = {
            "and": self._and,
            "or": self._or,
            "not": self._not,
            "like": self._like,
            "between": self._between,
            "in": self._in,
            "isNull": self._is_null,
        }
        self._predicates: dict[str, Callable[[str, list[Node]], Truth]] = {
            **predicates,
            **dict.fromkeys(OPERATORS, self._comparison),
            **dict.fromkeys(spatial.FUNCTIONS, self._spatial),
            **dict.fromkeys(RELATIONS, self._temporal),
        }

    def predicate(self, node: Node) -> Truth:
        """Where a condition is true and where it is false."""
        if isinstance(node, bool):
            return Truth.constant(node, self._count)
        if isinstance(node, dict) and "property" in node:
            operand = self._operand(node)
            if isinstance(operand, Field):
                return operand.flags()
        if not isinstance(node, dict) or "op" not in node:
            raise InvalidFilter(f"has {_shown(node)} where a condition is wanted", "as in a = 1")
        name, arguments = _call(node)
        function = self._predicates.get(name)
        if function is None:
            raise InvalidFilter(f"has the function {name[:50]!r}", self._known())
        return function(name, arguments)

    def _known(self) -> str:
        return f"one of {', '.join([*self._predicates, *FOLDS])}"

    def _and(self, name: str, arguments: list[Node]) -> Truth:
        return reduce(Truth.__and__, map(self.predicate, _several(name, arguments)))

    def _or(self, name: str, arguments: list[Node]) -> Truth:
        return reduce(Truth.__or__, map(self.predicate, _several(name, arguments)))

    def _not(self, name: str, arguments: list[Node]) -> Truth:
        (condition,) = _exactly(1, name, arguments)
        return ~self.predicate(condition)

    def _comparison(self, name: str, arguments: list[Node]) -> Truth:
        left, right = map(self._operand, _exactly(2, name, arguments))
        return self._compare(name, left, right)

    def _compare(self, sign: str, left: Operand, right: Operand) -> Truth:
        if isinstance(left, Constant) and isinstance(right, Constant):
            if left.type != right.type:
                raise InvalidFilter(
                    f"compares {left.value!r} with {right.value!r}", "two values of one type"
                )
            return Truth.constant(OPERATORS[sign](left.compared, right.compared), self._count)
        if isinstance(left, Constant):
            return self._compare(CONVERSE.get(sign, sign), right, left)
        if isinstance(right, Constant):
            left = left.numbers() if isinstance(left, Id) else left
            return left.compare(sign, right)
        if isinstance(left, Field) and isinstance(right, Field):
            return _compare_fields(sign, left, right)
        first, second = _numbers(left), _numbers(right)
        compared = OPERATORS[sign](first.values, second.values)
        return Truth.where(compared, first.present & second.present)

    def _like(self, name: str, arguments: list[Node]) -> Truth:
        field, pattern = map(self._operand, _exactly(2, name, arguments))
        if not (isinstance(field, Field) and "text" in field.types):
            raise InvalidFilter("has LIKE of no property", "one with texts")
        if not (isinstance(pattern, Constant) and isinstance(pattern.value, str)):
            raise InvalidFilter("has LIKE without a pattern", "a text, as in '%学校%'")
        form = Pattern(pattern.value, pattern.folds)
        if field.has_lines:
            return field.of_distinct(field.lines.like(form))
        matches = [isinstance(value, str) and form.matches(value) for value in field.values()]
        return Truth.where(np.array(matches, dtype=bool), field.column.present)

    def _between(self, name: str, arguments: list[Node]) -> Truth:
        if len(arguments) == 2 and isinstance(arguments[1], list):
            arguments = [arguments[0], *arguments[1]]
        value, least, most = map(self._operand, _exactly(3, name, arguments))
        return self._compare(">=", value, least) & self._compare("<=", value, most)

    def _in(self, name: str, arguments: list[Node]) -> Truth:
        value, choices = _exactly(2, name, arguments)
        if not isinstance(choices, list):
            raise InvalidFilter("has IN without a list", "as in kind IN ('a', 'b')")
        operand = self._operand(value)
        equal = (
            self._compare("=", operand, self._operand(choice)) for choice in _several(name, choices)
        )
        return reduce(Truth.__or__, equal)

    def _is_null(self, name: str, arguments: list[Node]) -> Truth:
        (value,) = _exactly(1, name, arguments)
        if value == {"property": GEOMETRY} and self._names_geometry:
            return Truth.constant(value=False, count=self._count)
        operand = self._operand(value)
        if isinstance(operand, Field):
            return Truth.known(~operand.column.present)
        if isinstance(operand, Constant):
            return Truth.constant(value=False, count=self._count)
        return Truth.known(~_numbers(operand).present)

    def _spatial(self, name: str, arguments: list[Node]) -> Truth:
        left, right = _exactly(2, name, arguments)
        own = [side == {"property": GEOMETRY} for side in (left, right)]
        if all(own):
            raise InvalidFilter(f"has {name} of the geometry and itself", spatial.WANTED)
        if not any(own):
            for side in (left, right):
                if isinstance(side, dict) and "property" in side:
                    raise InvalidFilter(
                        f"takes {_shown(side['property'])} for a geometry", f"{GEOMETRY!r}"
                    )
            first, second = (geometry_of(side, self._to_degrees) for side in (left, right))
            relation = spatial.RELATIONS.get(name, shapely.disjoint)
            return Truth.constant(bool(relation(first, second)), self._count)
        geometry = geometry_of(right if own[0] else left, self._to_degrees)
        function = name if own[0] else spatial.CONVERSE.get(name, name)
        return Truth.known(related(self._layer, function, geometry))

    def _temporal(self, name: str, arguments: list[Node]) -> Truth:
        left, right = map(self._times, _exactly(2, name, arguments))
        related = RELATIONS[name](left, right)
        present = np.broadcast_to(left.present & right.present, self._count)
        return Truth.where(np.broadcast_to(related, self._count), present)

    def _times(self, node: Node) -> Times:
        """A time by feature, or one for all."""
        if isinstance(node, dict) and isinstance(node.get("interval"), list):
            ends = _exactly(2, "interval", node["interval"])
            start, end = (self._bound(each, is_end=bool(at)) for at, each in enumerate(ends))
            present = start.present & end.present
            if (present & (start.start > end.end)).any():
                if start.start.ndim == 0 and end.end.ndim == 0:
                    raise InvalidFilter("has an interval that ends before it starts", "start, end")
                present = present & (start.start <= end.end)
            return Times(start.start, end.end, present)
        operand = self._operand(node)
        if isinstance(operand, Field):
            return operand.times()
        if isinstance(operand, Constant) and operand.type == "text":
            return _one_time(instant(str(operand.value)))
        if isinstance(operand, Constant) and operand.type == "date":
            return _one_time(int(operand.value))
        raise InvalidFilter(f"takes {_shown(node)} for a time", "DATE('2026-01-31')")

    def _bound(self, node: Node, *, is_end: bool) -> Times:
        """One end of an interval."""
        if isinstance(node, str):
            return _one_time(bound(node, is_end=is_end))
        return self._times(node)

    @property
    def _names_geometry(self) -> bool:
        return GEOMETRY not in self._layer.definition.public_fields

    def _operand(self, node: Node) -> Operand:
        """What is compared."""
        if isinstance(node, bool | int | float | str):
            if isinstance(node, float) and not np.isfinite(node):
                raise InvalidFilter("has a number that is too large", "one below 1e308")
            return Constant(node, type_of(node))
        if not isinstance(node, dict):
            raise InvalidFilter(f"has {_shown(node)} where a value is wanted", "a value")
        if "property" in node:
            return self._property(str(node["property"]))
        for name in ("date", "timestamp"):
            if isinstance(node.get(name), str):
                return Constant(instant(node[name]), "date")
        if "op" in node:
            name, arguments = _call(node)
            if name in FOLDS:
                (value,) = _exactly(1, name, arguments)
                return _folded(name, self._operand(value))
            if name in ARITHMETIC:
                return self._reckoned(name, arguments)
            raise InvalidFilter(f"has {name[:50]!r} where a value is wanted", self._known())
        raise InvalidFilter(f"has {_shown(node)} where a value is wanted", "a property or a value")

    def _property(self, name: str) -> Operand:
        fields = self._layer.definition.public_fields
        if name == ID and name not in fields:
            return Id(self._layer.revision.table.ids)
        if name == GEOMETRY and name not in fields:
            raise InvalidFilter("compares the geometry", "a function as S_INTERSECTS")
        return Field.of(self._layer, name)

    def _reckoned(self, name: str, arguments: list[Node]) -> Operand:
        left, right = map(self._operand, _exactly(2, name, arguments))
        first, second = _numbers(left), _numbers(right)
        with np.errstate(all="ignore"):
            values = ARITHMETIC[name](first.values, second.values)
        if isinstance(left, Constant) and isinstance(right, Constant):
            if not np.isfinite(values):
                raise InvalidFilter(f"has a result of {name} that is no number", "a number")
            return Constant(float(values), "number")
        return Numbers(values, first.present & second.present & np.isfinite(values))


def _compare_fields(sign: str, left: Field, right: Field) -> Truth:
    if not left.types & right.types:
        raise InvalidFilter(f"compares {left.name!r} with {right.name!r}", "two of one type")
    present = left.column.present & right.column.present
    results = [
        a is not None
        and b is not None
        and (OPERATORS[sign](a, b) if type_of(a) == type_of(b) else sign == "<>")
        for a, b in zip(left.values(), right.values(), strict=True)
    ]
    return Truth.where(np.array(results, dtype=bool), present)


def _numbers(operand: Operand) -> Numbers:
    if isinstance(operand, Numbers):
        return operand
    if isinstance(operand, Constant):
        if operand.type != "number":
            raise InvalidFilter(f"reckons with {operand.value!r}", "a number")
        return Numbers(np.float64(operand.value), np.bool_(True))  # type: ignore[arg-type]
    return operand.numbers()


def _folded(name: str, operand: Operand) -> Operand:
    if isinstance(operand, Field):
        return operand.fold(name)
    if isinstance(operand, Constant) and isinstance(operand.value, str):
        return Constant(operand.value, "text", (*operand.folds, name))
    raise InvalidFilter(f"has {name.upper()} of no text", "a text or a property with texts")


def _one_time(moment: int) -> Times:
    time = np.int64(moment)
    return Times(time, time, np.bool_(True))  # type: ignore[arg-type]


def _call(node: dict[str, Node]) -> tuple[str, list[Node]]:
    name, arguments = node["op"], node.get("args", [])
    if not isinstance(name, str) or not isinstance(arguments, list):
        raise InvalidFilter(f"has {_shown(node)}", '{"op": …, "args": […]}')
    return name, arguments


def _exactly(count: int, name: str, arguments: list[Node]) -> list[Node]:
    if len(arguments) != count:
        raise InvalidFilter(f"gives {name} {len(arguments)} arguments", f"{count}")
    return arguments


def _several(name: str, arguments: list[Node]) -> list[Node]:
    if not 1 <= len(arguments) <= MOST_ARGUMENTS:
        raise InvalidFilter(
            f"gives {name} {len(arguments)} arguments", f"1 to {MOST_ARGUMENTS} of them"
        )
    return arguments


def _shown(node: object) -> str:
    return repr(node)[:50]
