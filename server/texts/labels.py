"""Words for what definitions and reports say in codes."""

from __future__ import annotations

from server.texts import Translate


def type_label(_: Translate, field_type: str) -> str:
    """What a field's type is called."""
    return {
        "text": _("Text"),
        "integer": _("Whole number"),
        "number": _("Number"),
        "date": _("Date"),
        "flag": _("Yes or no"),
    }[field_type]


def severity_label(_: Translate, severity: str) -> str:
    """What a reading problem's severity is called."""
    return {"error": _("Error"), "warning": _("Warning"), "note": _("Note")}[severity]
