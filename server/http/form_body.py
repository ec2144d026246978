"""A posted form: read within limits, or refused with one of a few reasons."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from server.texts import Translate

FORM_TYPE = "application/x-www-form-urlencoded"
MAX_BYTES = 64 * 1024
MAX_FIELDS = 32


class FormError(Exception):
    """A form that cannot be read."""

    def explain(self, _: Translate) -> str:
        """The reason, for whoever sent it."""
        raise NotImplementedError


class FormType(FormError):
    """The body is not declared to be a URL-encoded form in UTF-8 (415)."""

    def explain(self, _: Translate) -> str:
        return _("The form must be sent as {type} in UTF-8.").format(type=FORM_TYPE)


class FormTooLarge(FormError):
    """The body is longer than it may be (413)."""

    def __init__(self, longest: int = MAX_BYTES) -> None:
        self.longest = longest
        super().__init__(f"at most {longest} bytes")

    def explain(self, _: Translate) -> str:
        return _("The form is too large. It may have at most {kilobytes} KB.").format(
            kilobytes=f"{self.longest // 1024:,}"
        )


class FormNotUtf8(FormError):
    """The body's bytes are not UTF-8 (400)."""

    def explain(self, _: Translate) -> str:
        return _("The form's text is not UTF-8, so it cannot be read correctly.")


class FormMalformed(FormError):
    """The body is cut short, has too many fields, or one of them twice (400)."""

    def explain(self, _: Translate) -> str:
        return _("The form did not arrive in the right format. Please send it again.")


async def read_form_body(request: Request, most_fields: int = MAX_FIELDS) -> dict[str, str]:
    """The form's fields by name. Raises `FormError`; of a body too long it reads no more."""
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if media_type.strip() != FORM_TYPE or charset not in ("utf-8", "utf8"):
        raise FormType
    return parse_form(await _read_body(request), most_fields)


def parse_form(body: bytes, most_fields: int = MAX_FIELDS) -> dict[str, str]:
    """The fields of a URL-encoded body. Raises `FormNotUtf8` and `FormMalformed`."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=most_fields
        )
    except UnicodeDecodeError:
        raise FormNotUtf8 from None
    except ValueError:
        raise FormMalformed from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise FormMalformed
    return fields


async def _read_body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "0")
    if len(declared) > len(str(MAX_BYTES)) or int(declared) > MAX_BYTES:
        raise FormTooLarge
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                raise FormTooLarge
    except ClientDisconnect:
        raise FormMalformed from None
    return bytes(body)
