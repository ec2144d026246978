"""A sheet of A4 for offices: which ground lies far from a layer's places, in a straight line."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.geometry.tile import Bounds
from layers.pictures.frame import Frame, scale_bar
from layers.pictures.picture import draw
from layers.query.exposure import Exposure
from layers.query.reach import STANDARD, AreaReach, Reach, kinds
from layers.schema.values import Scalar
from server.printing.typesetter import Sheet
from server.texts import DEFAULT_LANGUAGE
from server.texts.console import REACH
from server.texts.wording import base_credits, localized, long_date

MAP = (718.0, 440.0)  # CSS pixels: the width of the sheet less its margins
ROWS = 30  # areas named on the sheet, in two columns
AROUND = 8  # CSS pixels around the areas
LANG = DEFAULT_LANGUAGE


def reach_sheet(
    catalog: Catalog,
    reach: Reach,
    exposures: Sequence[Exposure],
    areas: Layer | None,
    today: datetime.datetime,
) -> Sheet:
    """The sheet, for a PDF, in Japanese. `areas` is the layer measured, None for towns.

    Neither layer is a sample: of those nothing is stated in print. Of sample hazards it says so.
    """
    city, layer = catalog.city, reach.layer
    frame = Frame.around(_whole(reach.bounds, Bounds(*city.extent)), *MAP, margin=AROUND)
    about = {"layer": _title(layer), "metres": f"{reach.metres:,g}"}
    picture = draw(
        catalog,
        [layer],
        frame,
        title=REACH["map"].format(**about),
        mark=REACH["sample"],
        marked=reach.beyond,
    )
    metres, length = scale_bar(frame, 160)
    bar = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    words: dict[str, Any] = {
        "lang": LANG,
        "title": REACH["title"].format(city=localized(city.name, LANG), **about),
        "badges": [] if city.official else [REACH["unofficial"]],
        "printed": REACH["printed"].format(date=long_date(today.date(), LANG)),
        "cautions": [*_cautions(reach)],
        "map": REACH["map"].format(**about),
        "key": REACH["key"].format(**about),
        "scale": {"label": bar, "length": length / MAP[0]},
        "table_heading": REACH["table"],
        "table_scope": _scope(reach),
        "columns": [REACH[name] for name in ("area", "size", "share", "farthest")],
        "rows": [_row(each) for each in reach.areas[:ROWS]],
        "exposure_heading": REACH["exposure"],
        "exposure_note": REACH["outside"] if exposures else REACH["no_hazard"],
        "exposures": [*_exposures(exposures)],
        "sources_heading": REACH["sources"],
        "sources": [_source(each) for each in _stated(reach, areas, exposures)],
        "base_credit": " / ".join(base_credits(city, LANG)),
    }
    return Sheet("reach", "pdf", words, {"map": picture.svg}, today)


def _whole(areas: Bounds, city: Bounds) -> Bounds:
    """What both lie in."""
    return Bounds(
        min(areas.west, city.west),
        min(areas.south, city.south),
        max(areas.east, city.east),
        max(areas.north, city.north),
    )


def _title(layer: Layer) -> str:
    return localized(layer.definition.title, LANG)


def _cautions(reach: Reach) -> Iterator[str]:
    """What the numbers do not say, the widest first."""
    yield REACH["straight"] + REACH["ground"]
    counts = [
        REACH["kind"].format(label=localized(label, LANG), count=f"{count:,}")
        for label, count in kinds(reach.layer)
    ]
    total = f"{reach.layer.feature_count:,}件"
    yield REACH["only"] + REACH["kinds"].format(kinds="、".join(counts) or total)
    if reach.unmeasured:
        yield REACH["unmeasured"].format(count=f"{reach.unmeasured:,}")
    if any(each.area.radius is not None for each in reach.areas):
        yield REACH["towns"]
    zones = (REACH["distance"].format(zone=zone, metres=m) for zone, m in STANDARD.items())
    yield REACH["standard"].format(distances="、".join(zones))
    yield REACH["no_safety"]


def _scope(reach: Reach) -> str:
    count = len(reach.areas)
    text = REACH["all"] if count <= ROWS else REACH["some"]
    return text.format(count=f"{count:,}", shown=ROWS)


def _row(each: AreaReach) -> list[str]:
    """The cells of an area."""
    far = REACH["none"] if each.farthest_m is None else f"{each.farthest_m:,.0f} m"
    return [each.area.name, f"{each.ground_m2 / 1e4:,.1f}", f"{each.share:.0%}", far]


def _exposures(exposures: Sequence[Exposure]) -> Iterator[dict[str, Any]]:
    """A heading and lines for each layer of places, then what nothing is stated of."""
    stated = [each for each in exposures if not each.sample]
    for layer, group in groupby(stated, lambda each: each.layer):
        heading = REACH["kind"].format(label=_title(layer), count=f"{layer.feature_count:,}")
        yield {"heading": heading, "lines": [_exposure(each) for each in group]}
    samples = [
        layer
        for each in exposures
        for layer in (each.layer, each.hazard)
        if layer.definition.sample
    ]
    if samples:
        lines = [REACH["no_statement"].format(layer=_title(each)) for each in _once(samples)]
        yield {"heading": "", "lines": lines}


def _exposure(each: Exposure) -> str:
    hazard = _title(each.hazard)
    states = REACH["states"].format(outside=f"{each.outside:,}", unknown=f"{each.not_surveyed:,}")
    if not each.exposed:
        return REACH["not_exposed"].format(hazard=hazard) + states
    text = REACH["exposed"].format(
        hazard=hazard,
        total=f"{each.layer.feature_count:,}",
        count=f"{len(each.exposed):,}",
        classes="、".join(_classes(each)),
    )
    return text + states


def _stated(reach: Reach, areas: Layer | None, exposures: Sequence[Exposure]) -> Iterable[Layer]:
    """The layers that the sheet speaks of, each once."""
    places = [each.layer for each in exposures if not each.sample]
    hazards = [each.hazard for each in exposures]
    return _once([reach.layer, *([areas] if areas else []), *places, *hazards])


def _once(layers: Iterable[Layer]) -> Iterable[Layer]:
    return {layer.id: layer for layer in layers}.values()


def _classes(exposure: Exposure) -> Iterator[str]:
    """How many features stand in each class, by the worst zone of each, in the legend's order."""
    worst = [each.zones[0].code for each in exposure.exposed]
    counts: Counter[Scalar | None] = Counter(code.value if code else None for code in worst)
    for entry in exposure.hazard.legend():
        if count := counts[entry.value]:
            yield REACH["kind"].format(label=localized(entry.label, LANG), count=f"{count:,}")


def _source(layer: Layer) -> str:
    credit = layer.definition.credit
    return REACH["source"].format(
        layer=_title(layer),
        attribution=localized(credit.attribution, LANG),
        date=long_date(credit.date, LANG),
        licence=localized(credit.licence, LANG),
        revision=layer.revision.id,
    )
