"""What commands say of requests, alerts, mails and accounts."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

ALERT: Mapping[str, Text] = {
    "sent": {
        "ja": "送りました: 番号 {number}。ほかの手段には、上の文章を入れてください。",
        "en": "Sent as number {number}. Now put the texts above into the other channels.",
    },
    "not_sent": {
        "ja": "まだ送っていません。この内容でよければ、--send を付けてもう一度実行してください。",
        "en": "Not sent yet. If this is right, run it once more with --send.",
    },
}
MAILS: Text = {
    "ja": "メール: 送信待ち {waiting} 通、送れなかったもの {given_up} 通（理由: {why}）",
    "en": "mails: {waiting} waiting, {given_up} given up (why: {why})",
}
REQUEST: Mapping[str, Text] = {
    "number": {"ja": "受付番号", "en": "Number"},
    "state": {"ja": "状態", "en": "State"},
    "public": {"ja": "公開", "en": "public"},
    "not_public": {"ja": "非公開", "en": "not public"},
    "area": {"ja": "地図に描いた範囲の中央", "en": "the middle of an area drawn on the map"},
    "received": {"ja": "受付日時", "en": "Received"},
    "title": {"ja": "題名", "en": "Title"},
    "purpose": {"ja": "使い道", "en": "Purpose"},
    "category": {"ja": "分類", "en": "Category"},
    "place": {"ja": "場所", "en": "Place"},
    "about": {"ja": "対象", "en": "About"},
    "contact": {"ja": "連絡先", "en": "Contact"},
    "erased": {"ja": "消去済み", "en": "erased"},
    "withdrawn": {"ja": "送った人が取り下げ", "en": "withdrawn by its sender"},
    "supplement": {"ja": "追記", "en": "Added"},
    "urgency": {"ja": "急ぎの程度", "en": "How soon"},
    "today": {"ja": "今のやり方", "en": "Without it, today"},
    "attached": {"ja": "ファイル", "en": "Files"},
    "photo": {"ja": "写真（元のまま）", "en": "photo as sent"},
    "picture": {"ja": "公開用の写真", "en": "picture to publish"},
    "sample": {"ja": "データ", "en": "data file"},
    "no_room": {"ja": "保存場所がなく、残っていません", "en": "not kept: no room"},
}
STAFF: Mapping[str, Text] = {
    "all_departments": {"ja": "全部の所属", "en": "all departments"},
    "codes": {"ja": "確認コードあり", "en": "with codes"},
    "no_codes": {"ja": "確認コードなし", "en": "without codes"},
    "enabled": {"ja": "使えます", "en": "enabled"},
    "disabled": {"ja": "使えません", "en": "disabled"},
}
ONE_TIME_PASSWORD: Text = {
    "ja": "{name} さんの仮のパスワードです。今だけ表示します。{days}日以内に、本人が変えます。",
    "en": "The one-time password of {name}, shown this once. It has to be changed within {days} "
    "days.",
}
LINKED: Text = {
    "ja": "{name} さんは、庁内のアカウント（{oidc}）でサインインします。パスワードはいりません。",
    "en": "{name} signs in with the city's own account {oidc}, and needs no password.",
}
ASK_PASSWORD: Text = {"ja": "新しいパスワード", "en": "New password"}
