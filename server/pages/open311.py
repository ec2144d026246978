"""Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): documents for programs, in XML and JSON.

Both are of one shape by the Spark convention: an element is a member, a list of elements an array,
an empty element null. Their words are in the language that is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args
from xml.etree.ElementTree import Element

import orjson

from layers.catalog.catalog import Catalog
from server.desk.answers.publications import PublicRequest
from server.desk.intake.form import TITLE_LENGTH
from server.desk.labels import AVAILABLE, CATEGORIES, category_labels
from server.desk.public.open_requests import CLOSED
from server.pages.request_list import state_of
from server.pages.xml import document, put
from server.texts import Translate, plain
from server.texts.wording import localized

OPEN311 = "/open311"  # where it is
Format = Literal["xml", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: Mapping[Format, str] = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
# What an element of each list is called in XML.
ELEMENTS = {
    "services": "service",
    "attributes": "attribute",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
TITLE = "title"  # the code of the one attribute that a request may have
CHANGED = "2026-11-30 00:00"  # when the documents of discovery and of services last changed


def written(name: str, content: Any, format: Format) -> bytes:
    """A document whose root is called `name`, of an object or a list of them."""
    if format == "json":
        return plain(orjson.dumps(content).decode()).encode()
    root = Element(name)
    _fill(root, content)
    return document(root)


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(put(element, name, _text(value)), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for each in content:
            _fill(put(element, ELEMENTS[element.tag], _text(each)), each)


def _text(value: Any) -> str | None:
    """What an element says that holds no others."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


def discovery(at: str, contact: str, _: Translate) -> dict[str, Any]:
    """Where the service is and what it speaks (wiki.open311.org/Service_Discovery)."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{at}{OPEN311}/v2",
        "changeset": CHANGED,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    return {
        "changeset": CHANGED,
        "contact": contact,
        "key_service": _("No key is needed."),
        "endpoints": [endpoint],
    }


def services(_: Translate) -> list[dict[str, Any]]:
    """What can be asked for: a layer, or the mending of one, of each category."""
    labels = category_labels(_)
    description = _("A wish for a layer on this map, or an error on it: {category}")
    return [
        {
            "service_code": category,
            "service_name": labels[category],
            "description": description.format(category=labels[category]),
            "metadata": True,
            "type": "realtime",
            "keywords": None,
            "group": _("Requests for layers"),
        }
        for category in CATEGORIES
    ]


def service_definition(category: str, _: Translate) -> dict[str, Any]:
    """What a request may say beside its description: in a few words what it is about."""
    attribute = {
        "variable": True,
        "code": TITLE,
        "datatype": "string",
        "required": False,
        "datatype_description": _("In a few words, up to {length} characters.").format(
            length=TITLE_LENGTH
        ),
        "order": 1,
        "description": _("Which layer would you like?"),
    }
    return {"service_code": category, "attributes": [attribute]}


def service_request(
    request: PublicRequest, catalog: Catalog, lang: str, at: str, _: Translate
) -> dict[str, Any]:
    """A public request; of one that is closed `updated_datetime` is when it was."""
    is_closed = request.state in CLOSED
    updated = request.changed_at
    if is_closed and request.decisions:
        updated = request.decisions[-1].decided_at
    place = request.place
    return {
        "service_request_id": str(request.number),
        "status": "closed" if is_closed else "open",
        "status_notes": _notes(request, catalog, lang, at, _),
        "service_name": category_labels(_)[request.category],
        "service_code": request.category,
        "description": _description(request),
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _instant(request.received_at),
        "updated_datetime": _instant(updated),
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": place.latitude if place else None,
        "long": place.longitude if place else None,
        "media_url": None,
    }


def _description(request: PublicRequest) -> str:
    """What it is about, and what for. The title of one that came without is its first line."""
    is_begun = request.purpose.startswith(request.title)
    return request.purpose if is_begun else f"{request.title}\n{request.purpose}"


def _notes(request: PublicRequest, catalog: Catalog, lang: str, at: str, _: Translate) -> str:
    """The state, why, and where the layer is that answers it."""
    notes = [state_of(request, _)]
    if request.decisions:
        latest = request.decisions[-1]
        notes.append(latest.reason)
        layer = catalog.named(latest.layer) if latest.layer else None
        if layer is not None and latest.state == AVAILABLE:
            notes.append(f"{localized(layer.definition.title, lang)} {at}/?layers={layer.id}")
    return "\n".join(filter(None, notes))


def _instant(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def created(number: int, unstored: Sequence[str], _: Translate) -> list[dict[str, Any]]:
    """What the sender of a request is told: its number, that it is checked, what is not kept."""
    notice = [
        _("Your request has been received. We cannot promise when it will be read."),
        _("It becomes public once it has been checked."),
    ]
    if unstored:
        notice.append(_("Not stored: {names}.").format(names=", ".join(unstored)))
    return [
        {
            "service_request_id": str(number),
            "service_notice": " ".join(notice),
            "account_id": None,
        }
    ]


def errors(status: int, description: str) -> list[dict[str, Any]]:
    """What is wrong, in the form of the specification."""
    return [{"code": status, "description": description}]
