"""The pages that are not the map: one shell, Jinja2 templates, two languages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from layers.definition import CityDefinition
from server.pages import words
from server.pages.links import with_language
from server.texts import LANGUAGES, translator
from server.viewer import wording
from server.viewer.symbols import ink_on

TEMPLATES = Path(__file__).with_name("templates")
# Japan has one time zone and no summer time: no time zone database is needed.
JAPAN = datetime.timezone(datetime.timedelta(hours=9))
INSTANT = {"ja": "y年M月d日 H時mm分", "en": "d MMMM y, H:mm 'Japan time'"}


class Pages:
    """Renders the templates for one city. `static` names the bundled file of `page.css`."""

    def __init__(self, city: CityDefinition, static: Mapping[str, str]) -> None:
        self.city = city
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            city=city,
            stylesheet=f"/static/{static['page.css']}",
            static=static,
            languages=LANGUAGES,
            ink_on=ink_on,
        )

    def render(self, template: str, lang: str, *, here: str = "/", **context: Any) -> str:
        """The page `template` in `lang`.

        `here` is the page's own path and query, to which the language switch leads. The context:
        `error.html` takes `status` (int), `title` and `message`; `layer_list.html` takes `groups`
        (`LayerGroup`s); `layer.html` takes `layer` (a `LayerPage`); those of requests are rendered
        by `server.routes.requests`. What is left out raises `jinja2.UndefinedError`.
        """
        return self._environment.get_template(template).render(
            **_vocabulary(lang), here=here, with_language=with_language, **context
        )


def _vocabulary(lang: str) -> dict[str, Any]:
    """What every template may call, in the reader's language."""
    translate = translator(lang)
    return {
        "_": translate,
        "lang": lang,
        "gap": "" if lang == "ja" else " ",  # between two sentences
        "text": partial(wording.localized, lang=lang),
        "link": partial(with_language, lang=lang),
        "date": partial(wording.long_date, lang=lang),
        "instant": partial(_instant, lang),
        "count": partial(format_decimal, locale=lang),
        "scenario": partial(wording.scenario, _=translate),
        "unknown": partial(wording.unknown, _=translate),
        "outside_the_zones": partial(wording.beyond_zones, _=translate),
        "type_label": partial(words.type_label, translate),
        "severity_label": partial(words.severity_label, translate),
    }


def _instant(lang: str, instant: datetime.datetime) -> str:
    return format_datetime(instant.astimezone(JAPAN), INSTANT[lang], tzinfo=JAPAN, locale=lang)
