"""A sheet of A4 about one town (町丁目): its map, what is known of it, and where to flee to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from layers.catalog.catalog import Catalog
from layers.catalog.designations import is_designated
from layers.catalog.layer import Layer
from layers.pictures.frame import Frame, scale_bar
from layers.pictures.picture import draw
from layers.pictures.svg import HATCH, definitions
from layers.pictures.symbols import LEGEND_BOX
from layers.query.towns import Town, classes_around, is_surveyed
from layers.schema.values import Disaster
from server.desk.shelters.board import NOTHING, InForce
from server.pages.here import Statement, answer_for
from server.pages.shelters import ShelterWords
from server.printing.legend import LayerLegend, legends
from server.printing.openings import badges_of, remarks
from server.printing.qr import qr_code
from server.printing.typesetter import Sheet
from server.printing.words import notes, warnings
from server.texts import LANGUAGES, Translate, name_beside, plain, translator, wording
from server.texts.channels import channels
from server.texts.wording import disaster_names, localized, long_date
from server.viewer.legend import CrossedLook, LegendLine
from server.viewer.permalink import ShownMap

MAP = (718.0, 266.0)  # CSS pixels: the width of the sheet less its margins
SWATCH = '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="18" viewBox="0 0 32 18">'
AROUND = 8  # CSS pixels around the town's surroundings


def town_sheet(
    catalog: Catalog,
    town: Town,
    disaster: Disaster | None,
    lang: str,
    code: str,
    address: str,
    today: datetime.datetime,
    openings: InForce = NOTHING,
) -> Sheet:
    """The sheet, for a PDF. `code` is the QR code, in SVG, of `address`, where the map shows it.

    With a `disaster` the map shows only sites designated for it, and its row comes first.
    `openings` are the states of sites that are shown.
    """
    disasters = (disaster,) if disaster else ()
    _ = translator(lang)
    layers = layers_of_sheet(catalog)
    frame = Frame.around(town.bounds, *MAP, margin=AROUND)
    city = catalog.city
    town_name = name_beside(town.name, lang, town.names)
    name = _("{city} {town}").format(city=localized(city.name, lang), town=town_name)
    picture = draw(
        catalog,
        layers,
        frame,
        title=plain(name),
        mark=plain(_("SAMPLE")),
        disasters=disasters,
        patterns=True,
        around=town.place,
        name_tags=LANGUAGES[lang].names,
        badges=badges_of(openings),
    )
    shown = ShownMap(tuple(layers), {}, disasters, None, ordered=False, others={})
    metres, length = scale_bar(frame, 160)
    words: dict[str, Any] = {
        "lang": LANGUAGES[lang].locale,
        "title": name,
        "unofficial": "" if city.official else _("Unofficial"),
        "printed": _("Created on {date}").format(date=long_date(today.date(), lang)),
        "scope": _(
            "This sheet covers the area within about {metres} m of the neighbourhood's "
            "representative point (dashed circle), not its exact boundary. It gives the "
            "most severe assumption in that area."
        ).format(metres=f"{town.place.radius:,.0f}"),
        "warnings": warnings(shown, picture.hidden, lang, _),
        "notes": [*notes(shown, lang, _), *remarks(layers, openings, lang, _)],
        "map": _("Map of {town}. North is up.").format(town=name),
        "scale": {"label": _metres(metres, _), "length": length / MAP[0]},
        "sample": _("Sample"),
        "legends": [_legend(legend, _) for legend in legends(layers, lang, _, disasters)],
        "hazards_heading": _("Hazards"),
        "hazards": [*_hazards(catalog, town, lang, _)],
        "sites_heading": _("Designated emergency evacuation sites, by type of disaster"),
        "sites": [*_sites(catalog, town, disaster, lang, _, openings)],
        "sources_heading": _("Sources and dates"),
        "sources": [*_sources(layers, lang, _)],
        "base_credit": " / ".join(wording.base_credits(city, lang)),
        "newest": _("The latest version of this map:"),
        "address": address,
        "contact": wording.contact(city, lang, _),
        "official": f"{localized(city.official_map_title, lang)} {city.official_map}",
        "qr": _("QR code of the link"),
        "channels_heading": _("How to get the city's announcements"),
        "channels": [asdict(channel) for channel in channels(city, lang, _)],
    }
    codes = [qr_code(channel.link) for channel in city.channels]
    pictures = {f"channel-{index}": drawn for index, drawn in enumerate(codes)}
    return Sheet("town", "pdf", words, {"map": picture.svg, "code": code, **pictures}, today)


def layers_of_sheet(catalog: Catalog) -> list[Layer]:
    """Hazards, and the sites to flee to; never shelters, which are designated for no disaster."""
    return [
        layer
        for layer in catalog.layers.values()
        if layer.definition.hazard is not None or is_designated(layer.definition)
    ]


def _metres(metres: int, _: Translate) -> str:
    if metres >= 1000:
        return _("{count} km").format(count=metres // 1000)
    return _("{count} m").format(count=metres)


def _legend(layer: LayerLegend, _: Translate) -> dict[str, Any]:
    """What the template draws of a layer's legend."""
    lines = [
        {"label": line.label, "meaning": line.meaning, "swatch": _swatch(layer, line)}
        for line in layer.lines
    ]
    if layer.crossed is not None:
        crossed = {
            "label": _("Not designated for a disaster whose zones are shown"),
            "meaning": "",
            "swatch": _crossed(layer.crossed),
        }
        lines.append(crossed)
    if layer.hatched:
        hatch = {
            "label": _("Not surveyed or unknown"),
            "meaning": "",
            "swatch": _box("#fff", HATCH),
        }
        lines.append(hatch)
    return {
        "title": layer.title,
        "sample": layer.sample,
        "colourless": layer.colourless,
        "lines": lines,
    }


def _swatch(layer: LayerLegend, line: LegendLine) -> str:
    """The look as an SVG of its own."""
    if layer.geometry == "polygon":
        return _box(line.color, line.pattern)
    return (
        f'{SWATCH}<g transform="translate(16 9) scale({18 / LEGEND_BOX:.3f})" '
        f'font-family="Noto Sans JP">{line.symbol}</g></svg>'
    )


def _crossed(look: CrossedLook) -> str:
    """The symbol of a place that is not designated as an SVG of its own."""
    line = f'stroke="{look.color}" stroke-width=".2"'
    return (
        f'{SWATCH}<g transform="translate(16 9) scale(8)"><path d="{look.outline}" fill="#fff" '
        f'{line}/><path d="{look.cross}" fill="none" {line}/></g></svg>'
    )


def _box(color: str, pattern: int | str | None) -> str:
    """A colour and, over it, one of the patterns that `definitions` defines."""
    numbers = [pattern] if isinstance(pattern, int) else []
    box = '<rect x=".5" y=".5" width="31" height="17" '
    over = f'{box}fill="url(#s-{pattern})"/>' if pattern is not None else ""
    defined = definitions("s", numbers)
    return f'{SWATCH}<defs>{defined}</defs>{box}fill="{color}" stroke="#555"/>{over}</svg>'


def _hazards(catalog: Catalog, town: Town, lang: str, _: Translate) -> Iterator[dict[str, Any]]:
    """What each hazard layer says of the town's surroundings."""
    for statement in answer_for(catalog, town.place, None, lang, _).hazards:
        layer = catalog.layers[statement.layer]
        lines = list(statement.lines)
        words = statement.text
        if statement.state == "inside":
            words = _("{scenario}: there are zones in this area.").format(
                scenario=wording.scenario(layer.definition, _)
            )
            classes = [localized(entry.label, lang) for entry in classes_around(layer, town.place)]
            lines = [
                _("Classes in this area: {classes}").format(classes=_(", ").join(classes)),
                *(_("Most severe: {zone}").format(zone=line) for line in statement.lines),
            ]
            if not is_surveyed(layer, town.place):
                part = _("Part of this area:")
                lines.append(f"{part} {wording.unknown(layer.definition, _)}")
        yield {
            "title": statement.title,
            "sample": statement.state == "sample",
            "text": words,
            "lines": lines,
        }


def _sites(
    catalog: Catalog,
    town: Town,
    first: Disaster | None,
    lang: str,
    _: Translate,
    openings: InForce,
) -> Iterator[dict[str, Any]]:
    """Of each layer of sites the nearest for each kind of disaster, `first` first, no distances.

    A town's point is no place that somebody stands at.
    """
    known = disaster_names(_)
    names = {each: known[each] for each in sorted(known, key=lambda each: each != first)}
    answers = {
        disaster: answer_for(catalog, town.place, disaster, lang, _).sites for disaster in names
    }
    sites = [layer for layer in layers_of_sheet(catalog) if is_designated(layer.definition)]
    words = ShelterWords(openings, lang)
    for index, layer in enumerate(sites):
        statements = {disaster: answers[disaster][index] for disaster in names}
        sample = layer.definition.sample
        yield {
            "title": localized(layer.definition.title, lang),
            "text": statements["flood"].text
            if sample
            else _("The three nearest to that point, nearest first."),
            "rows": []
            if sample
            else [
                {"disaster": names[disaster], "places": _places(statements[disaster], words, _)}
                for disaster in names
            ],
        }


def _places(statement: Statement, words: ShelterWords, _: Translate) -> str:
    """The names, each behind its state."""
    names = (words.before(statement.layer, x["id"], x["name"]) for x in statement.places)
    return _(", ").join(names) or statement.text


def _sources(layers: Sequence[Layer], lang: str, _: Translate) -> Iterator[str]:
    for layer in layers:
        credit = layer.definition.credit
        date = _("as of {date}").format(date=long_date(credit.date, lang))
        title = localized(layer.definition.title, lang)
        date = _(", ").join([date, localized(credit.licence, lang)])
        attribution = localized(credit.attribution, lang)
        source = _("Source: {attribution} ({date})").format(attribution=attribution, date=date)
        yield _("{name}: {said}").format(name=title, said=source)
