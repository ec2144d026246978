"""What a predicate compares: a published field, folded or not, reckoned numbers, a literal."""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np

from layers.catalog.layer import Layer
from layers.errors import InvalidFilter
from layers.geometry.parts import Array, Integers
from layers.query.filter.texts import Lines, folded
from layers.query.filter.times import Times, instant
from layers.query.filter.truth import Truth
from layers.revision.columns import Column, Mask, Texts
from layers.revision.revision import Revision
from layers.schema.layer import FieldDefinition
from layers.schema.values import Scalar

Type = Literal["text", "number", "flag", "date"]
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
CONVERSE = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
LARGEST_EXACT = 1 << 53  # whole numbers up to here are floats as well
_LINES: WeakKeyDictionary[Revision, dict[str, Lines]] = WeakKeyDictionary()


def type_of(value: Scalar) -> Type:
    """The type of a value as filters compare it."""
    if isinstance(value, bool):
        return "flag"
    return "text" if isinstance(value, str) else "number"


def types_of(field: FieldDefinition) -> frozenset[Type]:
    """The types that a field's values have: its codes may be of others than it."""
    if field.type == "date" and not field.values and not field.codes:
        return frozenset({"date"})
    names: Mapping[str, Type] = {"integer": "number", "date": "text"}
    own: Type = names.get(field.type, field.type)  # type: ignore[arg-type]
    codes = {type_of(code.value) for code in field.codes}
    mapped = {type_of(value) for value in field.values.values() if value != ""}
    return frozenset({own, *codes, *mapped})


@dataclass(frozen=True)
class Constant:
    """A literal: a flag, a number, a text, or a time in microseconds."""

    value: Scalar
    type: Type
    folds: tuple[str, ...] = ()

    @property
    def compared(self) -> Scalar:
        """The value as it compares."""
        return folded(self.value, self.folds) if isinstance(self.value, str) else self.value


@dataclass(frozen=True)
class Numbers:
    """A number by feature index."""

    values: Array
    present: Mask

    def compare(self, sign: str, constant: Constant) -> Truth:
        """Where the comparison with the constant holds."""
        if constant.type != "number":
            raise InvalidFilter(f"compares a number with {constant.value!r}", "a number")
        with np.errstate(invalid="ignore"):
            return Truth.where(OPERATORS[sign](self.values, constant.value), self.present)


@dataclass(frozen=True)
class Field:
    """A published field of a layer."""

    name: str
    revision: Revision
    types: frozenset[Type]
    folds: tuple[str, ...] = ()

    @classmethod
    def of(cls, layer: Layer, name: str) -> Field:
        """The field of this name. Raises `InvalidFilter` where none is published."""
        fields = layer.definition.public_fields
        if name not in fields:
            raise InvalidFilter(f"names the property {name[:50]!r}", f"one of {', '.join(fields)}")
        return cls(name, layer.revision, types_of(fields[name]))

    @property
    def column(self) -> Column:
        return self.revision.columns[self.name]

    def fold(self, function: str) -> Field:
        """The field after CASEI or ACCENTI. Raises `InvalidFilter` for one without texts."""
        if "text" not in self.types:
            raise InvalidFilter(f"has {function.upper()} of {self.name!r}", "a property with texts")
        return replace(self, folds=(*self.folds, function))

    @property
    def lines(self) -> Lines:
        """The distinct texts, folded. Of a column of texts only."""
        kept = _LINES.setdefault(self.revision, {})
        if self.name not in kept:
            assert isinstance(self.column.distinct, Texts)
            kept[self.name] = Lines.of_stored(self.column.distinct)
        return kept[self.name].folded(self.folds)

    @property
    def has_lines(self) -> bool:
        return isinstance(self.column.distinct, Texts)

    def of_distinct(self, chosen: Mask) -> Truth:
        """Where the value is one of the chosen ones among the distinct ones."""
        keys, present = self.column.keys, self.column.present
        if not len(chosen):
            return Truth.where(np.zeros(len(keys), dtype=bool), present)
        return Truth.where(chosen[keys], present)

    def compare(self, sign: str, constant: Constant) -> Truth:
        """Where the comparison with the constant holds. Raises `InvalidFilter`."""
        constant = self._fitting(constant)
        column, value = self.column, constant.compared
        if column.distinct is None:
            return self._compare_keys(sign, value)
        if isinstance(column.distinct, Texts):
            return self.of_distinct(self._compare_texts(sign, value, column.distinct))
        return self.of_distinct(_compared(sign, self._values(column.distinct), value))

    def _fitting(self, constant: Constant) -> Constant:
        """The constant as the field's values are. Raises `InvalidFilter` where it cannot be."""
        if self.types == {"date"} and constant.type == "text":
            return Constant(instant(str(constant.value)), "date")
        if constant.type not in self.types:
            kinds = " or ".join(f"a {name}" for name in sorted(self.types))
            shown = "a time" if constant.type == "date" else repr(constant.value)[:50]
            raise InvalidFilter(f"compares {self.name!r} with {shown}", kinds)
        return constant

    def _compare_keys(self, sign: str, value: Scalar) -> Truth:
        keys, present = self.column.keys, self.column.present
        is_flag = keys.dtype == np.bool_
        if isinstance(value, str) or isinstance(value, bool) != is_flag:
            return Truth.where(np.full(len(keys), sign == "<>"), present)
        if keys.dtype == np.int64 and abs(value) > LARGEST_EXACT:
            values = [OPERATORS[sign](key, value) for key in keys.tolist()]
            return Truth.where(np.array(values, dtype=bool), present)
        return Truth.where(OPERATORS[sign](keys, value), present)

    def _compare_texts(self, sign: str, value: Scalar, distinct: Texts) -> Mask:
        if self.types == {"date"}:
            return OPERATORS[sign](self._instants, value)  # type: ignore[no-any-return]
        if not isinstance(value, str):
            return np.full(len(distinct), sign == "<>")
        if sign in ("=", "<>"):
            equal = self.lines.equal(value)
            return equal if sign == "=" else ~equal
        if self.folds:
            return _compared(sign, self.lines.texts, value)
        place = np.arange(len(distinct))  # they ascend
        is_after = sign in ("<=", ">")
        first = (bisect_right if is_after else bisect_left)(self.lines.texts, value)
        return place < first if sign in ("<", "<=") else place >= first

    @cached_property
    def _instants(self) -> Integers:
        """Of the distinct dates, in microseconds."""
        assert isinstance(self.column.distinct, Texts)
        return np.array([instant(text) for text in self.column.distinct], dtype=np.int64)

    def _values(self, distinct: Sequence[Scalar]) -> list[Scalar]:
        return [folded(each, self.folds) if isinstance(each, str) else each for each in distinct]

    def values(self) -> list[Scalar | None]:
        """By feature index, folded; None where there is none."""
        every = self.column.take(np.arange(len(self.column)))
        return [folded(each, self.folds) if isinstance(each, str) else each for each in every]

    def numbers(self) -> Numbers:
        """The values to reckon with. Raises `InvalidFilter` for other than numbers."""
        if self.types != {"number"}:
            raise InvalidFilter(f"reckons with {self.name!r}", "a property with numbers")
        column = self.column
        if column.distinct is None and column.keys.dtype != np.bool_:
            return Numbers(column.keys.astype(np.float64), column.present)
        values = [np.nan if value is None else float(value) for value in self.values()]
        return Numbers(np.array(values, dtype=np.float64), column.present)

    def times(self) -> Times:
        """The values as times. Raises `InvalidFilter` for a field of another type than dates."""
        if self.types != {"date"}:
            raise InvalidFilter(f"takes {self.name!r} for a time", "a property with dates")
        column = self.column
        if isinstance(column.distinct, Texts) and len(column.distinct):
            start = self._instants[column.keys]
        else:
            start = np.zeros(len(column), dtype=np.int64)
        return Times(start, start, column.present)

    def flags(self) -> Truth:
        """The values as a predicate. Raises `InvalidFilter` for other than flags."""
        if self.types != {"flag"}:
            raise InvalidFilter(f"takes {self.name!r} for a condition", "a property with flags")
        return Truth.where(self.column.is_true(), self.column.present)


@dataclass(frozen=True)
class Id:
    """The feature's id, where no field is called so."""

    ids: Integers

    def numbers(self) -> Numbers:
        """The ids to compare."""
        return Numbers(self.ids, np.ones(len(self.ids), dtype=bool))


def _compared(sign: str, values: Sequence[Scalar], value: Scalar) -> Mask:
    """The comparison with each of the values; of another type none is equal."""
    compare, type_name = OPERATORS[sign], type_of(value)
    results = [
        compare(each, value) if type_of(each) == type_name else sign == "<>" for each in values
    ]
    return np.array(results, dtype=bool)
