"""Words of the map page that depend on the data: languages, hazards, dates."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, assert_never

from babel.dates import format_date

from layers.japanese.spelling import nfkc
from layers.schema.city import CityDefinition
from layers.schema.layer import LayerDefinition, UsageNote
from layers.schema.values import Disaster, Hazard, Scenario, Text
from server.texts import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Translate,
    in_words_of,
    is_reviewed,
    name_beside,
)


def localized(text: Text, lang: str) -> str:
    """`text` in `lang`, or in a language that is shown instead, with the marks it then needs."""
    code = next(code for code in (lang, *LANGUAGES[lang].instead) if code in text)
    if code == "en" and text["en"] == text["ja"] and not text["en"].isascii():
        code = "ja"  # a value that stands for itself
    return in_words_of(text[code], code, lang)


# Where running text has another form than CLDR's "long".
DATE = {"vi": "'ngày' d 'tháng' M 'năm' y"}


def site_title(city: CityDefinition, lang: str, _: Translate) -> str:
    """What the site is called where nothing else says that it is unofficial."""
    if not city.official:
        return _("{city} disaster layer map (unofficial)").format(city=localized(city.name, lang))
    return _("{city} disaster layer map").format(city=localized(city.name, lang))


def contact(city: CityDefinition, lang: str, _: Translate) -> str:
    """Where to turn, after what says that the city does not, unless the map is the city's."""
    words = localized(city.contact, lang)
    if city.official:
        return words
    unofficial = _("This map is an unofficial prototype and not a service of {city}.")
    unofficial = unofficial.format(city=localized(city.name, lang))
    return LANGUAGES[lang].gap.join([unofficial, words])


def base_credits(city: CityDefinition, lang: str) -> list[str]:
    """Whose the bundled base map is, each once."""
    texts = [city.base_credit, *(entry.credit.attribution for entry in city.base)]
    return [*dict.fromkeys(localized(text, lang) for text in texts)]


def name(japanese: str, lang: str) -> str:
    """A name as the data has it, which is Japanese and is neither translated nor read."""
    return in_words_of(japanese, "ja", lang)


def feature_name(definition: LayerDefinition, properties: Mapping[str, Any], lang: str) -> str:
    """What a feature is called: its value of the layer's label, or what the layer is called."""
    value = properties.get(definition.label or "")
    if value is None:
        return localized(definition.title, lang)
    field = definition.fields.get(definition.label or "")
    for code in field.codes if field else ():
        if code.value == value:
            return localized(code.label, lang)
    values = {tag: properties.get(form) for tag, form in definition.name_forms.items()}
    forms = {tag: nfkc(str(form)).strip() for tag, form in values.items() if form is not None}
    return name_beside(str(value), lang, {tag: form for tag, form in forms.items() if form})


def long_date(date: datetime.date, lang: str) -> str:
    """The date in full, as running text has it."""
    return format_date(date, DATE.get(lang, "long"), locale=LANGUAGES[lang].locale)


def review(lang: str, _: Translate, notice: UsageNote | None = None) -> str:
    """Says that no person has read the safety texts, or this notice; empty if one has."""
    if is_reviewed(lang) and (notice is None or lang in notice.reviewed_by_person):
        return ""
    if lang == DEFAULT_LANGUAGE:
        return _("No person has reviewed these warnings yet. Follow the city's announcements.")
    return _(
        "Machine translation, not yet reviewed by a person. If in doubt, the "
        "Japanese text applies. Follow the city's announcements."
    )


def inside(definition: LayerDefinition, _: Translate) -> str:
    """What is said of a place in one of the layer's zones, by the name that the law gives them."""
    assert definition.hazard is not None
    assert definition.scenario is not None
    hazard = _hazard_name(definition.hazard, _)
    if definition.scenario is Scenario.PAST_EVENTS:
        text = _("This place is in an area where this record shows {hazard} in the past.")
        return text.format(hazard=hazard)
    return _zone(definition.hazard, _).format(
        scenario=_scenario_name(definition.hazard, definition.scenario, _)
    )


def _zone(hazard: Hazard, _: Translate) -> str:
    match hazard:
        case Hazard.FLOOD:
            return _("This place is in a potential river flood inundation area ({scenario}).")
        case Hazard.INLAND_FLOOD:
            return _("This place is in a potential inland flooding area ({scenario}).")
        case Hazard.STORM_SURGE:
            return _("This place is in a potential storm surge inundation area ({scenario}).")
        case Hazard.TSUNAMI:
            return _("This place is in a potential tsunami inundation area ({scenario}).")
        case Hazard.RESERVOIR_FLOOD:
            return _("This place is in a potential reservoir flood area ({scenario}).")
        case Hazard.LANDSLIDE:
            return _("This place is in a sediment disaster (landslide) alert area.")
        case unworded:
            assert_never(unworded)


def outside(definition: LayerDefinition, _: Translate) -> str:
    """What is said of a surveyed place in none of the layer's zones."""
    if not _is_of_water(definition):
        return _(
            "This place is outside the zones designated here. "
            "Landslides can happen outside the zones too."
        )
    if definition.scenario is Scenario.PAST_EVENTS:
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
    if not _is_of_water(definition):
        return _("Landslides can happen outside the zones too.")
    return _("Places outside the zones can be flooded too.")


def unknown(definition: LayerDefinition, _: Translate) -> str:
    """What is said of a place that was not surveyed, or not known to be."""
    if not _is_of_water(definition):
        return _(
            "Not surveyed, or survey status unknown. This does not mean that the place is safe."
        )
    return _(
        "Not surveyed, or survey status unknown. This does not mean that the place "
        "cannot be flooded."
    )


def _is_of_water(definition: LayerDefinition) -> bool:
    """Whether the layer's zones are of places under water: else they are of landslides.

    A hazard that is added has to be given its words: the type checker finds it missing here.
    """
    assert definition.hazard is not None
    match definition.hazard:
        case (
            Hazard.FLOOD
            | Hazard.INLAND_FLOOD
            | Hazard.STORM_SURGE
            | Hazard.TSUNAMI
            | Hazard.RESERVOIR_FLOOD
        ):
            return True
        case Hazard.LANDSLIDE:
            return False
        case unworded:
            assert_never(unworded)


def scenario(definition: LayerDefinition, _: Translate) -> str:
    """Which hazard in which scenario the layer shows."""
    assert definition.hazard is not None
    assert definition.scenario is not None
    return _("{hazard} ({scenario})").format(
        hazard=_hazard_name(definition.hazard, _),
        scenario=_scenario_name(definition.hazard, definition.scenario, _),
    )


def _hazard_name(hazard: Hazard, _: Translate) -> str:
    match hazard:
        case Hazard.FLOOD:
            return _("River flood")
        case Hazard.INLAND_FLOOD:
            return _("Inland flooding (rainwater)")
        case Hazard.STORM_SURGE:
            return _("Storm surge")
        case Hazard.TSUNAMI:
            return _("Tsunami")
        case Hazard.RESERVOIR_FLOOD:
            return _("Reservoir flood")
        case Hazard.LANDSLIDE:
            return _("Landslide")
        case unworded:
            assert_never(unworded)


# Whose assumption is an amount of rain: L1 and L2 are the levels of 国土交通省's 想定降雨.
OF_RAIN = (Hazard.FLOOD, Hazard.INLAND_FLOOD)


def _scenario_name(hazard: Hazard, scenario: Scenario, _: Translate) -> str:
    match scenario:
        case Scenario.DESIGN_SCALE:
            of_rain, other = _("planned-scale rainfall, L1"), _("planned scale")
            return of_rain if hazard in OF_RAIN else other
        case Scenario.LARGEST_ASSUMED:
            of_rain, other = _("maximum assumed rainfall, L2"), _("maximum assumed scale")
            return of_rain if hazard in OF_RAIN else other
        case Scenario.PAST_EVENTS:
            return _("record of past events")
        case unworded:
            assert_never(unworded)


def disaster_names(_: Translate) -> dict[Disaster, str]:
    """The kinds of disaster that sites are designated for."""
    return {
        "flood": _("River flood"),
        "inland_flood": _("Inland flooding (rainwater)"),
        "landslide": _("Landslide and debris flow"),
        "earthquake": _("Earthquake"),
        "large_fire": _("Large fire"),
        "storm_surge": _("Storm surge"),
        "tsunami": _("Tsunami"),
        "volcano": _("Volcanic phenomena"),
    }
