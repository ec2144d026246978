"""What the pages about layers show. Words of a definition stay in all their languages."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from layers.report import Report
from layers.schema.layer import LayerDefinition
from layers.schema.values import Text
from layers.store.failure import Trouble

if TYPE_CHECKING:
    from layers.revision.difference import Counts
    from layers.symbology.legend import LegendEntry
    from server.texts.cautions import Caution

Geometry = Literal["point", "line", "polygon"]


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a layer to take away; `label` names its format, `use` says what it is for."""

    label: str
    href: str
    use: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPage:
    """A layer's own page (`layer.html`, as `layer`).

    `definition` is None when the layer is not served: then `geometry`, `revision` and `report` are
    None too and the rest empty. `trouble` says why it is not served, or not as its files say.
    `renewal` says how often it is renewed, "" where nothing does. `cautions` are to be read with
    it. `map_href` opens the map with this layer on. `download_size`
    says about how large a file of it is.
    """

    id: str
    definition: LayerDefinition | None
    trouble: Trouble | None = None
    geometry: Geometry | None = None
    legend: Sequence[LegendEntry] = ()
    revision: str | None = None
    since: datetime.datetime | None = None
    change: Counts | None = None
    report: Report | None = None
    downloads: Sequence[Download] = ()
    download_size: str = ""
    renewal: str = ""
    cautions: Sequence[Caution] = ()
    map_href: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSummary:
    """A layer as the list of layers shows it; see `LayerPage`."""

    id: str
    definition: LayerDefinition | None
    trouble: Trouble | None = None
    features: int | None = None


@dataclass(frozen=True, slots=True)
class LayerGroup:
    """A heading of the list of layers (`layer_list.html`, as `groups`); None: of no group."""

    title: Text | None
    layers: Sequence[LayerSummary]
