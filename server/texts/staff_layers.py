"""Words of the staff's pages about what is withdrawn and changed of layers."""

from __future__ import annotations

from server.texts import Translate


def kind_labels(_: Translate) -> dict[str, str]:
    """What a withdrawal or a change is called, by its kind."""
    return {
        "layer": _("Whole layer withdrawn"),
        "column": _("Column withdrawn"),
        "feature": _("Feature withdrawn"),
        "move": _("Feature moved"),
        "correct": _("Value corrected"),
        "add": _("Feature added"),
        "remove": _("Feature removed"),
    }


def state_labels(_: Translate) -> dict[str, str]:
    """How a change stands to what the layer's file says now."""
    return {
        "pending": _("The file still says what it said."),
        "settled": _("The file says the same by now."),
        "conflict": _("The file says something else by now. What you entered is shown."),
        "gone": _("The file no longer has this feature."),
        "waiting": _("It will be on the map in a moment."),
    }


def end_labels(_: Translate) -> dict[str, str]:
    """How a withdrawal or a change ended."""
    return {
        "undone": _("taken back"),
        "settled": _("done: the file has it"),
        "gone": _("the file no longer has it"),
        "withdrawn": _("ended by a withdrawal"),
    }


def fault_words(field: str, fault: str, _: Translate) -> str:
    """What is wrong with what was typed into a form about a layer."""
    by_field = {
        ("reason", "hazard"): _(
            "An area of a hazard is not taken away by hand: people there would be told that they "
            "are outside. Publish a new file, or withdraw the feature."
        ),
        ("column", "hazard"): _(
            "This column decides how grave the hazard is. Withdraw the whole layer instead."
        ),
        ("column", "position"): _(
            "This column holds the positions. Withdraw the whole layer instead."
        ),
        ("place", "points"): _("Only points can be moved and added."),
        ("place", "outside"): _("This place is outside the city."),
        ("place", "number"): _("Please enter latitude and longitude as numbers."),
        ("reason", "many"): _(
            "There are too many changes on top of this file. Please publish a new file."
        ),
        ("values", "empty"): _("Please enter at least one value."),
        ("values", "unchanged"): _("Nothing is different from before."),
    }
    usual = {
        "empty": _("Please write why."),
        "long": _("This is too long."),
        "choice": _("Please choose one of the list."),
        "integer": _("Please enter a whole number."),
        "number": _("Please enter a number."),
        "date": _("Please enter a date."),
        "column": _("Please choose a column."),
    }
    return by_field.get((field, fault)) or usual.get(fault) or _("This could not be accepted")
