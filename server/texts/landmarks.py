"""How a script names what a place lies near, as `layers.query.landmarks` does."""

from __future__ import annotations

from typing import Any

from layers.geometry.tile import METRES_PER_DEGREE
from layers.query.landmarks import KINDS, REACH, TOWN_REACH
from layers.symbology.look import LOOK
from server.texts.languages import LANGUAGES


def landmark_rules(lang: str) -> dict[str, Any]:
    """What `web/answer/landmarks.js` is handed, for names in `lang`; reaches in metres."""
    return {
        "tags": LANGUAGES[lang].names,
        "stations": LOOK.base.names.stations,
        "kinds": KINDS,
        "townReach": TOWN_REACH,
        "reach": REACH,
        "metresPerDegree": METRES_PER_DEGREE,
    }
