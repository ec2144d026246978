"""Pictures and sheets set in type: Typst with a Japanese font of its own, one at a time.

Typst (Apache 2.0) sets text and SVG alike as PNG or PDF, without a browser and without the network.
The font is Noto Sans JP (OFL), from a package: what is printed is the same on every machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, Literal

import orjson
import pylopdf_fonts_jp
import typst

from server.http.cache import ByteCache
from server.http.errors import PressBusy
from server.http.responses import Body
from server.texts import EASY, LANGUAGES, plain

TEMPLATES = Path(__file__).with_name("templates")
WAITING = 8  # asked for and not yet made; more are told to come back
CAPACITY = 16 << 20  # bytes of what was made last
PPI = 108  # of pictures: 1.5 pixels to a point

TYPESET = ("ja", EASY, "en")  # languages all of whose signs the font has

MEDIA_TYPES = {"png": "image/png", "pdf": "application/pdf"}


class Press:
    """Makes what is asked for in one thread of its own, and keeps the latest.

    However many addresses are made up, they take one processor and `CAPACITY` bytes.
    """

    def __init__(self) -> None:
        self._bodies: ByteCache[Hashable, Body] = ByteCache(CAPACITY)
        self._thread = ThreadPoolExecutor(1, "press")

    async def made(self, key: Hashable, make: Callable[[], Body]) -> Body:
        """The body of `key`, which holds exactly what changes it. Raises `PressBusy`."""
        if key not in self._bodies and self._bodies.making >= WAITING:
            raise PressBusy(f"{WAITING} pictures are waiting; wanted a moment's patience")
        return await self._bodies.get(key, make, self._thread)


def set_in_type(
    template: str,
    kind: Literal["png", "pdf"],
    words: dict[str, Any],
    pictures: dict[str, str],
    made_at: datetime.datetime | None = None,
) -> Body:
    """The template `<template>.typ` with `words`, which it reads as JSON, and SVG `pictures`.

    `made_at` is the date a PDF says of itself.
    """
    typed = typst.compile(
        (TEMPLATES / f"{template}.typ").read_bytes(),
        format=kind,
        ppi=PPI,
        sys_inputs={"words": plain(orjson.dumps(words).decode()), **pictures},
        font_paths=_fonts(),
        timestamp=made_at,
        pdf_standards=["ua-1"] if kind == "pdf" else [],
    )
    assert isinstance(typed, bytes)  # a picture is one page; a PDF is one file
    return Body(typed, MEDIA_TYPES[kind])


def typeset_language(lang: str) -> str:
    """The language to set type in for a reader of `lang`."""
    return next(code for code in (lang, *LANGUAGES[lang].instead) if code in TYPESET)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[pylopdf_fonts_jp.sans_path().parent],
    )
