"""What the routes of the staff's pages about requests have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi.responses import RedirectResponse, Response

from layers.catalog.catalog import Catalog
from server.desk.answers.changes import ChangedMeanwhile
from server.desk.errors import (
    DeskUnavailable,
    InvalidAnswer,
    InvalidForm,
    InvalidMerge,
    TooManyTemplates,
)
from server.desk.intake.form import storable
from server.desk.intake.requests import read_number
from server.desk.triage.case import Case
from server.desk.triage.desk import Desk
from server.http.links import with_language
from server.http.responses import READ
from server.http.session import Visit
from server.pages.render import Pages
from server.pages.staff import staff_page
from server.pages.staff_requests import FormState, change_words, merge_fault
from server.texts import Translate, translator

Again = Callable[[FormState, int], Response]  # the page of a form that was not taken, its status


class RequestViews:
    """Answers in the staff's shell, from the pages and the catalogue as they are at the time.

    `static` names the bundled files of maps, `base_url` where the service is, if its operator says.
    """

    def __init__(
        self,
        desk: Desk,
        pages: Callable[[], Pages],
        catalog: Callable[[], Catalog],
        static: Mapping[str, str],
        base_url: str | None,
    ) -> None:
        self.desk, self._pages, self.catalog = desk, pages, catalog
        self.static, self.base_url = static, base_url

    def page(self, visit: Visit, template: str, status: int = 200, **context: Any) -> Response:
        """The page of a template in the staff's shell."""
        return staff_page(self._pages(), visit, template, status, **context)

    def case(self, visit: Visit) -> Case:
        """The request whose number is in the address, as it is now. Raises `RequestNotFound`."""
        return self.desk.cases.of(number_of(visit), actor=visit.actor)

    def seen(self, visit: Visit, form: FormState, case: Case) -> int:
        """What a form about a request hands back: what its reader was shown.

        A form that is shown again, as for a field to correct, was not looked at anew; one that says
        what changed meanwhile was.
        """
        is_again = visit.request.method not in READ and not form.changes
        return seen_of(visit) if is_again else case.seen

    def attempt(self, visit: Visit, act: Callable[[], str], again: Again) -> Response:
        """Do what a form asks and go to the page that `act` names; or show the form again.

        Nothing of what was typed is lost, whatever keeps it from being taken.
        """
        _ = translator(visit.lang)
        typed = visit.form
        try:
            address = act()
        except InvalidForm as error:
            return again(FormState(typed=typed, errors=error.errors), 400)
        except InvalidMerge as error:
            errors = {"other": merge_fault(error.reason, _)}
            return again(FormState(typed=typed, errors=errors), 409)
        except TooManyTemplates as error:
            errors = {
                "title": _("There are {most} templates already. Remove some first.").format(
                    most=error.most
                )
            }
            return again(FormState(typed=typed, errors=errors), 409)
        except InvalidAnswer as error:
            return again(FormState(typed=typed, errors={error.field: _refused(error, _)}), 409)
        except ChangedMeanwhile as error:
            changes = [change_words(change, _) for change in error.changes]
            return again(FormState(typed=typed, changes=changes), 409)
        except DeskUnavailable:
            return again(FormState(typed=typed, is_unsaved=True), 503)
        return RedirectResponse(with_language(address, visit.lang), status_code=303)


def _refused(error: InvalidAnswer, _: Translate) -> str:
    """Why the desk refuses what the form's fields allow: things stand otherwise meanwhile."""
    return {
        "publish": _("Its sender has withdrawn this request. It cannot be made public."),
        "photo": _("The photo is no longer there."),
        "supplement": _("It is no longer there."),
    }.get(error.field, _("This could not be accepted"))


def number_of(visit: Visit) -> int:
    """The number in the address. Raises `RequestNotFound`."""
    return read_number(visit.request.path_params["number"])


def seen_of(visit: Visit) -> int:
    """After which change the form's page showed the request: none, for a form that does not say."""
    seen = visit.form.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0


def shown(typed: Mapping[str, str], *names: str) -> dict[str, str]:
    """What is typed into these fields, for the form again."""
    return {name: storable(typed.get(name, "")) for name in names}
