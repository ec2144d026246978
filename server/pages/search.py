"""What a search found, in words and with links: the same for the page and for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from layers.catalog.layer import Layer
from layers.query.search.find import Group, Hit, find
from layers.query.search.index import Index
from server.http.links import with_language
from server.texts import Translate
from server.texts.cautions import cautions, sentences
from server.texts.wording import localized

CLOSE, NEAR, FAR = 17, 16, 14  # zooms: of a place, the middle of a 丁目, that of a larger town
LARGE = 1000  # metres of doubt from which on a town is large


@dataclass(frozen=True, slots=True)
class Result:
    """A place that was found. `here` and `map` are addresses of this service."""

    name: str
    latitude: float
    longitude: float
    radius_m: int
    note: str
    here: str
    map: str


@dataclass(frozen=True, slots=True)
class Results:
    """Places of one kind; `note` says how many more there are. `layer` is None for none.

    `cautions` are to be read with them.
    """

    kind: str
    layer: str | None
    title: str
    results: Sequence[Result]
    note: str
    cautions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Search:
    """What was found for a query; `notes` are about all of it."""

    query: str
    groups: Sequence[Results]
    notes: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """The results for programs; words are in the language asked for."""
        return asdict(self)


def search_for(
    index: Index, layers: Mapping[str, Layer], query: str, lang: str, _: Translate
) -> Search:
    """The places that the query may mean, and what to do when there are none.

    `layers` are those of the catalogue, by id.
    """
    groups = [_results(group, layers, lang, _) for group in find(index, query)]
    notes = []
    if not groups:
        notes.append(_("Nothing found. Try fewer or other words, or tap the place on the map."))
        if not index.gazetteer.towns:
            notes.append(
                _(
                    "This city's data has no list of neighbourhoods, so addresses cannot be "
                    "searched."
                )
            )
        unsearched = _("“{title}” is sample data and is not searched.")
        notes += [unsearched.format(title=localized(title, lang)) for title in index.samples]
    left_out = _("“{title}” has too many names and is not searched.")
    notes += [left_out.format(title=localized(title, lang)) for title in index.left_out]
    return Search(query, groups, notes)


def _results(group: Group, layers: Mapping[str, Layer], lang: str, _: Translate) -> Results:
    titles = {"coordinates": _("Coordinates"), "town": _("Neighbourhoods and addresses")}
    layer = group.layer
    note = _("{count} more. Add a word to narrow it down.").format(count=group.more)
    due = cautions((layers[layer.id],), (), lang, _) if layer else []
    return Results(
        kind=group.kind,
        layer=layer.id if layer else None,
        title=localized(layer.title, lang) if layer else titles[group.kind],
        results=[_result(hit, group, lang, _) for hit in group.hits],
        note=note if group.more else "",
        cautions=sentences(due, "usage", "review"),
    )


def _result(hit: Hit, group: Group, lang: str, _: Translate) -> Result:
    place = {"lat": hit.latitude, "lon": hit.longitude}
    radius = {"radius": hit.doubt} if hit.doubt else {}
    zoom = CLOSE if not hit.doubt else NEAR if hit.doubt < LARGE else FAR
    layers = f"&layers={group.layer.id}" if group.layer else ""
    about = _(
        "Centre of the neighbourhood (chōme), not the exact place: it may be off by "
        "up to about {count} m."
    )
    return Result(
        name=hit.name,
        latitude=hit.latitude,
        longitude=hit.longitude,
        radius_m=hit.doubt,
        note=about.format(count=hit.doubt) if hit.doubt else "",
        here=with_language(f"/here?{urlencode(place | radius)}", lang),
        map=with_language(f"/?at={zoom}/{hit.latitude}/{hit.longitude}{layers}", lang),
    )
