"""What tells a program that fills in every form it meets from a person, who is asked nothing.

It proves nothing, so nothing is lost by it: the form comes back as it was typed, to be sent again.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping

from server.http.form_body import FormError
from server.texts import Translate

TRAP = "homepage"  # a field that nobody sees
LEAST_S = 3.0  # from a form's making until a person has filled it in
MADE = re.compile("([0-9a-f]{8})-[A-Za-z0-9_-]{24}")


class MaybeProgram(FormError):
    """The form was sent as programs send it, which may be by accident (400)."""

    def __init__(self) -> None:
        super().__init__("the form was sent very quickly, or a field filled in that nobody sees")

    def explain(self, _: Translate) -> str:
        return _("The form was not taken yet. Please check it and send it once more.")


def new_nonce() -> str:
    """A nonce that tells when it was made, to the second. Its time is no secret, the rest is."""
    return f"{int(time.time()):08x}-{secrets.token_urlsafe(18)}"


def refuse_program(typed: Mapping[str, str], least_s: float = LEAST_S) -> None:
    """Raise `MaybeProgram` for a form with `TRAP` filled in, or sent sooner than `least_s`.

    A form with no nonce of ours did not come from our page: that is nothing against it.
    """
    made = MADE.fullmatch(typed.get("nonce", ""))
    if typed.get(TRAP) or (made and 0 <= time.time() - int(made[1], 16) < least_s):
        raise MaybeProgram
