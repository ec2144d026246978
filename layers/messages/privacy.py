"""What was found of personal data, and what was kept back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import NOT_PUBLISHED, Message, wanted

Kind = Literal[
    "personal_published",
    "personal_column",
    "suppressed",
    "personal_value",
    "private_homes",
    "grid",
    "small_group",
    "grid_of_points",
    "position_suppressed",
    "masked",
]

MESSAGES: Mapping[Kind, Message] = {
    "personal_published": Message(
        {
            "ja": '個人の情報のように見える列です。職員用（audience = "staff"）にするか、'
            "[privacy] の suppress に書いてください。",
            "en": 'The column looks personal: make its field staff-only (audience = "staff") or '
            "name it in suppress under [privacy].",
        },
        NOT_PUBLISHED,
    ),
    "personal_column": Message(
        {
            "ja": "個人の情報のように見える列が、データにあります。",
            "en": "The data has a column that looks personal.",
        },
        {
            "ja": "この列は公開していません。[privacy] の suppress に書くと、読むときに捨てます。",
            "en": "It is not published; named in suppress under [privacy], it is dropped.",
        },
    ),
    "suppressed": Message(
        {"ja": "定義で除くとされている列です。", "en": "The definition suppresses this column."},
        {"ja": "読むときに捨てました。", "en": "It was dropped on reading."},
    ),
    "personal_value": Message(
        {
            "ja": "公開する値の中に、携帯電話の番号のように見えるものがあります。",
            "en": "The published value holds what reads as a mobile telephone number.",
        },
        {
            "ja": "そのまま載せました。個人の番号でないことを確かめてください。",
            "en": "It is published as it is; make sure that it is no one's own.",
        },
    ),
    "private_homes": Message(
        {
            "ja": "「{value}」は、こども110番の家（子どもを守る家）の名簿のように見えます。"
            "個人の家の場所がわかってしまうおそれがあります。",
            "en": "{value!r} reads as a list of homes that children may flee to, which would show "
            "where private persons live.",
        },
        {
            "ja": "そのまま載せました。公開に同意した家や店・公共施設だけであることを確かめ、"
            "そうでなければ公開をやめてください。",
            "en": "It is published as it is. Make sure that it holds only public places, shops and "
            "homes that consented; otherwise take it off.",
        },
    ),
    "grid": Message(
        {
            "ja": "位置を{value}mのます目の中央に丸めました。",
            "en": "Positions are moved to the middle of cells of {value} m.",
        },
        {"ja": "定義の [privacy] のとおりです。", "en": "As [privacy] in the definition says."},
    ),
    "small_group": Message(
        {
            "ja": "同じ区分の件数が少ない行: {value}件。",
            "en": "Rows in groups that are too small: {value}.",
        },
        {
            "ja": "定義の [privacy] のとおり、載せていません。",
            "en": "Left out, as [privacy] in the definition says.",
        },
    ),
    "grid_of_points": wanted(
        "位置を丸められるのは点のレイヤーだけです（このデータは{detail}です）。",
        "no grid: this layer has {detail}s",
    ),
    "position_suppressed": wanted(
        "この列は位置として地図に出ます。grid_m（位置を丸める幅）も書いてください。",
        "privacy.grid_m too: the column is shown as the rows' positions",
    ),
    "masked": Message(
        {
            "ja": "公開しない列や位置が分からないように、値の一部を *** で伏せています。",
            "en": "Some values are replaced by ***, so that nothing withheld is told.",
        },
        {
            "ja": "元のファイルの同じ行で確かめてください。",
            "en": "See the same rows in the file.",
        },
    ),
}
