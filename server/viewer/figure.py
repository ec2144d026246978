"""The page around the map, in the place of branca's own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from branca.element import Figure

from layers.schema.city import CityDefinition
from server.http.links import query, switch_to, with_language, without_language
from server.texts import LANGUAGES, Translate, to_html
from server.texts.channels import channels
from server.texts.wording import localized, site_title
from server.viewer.addresses import MAP_ADDRESS, PICTURE_ADDRESS
from server.viewer.parts import Parts
from server.viewer.rendering import TEMPLATES


class PageFigure(Figure):
    """A page in one language, without inline script or style, from hashed files of this host."""

    _template = TEMPLATES.get_template("page.html")

    def __init__(
        self, *, city: CityDefinition, lang: str, translate: Translate, static: Mapping[str, str]
    ) -> None:
        super().__init__()
        self._id = "page"
        self.header._children.clear()
        self.lang = lang
        self.translate = translate
        self.city = city
        self.city_name = localized(city.name, lang)
        self.title = site_title(city, lang, translate)
        self.official_map_title = localized(city.official_map_title, lang)
        self.channels = channels(city, lang, translate)
        self.is_reached_offline = any(channel.link.startswith("tel:") for channel in self.channels)
        self.query = query(lang)
        self.languages = LANGUAGES
        self.switch_to = switch_to
        self.with_language = with_language
        self.without_language = without_language
        self.static = static
        self.map_address, self.picture_address = MAP_ADDRESS, PICTURE_ADDRESS
        self.script_name = ""

    def render_parts(self) -> Parts:
        """Render once; a figure rendered twice would hold its script twice."""
        for child in self._children.values():
            child.render()
        script = self.script.render().encode()
        self.script_name = f"map.{hashlib.sha256(script).hexdigest()[:16]}.js"
        html = to_html(self._template.render(this=self, kwargs={})).encode()
        return Parts(html, self.script_name, script)
