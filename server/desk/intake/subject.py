"""What a correction is about: something on the map that is wrong or missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.listing import Listed, feature_of
from server.desk.labels import CATEGORIES
from server.texts import DEFAULT_LANGUAGE, Translate, plain
from server.texts.wording import feature_name

CORRECTION = "correction"  # the kind of a request that is one; any other is for a layer
FEATURE_ID = re.compile("[0-9]{1,16}")
REVISION_ID = re.compile("[0-9a-f]{20}")


@dataclass(frozen=True, slots=True)
class Subject:
    """A layer, a feature of it, and what that was called; None for what is not stated.

    `revision` is the id of the layer's as it was on the map that its sender looked at.
    """

    layer: str | None = None
    feature: int | None = None
    name: str | None = None
    revision: str | None = None


def is_correction(typed: Mapping[str, str]) -> bool:
    """Whether a form, or a link to one, is about something on the map."""
    return typed.get("kind") == CORRECTION or any(typed.get(key) for key in ("layer", "feature"))


def read_subject(
    typed: Mapping[str, str], catalog: Catalog, errors: dict[str, str], _: Translate
) -> Subject | None:
    """What `layer` and `feature` name; None for a request for a layer.

    What is not on the map, or a sample, gets a message in `errors`.
    """
    if not is_correction(typed):
        return None
    layer_id, feature_id = (typed.get(key, "").strip() for key in ("layer", "feature"))
    layer = catalog.named(layer_id)
    if layer is None and layer_id:
        errors["layer"] = _("This map has no such layer now. Choose one from the list.")
    elif layer is not None and layer.definition.sample:
        errors["layer"] = _("This layer is sample data and shows no real place to correct.")
    if layer is None or "layer" in errors:
        return Subject(layer.id if layer else None)
    revision = _revision(typed.get("revision", ""))
    if not feature_id:
        return Subject(layer.id, revision=revision)
    feature = feature_named(layer, feature_id)
    if feature is None:
        errors["feature"] = _(
            "It is not on the map any more. You can still send what you wrote about the layer."
        )
        return Subject(layer.id, revision=revision)
    name = feature_name(layer.definition, feature.properties, DEFAULT_LANGUAGE)
    return Subject(layer.id, feature.id, plain(name), revision)


def _revision(typed: str) -> str | None:
    """The id of a revision, which may be one of before; None for anything else."""
    return typed if REVISION_ID.fullmatch(typed) else None


def feature_named(layer: Layer, feature_id: str) -> Listed | None:
    """The layer's feature of this id; None where there is none."""
    return feature_of(layer, int(feature_id)) if FEATURE_ID.fullmatch(feature_id) else None


def category_of(subject: Subject, catalog: Catalog) -> str:
    """The category of a correction: that of the layer's group, if it is one."""
    layer = catalog.layers.get(subject.layer or "")
    group = layer.definition.group if layer else ""
    return group if group in CATEGORIES else "other"
