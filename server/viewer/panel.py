"""The panel beside the map: every layer of the catalogue, in the city's groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from branca.element import Element
from markupsafe import Markup

from layers.catalog.catalog import Catalog
from layers.catalog.designations import has_states, undesignated_flags
from layers.catalog.layer import Layer
from layers.symbology.look import LOOK
from server.http.links import query
from server.texts import LANGUAGES, Translate, wording
from server.texts.cautions import usage
from server.texts.wording import localized
from server.viewer.legend import (
    CrossedLook,
    LegendLine,
    badge_lines,
    crossed_look,
    legend_lines,
)
from server.viewer.presets import PresetButton
from server.viewer.rendering import TEMPLATES, Macros, javascript
from server.viewer.request_layer import request_layer_config, state_looks

BUNDLED = "bundled"


@dataclass(frozen=True, slots=True)
class Row:
    """A layer in the list."""

    id: str
    title: str
    geometry: str
    sample: bool
    shown: bool
    outdated: bool
    hazard: bool
    crossed: CrossedLook | None
    opens: bool
    usage: str
    swatches: tuple[LegendLine, ...]
    date: str
    attribution: str
    licence: str
    licence_url: str | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A layer that the city has no data for."""

    title: str
    missing: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group of layers under its heading."""

    id: str
    title: str
    rows: tuple[Row, ...]
    slots: tuple[Slot, ...]


class Panel(Macros, Element):
    """Checkboxes that switch layers, radio buttons for the base, and what each layer is.

    Works by mouse, finger and keyboard: it is a list of native controls outside the map.
    """

    _template = TEMPLATES.from_string(
        """
        {% macro script(this, kwargs) %}
        bosai.panel({{ this._parent.get_name() }}, {
          layers: [{{ this.layer_names | join(", ") }}],
          bases: { {% for name, variable in this.bases.items() %}
        "{{ name }}": {{ variable }}{{ ", " if not loop.last }}{% endfor %} },
          presets: {{ this.preset_config }},
          disasters: {{ this.disasters }},
          usualBase: "{{ this.default_base }}",
          requests: {{ this.requests }},
        });
        {% endmacro %}
        {% macro html(this, kwargs) %}{% include "panel.html" %}{% endmacro %}
        """
    )

    def __init__(
        self,
        catalog: Catalog,
        lang: str,
        translate: Translate,
        presets: Sequence[PresetButton],
        *,
        layer_names: tuple[str, ...],
        bases: Mapping[str, str],
        static: Mapping[str, str],
    ) -> None:
        super().__init__()
        self._name = "Panel"
        self._id = "main"
        self.translate = translate
        self.lang = lang
        self.query = query(lang)
        self.layer_names = layer_names
        self.bases = bases
        self.bundled, self.default_base = BUNDLED, catalog.city.online_base or BUNDLED
        self.look = LOOK
        self.preset_config: Markup = javascript(
            [
                {"id": preset.id, "layers": preset.layers, "disasters": preset.disasters}
                for preset in presets
            ]
        )
        self.disasters: Markup = javascript(wording.disaster_names(translate))
        self.request_states = state_looks(translate)
        self.requests = request_layer_config(lang, translate, static)
        self.gap = LANGUAGES[lang].gap
        self.review = wording.review(lang, translate)
        self.badges = badge_lines(translate)
        self.sections = tuple(_sections(catalog, lang, translate))
        self.broken = tuple(catalog.broken)
        self.any_sample = any(layer.definition.sample for layer in catalog.layers.values())


def _sections(catalog: Catalog, lang: str, translate: Translate) -> Iterator[Section]:
    """The groups that have layers, or places for them, in the city's order."""
    for group in catalog.city.groups:
        layers = [layer for layer in catalog.layers.values() if layer.definition.group == group.id]
        slots = tuple(
            Slot(localized(planned.title, lang), localized(planned.missing, lang))
            for planned in catalog.city.planned
            if planned.group == group.id
        )
        if layers or slots:
            rows = tuple(_row(layer, lang, translate) for layer in layers)
            yield Section(group.id, localized(group.title, lang), rows, slots)


def _row(layer: Layer, lang: str, translate: Translate) -> Row:
    definition = layer.definition
    credit = definition.credit
    return Row(
        id=layer.id,
        title=localized(definition.title, lang),
        geometry=layer.geometry,
        sample=definition.sample,
        shown=definition.default_visible,
        outdated=bool(layer.problem),
        hazard=definition.hazard is not None,
        crossed=crossed_look(layer) if undesignated_flags(layer) else None,
        opens=has_states(definition),
        usage=usage(definition, lang, translate),
        swatches=tuple(legend_lines(layer, lang)),
        date=translate("as of {date}").format(date=wording.long_date(credit.date, lang)),
        attribution=localized(credit.attribution, lang),
        licence=localized(credit.licence, lang),
        licence_url=credit.licence_url,
    )
