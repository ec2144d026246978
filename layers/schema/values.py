"""Values that definitions share: texts, colours, zooms, scalars, disasters, hazards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field as Option,
)

from layers.messages.message import Language
from layers.schema.validation import rule, shown

LAYER_ID = re.compile(r"[a-z][a-z0-9_]*")
NAMELESS = "layer"  # the id of a layer whose data file's name gives none
RESERVED_FIELDS = ("point_count", "source_row")  # what clusters and exports say themselves
# How exact a position is, and by how many metres it may be off: see `layers.prepare.precision`.
PRECISION, DOUBT = DERIVED_FIELDS = ("position_precision", "position_doubt_m")
# What the id of a field ends in that holds the label's value in another form, by BCP 47 tag: of a
# field `name` there is `name_kana`.
NAME_FORMS = {
    "en": "_en",
    "zh": "_zh",
    "ko": "_ko",
    "vi": "_vi",
    "ja-Latn": "_romaji",
    "ja-Hrkt": "_kana",
}
REQUIRED_LANGUAGES: tuple[Language, ...] = ("ja", "en")
# Those that pages are shown in; a text that lacks one is shown in another.
PAGE_LANGUAGES = ("ja", "ja-x-easy", "en", "zh", "ko", "vi")
Scalar = bool | int | Annotated[float, Option(allow_inf_nan=False)] | str


def _in_required_languages(text: Mapping[str, str]) -> Mapping[str, str]:
    for language in REQUIRED_LANGUAGES:
        if not text.get(language, "").strip():
            raise rule("text_languages", "", shown(dict(text)), language)
    return text


# A text by language tag (BCP 47), in Japanese and English at least.
# `ja-x-easy`, やさしい日本語, has its readings behind the kanji: 漢字《かんじ》.
Text = Annotated[Mapping[str, str], AfterValidator(_in_required_languages)]
Color = Annotated[str, Option(pattern=r"^#[0-9A-Fa-f]{6}$")]
Zoom = Annotated[int, Option(ge=0, le=22)]
Metres = Annotated[float, Option(ge=0, allow_inf_nan=False)]
# The kinds of disaster that 指定緊急避難場所 are designated for (災害対策基本法施行令 20条の4).
Disaster = Literal[
    "flood",
    "landslide",
    "storm_surge",
    "earthquake",
    "tsunami",
    "large_fire",
    "inland_flood",
    "volcano",
]
DISASTERS: tuple[Disaster, ...] = get_args(Disaster)


class Hazard(StrEnum):
    """What a layer of zones is about, in the word that definitions write."""

    FLOOD = "洪水"
    INLAND_FLOOD = "内水"
    STORM_SURGE = "高潮"
    TSUNAMI = "津波"
    RESERVOIR_FLOOD = "ため池"
    LANDSLIDE = "土砂災害"


class Scenario(StrEnum):
    """Which event the zones of a hazard assume, in the word that definitions write."""

    DESIGN_SCALE = "計画規模"
    LARGEST_ASSUMED = "想定最大規模"
    PAST_EVENTS = "実績"


Shape = Literal["circle", "square", "diamond", "triangle", "hexagon", "house", "shield", "heart"]
# What a symbol can show: `layers.symbology.pictograms` draws each.
PictogramId = Literal[
    "emergency_site",
    "evacuation_shelter",
    "aed",
    "extinguisher",
    "hydrant",
    "water_tank",
    "open_water",
    "pool",
    "water_drop",
    "well",
    "police",
    "police_box",
    "guard",
    "child",
    "alarm",
    "camera",
    "lamp",
]


class Strict(BaseModel):
    """A declaration: no unknown keys, no change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")
