"""What the routes of the staff's pages about drafts have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.responses import RedirectResponse, Response

from layers.catalog.catalog import Catalog
from layers.errors import DefinitionError
from layers.revision.revision import Revision
from layers.schema.layer import LayerDefinition
from layers.schema.load import layer_of_text
from server.desk.drafts.drafts import Drafts, read_draft_number
from server.desk.drafts.errors import DraftChanged, NotPublishable, UploadRefused
from server.desk.drafts.publishing import Publishing
from server.desk.drafts.tables import Draft
from server.desk.errors import (
    DeskUnavailable,
    InvalidForm,
    InvalidVersion,
    LayerFilesFull,
    VersionConflict,
    VersionWaiting,
)
from server.desk.layers.desk_layers import DeskLayers
from server.http.links import with_language
from server.http.session import Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_requests import FormState
from server.texts import Translate, translator
from server.texts.staff_drafts import draft_states, publication_faults, upload_faults, version_fault

DIGITS = re.compile(r"[0-9]{1,9}")
Again = Callable[[FormState, int], Response]


@dataclass(frozen=True, slots=True)
class DraftViews:
    """The drafts, and what their pages are made of, as it is at the time."""

    drafts: Drafts
    publishing: Publishing
    layers: DeskLayers
    pages: Callable[[], Pages]
    catalog: Callable[[], Catalog]
    static: Mapping[str, str]

    def page(self, visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
        """The page of a template in the staff's shell."""
        return staff_page(self.pages(), visit, template, status, **context)

    def draft(self, visit: Visit) -> Draft:
        """The draft whose number is in the address. Raises `DraftNotFound`."""
        return self.drafts.of(number_of(visit), visit.actor)

    def definition(self, draft: Draft) -> LayerDefinition | None:
        """The draft's definition; None before it is read, or where it is none."""
        return parsed(draft.layer_id, draft.text)

    def revision(self, draft: Draft) -> Revision | None:
        """What was made of the draft; None before it is read, or where it could not be."""
        return self.drafts.revision(draft)

    def published(self, draft: Draft) -> Revision | None:
        """What is published of the draft's layer, if it is what the draft was compared with."""
        layer = self.catalog().layers.get(draft.layer_id)
        is_same = layer is not None and draft.check and draft.check.against == layer.revision.id
        return layer.revision if layer is not None and is_same else None

    def attempt(self, visit: Visit, act: Callable[[], str], again: Again) -> Response:
        """Do what a form asks and go to the page that `act` names; or show the form again.

        Nothing of what was typed is lost, whatever keeps it from being taken.
        """
        _ = translator(visit.lang)

        def refused(status: int, **errors: str) -> Response:
            return again(FormState(typed=visit.form, errors=errors), status)

        try:
            address = act()
        except InvalidForm as error:
            return refused(400, **error.errors)
        except UploadRefused as error:
            return refused(400, files=upload_fault(error, _))
        except NotPublishable as error:
            field = error.fault if error.fault in ("reason", "accept") else "at"
            return refused(409, **{field: publication_faults(_)[error.fault]})
        except VersionConflict:
            return refused(409, at=publication_faults(_)["outdated"])
        except VersionWaiting:
            return refused(409, at=publication_faults(_)["waiting"])
        except InvalidVersion as error:
            return refused(409, at=version_fault(error.field, error.value, _))
        except LayerFilesFull:
            return refused(409, at=upload_faults(_)["full"])
        except DefinitionError as error:
            return refused(409, form=error.message("ja" if visit.lang == "ja" else "en"))
        except DraftChanged as error:
            return refused(409, form=changed_words(error, _))
        except DeskUnavailable:
            return again(FormState(typed=visit.form, is_unsaved=True), 503)
        return RedirectResponse(with_language(address, visit.lang), status_code=303)


def parsed(layer_id: str, text: str | None) -> LayerDefinition | None:
    """The definition of a text; None where there is none."""
    if text is None:
        return None
    try:
        return layer_of_text(layer_id, text)
    except DefinitionError:
        return None


def number_of(visit: Visit) -> int:
    """The number in the address. Raises `DraftNotFound`."""
    return read_draft_number(visit.request.path_params["number"])


def seen_of(visit: Visit) -> int:
    """The edition of the draft that the form's page showed; none, for a form that does not say."""
    seen = visit.form.get("seen", "")
    return int(seen) if DIGITS.fullmatch(seen) else 0


def upload_fault(error: UploadRefused, _: Translate) -> str:
    """Why an upload is not taken, in words."""
    return upload_faults(_)[error.fault].format(value=error.value)


def changed_words(error: DraftChanged, _: Translate) -> str:
    """That somebody else was at the draft meanwhile."""
    return _(
        "Meanwhile {name} changed this draft; it is now: {state}. Look at it again before you go "
        "on."
    ).format(name=error.by, state=draft_states(_)[error.state])
