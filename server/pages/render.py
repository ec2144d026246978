"""The pages that are not the map: one shell, Jinja2 templates."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from layers.pictures.symbols import legend_svg
from layers.schema.city import CityDefinition
from layers.schema.values import REQUIRED_LANGUAGES, Disaster
from server.desk.alerts.alert import Alert
from server.desk.alerts.words import in_words
from server.http.links import switch_to, with_disaster, with_language, without_language
from server.http.responses import Body
from server.pages.memory import PageMemory
from server.texts import (
    LANGUAGES,
    Translate,
    in_words_of,
    labels,
    name_beside,
    to_html,
    translator,
    wording,
)
from server.texts.channels import channels
from server.texts.flags import flag_words
from server.texts.instants import long_instant

TEMPLATES = Path(__file__).with_name("templates")


class Pages:
    """Renders the templates for one city. `static` names the bundled file of `page.css`.

    `alerts` gives those that stand above every page at the moment; `are_known` whether these are
    all there are, as far as is known.
    """

    def __init__(
        self,
        city: CityDefinition,
        static: Mapping[str, str],
        alerts: Callable[[], Sequence[Alert]] = tuple,
        are_known: Callable[[], bool] = lambda: True,
    ) -> None:
        self.city = city
        self._alerts, self._are_known = alerts, are_known
        self._memory = PageMemory()
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(TEMPLATES), PackageLoader("server.viewer")]),
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
            legend_svg=legend_svg,
            name_beside=name_beside,
            switch_to=switch_to,
            with_language=with_language,
            without_language=without_language,
        )

    def kept(self, key: Hashable, make: Callable[[], str]) -> Body:
        """The page of `key`, made once for these alerts: `key` is all else that changes it."""
        return self._memory.get((key, repr(self._alerts()), self._are_known()), make)

    def render(
        self,
        template: str,
        lang: str,
        *,
        here: str = "/",
        disaster: Disaster | None = None,
        **context: Any,
    ) -> str:
        """The page `template` in `lang`.

        `here` is the page's own path and query, to which the language switch leads; `disaster` what
        its reader chose, which goes with the links. The context:
        `error.html` takes `status` (int), `title`, `message` and `number`, the error's own, or
        None; `layer_list.html` takes `groups` (`LayerGroup`s); `layer.html` takes `layer` (a
        `LayerPage`); those of requests are rendered by `server.routes.requests`. What is left out
        raises `jinja2.UndefinedError`.
        """
        translate = translator(lang)

        def notices() -> Sequence[object]:
            return [in_words(alert, lang, translate) for alert in self._alerts()]

        content = self._environment.get_template(template).render(
            **_vocabulary(lang, self.city),
            notices=notices,
            notices_are_known=self._are_known,
            here=here,
            disaster=disaster,
            link=lambda address: with_disaster(with_language(address, lang), disaster),
            base_credit=lambda: " / ".join(wording.base_credits(self.city, lang)),
            **context,
        )
        return to_html(content)


def _vocabulary(lang: str, city: CityDefinition) -> dict[str, Any]:
    """What every template may call, in the reader's language."""
    translate, language = translator(lang), LANGUAGES[lang]
    return {
        "_": translate,
        "ngettext": translate.ngettext,
        "city_channels": channels(city, lang, translate),
        "contact": wording.contact(city, lang, translate),
        "site_title": wording.site_title(city, lang, translate),
        "lang": lang,
        "html_lang": language.tag,
        "gap": language.gap,
        "text": partial(wording.localized, lang=lang),
        "name": partial(wording.name, lang=lang),
        "feature_name": partial(wording.feature_name, lang=lang),
        "date": partial(wording.long_date, lang=lang),
        "instant": partial(long_instant, lang=lang),
        "count": partial(format_decimal, locale=language.locale),
        "scenario": partial(wording.scenario, _=translate),
        "unknown": partial(wording.unknown, _=translate),
        "review": partial(wording.review, lang, translate),
        "reported": partial(_reported, lang),
        "report_language": _report_language(lang, translate),
        "flag_words": partial(flag_words, _=translate),
        "type_label": partial(labels.type_label, translate),
        "severity_label": partial(labels.severity_label, translate),
    }


def _reported(lang: str, say: Callable[[str], str]) -> str:
    """What a reading report says, by a function of the language: it knows fewer than the pages."""
    code = _code_of_reports(lang)
    return in_words_of(say(code), code, lang)


def _report_language(lang: str, _: Translate) -> str:
    """Which language reports are in, where it is not the page's."""
    code = _code_of_reports(lang)
    if code == lang:
        return ""
    return (
        _("This report is in English only.")
        if code == "en"
        else _("This report is in Japanese only.")
    )


def _code_of_reports(lang: str) -> str:
    return next(code for code in (lang, *LANGUAGES[lang].instead) if code in REQUIRED_LANGUAGES)
