"""Whether a form was sent from a page of this service, not from somebody else's."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

from server.http.form_body import FormError
from server.http.links import origin
from server.texts import Translate


class ForeignForm(FormError):
    """The form was sent from a page of another site (403)."""

    def explain(self, _: Translate) -> str:
        return _("The form was not sent from a page of this map. Please open the form here again.")


def refuse_foreign(request: Request, base_url: str | None) -> None:
    """Raise `ForeignForm` for a form that a page of another origin sent.

    Browsers say so by `Sec-Fetch-Site` (Fetch Metadata, W3C), older ones by `Origin` (RFC 6454).
    Who says neither is no browser: nobody's page is at work in it.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForeignForm
        return
    sender = request.headers.get("origin")
    if sender is not None and sender.lower() != _origin_of(origin(request, base_url)):
        raise ForeignForm


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
