"""What the help says of each command."""

from __future__ import annotations

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
    "layers": {
        "ja": "レイヤーの一覧を表示します。職員用ページで管理するレイヤーの書き出しと取り込みも"
        "できます。",
        "en": "List the layers; or write those that the desk owns into files, or take them in.",
    },
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
    "doctor": {
        "ja": "サーバーの設定や状態を調べ、直す所を知らせます。何も変更しません。",
        "en": "Say what is wrong with this installation. Changes nothing.",
    },
    "backup": {
        "ja": "バックアップを一つのファイルに書きます。公開は止めません。",
        "en": "Write a backup into one file, while the service runs.",
    },
    "restore": {
        "ja": "バックアップから戻します。すべて戻すか、何もしないかのどちらかです。",
        "en": "Restore a backup: all of it, or nothing.",
    },
    "build": {
        "ja": "地図の全部を、ふつうのウェブサーバーで公開できるファイルに書き出します。",
        "en": "Write the whole map as files that any static web server can serve.",
    },
    "publish": {
        "ja": "CKAN のポータルで何が変わるかを表示します。--send を付けると、変更します。",
        "en": "Show what would change in a portal that runs CKAN; with --send, change it.",
    },
    "report": {
        "ja": "レイヤーから、庁内で使う資料を作ります。",
        "en": "Make sheets about a layer, for offices.",
    },
    "report reach": {
        "ja": "消防水利などから遠い範囲を、町丁目か区域ごとに1枚の PDF にします。",
        "en": "Which ground lies far from a layer's places, by neighbourhood: a sheet (PDF).",
    },
    "requests": {
        "ja": "届いた要望の一覧か、一件の全部（連絡先も）を表示します。",
        "en": "List the requests, or show one with all that was sent, its contact too.",
    },
    "answer": {
        "ja": "要望を公開し、状態と、だれでも読む理由を書きます。取り下げもできます。",
        "en": "Publish a request, bring it into a state for a public reason, or withdraw it.",
    },
    "erase": {
        "ja": "要望の非公開の部分（連絡先、ファイル、追記）を消します。元には戻せません。",
        "en": "Erase what was sent in confidence: contact, files, what was added. Not undone.",
    },
    "alert": {
        "ja": "避難情報などを、発令・延長・解除します。",
        "en": "Issue, extend and lift alerts.",
    },
    "alert issue": {
        "ja": "出す内容を全部の言語と手段で表示します。--send を付けると、送ります。",
        "en": "Show an alert in every language and way out; with --send, send it.",
    },
    "alert extend": {
        "ja": "期限を延ばします。--send を付けると、送ります。",
        "en": "Let an alert run longer; with --send, send that.",
    },
    "alert end": {
        "ja": "解除します。--send を付けると、送ります。",
        "en": "Lift an alert; with --send, send that.",
    },
    "alert list": {
        "ja": "この30日の情報の一覧を表示します。",
        "en": "List the alerts of the last 30 days.",
    },
    "staff": {
        "ja": "職員用ページのアカウントを管理します。",
        "en": "Keep the accounts of the staff pages.",
    },
    "staff add": {
        "ja": "アカウントを追加し、仮のパスワードを表示します。",
        "en": "Add an account and write its one-time password.",
    },
    "staff list": {"ja": "アカウントの一覧を表示します。", "en": "List the accounts."},
    "staff change": {
        "ja": "アカウントの役割や所属を変えます。",
        "en": "Give an account another role or department.",
    },
    "staff disable": {
        "ja": "アカウントを使えなくし、サインインも終わらせます。",
        "en": "Let nobody use an account any more, and end its sessions.",
    },
    "staff enable": {
        "ja": "使えなくしたアカウントを、また使えるようにします。",
        "en": "Let a disabled account be used again.",
    },
    "staff password": {
        "ja": "新しい仮のパスワードを渡します。確認コードの設定も消えます。",
        "en": "Give a new one-time password; the codes of an app are switched off too.",
    },
}
