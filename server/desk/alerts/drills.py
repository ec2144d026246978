"""Words by which an alert is taken for a drill, or a drill for an alert."""

from __future__ import annotations

import re
import unicodedata

# In any language of the site: whoever writes may copy them from one of its own marks.
DRILL = "訓練|くんれん|演習|演习|훈련|diễn tập|drill|exercise"
# As a mark in brackets, or said of the message itself; not 「防災訓練のお知らせ」 or 「訓練校前」.
MARKED = re.compile(
    rf"[\[(<〔《【「『〈［（{{]\s*({DRILL})\s*[\])>〕》】」』〉］）}}]"
    rf"|({DRILL})\s*(です|だ|放送|通報|メール|配信|情報の発令)"
    rf"|(this|it)\s+is\s+(only\s+)?an?\s+({DRILL})|これは({DRILL})",
    re.IGNORECASE,
)
# At the beginning of what goes with an order to leave, the word alone is enough.
LEADING = re.compile(rf"\W*({DRILL})", re.IGNORECASE)
EARNEST = re.compile(
    rf"({DRILL})\s*(では|じゃ)\s*(ない|ありません)"
    rf"|not\s+an?\s+({DRILL})|({DRILL})\s*が?\s*아닙니다|không phải.{{0,20}}diễn tập"
    r"|不是(演习|训练)|(^|\W)(本番|実災害|実際の災害)(です|だ)",
    re.IGNORECASE,
)


def claims_drill(words: str, *, is_order: bool) -> bool:
    """Whether words would make an alert look like a drill; `is_order` of one to leave."""
    text = _folded(words)
    return bool(MARKED.search(text) or (is_order and any(map(LEADING.match, text.splitlines()))))


def claims_earnest(words: str) -> bool:
    """Whether words say that a drill is none."""
    return bool(EARNEST.search(_folded(words)))


def _folded(words: str) -> str:
    """Width and compatibility forms as one; nothing invisible parts a word."""
    text = unicodedata.normalize("NFKC", words)
    return "".join(c for c in text if unicodedata.category(c) != "Cf")
