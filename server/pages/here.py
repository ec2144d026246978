"""The answer of `/here` in words: the same for the page, for JSON and for a screen reader."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from babel.numbers import format_decimal

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.japanese.spelling import nfkc
from layers.query.here import HazardFinding, NearFinding, NearPlace, Place, hazards_at, nearest
from layers.schema.layer import LayerDefinition
from layers.schema.values import Disaster
from server.texts import LANGUAGES, Translate, wording
from server.texts.cautions import Kind, cautions, sentences
from server.texts.wording import localized

TELEPHONE_FIELDS = ("phone", "contact_phone")  # as `layers/standards/columns.toml` names them
TELEPHONE = re.compile(r"\+?[0-9][0-9()-]{6,}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one layer says of a place. `state` is for programs, `text` and `lines` for people.

    `cautions` are to be read with it.
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


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is said of a place, hazards first.

    `review` says that no person has read the cautions of one of the layers; "" if one has.
    """

    latitude: float
    longitude: float
    radius_m: float
    in_city: bool
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
    about = [_("Disaster information for this place"), place, *answer.notes, answer.review]
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
        if finding.state == "sample":
            text = self._sample()
        elif finding.state == "inside":
            text = wording.inside(definition, _)
            lines = [self._zone(zone.code, zone.name) for zone in finding.zones]
        else:
            is_outside = finding.state == "outside"
            text = (wording.outside if is_outside else wording.unknown)(definition, _)
            lines = self._assumption(definition, finding.names)
        kinds: list[Kind] = ["usage"] if finding.state == "outside" else ["zones", "usage"]
        due = [] if finding.state == "sample" else self._cautions(finding.layer, (), kinds)
        return self._statement(definition, finding.state, text, lines, due)

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

    def _zone(self, code: Any, name: str | None) -> str:
        _ = self._
        label = localized(code.label, self._lang) if code else _("class not stated")
        if code and code.meaning:
            meaning = localized(code.meaning, self._lang)
            label = _("{depth} ({meaning})").format(depth=label, meaning=meaning)
        if not name:
            return label
        return _("{name}: {said}").format(name=wording.name(name, self._lang), said=label)

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
            kinds = ["choice", "usage"]
        elif valid_for:
            state, text = "none", _("This data lists no designated site for this type of disaster.")
        else:
            state, text = "none", _("This data lists no place.")
        disasters = (finding.disaster,) if finding.disaster else ()
        due = [] if finding.sample else self._cautions(finding.layer, disasters, kinds)
        lines = [self._near(definition, place) for place in finding.places]
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

    def _near(self, definition: LayerDefinition, place: NearPlace) -> str:
        _ = self._
        return _("{name}: about {distance} {direction} in a straight line").format(
            name=self._name(definition, place),
            distance=self._distance(place.metres),
            direction=self._direction(place.azimuth),
        )

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
        )
