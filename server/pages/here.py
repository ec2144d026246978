"""The answer of `/here` in words: the same for the page, for JSON and for a screen reader."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from babel.numbers import format_decimal

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.japanese.spelling import nfkc
from layers.query.here import (
    HazardFinding,
    NearFinding,
    NearPlace,
    Place,
    Zone,
    hazards_at,
    nearest,
    original_field,
)
from layers.query.landmarks import near_names
from layers.schema.layer import LayerDefinition
from layers.schema.values import Disaster
from server.texts import LANGUAGES, Translate, wording
from server.texts.cautions import Kind, cautions, sentences
from server.texts.wording import localized

TELEPHONE_FIELDS = ("phone", "contact_phone")  # as `layers/standards/columns.toml` names them
# 徒歩の目安: ways are longer than the straight line, and a group walks as slowly as its oldest.
DETOUR = 1.3  # times the straight line
METRES_PER_MINUTE = 60
TELEPHONE = re.compile(r"\+?[0-9][0-9()-]{6,}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one layer says of a place. `state` is for programs, `text` and `lines` for people.

    `cautions` are to be read with it. `places` is what is near. `zones` are the classes of the
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
    catalog: Catalog, place: Place, disaster: Disaster | None, lang: str, _: Translate
) -> Answer:
    """What every layer of the catalogue says of the place."""
    words = _Words(lang, _)
    hazards: list[Statement] = []
    sites: list[Statement] = []
    facilities: list[Statement] = []
    for layer in catalog.layers.values():
        definition = layer.definition
        if definition.hazard is not None:
            hazards.append(words.of_hazard(hazards_at(layer, place)))
        elif definition.nearest is not None:
            statement = words.of_nearest(nearest(layer, place, disaster))
            (sites if definition.nearest.valid_for else facilities).append(statement)
    in_city = catalog.contains(place.longitude, place.latitude)
    due = cautions([*catalog.layers.values()], (), lang, _)
    return Answer(
        latitude=place.latitude,
        longitude=place.longitude,
        radius_m=place.radius,
        in_city=in_city,
        near=words.near(catalog, place) if in_city else "",
        notes=words.notes(place, in_city),
        review="".join(sentences(due, "review")),
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


def _paragraph(statement: Statement, _: Translate) -> str:
    date = _("as of {date}").format(date=statement.date)
    source = _("Source: {attribution} ({date})").format(attribution=statement.source, date=date)
    items = [f"- {line}" for line in statement.lines]
    lines = [statement.title, *items, statement.text, *statement.cautions, source]
    return "\n".join(line for line in lines if line)


def telephone_of(place: NearPlace) -> str | None:
    """The number to call the place at, of digits and signs, if one is published."""
    for field_id in TELEPHONE_FIELDS:
        number = nfkc(str(place.properties.get(field_id) or "")).strip()
        if TELEPHONE.fullmatch(number):
            return number
    return None


class _Words:
    """Findings in one language."""

    def __init__(self, lang: str, translate: Translate) -> None:
        self._lang, self._ = lang, translate

    def of_hazard(self, finding: HazardFinding) -> Statement:
        _ = self._
        definition = finding.layer.definition
        lines: list[str] = []
        zones = [self._zone(definition, zone) for zone in finding.zones]
        if finding.state == "sample":
            text = self._sample()
        elif finding.state == "inside":
            text = wording.inside(definition, _)
            lines = [self._zone_line(zone) for zone in zones]
        else:
            is_outside = finding.state == "outside"
            text = (wording.outside if is_outside else wording.unknown)(definition, _)
            lines = self._assumption(definition, finding.names)
        kinds: list[Kind] = ["usage"] if finding.state == "outside" else ["zones", "usage"]
        due = [] if finding.state == "sample" else self._cautions(finding.layer, (), kinds)
        return self._statement(definition, finding.state, text, lines, due, zones=zones)

    def _assumption(self, definition: LayerDefinition, names: Sequence[str]) -> list[str]:
        """Which rivers and which scenario a statement is about."""
        _ = self._
        assumption = _("Assumption: {scenario}").format(scenario=wording.scenario(definition, _))
        if not names:
            return [assumption]
        listed = _(", ").join(wording.name(name, self._lang) for name in names)
        return [
            assumption,
            _("Rivers and zones covered by this data: {names}").format(names=listed),
        ]

    def _zone(self, definition: LayerDefinition, zone: Zone) -> dict[str, Any]:
        """A zone's class in words and figures, as `Statement` has it."""
        code, original = zone.code, zone.properties.get(original_field(definition) or "")
        return {
            "label": localized(code.label, self._lang) if code else self._("class not stated"),
            "meaning": localized(code.meaning, self._lang) if code and code.meaning else "",
            "original": wording.name(str(original), self._lang) if original else "",
            "name": wording.name(zone.name, self._lang) if zone.name else "",
            "depth_m": [*code.depth_m] if code else [],
            "color": code.color if code else None,
        }

    def _zone_line(self, zone: Mapping[str, Any]) -> str:
        _ = self._
        notes = [zone["meaning"]] if zone["meaning"] else []
        if zone["original"] not in ("", zone["label"]):
            notes.append(_("in the source “{original}”").format(original=zone["original"]))
        line = zone["label"]
        if notes:
            line = _("{depth} ({meaning})").format(depth=line, meaning=_("; ").join(notes))
        return _("{name}: {said}").format(name=zone["name"], said=line) if zone["name"] else line

    def of_nearest(self, finding: NearFinding) -> Statement:
        _ = self._
        definition = finding.layer.definition
        valid_for = definition.nearest.valid_for if definition.nearest else {}
        state, text = "found", ""
        kinds: list[Kind] = ["usage"]
        if finding.sample:
            state, text = "sample", self._sample()
        elif valid_for and finding.disaster is None:
            state = "choose"
            text = _("Choose a type of disaster: each site is designated for certain types only.")
        elif finding.places:
            kinds, text = ["choice", "usage"], self._walking_rule()
        elif valid_for:
            state, text = "none", _("This data lists no designated site for this type of disaster.")
        else:
            state, text = "none", _("This data lists no place.")
        disasters = (finding.disaster,) if finding.disaster else ()
        due = [] if finding.sample else self._cautions(finding.layer, disasters, kinds)
        lines = [self._place(definition, place) for place in finding.places]
        if finding.uncertain and not finding.sample:
            lines.append(
                _.ngettext(
                    "{count} more place is known only by neighbourhood, so no distance is given.",
                    "{count} more places are known only by neighbourhood, so no distance is given.",
                    finding.uncertain,
                ).format(count=finding.uncertain)
            )
        places = [
            {
                "id": place.feature,
                "name": self._name(definition, place),
                "metres": round(place.metres),
                "azimuth": round(place.azimuth),
                "distance": self._distance(place.metres),
                "direction": self._direction(place.azimuth),
                "walk": self._walk(place.metres),
                "latitude": place.latitude,
                "longitude": place.longitude,
                "telephone": telephone_of(place),
            }
            for place in finding.places
        ]
        return self._statement(definition, state, text, lines, due, places)

    def _cautions(
        self, layer: Layer, disasters: Sequence[Disaster], kinds: Sequence[Kind]
    ) -> list[str]:
        return sentences(cautions((layer,), disasters, self._lang, self._), *kinds)

    def _place(self, definition: LayerDefinition, place: NearPlace) -> str:
        _ = self._
        return _("{name}: about {distance} {direction} in a straight line, {walk}").format(
            name=self._name(definition, place),
            distance=self._distance(place.metres),
            direction=self._direction(place.azimuth),
            walk=self._walk(place.metres),
        )

    def _walk(self, metres: float) -> str:
        """How long it may take on foot: whole minutes, rounded up."""
        minutes = max(1, math.ceil(metres * DETOUR / METRES_PER_MINUTE))
        return self._.ngettext(
            "about {count} minute on foot", "about {count} minutes on foot", minutes
        ).format(count=minutes)

    def _walking_rule(self) -> str:
        return self._(
            "Walking times are rough: the straight line times {detour} at {pace} m a minute. "
            "Slopes, crossings and flooded roads are not considered."
        ).format(detour=DETOUR, pace=METRES_PER_MINUTE)

    def _name(self, definition: LayerDefinition, place: NearPlace) -> str:
        return wording.feature_name(definition, place.properties, self._lang)

    def _distance(self, metres: float) -> str:
        if metres < 1000:
            return self._("{count} m").format(count=max(10, round(metres / 10) * 10))
        return self._("{count} km").format(
            count=format_decimal(metres / 1000, "0.0", LANGUAGES[self._lang].locale)
        )

    def _direction(self, azimuth: float) -> str:
        _ = self._
        names = [
            _("north"),
            _("northeast"),
            _("east"),
            _("southeast"),
            _("south"),
            _("southwest"),
            _("west"),
            _("northwest"),
        ]
        return names[round(azimuth / 45) % 8]

    def _sample(self) -> str:
        return self._("This is sample data: it says nothing about this place.")

    def near(self, catalog: Catalog, place: Place) -> str:
        """The names of what the place lies near."""
        tags = LANGUAGES[self._lang].names
        names = near_names(catalog.base, place.longitude, place.latitude, tags)
        return self._(", ").join(wording.name(each, self._lang) for each in names)

    def notes(self, place: Place, in_city: bool) -> list[str]:
        _ = self._
        notes = []
        if not in_city:
            notes.append(
                _("This place is outside the city. The layers of this map cover the city only.")
            )
        if place.radius:
            notes.append(
                _(
                    "The position may be off by {distance}. The most severe assumption within "
                    "that distance is given. For an exact answer, tap the place on the map."
                ).format(distance=self._distance(place.radius))
            )
        return notes

    def _statement(
        self,
        definition: LayerDefinition,
        state: str,
        text: str,
        lines: Sequence[str],
        due: Sequence[str],
        places: Sequence[dict[str, Any]] = (),
        zones: Sequence[dict[str, Any]] = (),
    ) -> Statement:
        return Statement(
            layer=definition.id,
            title=localized(definition.title, self._lang),
            state=state,
            text=text,
            source=localized(definition.credit.attribution, self._lang),
            date=wording.long_date(definition.credit.date, self._lang),
            lines=lines,
            places=places,
            cautions=due,
            zones=zones,
        )
