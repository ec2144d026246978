"""A layer's table in words: labels for codes, and where each feature is."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal

from layers.catalog.layer import Layer
from layers.query.listing import Listed
from layers.schema.layer import LayerDefinition
from server.texts import LANGUAGES, Translate, wording
from server.texts.cautions import cautions, sentences
from server.texts.flags import flag_words
from server.texts.wording import localized

PLACE_ZOOM = 17  # at which the map shows a place


@dataclass(frozen=True, slots=True)
class TablePage:
    """Which page of a table: its number from 1, of how many, in which order."""

    number: int
    of: int
    sort: str | None
    descending: bool

    def query(self, **changes: object) -> str:
        """The query that asks for this page, with these parameters instead of its own."""
        parameters: dict[str, object] = {"page": self.number}
        if self.sort is not None:
            parameters |= {"sort": self.sort, "order": "desc" if self.descending else "asc"}
        parameters |= changes
        return "?" + urlencode(parameters)


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, `sorted` as `aria-sort` says it, with the link that sorts by it."""

    title: str
    unit: str | None
    sorted: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A feature: what it is called by, its other values, and links to its place."""

    id: int
    name: str
    values: Sequence[str]
    map_href: str
    here_href: str


@dataclass(frozen=True, slots=True)
class Table:
    """What `table.html` shows, as `table`; `cautions` are to be read with its rows."""

    layer: Layer
    page: TablePage
    columns: Sequence[Column]
    rows: Sequence[Row]
    cautions: Sequence[str]


def table_page(
    layer: Layer, page: TablePage, features: Sequence[Listed], lang: str, _: Translate
) -> Table:
    """The table of these features, those of the page."""
    fields = dict(layer.definition.public_fields)
    label = layer.definition.label
    if label is None or label not in fields:
        label = next(iter(fields), None)
    names = [name for name in fields if name != label]
    columns = [_column(layer, page, name, lang) for name in ([label] if label else []) + names]
    cell = partial(_cell, layer.definition, lang=lang, _=_)
    rows = [
        Row(
            id=feature.id,
            name=_name(layer.definition, label, feature, lang, _) if label else "",
            values=[cell(name, feature.properties.get(name)) for name in names],
            map_href=f"/?layers={layer.id}&at={PLACE_ZOOM}/{feature.latitude:.6f}/{feature.longitude:.6f}",
            here_href=_here(feature),
        )
        for feature in features
    ]
    due = cautions((layer,), (), lang, _)
    return Table(layer, page, columns, rows, sentences(due))


def _column(layer: Layer, page: TablePage, name: str, lang: str) -> Column:
    field = layer.definition.public_fields[name]
    is_sorted = page.sort == name
    down = is_sorted and not page.descending
    return Column(
        title=localized(field.title, lang),
        unit=field.unit,
        sorted=("descending" if page.descending else "ascending") if is_sorted else "none",
        href=page.query(page=1, sort=name, order="desc" if down else "asc"),
    )


def _here(feature: Listed) -> str:
    place: dict[str, object] = {
        "lat": f"{feature.latitude:.6f}",
        "lon": f"{feature.longitude:.6f}",
    }
    if feature.doubt:
        place["radius"] = feature.doubt
    return "/here?" + urlencode(place)


def _name(
    definition: LayerDefinition, column: str, feature: Listed, lang: str, _: Translate
) -> str:
    """The first column's value: the feature's name, as the map says it, if it has one."""
    if column == definition.label and feature.properties.get(column) is not None:
        return wording.feature_name(definition, feature.properties, lang)
    return _cell(definition, column, feature.properties.get(column), lang, _)


def _cell(definition: LayerDefinition, name: str, value: Any, lang: str, _: Translate) -> str:
    """A field's value in words; "" for none, but of a flag, which could be taken for a no.

    What is the data's own is marked as Japanese.
    """
    field = definition.public_fields[name]
    for code in field.codes:
        if code.value == value and value is not None:
            return localized(code.label, lang)
    if field.type == "flag":
        return flag_words(definition, name, _).of(value)
    if value is None:
        return ""
    if field.type == "date":
        return wording.long_date(datetime.date.fromisoformat(value), lang)
    if isinstance(value, float) or (isinstance(value, int) and field.unit):
        return format_decimal(value, locale=LANGUAGES[lang].locale)
    text = str(value)
    return text if text.isascii() else wording.name(text, lang)
