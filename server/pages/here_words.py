"""The words of an answer about a place, in one place: for `here.py` and for the saved map's script.

`{…}` is filled in by who answers: `answer_for` here, `server/viewer/web/answer/` on a device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from babel.numbers import get_decimal_symbol

from layers.catalog.catalog import Catalog
from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.exports.answers import has_answers
from layers.geometry.ellipsoid import GEOD
from layers.query.here import CORNERS, NEAREST
from layers.schema.layer import Code, LayerDefinition
from layers.schema.values import DISASTERS, Disaster
from server.desk.shelters.states import REFUSING
from server.texts import LANGUAGES, Forms, Translate, name_patterns, wording
from server.texts.cautions import Kind, cautions, sentences
from server.texts.instants import instant_rule
from server.texts.landmarks import landmark_rules
from server.texts.shelters import shelter_labels, shelter_phrases
from server.texts.wording import localized

# 徒歩の目安: ways are longer than the straight line, and a group walks as slowly as its oldest.
DETOUR = 1.3  # times the straight line
METRES_PER_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Remark:
    """What a layer says in one of its states, apart from names and figures."""

    text: str
    lines: Sequence[str] = ()
    cautions: Sequence[str] = ()


class HereWords:
    """The words of answers in one language."""

    def __init__(self, lang: str, translate: Translate) -> None:
        self.lang, self._ = lang, translate
        self._locale = Locale.parse(LANGUAGES[lang].locale)
        self._phrases = _phrases(lang, translate)

    def say(self, phrase: str, **values: Any) -> str:
        """A phrase filled in; `count` decides the form of one that has several."""
        text = self._phrases[phrase]
        if not isinstance(text, str):
            text = text[self._locale.plural_form(values["count"])]
        return text.format(**values)

    def joined(self, phrase: str, texts: Sequence[str]) -> str:
        """Texts with a phrase between them."""
        return self.say(phrase).join(texts)

    def direction(self, azimuth: float) -> str:
        """The nearest of eight directions."""
        return _directions(self._)[round(azimuth / 45) % 8]

    def decimal(self) -> str:
        """What stands before a number's tenths."""
        return get_decimal_symbol(self._locale)

    def review(self, layers: Sequence[Layer]) -> str:
        """That no person has read the cautions of one of the layers; "" if one has."""
        return "".join(sentences(cautions(layers, (), self.lang, self._), "review"))

    def outline(self, definition: LayerDefinition) -> dict[str, str]:
        """What every statement of a layer has: id, title, source and date."""
        return {
            "layer": definition.id,
            "title": localized(definition.title, self.lang),
            "source": localized(definition.credit.attribution, self.lang),
            "date": wording.long_date(definition.credit.date, self.lang),
        }

    def zone(self, code: Code | None) -> dict[str, Any]:
        """A class in words and figures; of zones without a class with None."""
        return {
            "label": localized(code.label, self.lang) if code else self.say("unclassed"),
            "meaning": localized(code.meaning, self.lang) if code and code.meaning else "",
            "depth_m": [*code.depth_m] if code else [],
            "color": code.color if code else None,
        }

    def remark(self, layer: Layer, state: str, disaster: Disaster | None = None) -> Remark:
        """What the layer says in a state of `Statement`."""
        _, definition = self._, layer.definition
        if state == "sample":
            return Remark(_("This is sample data: it says nothing about this place."))
        if definition.hazard is not None:
            return self._of_hazard(layer, state)
        kinds: list[Kind] = ["choice", "usage"] if state == "found" else ["usage"]
        due = self._cautions(layer, (disaster,) if disaster else (), kinds)
        return Remark(self._of_places(definition, state), cautions=due)

    def _of_hazard(self, layer: Layer, state: str) -> Remark:
        _, definition = self._, layer.definition
        assumption = _("Assumption: {scenario}").format(scenario=wording.scenario(definition, _))
        kinds: list[Kind] = ["usage"] if state == "outside" else ["zones", "usage"]
        due = self._cautions(layer, (), kinds)
        if state == "inside":
            return Remark(wording.inside(definition, _), cautions=due)
        text = (wording.outside if state == "outside" else wording.unknown)(definition, _)
        return Remark(text, [assumption], due)

    def _of_places(self, definition: LayerDefinition, state: str) -> str:
        _ = self._
        if state == "choose":
            return _("Choose a type of disaster: each site is designated for certain types only.")
        if state == "found":
            return _(
                "Walking times are rough: the straight line times {detour} at {pace} m a minute. "
                "Slopes, crossings and flooded roads are not considered."
            ).format(detour=DETOUR, pace=METRES_PER_MINUTE)
        if definition.nearest is not None and definition.nearest.valid_for:
            return _("This data lists no designated site for this type of disaster.")
        return _("This data lists no place.")

    def _cautions(
        self, layer: Layer, disasters: Sequence[Disaster], kinds: Sequence[Kind]
    ) -> list[str]:
        return sentences(cautions((layer,), disasters, self.lang, self._), *kinds)

    def to_json(self, catalog: Catalog) -> dict[str, Any]:
        """All that an answer may say of the catalogue's layers, and the rules it goes by."""
        layers = [*catalog.layers.values()]
        language = LANGUAGES[self.lang]
        return {
            "tag": language.tag,
            "phrases": self._phrases,
            "nameForms": name_patterns(self.lang),
            "directions": _directions(self._),
            "decimal": self.decimal(),
            "disasters": [*wording.disaster_names(self._).items()],
            "review": self.review(layers),
            "layers": [self._of_layer(layer) for layer in layers if part_of(layer.definition)],
            "rules": {
                "detour": DETOUR,
                "metresPerMinute": METRES_PER_MINUTE,
                "nearest": NEAREST,
                "corners": CORNERS,
                "ellipsoid": {"a": GEOD.a, "f": GEOD.f},
            },
            "shelterStates": shelter_labels(self._),
            "refusing": sorted(REFUSING),
            "instant": instant_rule(self.lang),
            "landmarks": landmark_rules(self.lang),
        }

    def _of_layer(self, layer: Layer) -> dict[str, Any]:
        definition = layer.definition
        ranked = definition.fields.get(definition.style.field or "")
        label = definition.fields.get(definition.label or "")
        is_hazard = definition.hazard is not None
        return {
            **self.outline(definition),
            "part": part_of(definition),
            "silent": not has_answers(definition),
            "opens": has_states(definition),
            "remarks": self._remarks(layer),
            "zones": [self.zone(code) for code in ranked.codes] if ranked and is_hazard else [],
            "unclassed": self.zone(None),
            "names": {
                str(code.value): localized(code.label, self.lang)
                for code in (label.codes if label else ())
            },
        }

    def _remarks(self, layer: Layer) -> dict[str, Remark]:
        """By state; of designated places that are found, by `found/` and the kind of disaster."""
        part = part_of(layer.definition)
        if not has_answers(layer.definition):
            return {"sample": self.remark(layer, "sample")}
        if part == "hazards":
            states = ("inside", "outside", "not_surveyed")
            return {state: self.remark(layer, state) for state in states}
        if part == "facilities":
            return {state: self.remark(layer, state) for state in ("found", "none")}
        found = {f"found/{each}": self.remark(layer, "found", each) for each in DISASTERS}
        return {**found, **{state: self.remark(layer, state) for state in ("choose", "none")}}


def part_of(definition: LayerDefinition) -> str | None:
    """In which part of an answer the layer speaks; None where it does not."""
    if definition.hazard is not None:
        return "hazards"
    if definition.nearest is None:
        return None
    return "sites" if definition.nearest.valid_for else "facilities"


def _directions(_: Translate) -> list[str]:
    """Clockwise, from north."""
    return [
        _("north"),
        _("northeast"),
        _("east"),
        _("southeast"),
        _("south"),
        _("southwest"),
        _("west"),
        _("northwest"),
    ]


def _phrases(lang: str, _: Translate) -> dict[str, str | Forms]:
    """By the name that answers know them by, each with what it is filled with."""
    return {
        "comma": _(", "),
        "semicolon": _("; "),
        "data": wording.name("{name}", lang),
        "ofName": _("{name}: {said}"),
        "unclassed": _("class not stated"),
        "original": _("in the source “{original}”"),
        "meaning": _("{depth} ({meaning})"),
        "rivers": _("Rivers and zones covered by this data: {names}"),
        "place": _("{name}: about {distance} {direction} in a straight line, {walk}"),
        "walk": _.forms("about {count} minute on foot", "about {count} minutes on foot"),
        "metres": _("{count} m"),
        "kilometres": _("{count} km"),
        "uncertain": _.forms(
            "{count} more place is known only by neighbourhood, so no distance is given.",
            "{count} more places are known only by neighbourhood, so no distance is given.",
        ),
        "elsewhere": _(
            "This place is outside the city. The layers of this map cover the city only."
        ),
        "inexact": _(
            "The position may be off by {distance}. The most severe assumption within "
            "that distance is given. For an exact answer, tap the place on the map."
        ),
        **shelter_phrases(_),
    }
