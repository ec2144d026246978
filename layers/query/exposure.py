"""Which features of a layer stand in the zones of a hazard layer, with each zone's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.here import Place, Zone, hazards_at
from layers.query.listing import Listed, listed


@dataclass(frozen=True, slots=True)
class Exposed:
    """A feature in a hazard's zones: the worst of each partition, the worst first."""

    feature: Listed
    zones: Sequence[Zone]


@dataclass(frozen=True)
class Exposure:
    """What a hazard layer says of every feature of `layer`, as `layers.query.here` does of a place.

    `outside` counts features on surveyed ground beyond the zones, `not_surveyed` those of which the
    hazard layer does not know. A `sample` among both layers makes what is said no statement; where
    the hazard layer is one, nothing is said.
    """

    layer: Layer
    hazard: Layer
    exposed: Sequence[Exposed]
    outside: int
    not_surveyed: int
    sample: bool


def places_of(catalog: Catalog) -> list[Layer]:
    """The layers whose places people look for: those named as the nearest, designated shelters."""
    return [
        layer
        for layer in catalog.layers.values()
        if layer.definition.nearest is not None or layer.definition.shelters
    ]


def exposure(layer: Layer, hazard: Layer) -> Exposure:
    """Ask of each feature, at a point on it; where its place is in doubt, the worst around it."""
    sample = layer.definition.sample or hazard.definition.sample
    if hazard.definition.sample:
        return Exposure(layer, hazard, (), 0, 0, sample)
    findings = [
        (each, hazards_at(hazard, Place(each.longitude, each.latitude, each.doubt or 0.0)))
        for each in listed(layer, np.arange(layer.feature_count))
    ]
    states = [finding.state for _, finding in findings]
    return Exposure(
        layer,
        hazard,
        [Exposed(each, finding.zones) for each, finding in findings if finding.state == "inside"],
        states.count("outside"),
        states.count("not_surveyed"),
        sample,
    )
