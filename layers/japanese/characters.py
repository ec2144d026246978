"""Which characters everyday Japanese is written with; others hint at a wrong encoding."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

# Of CP932, as (first, last) double byte: signs, letters and kana; NEC's (№, ①); kanji of level 1,
# the 2,965 that JIS X 0208 chose for being common.
COMMON = ((0x8140, 0x84BE), (0x8740, 0x879C), (0x889F, 0x9872))


def double_bytes(first: int, last: int) -> Iterator[tuple[bytes, str]]:
    """The double bytes of CP932 from `first` to `last`, and the character of each."""
    for code in range(first, last + 1):
        content = code.to_bytes(2, "big")
        try:
            sign = content.decode("cp932")
        except UnicodeDecodeError:
            continue
        if len(sign) == 1:
            yield content, sign


@cache
def common() -> frozenset[str]:
    """The characters of everyday Japanese that are not ASCII."""
    return frozenset(sign for first, last in COMMON for _, sign in double_bytes(first, last))


def foreign(text: str) -> str:
    """The characters of a text that are not ASCII."""
    return "".join(character for character in text if character >= "\x80")


def is_japanese(text: str) -> bool:
    """Whether half or more of the characters that are not ASCII are everyday Japanese."""
    characters = foreign(text)
    everyday = sum(character in common() for character in characters)
    return 0 < everyday >= 0.5 * len(characters)
