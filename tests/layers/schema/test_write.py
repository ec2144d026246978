"""A definition as the text of its file says what the definition says."""

from __future__ import annotations

from layers.schema.layer import LayerDefinition
from layers.schema.load import layer_of_text
from layers.schema.write import text_of


def test_an_address_is_written_with_its_query() -> None:
    text = {"ja": "語", "en": "word"}
    definition = LayerDefinition.model_validate(
        {
            "id": "list",
            "title": text,
            "description": text,
            "group": "fire",
            "source": {"url": "https://city.example.jp/list?format=csv&year=2026"},
            "credit": {"attribution": text, "licence": text, "date": "2026-01-01"},
        }
    )
    read = layer_of_text("list", text_of(definition, {}))
    assert read.source.url == definition.source.url
