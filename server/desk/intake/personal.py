"""What in a text may tell who somebody is, or how to reach them: before it becomes public.

Only for a warning: a name that reads like a word is not noticed, a number that means something else
may be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from layers.japanese.spelling import nfkc
from server.desk.errors import InvalidAnswer

Kind = Literal["telephone", "email", "address", "name"]
REACHING: tuple[Kind, ...] = ("telephone", "email")  # published only if somebody says they may be

# NFKC leaves these; people type them between the parts of a number.
HYPHENS = re.compile("[\u00ad\u02d7\u1806\u2010-\u2015\u2043\u207b\u2212\u2500\u2501\u30fc\uff70]")
SEPARATOR = r"[ \-().・]{0,3}"
# 総務省 電気通信番号計画: ten digits with an area code of 0 and two to five more; eleven behind
# 020, 050, 060, 070, 080 and 090. Abroad with +81 and without the 0.
TELEPHONE = re.compile(
    rf"(?<![\d.,/])(?:\+?81{SEPARATOR}\(?0?\)?|0){SEPARATOR}"
    rf"(?:[25-9]0{SEPARATOR}(?:\d{SEPARATOR}){{7}}\d|[1-9](?:{SEPARATOR}\d){{8}})(?![\d,]|\.\d)"
)
# What a mail server would take, and how it is spelt to hide it from programs.
EMAIL = re.compile(
    r"[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\]|アットマーク|☆|★)\s?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}",
    re.IGNORECASE,
)
KANJI_DIGIT = "[0-9〇一二三四五六七八九十]"
# A house: 本町1-1-1, 本町一丁目1番1号. A neighbourhood alone is nobody's.
ADDRESS = re.compile(
    rf"[\u3400-\u9fff々ヶケ]{{1,10}}\s?(?:{KANJI_DIGIT}{{1,3}}\s?丁目\s?{KANJI_DIGIT}{{1,4}}"
    rf"\s?(?:-|番地?の?)\s?{KANJI_DIGIT}{{0,4}}|\d{{1,3}}-\d{{1,4}}(?:-\d{{1,4}})+)"
)
# 私は朝霞太郎です; 朝霞太郎さんの家; 氏名:朝霞太郎.
WORD = "[\u3400-\u9fff々ヶァ-ヴー]"
NAME = re.compile(
    rf"(?:(?:氏名|名前|お名前|担当者?|連絡先)\s?[:は]\s?{WORD}{{2,8}}"
    rf"|(?:私|わたし|僕|俺)は、?{WORD}{{3,8}}(?=です|と申|とい)"
    rf"|(?<!{WORD}){WORD}{{2,6}}(?=さん(?:の(?:家|宅|お宅)|宅|方)|氏(?:の|宅)))"
)
PATTERNS: Sequence[tuple[Kind, re.Pattern[str]]] = (
    ("telephone", TELEPHONE),
    ("email", EMAIL),
    ("address", ADDRESS),
    ("name", NAME),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a text, in one spelling, and what it may be."""

    kind: Kind
    text: str


def personal_parts(*texts: str) -> Sequence[Finding]:
    """What in the texts may be personal, in the order of `PATTERNS`."""
    findings = []
    left = [HYPHENS.sub("-", nfkc(text)) for text in texts]
    for kind, pattern in PATTERNS:
        findings += [
            Finding(kind, match[0].strip()) for text in left for match in pattern.finditer(text)
        ]
        left = [pattern.sub("|", text) for text in left]  # a telephone number is no house's
    return findings


def reaching_parts(*texts: str) -> Sequence[Finding]:
    """What in the texts may be used to reach somebody: published only if it is confirmed."""
    return [finding for finding in personal_parts(*texts) if finding.kind in REACHING]


def refuse_reaching(*texts: str) -> None:
    """Raise `InvalidAnswer` for what may be used to reach somebody, without repeating it."""
    kinds = {part.kind for part in reaching_parts(*texts)}
    if kinds:
        wanted = "words without it, or that somebody confirms that it may be public"
        raise InvalidAnswer("personal", ", ".join(sorted(kinds)), wanted)
