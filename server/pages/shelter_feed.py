"""The states of shelters for programs: as GeoJSON, and as Atom (RFC 4287) with GeoRSS places."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, register_namespace

import orjson

from layers.catalog.catalog import Catalog
from layers.catalog.designations import designated_for, has_states
from layers.catalog.layer import Layer
from layers.query.listing import Listed, feature_of
from server.desk.shelters.board import Board, InForce
from server.desk.shelters.states import ShelterState
from server.pages.shelters import ShelterWords, designation_words
from server.pages.xml import document, put
from server.texts import LANGUAGES, Translate, plain, translator
from server.texts.wording import feature_name, localized, site_title

ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
register_namespace("", ATOM)
register_namespace("georss", GEORSS)
# Of this package's ids: see `server.pages.request_feed`.
NAMESPACE = uuid.UUID("3a8f5b9e-7c54-4b0b-8d0f-6f2b3b4c9e17")
EPOCH = datetime.datetime.fromtimestamp(0, datetime.UTC)
PLACE_ZOOM = 17  # at which the map shows a place


def shelter_places(
    catalog: Catalog, states: Iterable[ShelterState]
) -> Iterator[tuple[ShelterState, Layer, Listed]]:
    """The places that states are of, the newest state first; those that the map lacks left out."""
    for state in sorted(states, key=lambda each: (each.set_at, each.key), reverse=True):
        layer = catalog.layers.get(state.layer)
        if layer is None or not has_states(layer.definition):
            continue
        place = feature_of(layer, state.feature)
        if place is not None:
            yield state, layer, place


def feature_collection(catalog: Catalog, shown: InForce) -> bytes:
    """GeoJSON with a point for each place that has a state, and when all this was known to be so.

    `is_current` is false while the database does not tell: there may be other states by then.
    `designated_for` are the kinds of disaster a place is for, null where it is not by kind.
    """
    lasting = datetime.timedelta(hours=shown.valid_hours)
    return orjson.dumps(
        {
            "type": "FeatureCollection",
            "checked_at": shown.checked_at,
            "is_current": shown.is_current,
            "features": [
                {
                    "type": "Feature",
                    "geometry": {
                        "type": "Point",
                        "coordinates": [round(place.longitude, 7), round(place.latitude, 7)],
                    },
                    "properties": {
                        "layer": layer.id,
                        "feature": place.id,
                        "name": _raw_name(layer, place),
                        "designated_for": designated_for(layer.definition, place.properties),
                        "state": state.state,
                        "note": state.note,
                        "set_at": state.set_at,
                        "valid_until": state.set_at + lasting,
                    },
                }
                for state, layer, place in shelter_places(catalog, shown.states.values())
            ],
        }
    )


@dataclass(frozen=True, slots=True)
class ShelterFeed:
    """The feed of a catalogue's places in a language; `at` is where the service is."""

    catalog: Catalog
    board: Board
    lang: str
    at: str

    def content(self) -> bytes:
        """An entry for each place of which something was said, as it stands now.

        What was taken back or has run out says so: whoever reads the feed would else go by what
        the entry said before.
        """
        _, city = translator(self.lang), self.catalog.city
        hours = city.shelter_states.valid_hours
        words = ShelterWords(self.board.in_force(hours), self.lang)
        entries = [*self._entries(words, hours, _)]
        root = Element(f"{{{ATOM}}}feed", {XML_LANG: LANGUAGES[self.lang].tag})
        _put(root, "id", _id(f"feed {city.code}"))
        _put(root, "title", _("Whether shelters and evacuation sites are open"))
        _put(root, "subtitle", words.caution() or _only_some(_))
        latest = max((at for at, _entry in entries), default=EPOCH)
        _put(root, "updated", latest.isoformat())
        query = urlencode({"lang": self.lang})
        _link(root, "self", f"{self.at}/shelters.atom?{query}", "application/atom+xml")
        _link(root, "alternate", f"{self.at}/light?{query}", "text/html")
        _put(_put(root, "author"), "name", site_title(city, self.lang, _))
        for _at, entry in sorted(entries, key=lambda each: each[0], reverse=True):
            root.append(entry)
        return document(root)

    def _entries(
        self, words: ShelterWords, hours: int, _: Translate
    ) -> Iterator[tuple[datetime.datetime, Element]]:
        for state, layer, place in shelter_places(self.catalog, self.board.states.values()):
            shown = words.of(layer.id, place.id)
            has_run_out = shown is None and state.state is not None
            at = state.set_at + datetime.timedelta(hours=hours) if has_run_out else state.set_at
            name = feature_name(layer.definition, place.properties, self.lang)
            entry = Element(f"{{{ATOM}}}entry")
            _put(entry, "id", _id(f"shelter {self.catalog.city.code} {layer.id}/{place.id}"))
            if shown is None:
                _put(entry, "title", _("{name}: {said}").format(name=name, said=words.unstated))
                _put(entry, "summary", words.unstated)
            else:
                _put(entry, "title", _("{name}: {said}").format(name=name, said=shown.label))
                said = [shown.line, designation_words(layer.definition, place.properties, _)]
                _put(entry, "summary", " ".join(filter(None, said)))
            _put(entry, "updated", at.isoformat())
            category = _put(entry, "category")
            category.set("term", shown.code if shown else "none")
            category.set("scheme", f"{self.at}/layers/{layer.id}")
            category.set("label", plain(localized(layer.definition.title, self.lang)))
            view = f"{PLACE_ZOOM}/{place.latitude:.6f}/{place.longitude:.6f}"
            address = urlencode({"layers": layer.id, "at": view, "lang": self.lang}, safe="/")
            _link(entry, "alternate", f"{self.at}/?{address}", "text/html")
            if shown is not None and shown.note:
                _put(entry, "content", shown.note).set(XML_LANG, "ja")
            put(entry, f"{{{GEORSS}}}point", f"{place.latitude:.6f} {place.longitude:.6f}")
            yield at, entry


def _only_some(_: Translate) -> str:
    """What holds of every place that the feed does not name."""
    return _("These are designated places. Check the city's announcements for whether one is open.")


def _raw_name(layer: Layer, place: Listed) -> str | None:
    value = place.properties.get(layer.definition.label or "")
    return None if value is None else str(value)


def _id(name: str) -> str:
    return uuid.uuid5(NAMESPACE, name).urn


def _put(parent: Element, name: str, text: str | None = None) -> Element:
    return put(parent, f"{{{ATOM}}}{name}", text)


def _link(parent: Element, rel: str, href: str, media_type: str) -> None:
    link = _put(parent, "link")
    for name, value in (("rel", rel), ("href", href), ("type", media_type)):
        link.set(name, value)
