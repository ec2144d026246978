"""Words of the map page that depend on the data: languages, hazards, dates."""

from __future__ import annotations

import datetime

from babel.dates import format_date

from layers.schema.layer import LayerDefinition, UsageNote
from layers.schema.values import Disaster, Text
from server.texts import DEFAULT_LANGUAGE, LANGUAGES, Translate, in_words_of, is_reviewed


def localized(text: Text, lang: str) -> str:
    """`text` in `lang`, or in a language that is shown instead, with the marks it then needs."""
    code = next(code for code in (lang, *LANGUAGES[lang].instead) if code in text)
    if code == "en" and text["en"] == text["ja"] and not text["en"].isascii():
        code = "ja"  # a value that stands for itself
    return in_words_of(text[code], code, lang)


def name(said: str, lang: str) -> str:
    """A name as the data has it, which is Japanese and is neither translated nor read."""
    return in_words_of(said, "ja", lang)


def long_date(date: datetime.date, lang: str) -> str:
    return format_date(date, "long", locale=LANGUAGES[lang].locale)


def review(lang: str, _: Translate, notice: UsageNote | None = None) -> str:
    """Says that no person has read the safety texts, or this notice; empty if one has."""
    if is_reviewed(lang) and (notice is None or lang in notice.reviewed_by_person):
        return ""
    if lang == DEFAULT_LANGUAGE:
        return _("No person has reviewed these warnings yet. The city's announcements count.")
    return _("Machine translation, not yet reviewed by a person. The Japanese text counts.")


def outside(definition: LayerDefinition, _: Translate) -> str:
    """What is said of a surveyed place in none of the layer's zones."""
    if definition.hazard == "土砂災害":
        return _(
            "This place is outside the zones designated here. "
            "Landslides can happen outside the zones too."
        )
    if definition.scenario == "実績":
        return _(
            "This place is outside the areas that this record shows as flooded. "
            "Places outside them can be flooded too."
        )
    return _(
        "This place is outside the flood zones of this assumption. "
        "Places outside the zones can be flooded too."
    )


def beyond_zones(definition: LayerDefinition, _: Translate) -> str:
    """What stands on the map as long as the layer is shown."""
    if definition.hazard == "土砂災害":
        return _("Landslides can happen outside the zones too.")
    return _("Places outside the zones can be flooded too.")


def unknown(definition: LayerDefinition, _: Translate) -> str:
    """What is said of a place that was not surveyed, or not known to be."""
    if definition.hazard == "土砂災害":
        return _("Not surveyed, or not known to be. This does not mean that the place is safe.")
    return _(
        "Not surveyed, or not known to be. This does not mean that the place cannot be flooded."
    )


def scenario(definition: LayerDefinition, _: Translate) -> str:
    """Which hazard in which scenario the layer shows."""
    hazards = {
        "洪水": _("River flood"),
        "内水": _("Rainwater flood"),
        "高潮": _("Storm surge"),
        "津波": _("Tsunami"),
        "ため池": _("Reservoir flood"),
        "土砂災害": _("Landslide"),
    }
    scenarios = {
        "計画規模": _("design scale"),
        "想定最大規模": _("largest assumed scale"),
        "実績": _("record of past events"),
    }
    assert definition.hazard is not None
    assert definition.scenario is not None
    return _("{hazard} ({scenario})").format(
        hazard=hazards[definition.hazard], scenario=scenarios[definition.scenario]
    )


def disaster_names(_: Translate) -> dict[Disaster, str]:
    """The kinds of disaster that sites are designated for."""
    return {
        "flood": _("River flood"),
        "inland_flood": _("Inland flood"),
        "landslide": _("Landslide and debris flow"),
        "earthquake": _("Earthquake"),
        "large_fire": _("Large fire"),
        "storm_surge": _("Storm surge"),
        "tsunami": _("Tsunami"),
        "volcano": _("Volcanic phenomena"),
    }
