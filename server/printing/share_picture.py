"""The picture of the map that a link shows in LINE or X (Open Graph)."""

from __future__ import annotations

from dataclasses import replace

from layers.catalog.catalog import Catalog
from layers.geometry.tile import Bounds
from layers.pictures.picture import draw
from server.edition.edition import Edition
from server.printing.typesetter import Sheet
from server.printing.words import notes, titles, warnings
from server.texts import LANGUAGES, plain, translator
from server.texts.wording import base_credits, localized
from server.viewer.permalink import ShownMap

WIDTH, HEIGHT = 1200, 630  # pixels, as both ask for
MAP = (520.0, 374.0)  # CSS pixels of the map in it, at 1.5 pixels each


def share_picture(catalog: Catalog, shown: ShownMap, lang: str) -> Sheet:
    """A PNG of the map with its title, its cautions and its sources.

    A chat keeps it for days: which shelters are open is not in it. The cautions of their layers
    say who tells.
    """
    _ = translator(lang)
    city = catalog.city
    title = _("{city} disaster layer map").format(city=localized(city.name, lang))
    picture = draw(
        catalog,
        shown.layers,
        shown.frame(Bounds(*city.extent), *MAP),
        title=plain(title),
        mark=plain(_("SAMPLE")),
        strengths=shown.strengths,
        disasters=shown.disasters,
        name_tags=LANGUAGES[lang].names,
    )
    credits = [localized(layer.definition.credit.attribution, lang) for layer in shown.layers]
    sources = dict.fromkeys([*credits, *base_credits(city, lang)])
    words = {
        "lang": LANGUAGES[lang].locale,
        "title": title,
        "unofficial": "" if city.official else _("Unofficial"),
        "warnings": warnings(shown, picture.hidden, lang, _),
        "notes": notes(shown, lang, _),
        "layers": titles(shown.layers, lang, _) or [_("No layer is shown.")],
        "credit": " / ".join(sources),
    }
    return Sheet("share", "png", words, {"map": picture.svg})


def picture_key(edition: Edition, shown: ShownMap) -> tuple[str, ...]:
    """Exactly what changes a picture of the map."""
    revisions = [layer.revision.id for layer in shown.layers]
    return replace(shown, others={}).query(), edition.base_revision, *revisions
