"""What the request form and the sender's page say of what a correction is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from server.desk.intake.subject import Subject, feature_named
from server.texts import translator
from server.texts.wording import feature_name, localized


@dataclass(frozen=True, slots=True)
class SubjectForm:
    """What the form shows of it: the layer chosen (its id, or ""), and of a feature its name.

    `feature` is "" where there is none; then the layer can be chosen from `layers` (id, title).
    """

    layer: str
    title: str
    feature: str
    name: str
    layers: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SubjectWords:
    """The layer and the feature as they are called now; "" for what is not stated."""

    layer: str
    feature: str


def subject_form(typed: Mapping[str, str], catalog: Catalog, lang: str) -> SubjectForm:
    """What `layer` and `feature` name, as far as they name something that can be corrected."""
    layers = [
        (layer.id, localized(layer.definition.title, lang))
        for layer in catalog.layers.values()
        if not layer.definition.sample
    ]
    layer = catalog.named(typed.get("layer", "").strip())
    if layer is None or layer.definition.sample:
        return SubjectForm("", "", "", "", layers)
    title = localized(layer.definition.title, lang)
    feature = feature_named(layer, typed.get("feature", "").strip())
    if feature is None:
        return SubjectForm(layer.id, title, "", "", layers)
    name = feature_name(layer.definition, feature.properties, lang)
    return SubjectForm(layer.id, title, str(feature.id), name, layers)


def subject_words(subject: Subject, catalog: Catalog, lang: str) -> SubjectWords:
    """What a stored correction is about.

    A feature that is published no longer is not named: it may have been withdrawn.
    """
    _ = translator(lang)
    layer = catalog.layers.get(subject.layer or "")
    if layer is None or subject.feature is None:
        title = localized(layer.definition.title, lang) if layer else subject.layer
        return SubjectWords(title or "", "")
    feature = feature_named(layer, str(subject.feature))
    name = (
        feature_name(layer.definition, feature.properties, lang)
        if feature
        else _("no longer on the map")
    )
    return SubjectWords(localized(layer.definition.title, lang), name)
