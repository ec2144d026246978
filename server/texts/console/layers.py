"""What commands say of layers: listed, exchanged, added, changed."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

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
BUILT: Text = {
    "ja": "書き出しました: {folder}（{files} ファイル。うち書いたもの {written}、"
    "消したもの {deleted}）",
    "en": "written: {folder}; {files} files, of these {written} anew, {deleted} deleted",
}
UPLOADED: Text = {
    "ja": "送りました: {target}（送ったもの {sent}、消したもの {removed}）",
    "en": "sent: {target}; {sent} objects anew, {removed} deleted",
}
BUILT_WITHOUT_ADDRESS: Text = {
    "ja": "BOSAI_BASE_URL がないため、目録などのアドレスは {at} です。",
    "en": "Without BOSAI_BASE_URL, addresses in catalogues and feeds are of {at}",
}
EXCHANGED: Mapping[str, Text] = {
    "exported": {
        "ja": "書き出しました: {layer}（{number} 版）",
        "en": "written: {layer}, version {number}",
    },
    "imported": {
        "ja": "取り込みました: {layer}（{number} 版）",
        "en": "taken in: {layer}, version {number}",
    },
    "unchanged": {
        "ja": "同じものが公開中です: {layer}",
        "en": "the same is published already: {layer}",
    },
}
LISTED: Mapping[str, Text] = {
    "sample": {"ja": "見本", "en": "sample"},
    "real": {"ja": "実データ", "en": "real"},
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
PORTAL: Mapping[str, Text] = {
    "create": {"ja": "{name}: 新しく載せます。", "en": "{name}: would be created"},
    "update": {"ja": "{name}: 更新します（{changes}）。", "en": "{name}: would change: {changes}"},
    "leave": {"ja": "{name}: 変更はありません。", "en": "{name}: nothing to change"},
    "create_sent": {"ja": "{name}: 新しく載せました。", "en": "{name}: created"},
    "update_sent": {
        "ja": "{name}: 更新しました（{changes}）。",
        "en": "{name}: changed: {changes}",
    },
    "leave_sent": {"ja": "{name}: 変更はありません。", "en": "{name}: nothing to change"},
    "not_sent": {
        "ja": "まだ変更していません。この内容でよければ、--send を付けてもう一度実行してください。",
        "en": "Nothing is changed yet. If this is right, run it once more with --send.",
    },
}
