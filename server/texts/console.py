"""The words of the command line: like its reports, in Japanese and in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from layers.messages.message import Text

ABOUT: Text = {
    "ja": "市の防災レイヤーを点検し、地図で公開します。",
    "en": "Checks and serves a city's disaster-information layers.",
}
COMMANDS: Mapping[str, Text] = {
    "serve": {
        "ja": "地図を公開します。初めてのレイヤーは先に準備します。",
        "en": "Run the service. Layers that are not prepared yet are prepared first.",
    },
    "layers": {"ja": "レイヤーの一覧を表示します。", "en": "List the layers."},
    "check": {
        "ja": "データを読み、直す所を知らせます。データは変更しません。",
        "en": "Read layers and report what is wrong with their data. Changes no data.",
    },
    "add": {
        "ja": "データのファイルから定義を作ります。今あるファイルは変更しません。",
        "en": "Write a definition of a data file from what is in it. Changes no file that exists.",
    },
    "export": {
        "ja": "レイヤーをファイルに書き出します。同じ版なら同じ内容です。",
        "en": "Write layers as files. The same revision gives the same bytes.",
    },
    "requests": {
        "ja": "届いた要望の一覧か、一件の全部（連絡先も）を表示します。",
        "en": "List the requests, or show one with all that was sent, its contact too.",
    },
    "answer": {
        "ja": "要望を公開し、状態と、だれでも読む理由を書きます。取り下げもできます。",
        "en": "Publish a request, bring it into a state for a public reason, or withdraw it.",
    },
}
OPTIONS: Mapping[str, Text] = {
    "help": {"ja": "この説明を表示します。", "en": "Show this message and exit."},
    "json": {"ja": "プログラム向けに JSON で表示します。", "en": "Write JSON."},
    "host": {"ja": "待ち受けるアドレス。", "en": "Address to listen on."},
    "port": {"ja": "待ち受けるポート番号。", "en": "Port to listen on."},
    "workers": {"ja": "応答するプロセスの数。", "en": "Processes that answer."},
    "names": {
        "ja": "レイヤーの id、定義かデータのファイル。なければ全部のレイヤー。",
        "en": "Layers' ids, definition files or data files; all layers without.",
    },
    "accept": {
        "ja": "大きく減ったデータでも公開します。",
        "en": "Publish although far less is left.",
    },
    "path": {"ja": "データのファイル。", "en": "A data file."},
    "id": {
        "ja": "レイヤーの id（a-z, 0-9, _）。なければファイルの名前から作ります。",
        "en": "The layer's id; else the file's name.",
    },
    "title": {"ja": "住民が読む名前（日本語）。", "en": "The name for residents, in Japanese."},
    "title-en": {"ja": "名前の英語。", "en": "The name in English."},
    "group": {"ja": "パネルの見出しの id。", "en": "The id of the heading in the panel."},
    "credit": {"ja": "データの出典。", "en": "Whose data it is."},
    "licence": {"ja": "利用条件。例: CC BY 4.0。", "en": "Its terms of use, such as CC BY 4.0."},
    "date": {
        "ja": "いつの時点のデータか。なければファイルの日付。 例: 2026-04-01。",
        "en": "The day the data is of; else the file's.",
    },
    "layer_ids": {"ja": "レイヤーの id。", "en": "Layers' ids."},
    "number": {"ja": "要望の受付番号。", "en": "The number of a request."},
    "state": {"ja": "この状態の要望だけ。", "en": "Only those in this state."},
    "new-state": {
        "ja": "新しい状態: received, checking, considering, adopted, declined, available。",
        "en": "One of received, checking, considering, adopted, declined, available.",
    },
    "reason": {"ja": "だれでも読む理由。", "en": "Why, for everybody to read."},
    "answering-layer": {
        "ja": "要望に応えるレイヤーの id。",
        "en": "The id of the layer that answers it.",
    },
    "publish": {
        "ja": "公開します。名前や電話番号がないかを先に確かめます。",
        "en": "Make it public. First make sure that it names nobody.",
    },
    "public-title": {
        "ja": "公開する題名（送られたものと変えるとき）。",
        "en": "Its title in public, where it is not the sender's.",
    },
    "public-purpose": {
        "ja": "公開する使い道（送られたものと変えるとき）。",
        "en": "Its purpose in public, where it is not the sender's.",
    },
    "without-place": {"ja": "場所は公開しません。", "en": "Without its place."},
    "withdraw": {"ja": "公開をやめます。", "en": "Take it out of the public."},
    "format": {"ja": "書き出す形式: {names}。", "en": "One of {names}."},
    "output": {
        "ja": "書き出す先のファイル。複数ならフォルダ。",
        "en": "A file for one layer, a folder for several.",
    },
    "all": {
        "ja": "全部のレイヤー（-o のフォルダに）。",
        "en": "Every layer, into the folder of -o.",
    },
}
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

# What was wanted of a setting or an option, by pydantic's type of the error.
WRONG_VALUE: Text = {
    "ja": "{name} が「{value}」です。{wanted}",
    "en": "{name} is {value!r}; {wanted}",
}
WANTED: Mapping[str, Text] = {
    "int_parsing": {"ja": "整数を書いてください。", "en": "wanted a whole number"},
    "int_from_float": {"ja": "整数を書いてください。", "en": "wanted a whole number"},
    "greater_than_equal": {"ja": "{ge} 以上にしてください。", "en": "wanted at least {ge}"},
    "less_than_equal": {"ja": "{le} 以下にしてください。", "en": "wanted at most {le}"},
    "literal_error": {
        "ja": "次のどれかを書いてください: {expected}",
        "en": "wanted one of {expected}",
    },
    "string_pattern_mismatch": {
        "ja": "https://www.city.example.lg.jp のように、パスのないアドレスを書いてください。",
        "en": "wanted an address without a path, such as https://www.city.example.lg.jp",
    },
    "value_error": {
        "ja": "https://map.city.example.jp のように、https:// からアドレスを書いてください。",
        "en": "wanted an address with its scheme, such as https://map.city.example.jp",
    },
    "date": {"ja": "2026-04-01 のように書いてください。", "en": "wanted a day such as 2026-04-01"},
    "answer_state": {
        "ja": "received, checking, considering, adopted, declined, available の"
        "どれかを書いてください。",
        "en": "wanted one of received, checking, considering, adopted, declined, available",
    },
    "answer_reason": {
        "ja": "だれでも読む理由を、2000文字までで書いてください（--reason）。",
        "en": "wanted a reason that everybody may read, of at most 2000 characters (--reason)",
    },
    "answer_title": {
        "ja": "100文字までで書いてください。",
        "en": "wanted a text of at most 100 characters",
    },
    "answer_purpose": {
        "ja": "2000文字までで書いてください。",
        "en": "wanted a text of at most 2000 characters",
    },
    "other": {"ja": "ほかの値を書いてください。", "en": "wanted another value"},
}

REFUSALS: Mapping[str, Text] = {
    "no_file": {
        "ja": "ファイル「{value}」がありません。名前と、今いるフォルダを確かめてください。",
        "en": "there is no file {value}; check its name, and the folder you are in",
    },
    "what_to_accept": {
        "ja": "公開してよいレイヤーの id を書いてください。例: bosai check --accept hydrants",
        "en": "name the layers to accept: bosai check --accept LAYER",
    },
    "what_to_answer": {
        "ja": "--publish、--withdraw、--state のどれかを書いてください"
        "（--publish と --withdraw は、一度には使えません）。",
        "en": "wanted --publish, --withdraw or --state; not --publish with --withdraw",
    },
    "no_request": {
        "ja": "その番号の要望がないか、公開していません。bosai requests で確かめてください。",
        "en": "no request has this number, or it is not public; bosai requests lists them",
    },
    "what_to_export": {
        "ja": "書き出すレイヤーの id か、--all を書いてください。"
        "複数のときは、-o で書き出す先のフォルダも書いてください。",
        "en": "name layers, or --all with -o DIR; several layers need -o DIR",
    },
    "bundle": {
        "ja": "地図のプログラムがないか、古いものです。make bundle で作ってください（{value}）。",
        "en": "the map's program is missing, or an old one: {value}",
    },
    "database": {
        "ja": "データベースを開けません。BOSAI_DATABASE_URL を確かめてください（{value}）。",
        "en": "the database cannot be opened: {value}",
    },
    "file_system": {
        "ja": "保存先か定義のフォルダを使えないので、地図を公開できません（{value}）。"
        "空き容量と権限を確かめるか、BOSAI_HOME などの設定で別のフォルダを選んでください。",
        "en": "nothing can be served, because a folder cannot be used: {value}; check the free "
        "space and the permissions, or name another folder in BOSAI_HOME",
    },
    "map_pages": {"ja": "地図のページを作れません（{value}）。", "en": "{value}"},
    "aborted": {"ja": "中止しました。", "en": "stopped"},
}
STATES: Mapping[str, Text] = {
    "not_served": {
        "ja": "公開していません: {layer}: {why}",
        "en": "not served: {layer}: {why}",
    },
    "not_exported": {
        "ja": "書き出していません: {layer}: {why}",
        "en": "not exported: {layer}: {why}",
    },
    "not_updated": {
        "ja": "更新していません（前の版を公開しています）: {layer}: {why}",
        "en": "not updated: {layer}: {why}",
    },
}
LISTED: Mapping[str, Text] = {
    "sample": {"ja": "見本", "en": "sample"},
    "real": {"ja": "実データ", "en": "real"},
}

REQUEST: Mapping[str, Text] = {
    "number": {"ja": "受付番号", "en": "Number"},
    "state": {"ja": "状態", "en": "State"},
    "public": {"ja": "公開", "en": "public"},
    "not_public": {"ja": "非公開", "en": "not public"},
    "received": {"ja": "受付日時", "en": "Received"},
    "title": {"ja": "題名", "en": "Title"},
    "purpose": {"ja": "使い道", "en": "Purpose"},
    "category": {"ja": "分類", "en": "Category"},
    "place": {"ja": "場所", "en": "Place"},
    "about": {"ja": "対象", "en": "About"},
    "contact": {"ja": "連絡先", "en": "Contact"},
}

COPIED: Text = {
    "ja": "データをデータのフォルダに写しました: {path}",
    "en": "The data is copied into the data folder: {path}",
}
DRAFTED: Text = {"ja": "定義を書きました: {path}", "en": "The definition is written: {path}"}
NEXT: Text = {"ja": "次にすること:", "en": "What to do next:"}
STEPS: Mapping[str, Text] = {
    "write": {
        "ja": "定義を開き、「書いてください」とある所を直します: {keys}",
        "en": "Open the definition and write what is still to be written: {keys}",
    },
    "check": {
        "ja": "bosai check {layer} で、読めなかった行がないかを確かめます。",
        "en": "bosai check {layer} tells whether there are rows that cannot be read.",
    },
    "serve": {"ja": "bosai serve で地図に表示します。", "en": "bosai serve shows it on the map."},
}
ASK_TITLE: Text = {
    "ja": "住民が読む名前（日本語。あとで書くときは Enter）",
    "en": "Its name for residents, in Japanese (Enter: later)",
}
ASK_GROUP: Text = {
    "ja": "パネルの見出しの番号（あとで書くときは Enter）",
    "en": "Number of its heading in the panel (Enter: later)",
}

BEFORE: Text = {
    "ja": "前の版（{revision}）から: {difference}",
    "en": "since the revision before ({revision}): {difference}",
}
MOVED: Text = {"ja": "移動", "en": "moved"}


def in_japanese(line: str) -> str:
    """What the library says of a wrong command line, in Japanese."""
    for form, words in WRONG_LINES.items():
        if match := re.fullmatch(form, line):
            return words.format(**match.groupdict())
    return WRONG_LINE["ja"]
