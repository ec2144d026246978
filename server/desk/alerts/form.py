"""An alert as staff write it, checked against the city's neighbourhoods and layers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from layers.catalog.catalog import Catalog
from layers.catalog.layer import Layer
from layers.query.towns import towns
from server.desk.alerts.alert import (
    EVACUATION_LEVELS,
    QUOTED_LEVELS,
    REACHES,
    Alert,
    AlertKind,
    AlertPlace,
    Reach,
    check,
)
from server.desk.errors import InvalidAlert, InvalidForm
from server.desk.intake.form import NONCE, read_text
from server.texts import Translate

TITLE_LENGTH, AREA_LENGTH, TEXT_LENGTH, ISSUER_LENGTH = 100, 500, 1000, 100
PLACE = "place:"  # before a neighbourhood's name: a field for each, as its box is checked
MOST_HOURS = 72
MOST_PLACES = 2000  # fields that are read
# What an alert is, as the form has it: its kind, and the level that goes with it.
WHAT: Mapping[str, tuple[AlertKind, int | None]] = {
    **{f"evacuation-{level}": ("evacuation", level) for level in reversed(EVACUATION_LEVELS)},
    **{f"weather-{level}": ("weather", level) for level in reversed(QUOTED_LEVELS)},
    "weather": ("weather", None),
    "information": ("information", None),
}
DRILL, REAL = "drill", "real"


@dataclass(frozen=True, slots=True)
class AlertDraft:
    """An alert that was not issued yet, and for how many hours it is to be shown."""

    unissued: Alert
    hours: int
    once: str | None = None

    def alert(self, now: datetime.datetime) -> Alert:
        """The alert as it is when it is issued `now`."""
        until = now + datetime.timedelta(hours=self.hours)
        return replace(self.unissued, issued_at=now, expires_at=until)


def read_draft(
    typed: Mapping[str, str], catalog: Catalog, presets: Mapping[str, Sequence[str]], _: Translate
) -> AlertDraft:
    """The alert of a form; `presets` are the ids of the layers of each of the map's.

    Raises `InvalidForm` with a message for each field that is not right.
    """
    errors: dict[str, str] = {}
    texts = {
        name: read_text(name, typed, longest, errors, _)
        for name, longest in (
            ("title", TITLE_LENGTH),
            ("area", AREA_LENGTH),
            ("text", TEXT_LENGTH),
            ("issuer", ISSUER_LENGTH),
        )
    }
    kind, level = WHAT.get(typed.get("what", ""), ("information", None))
    if typed.get("what") not in WHAT:
        errors["what"] = _("Choose what is announced.")
    drill = typed.get("drill")
    if drill not in (DRILL, REAL):
        errors["drill"] = _("Choose whether this is a drill or real.")
    if kind == "evacuation" and texts["title"]:
        errors["title"] = _("Leave it empty: evacuation information has its own fixed title.")
    elif kind != "evacuation" and not texts["title"]:
        errors.setdefault("title", _("Enter a title."))
    if not texts["issuer"]:
        errors.setdefault("issuer", _("Enter who issues it."))
    reach, region, places = _read_reach(typed, catalog, errors, _)
    if reach == "own" and not texts["area"] and "reach" not in errors:
        errors.setdefault("area", _("Enter for where it is."))
    hours = _read_hours(typed, errors, _)
    preset = typed.get("preset", "")
    if preset and preset not in presets:
        errors["preset"] = _("Choose from the list, or none.")
    now = datetime.datetime.now(datetime.UTC)
    unissued = Alert(
        kind=kind,
        level=level,
        title=" ".join(texts["title"].split()),
        area=" ".join(texts["area"].split()),
        text=texts["text"],
        issuer=" ".join(texts["issuer"].split()),
        issued_at=now,
        expires_at=now + datetime.timedelta(hours=1),
        drill=drill == DRILL,
        layers=tuple(presets.get(preset, ())),
        reach=reach,
        region=region,
        places=places,
    )
    if not errors:
        _check(unissued, errors, _)
    if errors:
        raise InvalidForm(errors)
    nonce = typed.get("nonce", "")
    return AlertDraft(unissued, hours, nonce if NONCE.fullmatch(nonce) else None)


def read_hours(typed: Mapping[str, str], _: Translate) -> int:
    """For how many hours more an alert is to be shown. Raises `InvalidForm`."""
    errors: dict[str, str] = {}
    hours = _read_hours(typed, errors, _)
    if errors:
        raise InvalidForm(errors)
    return hours


def zone_layers(catalog: Catalog) -> Sequence[Layer]:
    """The hazard layers whose zones an alert can be for."""
    return [layer for layer in catalog.layers.values() if layer.definition.hazard is not None]


def places_touched(layer: Layer, catalog: Catalog) -> Sequence[str]:
    """The neighbourhoods that the zones of a layer may touch: each is known by a point alone, and
    stands for as far around it as an address in it may be.
    """
    return [town.name for town in towns(catalog) if len(layer.parts_in(town.place.area()))]


def _read_reach(
    typed: Mapping[str, str], catalog: Catalog, errors: dict[str, str], _: Translate
) -> tuple[Reach, Mapping[str, str], Sequence[AlertPlace]]:
    reach = next((reach for reach in REACHES if reach == typed.get("reach")), None)
    if reach is None:
        errors["reach"] = _("Choose for where it is.")
        return "own", {}, ()
    chosen = {name.removeprefix(PLACE) for name in typed if name.startswith(PLACE)}
    known = {town.name for town in catalog.base.neighbourhoods}
    if chosen - known:
        unknown = "、".join(sorted(chosen - known))
        errors["places"] = _("Not in the city's list of neighbourhoods: {names}").format(
            names=unknown[:TEXT_LENGTH]
        )
    region: Mapping[str, str] = {}
    if reach == "city":
        region, chosen = catalog.city.name, set()
    elif reach == "zone":
        layer = {each.id: each for each in zone_layers(catalog)}.get(typed.get("zone", ""))
        if layer is None:
            errors["zone"] = _("Choose a hazard layer.")
        elif layer.definition.sample and typed.get("drill") != DRILL:
            errors["zone"] = _("This layer is sample data. It can be used in a drill only.")
        else:
            region = layer.definition.title
            chosen |= set(places_touched(layer, catalog))
    elif reach == "places" and not chosen:
        errors.setdefault("places", _("Choose at least one neighbourhood."))
    elif reach == "own" and chosen:
        errors.setdefault(
            "reach", _("Neighbourhoods are chosen below. Choose them here, or none of them.")
        )
    places = [
        AlertPlace(town.name, dict(town.names))
        for town in catalog.base.neighbourhoods
        if town.name in chosen
    ]
    return reach, dict(region), places


def _read_hours(typed: Mapping[str, str], errors: dict[str, str], _: Translate) -> int:
    text = typed.get("hours", "").strip()
    hours = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    if not 1 <= hours <= MOST_HOURS:
        errors["hours"] = _("Enter a whole number of hours from 1 to {most}.").format(
            most=MOST_HOURS
        )
        return 1
    return hours


def _check(alert: Alert, errors: dict[str, str], _: Translate) -> None:
    """What the desk refuses beyond the fields: words that hide that it is a drill, or real."""
    try:
        check(alert)
    except InvalidAlert as error:
        errors[error.field] = (
            _("This says that it is not a drill. A drill may not say so.")
            if alert.drill
            else _("This sounds like a drill, but it is to be issued as real. Change the words.")
        )
