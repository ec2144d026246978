"""A city for what needs none of its data."""

from __future__ import annotations

from layers.schema.city import CityDefinition

TEST_CITY = CityDefinition.model_validate(
    {
        "name": {"ja": "試験市", "en": "Test City"},
        "code": "11227",
        "extent": (139.56, 35.775, 139.63, 35.835),
        "official_map": "https://city.example/map",
        "official_map_title": {"ja": "公式地図", "en": "Official map"},
        "contact": {"ja": "窓口", "en": "Contact"},
        "boundary": "boundary.geojson",
        "base_credit": {"ja": "背景", "en": "Base"},
        "groups": (),
    }
)
