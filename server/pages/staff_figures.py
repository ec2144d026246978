"""Figures in words: tables with bars for the staff, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.exports.formats import FORMATS
from server.desk.figures.figures import AGES, Figure, Summary
from server.desk.figures.tally import ALL, IN_VAIN
from server.desk.labels import STATES, state_labels
from server.desk.triage.request_export import BOM, defused
from server.texts import Translate, plain
from server.texts.wording import localized


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a table: a number, and how long its bar is, in hundredths of the longest."""

    label: str
    number: int
    length: int


@dataclass(frozen=True, slots=True)
class FigureTables:
    """What the page shows; `requests` has a row of numbers by age for each state."""

    shown: Sequence[Bar]
    pages: Sequence[Bar]
    downloads: Sequence[Bar]
    opened: Sequence[Bar]
    searches: int
    in_vain: int
    words: Sequence[Bar]
    ages: Sequence[str]
    requests: Sequence[tuple[str, Sequence[int]]]


def figure_tables(
    summary: Summary, ages: Mapping[tuple[str, int], int], catalog: Catalog, lang: str, _: Translate
) -> FigureTables:
    """The tables of a summary and of the requests by state and age."""
    titles = layer_titles(catalog, lang)
    sums = summary.sums
    searches = sums.get("searches", {})
    return FigureTables(
        shown=_bars(_named(sums.get("tiles", {}), titles)),
        pages=_bars(_named(sums.get("pages", {}), titles)),
        downloads=_bars(_files(sums.get("downloads", {}), titles, _)),
        opened=_bars(_named(sums.get("opened", {}), page_names(_))),
        searches=searches.get(ALL, 0),
        in_vain=searches.get(IN_VAIN, 0),
        words=_bars((word.word, word.senders) for word in summary.words),
        ages=age_labels(_),
        requests=[
            (label, [ages.get((state, age), 0) for age in range(len(AGES) + 1)])
            for state, label in state_labels(_).items()
            if state in STATES
        ],
    )


def figures_csv(
    figures: Iterable[Figure],
    tables: FigureTables,
    catalog: Catalog,
    lang: str,
    _: Translate,
) -> Iterator[str]:
    """CSV (RFC 4180) with a heading: a line for each day, kind and name.

    Requests are as they are now, and have no day.
    """
    titles, kinds, names = layer_titles(catalog, lang), kind_names(_), page_names(_)
    searches = {ALL: _("All"), IN_VAIN: _("Nothing found")}
    yield BOM + _line(_("Day"), _("Kind of figure"), _("Name"), _("Identifier"), _("How many"))
    for figure in figures:
        layer, dot, suffix = figure.name.partition(".")
        words = {"opened": names, "searches": searches}.get(figure.kind, titles)
        label = figure.name if figure.kind == "missing_word" else words.get(layer, layer)
        if dot and figure.kind == "downloads":
            label = f"{label} ({suffix})"
        kind = kinds.get(figure.kind, figure.kind)
        yield _line(figure.day.isoformat(), kind, label, figure.name, figure.number)
    for label, numbers in tables.requests:
        for age, number in zip(tables.ages, numbers, strict=True):
            yield _line("", _("Requests"), f"{label}: {age}", "", number)


def kind_names(_: Translate) -> Mapping[str, str]:
    """What each kind of figure is called."""
    return {
        "tiles": _("Tiles of a layer"),
        "pages": _("Pages about a layer"),
        "downloads": _("Downloads"),
        "opened": _("Pages opened"),
        "searches": _("Searches"),
        "missing_word": _("Words that nothing was found for (number of senders)"),
    }


def page_names(_: Translate) -> Mapping[str, str]:
    """What the pages are called that are counted."""
    return {
        "map": _("Map"),
        "light": _("Text-only version"),
        "here": _("Disaster information for a place"),
        "print": _("Printable map"),
    }


def age_labels(_: Translate) -> Sequence[str]:
    """What the ages of requests are called, the youngest first."""
    return [
        _("less than {number} days").format(number=AGES[0]),
        *(_("{number} days or more").format(number=days) for days in AGES),
    ]


def layer_titles(catalog: Catalog, lang: str) -> Mapping[str, str]:
    """What the layers are called, by id."""
    return {layer.id: localized(layer.definition.title, lang) for layer in catalog.layers.values()}


def _named(numbers: Mapping[str, int], names: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """With a name each; what has none any more keeps its id."""
    for name, number in numbers.items():
        yield names.get(name, name), number


def _files(
    numbers: Mapping[str, int], titles: Mapping[str, str], _: Translate
) -> Iterator[tuple[str, int]]:
    labels = {file_format.suffix: file_format.label for file_format in FORMATS}
    for name, number in numbers.items():
        layer, _dot, suffix = name.partition(".")
        title = titles.get(layer, layer)
        yield _("{name}: {said}").format(name=title, said=labels.get(suffix, suffix)), number


def _bars(numbers: Iterable[tuple[str, int]]) -> list[Bar]:
    """The largest first."""
    ordered = sorted(numbers, key=lambda each: (-each[1], each[0]))
    longest = max((number for _label, number in ordered), default=0) or 1
    return [Bar(label, number, round(100 * number / longest)) for label, number in ordered]


def _line(*cells: str | int) -> str:
    line = io.StringIO()
    writer = csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([defused(plain(cell)) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()
