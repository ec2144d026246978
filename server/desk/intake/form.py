"""The request form: what was typed, checked and brought into one shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from layers.catalog.catalog import Catalog
from layers.geometry.drawn_area import Ring, middle_of
from server.desk.errors import InvalidForm
from server.desk.intake.areas import read_area
from server.desk.intake.mail_address import InvalidAddress, read_address
from server.desk.intake.near import near_city
from server.desk.intake.subject import Subject, category_of, read_subject
from server.desk.labels import CATEGORIES, URGENCIES
from server.texts import Translate

# Lengths in characters (code points) after normalisation.
TITLE_LENGTH = 100
PURPOSE_LENGTH = 2000
CONTACT_LENGTH = 200
TODAY_LENGTH = 500

# Of more characters than that many times those of the field, none is looked at: normalising takes
# the square of the time where many marks stand on one letter.
MOST_TYPED = 4
LONGEST_NUMBER = 64  # characters that are looked at

LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Unicode's embeddings, overrides and isolates: they turn round what stands beside the text, too.
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
DEGREES = re.compile(r"[+-]?\d{1,3}(\.\d{1,20})?")
NONCE = re.compile(r"[A-Za-z0-9_-]{22,64}")


@dataclass(frozen=True, slots=True)
class Place:
    """A point, in degrees (WGS 84 or JGD2011: the same to a metre).

    Where an `area` is meant, the point lies in it and stands for it.
    """

    latitude: float
    longitude: float
    area: Ring | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """A request as its sender wrote it. `nonce` is None when it did not come from our page.

    `subject` is what a correction is about, None of a request for a layer. `today` is what is done
    without the layer as yet; it and `urgency` are for who reads the request, and never published.
    `email` is an address for news. `files` tells the files that came with it from any others.
    """

    title: str
    purpose: str
    category: str
    urgency: str | None = None
    today: str | None = None
    place: Place | None = None
    subject: Subject | None = None
    contact: str | None = None
    email: str | None = None
    nonce: str | None = None
    files: str = ""


def read_form(typed: Mapping[str, str], catalog: Catalog, _: Translate) -> RequestForm:
    """The form that was typed, by field name, about what the catalogue's map shows.

    Raises `InvalidForm` with a message for every field that cannot be taken, in words of `_`.
    """
    errors: dict[str, str] = {}
    title = read_text("title", typed, TITLE_LENGTH, errors, _)
    purpose = read_text("purpose", typed, PURPOSE_LENGTH, errors, _)
    today = read_text("today", typed, TODAY_LENGTH, errors, _)
    contact = read_text("contact", typed, CONTACT_LENGTH, errors, _)
    email = _read_email(typed.get("email", ""), errors, _)
    subject = read_subject(typed, catalog, errors, _)
    if not title:
        layer, fault = _("Enter the layer you would like."), _("Enter what is wrong or missing.")
        errors.setdefault("title", fault if subject else layer)
    if not purpose:
        use, right = _("Enter what you would use it for."), _("Enter what would be right.")
        errors.setdefault("purpose", right if subject else use)
    category = category_of(subject, catalog) if subject else typed.get("category", "")
    if category not in CATEGORIES:
        errors["category"] = _("Choose one category.")
    urgency = typed.get("urgency") or None
    if urgency not in (*URGENCIES, None):
        errors["urgency"] = _("Choose one of these, or leave it unspecified.")
    place = _read_place(typed, catalog, errors, _)
    if errors:
        raise InvalidForm(errors)
    nonce = typed.get("nonce", "")
    return RequestForm(
        title=" ".join(title.split()),
        purpose=purpose,
        category=category,
        urgency=urgency,
        today=None if subject else today or None,
        place=place,
        subject=subject,
        contact=contact or None,
        email=email,
        nonce=nonce if NONCE.fullmatch(nonce) else None,
    )


def read_link(typed: Mapping[str, str], catalog: Catalog, _: Translate) -> None:
    """Read the place and the subject that a link to the form names. Raises `InvalidForm`."""
    errors: dict[str, str] = {}
    _read_place(typed, catalog, errors, _)
    read_subject(typed, catalog, errors, _)
    if errors:
        raise InvalidForm(errors)


def read_supplement(typed: Mapping[str, str], _: Translate) -> str:
    """What is typed into `text` to be added to a request. Raises `InvalidForm`."""
    errors: dict[str, str] = {}
    text = read_text("text", typed, PURPOSE_LENGTH, errors, _)
    if not text:
        errors.setdefault("text", _("Enter what you want to add."))
    if errors:
        raise InvalidForm(errors)
    return text


def storable(text: str) -> str:
    """`text` without control characters (PostgreSQL cannot store NUL), line breaks excepted."""
    return "".join(c for c in text if unicodedata.category(c) != "Cc" or c in "\r\n\t")


def read_text(
    name: str, typed: Mapping[str, str], longest: int, errors: dict[str, str], _: Translate
) -> str:
    """A text in NFC with LF line breaks, without surrounding space and without `DIRECTIONS`.

    "" when nothing is visible.
    """
    text = typed.get(name, "")
    if len(text) > MOST_TYPED * longest:
        errors[name] = _too_long(len(text), longest, _)
        return ""
    text = DIRECTIONS.sub("", LINE_BREAKS.sub("\n", text).replace("\t", " "))
    text = unicodedata.normalize("NFC", text).strip()
    if text != storable(text):
        errors[name] = _(
            "It contained a character that cannot be stored and has been removed. Please "
            "check the text and send it again."
        )
    elif len(text) > longest:
        errors[name] = _too_long(len(text), longest, _)
    visible = any(unicodedata.category(character)[0] in "LNPS" for character in text)
    return text if visible else ""


def _too_long(length: int, longest: int, _: Translate) -> str:
    return _(
        "Please shorten it to at most {longest} characters. It now has {length} characters."
    ).format(longest=longest, length=length)


def _read_email(typed: str, errors: dict[str, str], _: Translate) -> str | None:
    if not typed.strip():
        return None
    try:
        return read_address(typed)
    except InvalidAddress:
        errors["email"] = _("This is no e-mail address. Enter one such as {example}.").format(
            example="name@example.jp"
        )
        return None


def _read_place(
    typed: Mapping[str, str], catalog: Catalog, errors: dict[str, str], _: Translate
) -> Place | None:
    """The area in `area`, the place in `lat` and `lon`, the middle of the neighbourhood in `town`,
    or None.
    """
    west, south, east, north = near_city(catalog.city.extent)
    ring = read_area(typed, (west, south, east, north), errors, _)
    if ring is not None:
        longitude, latitude = middle_of(ring)
        return Place(latitude, longitude, ring)
    if "area" in errors:
        return None
    degrees = {name: _ascii_number(typed.get(name, "")) for name in ("lat", "lon")}
    filled = [name for name, text in degrees.items() if text]
    if not filled:
        return _read_town(typed.get("town", ""), catalog, errors, _)
    if len(filled) == 1:
        empty = "lon" if filled == ["lat"] else "lat"
        errors[empty] = _("Fill in both latitude and longitude, or leave both empty.")
        return None
    for name, low, high in (("lat", south, north), ("lon", west, east)):
        if not DEGREES.fullmatch(degrees[name]):
            errors[name] = _("Enter it in decimal degrees, such as {example}.").format(
                example=f"{(low + high) / 2:.4f}"
            )
        elif not low <= float(degrees[name]) <= high:
            errors[name] = _(
                "This place is too far from the city. Enter a value from {low} to {high}."
            ).format(low=f"{low:.2f}", high=f"{high:.2f}")
    if "lat" in errors or "lon" in errors:
        return None
    return Place(round(float(degrees["lat"]), 6), round(float(degrees["lon"]), 6))


def _read_town(name: str, catalog: Catalog, errors: dict[str, str], _: Translate) -> Place | None:
    """The point that stands for the neighbourhood of this name; None for no name."""
    for town in catalog.base.neighbourhoods:
        if town.name == name:
            return Place(town.latitude, town.longitude)
    if name:
        errors["town"] = _("Choose a neighbourhood from the list.")
    return None


def _ascii_number(number: str) -> str:
    """A number with full-width digits, point and sign as their ASCII forms."""
    return unicodedata.normalize("NFKC", number[:LONGEST_NUMBER]).replace("−", "-").strip()
