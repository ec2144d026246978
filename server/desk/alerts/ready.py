"""Texts made ready for the channels that staff write to by hand, with their lengths counted.

A text that is longer than its channel takes is in several, and each says what it is of, that it is
a drill where it is one, and which of how many: nothing is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.desk.alerts.alert import Alert
from server.desk.alerts.words import AlertWords, area_words, as_text, in_words, place_names
from server.texts import LANGUAGES, Translate, plain, translator

X_LONGEST = 280  # weighted
LINE_LONGEST = 500  # characters of a bubble in LINE Official Account Manager
# Ranges of characters that X counts as one; every other one as two (twitter-text 3, configuration
# v3: `defaultWeight` 200, these 100, `scale` 100).
X_NARROW = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
X_URL = 23  # whatever an address's length
URL = re.compile(r"https?://[!-~]+")
# Behind these a text may go on in the next one.
BREAKS = re.compile(r"(?<=[、。,;\n])|(?<= )")


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A text for one channel. `subject` is that of a mail; `parts` are sent one after the other.

    `lengths` are those of the parts as the channel counts them, `longest` what it takes, None where
    it takes any.
    """

    way: str
    subject: str
    parts: Sequence[str]
    lengths: Sequence[int]
    longest: int | None


def ready_texts(alert: Alert, lang: str, address: str = "") -> list[ReadyText]:
    """The texts in a language, with the address of the alerts where it is known.

    What is read out is in Japanese alone.
    """
    _ = translator(lang)
    words = in_words(alert, lang, _)
    whole = "\n".join(filter(None, [as_text(words, _, lang), address]))
    names = [plain(name) for name in place_names(alert, lang)]
    texts = [
        _split("line", whole, words, names, len, LINE_LONGEST),
        _split("x", _short(words, _, lang, address), words, names, x_length, X_LONGEST),
        ReadyText("mail", plain(words.title), [whole], [len(whole)], None),
    ]
    if lang == "ja":
        spoken = broadcast(alert)
        texts.append(ReadyText("radio", "", [spoken], [len(spoken)], None))
    return texts


def x_length(text: str) -> int:
    """How X counts a text, of which 280 fit. Emoji of several characters count as several here."""
    text = unicodedata.normalize("NFC", text)
    rest, addresses = URL.subn("", text)
    return addresses * X_URL + sum(
        1 if any(low <= ord(c) <= high for low, high in X_NARROW) else 2 for c in rest
    )


def broadcast(alert: Alert) -> str:
    """What is read out over 防災行政無線, in Japanese.

    The order is that of the guideline of 2021 (level and action twice, who speaks, what is issued
    for where, what to do). The sentences of level 4 follow the Prime Minister's Office's example as
    an association of blind people cites it; those of levels 3 and 5 are formed after it and have
    still to be compared.
    """
    _ = translator("ja")
    words = in_words(alert, "ja", _)
    drill = "これは、訓練です。" if alert.drill else ""
    opening = f"訓練放送、訓練放送。{drill}" if alert.drill else "緊急放送、緊急放送。"
    if alert.kind != "evacuation":
        opening = f"訓練放送、訓練放送。{drill}" if alert.drill else "お知らせします。"
    area = plain(area_words(alert, "ja", _))
    name, call = BROADCAST.get(alert.level or 0, ("", "")) if words.fixed else ("", "")
    title = name or plain(in_words(alert, "ja", _).title)
    if alert.ended_at is not None:
        told = f"{area}に出していた、{name or alert.title}を、解除しました。"
        said = [opening, f"こちらは、{alert.issuer}です。", told, NOT_SAFE]
    elif words.fixed:
        first = f"{opening}{name}。"
        told = f"{area}に、{name}を発令しました。"
        said = [first, first, f"こちらは、{alert.issuer}です。", told, alert.text, call]
    else:
        said = [opening, f"こちらは、{alert.issuer}です。", title, area, alert.text]
    return "\n".join(filter(None, [*said, drill]))


# What a level is called when it is read out, and what those are told who are in its area.
BROADCAST = {
    3: (
        "警戒レベル3、高齢者等避難",
        (
            "危険な場所にいる高齢者など、避難に時間のかかる方は、避難を開始してください。"
            "それ以外の方も、避難の準備を整えてください。"
        ),
    ),
    4: ("警戒レベル4、避難指示", "危険な場所にいる方は、速やかに全員避難を開始してください。"),
    5: ("警戒レベル5、緊急安全確保", "命の危険が迫っています。直ちに身の安全を確保してください。"),
}
NOT_SAFE = "すべての場所が安全になったという意味ではありません。市の発表を確認してください。"


def _short(words: AlertWords, _: Translate, lang: str, address: str) -> str:
    """What a short text has of it: all but the instants, which the channel shows itself."""
    gap = LANGUAGES[lang].gap
    lines = [
        gap.join(words.marks),
        words.call,
        gap.join([_("Area:"), words.area]),
        words.text,
        gap.join([_("Issued by:"), words.issuer]),
        address,
    ]
    return "\n".join([plain(words.title), *map(plain, filter(None, lines))])


def _split(
    way: str,
    text: str,
    words: AlertWords,
    names: Sequence[str],
    length: Callable[[str], int],
    longest: int,
) -> ReadyText:
    """The text in as few parts as it takes; each of several begins with the title and its place.

    No name that fits is parted.
    """
    if length(text) <= longest:
        return ReadyText(way, "", [text], [length(text)], longest)
    title, _line, rest = text.partition("\n")
    short = _shortened(title, length, longest // 3)
    if short != title:
        title, rest = short, text
    drill = plain(words.marks[0]) if words.drill else ""
    head = "\n".join(filter(None, [f"{title} (99/99)", drill]))
    room = longest - length(f"{head}\n")
    chunks = list(_chunks(rest, names, length, room))
    parts = [
        "\n".join(
            filter(
                None,
                [
                    f"{title} ({index}/{len(chunks)})",
                    drill if drill not in chunk else "",
                    chunk.strip(),
                ],
            )
        )
        for index, chunk in enumerate(chunks, 1)
    ]
    return ReadyText(way, "", parts, [length(part) for part in parts], longest)


def _shortened(title: str, length: Callable[[str], int], longest: int) -> str:
    """A title for the head of a part, from its beginning, where marks are."""
    if length(title) <= longest:
        return title
    while length(f"{title}…") > longest:
        title = title[:-1]
    return f"{title}…"


def _chunks(
    text: str, names: Sequence[str], length: Callable[[str], int], room: int
) -> Iterator[str]:
    """The text in pieces that fit, parted behind a comma, a sentence, a space or a line."""
    chunk = ""
    wholes = _between_breaks(text, names)
    for piece in (part for whole in wholes for part in _pieces(whole, length, room)):
        if chunk and length(chunk + piece) > room:
            yield chunk
            chunk = ""
        chunk += piece
    if chunk:
        yield chunk


def _between_breaks(text: str, names: Sequence[str]) -> Iterator[str]:
    """What stands between two places where the text may be parted: none is inside of a name."""
    inside = {
        index
        for name in names
        for match in re.finditer(re.escape(name), text)
        for index in range(match.start() + 1, match.end())
    }
    breaks = (match.start() for match in BREAKS.finditer(text))
    ends = [index for index in breaks if index not in inside]
    for start, end in pairwise([0, *ends, len(text)]):
        yield text[start:end]


def _pieces(text: str, length: Callable[[str], int], room: int) -> Iterator[str]:
    """A piece that has no place to part it, cut where it has to be."""
    while text and length(text) > room:
        size = max(1, room // 2)
        yield text[:size]
        text = text[size:]
    if text:
        yield text
