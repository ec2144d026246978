"""The layer of residents' requests on the map: its row in the panel, and what its script is told.

It is what people ask for, not what is there: it stands in no list of the city's layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from server.desk.labels import (
    ADOPTED,
    AVAILABLE,
    CHECKING,
    CONSIDERING,
    DECLINED,
    RECEIVED,
    STATES,
    state_labels,
)
from server.http.links import query
from server.texts import Translate
from server.viewer.rendering import javascript

# A colour, an outline and what is drawn on it, in the box of layers/pictures/symbols.py: no two
# states have the same form.
DRAWINGS = {
    RECEIVED: ("#5d6670", "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z", ""),
    CHECKING: ("#1f5fa8", "M-8.5-8.5h17v17h-17z", ""),
    CONSIDERING: ("#6b3fa0", "M0-11.5L11.5 0L0 11.5L-11.5 0z", ""),
    ADOPTED: ("#a8510b", "M0-11L11.5 9h-23z", ""),
    DECLINED: ("#7a2e2e", "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z", "M-5.5 0h11"),
    AVAILABLE: (
        "#00695c",
        "M0-12L3.2-4.4L11.4-3.7L5.2 1.7L7.1 9.7L0 5.4L-7.1 9.7L-5.2 1.7L-11.4-3.7L-3.2-4.4z",
        "",
    ),
}


@dataclass(frozen=True, slots=True)
class StateLook:
    """A state in the legend: its word and its symbol."""

    state: str
    label: str
    symbol: Markup


def state_looks(_: Translate) -> list[StateLook]:
    """The legend, in the order of the states."""
    labels = state_labels(_)
    return [StateLook(state, labels[state], _symbol(*DRAWINGS[state])) for state in STATES]


def request_layer_config(lang: str, _: Translate, static: Mapping[str, str]) -> Markup:
    """What the script is told. The name of its file alone: an offline copy keeps what it names."""
    return javascript(
        {
            "script": static["request_layer.js"],
            "data": "/requests.geojson",
            "query": query(lang),
            "colors": {state: color for state, (color, *_others) in DRAWINGS.items()},
            "states": {"layer": state_labels(_), "correction": state_labels(_, corrects=True)},
            "words": {
                "title": _("Places that people made requests about"),
                "heading": _("Requests from people"),
                "meaning": _("This is what people ask for, not what is there."),
                "loading": _("The requests are being loaded …"),
                "failed": _(
                    "The requests could not be loaded. Switch them off and on to try again."
                ),
                "none": _("No request with a place is public yet."),
                "shown": _.forms(
                    "{count} request is on the map.", "{count} requests are on the map."
                ),
                "some": _(
                    "On the map are those that changed last: {count}. In all there are {total}."
                ),
                "more": _.forms(
                    "{count} more request. Zoom in to tell them apart.",
                    "{count} more requests. Zoom in to tell them apart.",
                ),
                "noneInView": _("No request is in the current view."),
            },
        }
    )


def _symbol(color: str, outline: str, mark: str) -> Markup:
    halo = Markup('<path d="{}" fill="{}" stroke="#fff" stroke-width="2" paint-order="stroke"/>')
    bar = Markup('<path d="{}" fill="none" stroke="#fff" stroke-width="3.5"/>')
    return halo.format(outline, color) + (bar.format(mark) if mark else "")
