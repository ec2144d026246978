"""What a search found, in words and with links: the same for the page and for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from layers.catalog.catalog import Catalog
from layers.catalog.designations import has_states
from layers.catalog.layer import Layer
from layers.query.search.find import Finding, Group, find
from layers.query.search.index import Index
from layers.query.search.places import PARTS
from layers.query.search.ranked import Hit
from server.desk.shelters.board import NOTHING, InForce
from server.http.links import with_language
from server.pages.shelters import ShelterWords
from server.texts import Translate
from server.texts.cautions import cautions, sentences
from server.texts.found import group_titles
from server.texts.wording import localized, name

CLOSE, NEAR, FAR = 17, 16, 14  # zooms: of a place, the middle of a 丁目, that of a larger town
LARGE = 1000  # metres of doubt from which on a town is large


@dataclass(frozen=True, slots=True)
class Result:
    """A place that was found. `here` and `map` are addresses of this service.

    `forms` is how the data writes its name for those who do not read it, by language tag.
    `feature` is its id in its layer, 0 for what is in none; `opening` is whether it is open, None
    where that is not said.
    """

    name: str
    forms: Mapping[str, str]
    latitude: float
    longitude: float
    radius_m: int
    note: str
    here: str
    map: str
    feature: int
    opening: Mapping[str, str] | None


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
class CalledLayer:
    """A layer that the query calls by what it shows; `map` is the address of the map with it."""

    id: str
    title: str
    map: str


@dataclass(frozen=True, slots=True)
class Search:
    """What was found for a query; `notes` are about all of it.

    `is_in_vain` says that nothing was, also nothing that this map only leaves out.
    """

    query: str
    layers: Sequence[CalledLayer]
    groups: Sequence[Results]
    notes: Sequence[str]
    is_in_vain: bool

    def to_json(self) -> dict[str, Any]:
        """The results for programs; words are in the language asked for."""
        return {name: value for name, value in asdict(self).items() if name != "is_in_vain"}


def search_for(
    index: Index, catalog: Catalog, query: str, lang: str, _: Translate, shown: InForce = NOTHING
) -> Search:
    """The places that the query may mean, and what to do when there are none."""
    shelters = ShelterWords(shown, lang)
    finding = find(index, query)
    layers = [
        CalledLayer(
            layer.id,
            localized(layer.title, lang),
            with_language(f"/?layers={layer.id}", lang),
        )
        for layer in finding.layers
    ]
    groups = [_results(group, catalog.layers, lang, _, shelters) for group in finding.groups]
    city = localized(catalog.city.name, lang)
    is_in_vain = not (
        groups or layers or finding.samples or finding.elsewhere or finding.no_postcodes
    )
    notes = _notes(index, finding, city, lang, _)
    return Search(query, layers, groups, notes, is_in_vain)


def _notes(index: Index, finding: Finding, city: str, lang: str, _: Translate) -> list[str]:
    """Where else to look, and what is not searched."""
    notes = []
    samples = finding.samples
    if finding.elsewhere is not None:
        outside = _(
            "“{place}” is not in the area of this map ({city}). For disaster information there, "
            "see the website of its municipality or the national hazard map portal."
        )
        notes.append(outside.format(place=name(finding.elsewhere, lang), city=city))
    elif finding.no_postcodes:
        notes.append(
            _("This map has no list of postcodes. Search for a neighbourhood or an address.")
        )
    elif not (finding.groups or finding.layers or samples):
        notes.append(_("Nothing found. Try fewer or other words, or tap the place on the map."))
        if not index.gazetteer.towns:
            notes.append(
                _(
                    "This city's data has no list of neighbourhoods, so addresses cannot be "
                    "searched."
                )
            )
        samples = index.samples
    unsearched = _("“{title}” is sample data and is not searched.")
    notes += [unsearched.format(title=localized(layer.title, lang)) for layer in samples]
    left_out = _("“{title}” has too many names and is not searched.")
    notes += [left_out.format(title=localized(layer.title, lang)) for layer in index.left_out]
    return notes


def _results(
    group: Group, layers: Mapping[str, Layer], lang: str, _: Translate, shelters: ShelterWords
) -> Results:
    layer = group.layer
    opens = layer is not None and has_states(layers[layer.id].definition)
    aged = [shelters.caution()] if opens and shelters.caution() else []
    note = _("{count} more. Add a word to narrow it down.").format(count=group.more)
    due = cautions((layers[layer.id],), (), lang, _) if layer else []
    return Results(
        kind=group.kind,
        layer=layer.id if layer else None,
        title=localized(layer.title, lang) if layer else group_titles(_)[group.kind],
        results=[_result(hit, group, lang, _, shelters) for hit in group.hits],
        note=note if group.more else "",
        cautions=[*sentences(due, "usage", "review"), *aged],
    )


def _result(hit: Hit, group: Group, lang: str, _: Translate, shelters: ShelterWords) -> Result:
    place = {"lat": hit.latitude, "lon": hit.longitude}
    radius = {"radius": hit.doubt} if hit.doubt else {}
    zoom = CLOSE if not hit.doubt else NEAR if hit.doubt < LARGE else FAR
    layers = f"&layers={group.layer.id}" if group.layer else ""
    about = _(
        "Centre of the neighbourhood (chōme), not the exact place: it may be off by "
        "up to about {count} m."
    )
    part = _("one point of it") if group.kind in PARTS else ""
    return Result(
        name=hit.name,
        forms=hit.forms,
        latitude=hit.latitude,
        longitude=hit.longitude,
        radius_m=hit.doubt,
        note=about.format(count=hit.doubt) if hit.doubt else part,
        here=with_language(f"/here?{urlencode(place | radius)}", lang),
        map=with_language(f"/?at={zoom}/{hit.latitude}/{hit.longitude}{layers}", lang),
        feature=hit.feature,
        opening=shelters.as_json(group.layer.id, hit.feature) if group.layer else None,
    )
