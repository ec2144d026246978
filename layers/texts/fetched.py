"""What was found while fetching from other hosts and databases."""

from __future__ import annotations

from collections.abc import Mapping

from layers.texts.message import Message

COPY_SHOWN = {
    "ja": "前に取得した内容があれば、それを使い続けます。しばらくして、もう一度取得します。",
    "en": "What was fetched before, if anything, stays in use. It is tried again after a while.",
}

MESSAGES: Mapping[str, Message] = {
    "not_fetched": Message(
        {
            "ja": "{value} から、データを取得できていません（{detail}）。",
            "en": "The data is {detail}",
        },
        COPY_SHOWN,
    ),
    "not_usable": Message(
        {
            "ja": "{value} から、取得したデータを使えず、更新できていません（{detail}）。",
            "en": "The data fetched cannot be used; {detail}",
        },
        COPY_SHOWN,
    ),
}
