"""What the desk changed of a layer on top of its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, Text, fatal

Kind = Literal[
    "changes_applied",
    "changes_conflict",
    "changes_gone",
    "changes_unreadable",
    "feature_removed",
    "feature_withheld",
    "layer_withdrawn",
    "revision_withdrawn",
    "withheld_anew",
    "withheld_not_found",
]

SEE: Text = {
    "ja": "職員用ページの、このレイヤーのページで確かめられます。",
    "en": "See the layer's page of the staff.",
}

MESSAGES: Mapping[Kind, Message] = {
    "changes_applied": Message(
        {
            "ja": "元のファイルに加えた、職員による変更: {value}件。",
            "en": "Changes by staff on top of the file: {value}.",
        },
        SEE,
    ),
    "changes_conflict": Message(
        {
            "ja": "職員が変更したもののうち、新しいファイルで別の内容になったもの: {value}件。",
            "en": "Changes by staff that the file now contradicts: {value}.",
        },
        {
            "ja": "職員による変更のまま載せています。" + SEE["ja"],
            "en": "They are shown as changed by staff. " + SEE["en"],
        },
    ),
    "changes_gone": Message(
        {
            "ja": "職員が変更したもののうち、新しいファイルに見つからないもの: {value}件。",
            "en": "Changes by staff of features that the file no longer has: {value}.",
        },
        {"ja": "変更は載っていません。" + SEE["ja"], "en": "They have no effect. " + SEE["en"]},
    ),
    "changes_unreadable": fatal(
        "職員による変更の記録「{value}」を読めません。公開を止めた内容が載らないよう、"
        "公開を止めています。",
        "What staff changed of the layer ({value}) cannot be read. Nothing is published, so that "
        "nothing withdrawn is.",
    ),
    "feature_removed": Message(
        {"ja": "職員が取り除いたもの: {value}件。", "en": "Features removed by staff: {value}."},
        SEE,
    ),
    "feature_withheld": Message(
        {
            "ja": "職員が公開を取りやめたもの: {value}件。",
            "en": "Features withdrawn by staff: {value}.",
        },
        SEE,
    ),
    "layer_withdrawn": fatal(
        "レイヤー「{value}」は、公開を取りやめました。手元に写しがあれば、削除してください（/withdrawn）。",
        "The layer {value!r} has been withdrawn. Please delete any copies of it (see /withdrawn).",
    ),
    "revision_withdrawn": fatal(
        "この版（{value}）には、公開を取りやめた内容があります。手元に写しがあれば、削除してください"
        "（/withdrawn）。",
        "Something in this revision ({value}) has been withdrawn. Please delete any copies of it "
        "(see /withdrawn).",
    ),
    "withheld_anew": Message(
        {
            "ja": "このレイヤーの一部の公開を取りやめました。残りの準備ができ次第、表示します。",
            "en": "Part of the layer has been withdrawn. The rest is shown as soon as it is ready.",
        },
        {"ja": "しばらくお待ちください。", "en": "Please wait a moment."},
    ),
    "withheld_not_found": fatal(
        "公開を取りやめたもの（番号 {value}）が、新しいファイルに見つかりません。別の名前や場所で"
        "載っているおそれがあるため、公開を止めています。"
        "職員用ページで、ファイルから消えたことを確かめてください。",
        "Withdrawn features (numbers {value}) are not found in the file. They may be in it under "
        "another name and at another place, so nothing is published before staff confirm, on "
        "their pages, that they are gone from it.",
    ),
}
