"""What was typed in a staff form that is not taken, for the page that hands it back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from layers.schema.values import PAGE_LANGUAGES
from server.pages.render import Pages
from server.texts import Translate, translator
from server.texts.staff_draft_form import form_labels

# Fields of a draft's form in which one types, beside the texts of each language.
TYPED = (
    "layer_id",
    "licence_url",
    "url",
    "refresh_hours",
    "renewal_department",
    "renewal_mail",
    "glyph",
    "grid_m",
    "least_group",
)
HEADING = re.compile(r"(?:ja|en)[0-9]{1,4}")  # of a column, in a draft's form


@dataclass(frozen=True, slots=True)
class TypedText:
    """What was typed in a field, under the field's label."""

    label: str
    text: str


def after_session(
    pages: Pages, lang: str, form: Mapping[str, str], sign_in: str
) -> HTMLResponse | None:
    """The page for a form that is sent when the session has ended; None where nothing was typed."""
    _ = translator(lang)
    return _handed_back(pages, lang, form, _("The session has ended"), sign_in, _("Sign in"))


def of_other_session(
    pages: Pages, lang: str, form: Mapping[str, str], page: str
) -> HTMLResponse | None:
    """The page for a form of an earlier session, found on `page`; None where nothing was typed."""
    _ = translator(lang)
    title, way = _("This form is out of date"), _("Open the page again")
    return _handed_back(pages, lang, form, title, page, way)


def _handed_back(
    pages: Pages, lang: str, form: Mapping[str, str], title: str, address: str, way: str
) -> HTMLResponse | None:
    texts = typed_texts(form, translator(lang))
    if not texts:
        return None
    template = "staff/typed.html"
    page = pages.render(template, lang, title=title, texts=texts, address=address, way=way)
    return HTMLResponse(page, 403)


def typed_texts(form: Mapping[str, str], _: Translate) -> Sequence[TypedText]:
    """The texts of a form, those that are empty left out: no password, code or token is one."""
    labels = {**text_labels(_), **draft_labels(_)}
    texts = [
        TypedText(label, form[field])
        for field, label in labels.items()
        if form.get(field, "").strip()
    ]
    headings = "\n".join(text for field, text in form.items() if HEADING.fullmatch(field))
    if headings.strip():
        texts.append(TypedText(_("Headings of the columns"), headings))
    return texts


def text_labels(_: Translate) -> dict[str, str]:
    """What the fields of all staff forms are called in which one types what may be shown again."""
    return {
        "title": _("Title"),
        "purpose": _("What was written"),
        "text": _("What was written"),
        "reason": _("Reason"),
        "note": _("Notes"),
        "today": _("What do they do today without it?"),
        "contact": _("Contact"),
        "lat": _("Latitude"),
        "lon": _("Longitude"),
        "name": _("Name"),
        "department": _("Belongs to"),
        "area": _("More about where, in Japanese"),
        "issuer": _("Who issues it, in Japanese"),
        "address": _("Address"),
        "table": _("Table, of a database"),
    }


def draft_labels(_: Translate) -> dict[str, str]:
    """What the fields of a draft's form are called in which one types."""
    return {
        field: label
        for field, label in form_labels(_).items()
        if field in TYPED or field.rpartition("_")[2] in PAGE_LANGUAGES
    }
