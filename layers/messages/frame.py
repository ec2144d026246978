"""The words around the findings of a report: where each is, how grave, how many there are."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

SEVERITIES: Mapping[str, Text] = {
    "error": {"ja": "エラー", "en": "Error"},
    "warning": {"ja": "警告", "en": "Warning"},
    "note": {"ja": "参考", "en": "Note"},
}
HEADING: Text = {"ja": "［{severity}］{place}", "en": "[{severity}] {place}"}
ROW: Text = {"ja": "{rows}行目", "en": "row {rows}"}
COLUMN: Text = {"ja": "列「{name}」", "en": "column {name}"}
CELL: Text = {"ja": "{row}・{name}", "en": "{row}, {name}"}
PLACE: Text = {"ja": "{place}: ", "en": "{place}: "}

LAYER: Text = {"ja": "レイヤー {layer}（{path}）: ", "en": "Layer {layer} ({path}):"}
BETWEEN: Text = {"ja": "", "en": " "}
READ: Text = {
    "ja": "{rows}行のうち{features}件を地図に載せられます。",
    "en": "{features} of {rows} rows can be shown on the map.",
}
FAILED: Text = {
    "ja": "エラーがあるため公開しません。",
    "en": "It is not published, because of its errors.",
}
COUNTS: Text = {
    "ja": "エラー {error}件、警告 {warning}件、参考 {note}件。",
    "en": "Errors: {error}, warnings: {warning}, notes: {note}.",
}
