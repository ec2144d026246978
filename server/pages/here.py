"""The answer of `/here` in words: the same for the page, for JSON and for a screen reader."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from layers.catalog.catalog import Catalog
from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.query.here import (
    HazardFinding,
    NearFinding,
    NearPlace,
    Place,
    Zone,
    hazards_at,
    nearest,
    original_field,
    telephone_of,
)
from layers.query.landmarks import near_names
from layers.schema.layer import LayerDefinition
from layers.schema.values import Disaster
from server.desk.shelters.board import NOTHING, InForce
from server.pages.here_words import DETOUR, METRES_PER_MINUTE, HereWords, Remark, part_of
from server.pages.shelters import ShelterWords
from server.texts import LANGUAGES, Translate, wording


@dataclass(frozen=True, slots=True)
class Statement:
    """What one layer says of a place. `state` is for programs, `text` and `lines` for people.

    `cautions` are to be read with it. `places` is what is near; `opening` of one is
    whether it is open, None where that is not said. `zones` are the classes of the
    zones that the place lies in, the worst first: `label` and `meaning`, `original` (the class as
    the source calls it), `name` (such as the river), `color`, and `depth_m`, the least and the
    most metres of water, without the most where it is open.
    """

    layer: str
    title: str
    state: str
    text: str
    source: str
    date: str
    lines: Sequence[str] = ()
    places: Sequence[dict[str, Any]] = ()
    cautions: Sequence[str] = ()
    zones: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is said of a place, hazards first.

    `near` names what it lies near; "" outside the city, and where nothing is known. `review` says
    that no person has read the cautions of one of the layers; "" if one has.
    """

    latitude: float
    longitude: float
    radius_m: float
    in_city: bool
    near: str
    notes: Sequence[str]
    review: str
    hazard: str | None
    hazards: Sequence[Statement]
    sites: Sequence[Statement]
    facilities: Sequence[Statement]
    disasters: Sequence[tuple[str, str]] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The answer for programs; words are in the language asked for."""
        return asdict(self)


def answer_for(
    catalog: Catalog,
    place: Place,
    disaster: Disaster | None,
    lang: str,
    _: Translate,
    shown: InForce = NOTHING,
) -> Answer:
    """What every layer of the catalogue says of the place, with the states of shelters shown."""
    words = HereWords(lang, _)
    statements = _Statements(words, ShelterWords(shown, lang))
    hazards: list[Statement] = []
    sites: list[Statement] = []
    facilities: list[Statement] = []
    for layer in catalog.layers.values():
        definition = layer.definition
        if definition.hazard is not None:
            hazards.append(statements.of_hazard(hazards_at(layer, place)))
        elif definition.nearest is not None:
            near = nearest(layer, place, disaster, shown.refusing(layer.id))
            statement = statements.of_nearest(near)
            (sites if definition.nearest.valid_for else facilities).append(statement)
    in_city = catalog.contains(place.longitude, place.latitude)
    return Answer(
        latitude=place.latitude,
        longitude=place.longitude,
        radius_m=place.radius,
        in_city=in_city,
        near=statements.near(catalog, place) if in_city else "",
        notes=statements.notes(place, in_city),
        review=words.review([*catalog.layers.values()]),
        hazard=disaster,
        hazards=hazards,
        sites=sites,
        facilities=facilities,
        disasters=[*wording.disaster_names(_).items()],
    )


def as_text(answer: Answer, _: Translate) -> str:
    """The answer as plain lines, to be copied into a message."""
    place = _("Latitude {lat}, longitude {lon}").format(lat=answer.latitude, lon=answer.longitude)
    near = _("Near: {places}").format(places=answer.near) if answer.near else ""
    about = [_("Disaster information for this place"), place, near, *answer.notes, answer.review]
    parts = ["\n".join(line for line in about if line)]
    for heading, statements in (
        (_("Hazards"), answer.hazards),
        (_("Designated emergency evacuation sites, by type of disaster"), answer.sites),
        (_("Nearby"), answer.facilities),
    ):
        parts += [f"{heading}\n{_paragraph(statement, _)}" for statement in statements]
    return "\n\n".join(parts)


def pattern(catalog: Catalog, _: Translate) -> dict[str, Any]:
    """An answer with `{…}` in the place of whatever depends on the place, for a page to be filled.

    Its parts have one statement each, where the catalogue has layers that speak in them.
    """
    place = {key: f"{{{key}}}" for key in ("latitude", "longitude", "name", "telephone")}
    statement = {key: f"{{{key}}}" for key in ("title", "state", "text", "source", "date")} | {
        "lines": ["{item}"],
        "cautions": ["{item}"],
        "places": [place],
    }
    parts = {part_of(layer.definition) for layer in catalog.layers.values()}
    return {
        **{key: f"{{{key}}}" for key in ("latitude", "longitude", "radius_m", "near", "review")},
        "notes": ["{item}"],
        "hazard": None,
        "disasters": [*wording.disaster_names(_).items()],
        **{
            part: [statement] if part in parts else []
            for part in ("hazards", "sites", "facilities")
        },
    }


def _paragraph(statement: Statement, _: Translate) -> str:
    date = _("as of {date}").format(date=statement.date)
    source = _("Source: {attribution} ({date})").format(attribution=statement.source, date=date)
    items = [f"- {line}" for line in statement.lines]
    lines = [statement.title, *items, statement.text, *statement.cautions, source]
    return "\n".join(line for line in lines if line)


class _Statements:
    """Findings in one language."""

    def __init__(self, words: HereWords, shelters: ShelterWords) -> None:
        self._words, self._shelters = words, shelters

    def of_hazard(self, finding: HazardFinding) -> Statement:
        words, definition = self._words, finding.layer.definition
        remark = words.remark(finding.layer, finding.state)
        zones = [self._zone(definition, zone) for zone in finding.zones]
        lines = [*remark.lines, *map(self._zone_line, zones)]
        if finding.names:
            names = words.joined("comma", [self._data(name) for name in finding.names])
            lines.append(words.say("rivers", names=names))
        return self._statement(finding.layer, finding.state, remark, lines, zones=zones)

    def _zone(self, definition: LayerDefinition, zone: Zone) -> dict[str, Any]:
        """A zone's class in words and figures, as `Statement` has it."""
        original = zone.properties.get(original_field(definition) or "")
        return {
            **self._words.zone(zone.code),
            "original": self._data(original) if original else "",
            "name": self._data(zone.name) if zone.name else "",
        }

    def _zone_line(self, zone: Mapping[str, Any]) -> str:
        words = self._words
        notes = [zone["meaning"]] if zone["meaning"] else []
        if zone["original"] not in ("", zone["label"]):
            notes.append(words.say("original", original=zone["original"]))
        line = zone["label"]
        if notes:
            line = words.say("meaning", depth=line, meaning=words.joined("semicolon", notes))
        return words.say("ofName", name=zone["name"], said=line) if zone["name"] else line

    def of_nearest(self, finding: NearFinding) -> Statement:
        words, layer = self._words, finding.layer
        nearest = layer.definition.nearest
        if finding.sample:
            state = "sample"
        elif nearest and nearest.valid_for and finding.disaster is None:
            state = "choose"
        else:
            state = "found" if finding.places else "none"
        places = [self._place(layer.definition, place) for place in finding.places]
        lines = [self._place_line(layer, place) for place in places]
        if finding.further is not None:
            places.append(self._place(layer.definition, finding.further))
            lines.append(self._further_line(layer, places[-1]))
        elif finding.is_refused:
            lines.append(words.say("noneFurther"))
        if finding.uncertain:
            lines.append(words.say("uncertain", count=finding.uncertain))
        remark = words.remark(layer, state, finding.disaster)
        if places and has_states(layer.definition) and self._shelters.caution():
            remark = replace(remark, cautions=[*remark.cautions, self._shelters.caution()])
        return self._statement(layer, state, remark, lines, places)

    def _place_line(self, layer: Layer, place: Mapping[str, Any]) -> str:
        """A place in words: whether it is open before all else."""
        words, line = self._words, self._words.say("place", **place)
        state = self._shelters.of(layer.id, place["id"])
        if state is None:
            return line
        line = words.say("before", state=state.line, said=line)
        return words.say("noted", said=line, note=state.note) if state.note else line

    def _further_line(self, layer: Layer, place: Mapping[str, Any]) -> str:
        """A place that is offered since those before it turn people away."""
        line = self._words.say("further", said=self._place_line(layer, place))
        return line if place["opening"] else self._words.say("unknown", said=line)

    def _place(self, definition: LayerDefinition, place: NearPlace) -> dict[str, Any]:
        words = self._words
        # Whole minutes, rounded up.
        minutes = max(1, math.ceil(place.metres * DETOUR / METRES_PER_MINUTE))
        return {
            "id": place.feature,
            "name": wording.feature_name(definition, place.properties, words.lang),
            "metres": round(place.metres),
            "azimuth": round(place.azimuth),
            "distance": self._distance(place.metres),
            "direction": words.direction(place.azimuth),
            "walk": words.say("walk", count=minutes),
            "latitude": place.latitude,
            "longitude": place.longitude,
            "telephone": telephone_of(place.properties),
            "opening": self._shelters.as_json(definition.id, place.feature),
        }

    def _data(self, name: str) -> str:
        return self._words.say("data", name=name)

    def _distance(self, metres: float) -> str:
        """To ten metres, from a kilometre on to a tenth of one; halves are rounded up."""
        words = self._words
        if metres < 1000:
            return words.say("metres", count=max(10, math.floor(metres / 10 + 0.5) * 10))
        whole, tenths = divmod(math.floor(metres / 100 + 0.5), 10)
        return words.say("kilometres", count=f"{whole}{words.decimal()}{tenths}")

    def near(self, catalog: Catalog, place: Place) -> str:
        """The names of what the place lies near."""
        tags = LANGUAGES[self._words.lang].names
        names = near_names(catalog.base, place.longitude, place.latitude, tags)
        return self._words.joined("comma", [self._data(name) for name in names])

    def notes(self, place: Place, in_city: bool) -> list[str]:
        words = self._words
        notes = [] if in_city else [words.say("elsewhere")]
        if place.radius:
            notes.append(words.say("inexact", distance=self._distance(place.radius)))
        return notes

    def _statement(
        self,
        layer: Layer,
        state: str,
        remark: Remark,
        lines: Sequence[str],
        places: Sequence[dict[str, Any]] = (),
        zones: Sequence[dict[str, Any]] = (),
    ) -> Statement:
        return Statement(
            **self._words.outline(layer.definition),
            state=state,
            text=remark.text,
            lines=lines,
            places=places,
            cautions=remark.cautions,
            zones=zones,
        )
