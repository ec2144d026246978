"""States of shelters in words, for pages, answers and print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.catalog.designations import designated_for
from layers.catalog.layer import Layer
from layers.query.listing import Listed, shelters_of
from layers.schema.layer import LayerDefinition
from server.desk.shelters.board import InForce
from server.desk.shelters.states import REFUSING, ShelterState
from server.texts import DEFAULT_LANGUAGE, Translate, in_words_of, translator
from server.texts.instants import long_instant
from server.texts.shelters import shelter_labels, shelter_phrases
from server.texts.wording import disaster_names


def stated_places(layer: Layer, shown: InForce) -> Sequence[Listed]:
    """The places of a layer that have a state, by name."""
    states = shown.of_layer(layer.id)
    return [place for place in shelters_of(layer) if place.id in states] if states else []


def designation_words(
    definition: LayerDefinition, properties: Mapping[str, Any], _: Translate
) -> str:
    """For which disasters a place is designated; "" where its layer has no kinds of them."""
    disasters = designated_for(definition, properties)
    if disasters is None:
        return ""
    names = disaster_names(_)
    listed = _(", ").join(names[each] for each in disasters)
    if not listed:
        return _("Not designated for any disaster in this data.")
    return _("Designated for: {disasters}").format(disasters=listed)


@dataclass(frozen=True, slots=True)
class StateWords:
    """A state in words. `code` is for looks, `label` the state alone, `line` with its time.

    `note` is the desk's own, in Japanese, "" without one.
    """

    code: str
    label: str
    line: str
    note: str

    @property
    def is_refusing(self) -> bool:
        """Whether who comes is turned away."""
        return self.code in REFUSING


class ShelterWords:
    """The states that are shown, in one language."""

    def __init__(self, shown: InForce, lang: str) -> None:
        _ = translator(lang)
        self._shown, self._lang = shown, lang
        self._labels, self._phrases = shelter_labels(_), shelter_phrases(_)

    def of(self, layer_id: str, feature: int) -> StateWords | None:
        """The state of a feature; None where it has none."""
        state = self._shown.states.get((layer_id, feature))
        return None if state is None else self._words(state)

    def as_json(self, layer_id: str, feature: int) -> dict[str, str] | None:
        """The state of a feature for programs; None where it has none."""
        state, words = self._shown.states.get((layer_id, feature)), self.of(layer_id, feature)
        if state is None or words is None:
            return None
        return {
            "state": words.code,
            "label": words.label,
            "set_at": state.set_at.isoformat(),
            "note": state.note,
        }

    def has_any(self, layer_id: str) -> bool:
        """Whether a place of the layer has a state: then those without one are told apart."""
        return any(layer == layer_id for layer, _feature in self._shown.states)

    @property
    def unstated(self) -> str:
        """What is said of a place without a state among others that have one."""
        return self._phrases["unstated"]

    def caution(self) -> str:
        """That the states may be old, or that none is known; "" while they are current."""
        if self._shown.is_current:
            return ""
        if self._shown.checked_at is None:
            return self._phrases["neverChecked"]
        instant = long_instant(self._shown.checked_at, self._lang)
        return self._phrases["unchecked"].format(instant=instant)

    def before(self, layer_id: str, feature: int, name: str) -> str:
        """A place's name behind its state, where it has one."""
        state = self.of(layer_id, feature)
        return (
            name if state is None else self._phrases["before"].format(state=state.line, said=name)
        )

    def _words(self, state: ShelterState) -> StateWords:
        assert state.state is not None
        label = self._labels[state.state]
        return StateWords(
            code=state.state,
            label=label,
            line=self._phrases["stated"].format(
                state=label, instant=long_instant(state.set_at, self._lang)
            ),
            note=in_words_of(state.note, DEFAULT_LANGUAGE, self._lang) if state.note else "",
        )
