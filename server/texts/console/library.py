"""What the library of the command line says in English only, in Japanese too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from layers.messages.message import Text

# Of the help itself, which the library has only in English.
HELP_PARTS: Mapping[str, Text] = {
    "ARGUMENTS_PANEL_TITLE": {"ja": "書くもの", "en": "Arguments"},
    "OPTIONS_PANEL_TITLE": {"ja": "オプション", "en": "Options"},
    "COMMANDS_PANEL_TITLE": {"ja": "コマンド", "en": "Commands"},
    "DEFAULT_STRING": {"ja": "[書かなければ", "en": "default: {}]"},
    "REQUIRED_LONG_STRING": {"ja": "[必須", "en": "required]"},
}
USAGE = "使い方 / "
# What the library says of a wrong command line, and the same in Japanese.
WRONG_LINES: Mapping[str, str] = {
    r"No such option: (?P<name>\S+).*": "「{name}」というオプションはありません。",
    r"No such command '(?P<name>.*)'\.": "「{name}」というコマンドはありません。",
    r"Missing argument '(?P<name>.*)'\.": "「{name}」が書かれていません。",
    r"Missing option '(?P<name>.*)'\.": "オプション「{name}」が書かれていません。",
    r"Missing command\.": "コマンドが書かれていません。",
    r"Option '(?P<name>.*)' requires an argument\.": "オプション「{name}」の後に値がありません。",
    r"Option '(?P<name>.*)' does not take a value\.": "オプション「{name}」に値は書けません。",
    r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)": "「{name}」が余分です。",
}
WRONG_LINE: Text = {"ja": "コマンドの書き方が正しくありません。", "en": "Wrong command line."}
HELP_HINT: Text = {
    "ja": "書き方は {command} --help で確かめられます。",
    "en": "(See {command} --help.)",
}


def in_japanese(line: str) -> str:
    """What the library says of a wrong command line, in Japanese."""
    for form, words in WRONG_LINES.items():
        if match := re.fullmatch(form, line):
            return words.format(**match.groupdict())
    return WRONG_LINE["ja"]
