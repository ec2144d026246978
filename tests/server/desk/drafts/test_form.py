"""A draft's form: what it shows of a definition, and the definition that it makes of that."""

from __future__ import annotations

from layers.catalog.catalog import Catalog
from layers.schema.layer import LayerDefinition, StyleClass
from server.desk.drafts.columns import as_read, columns_of
from server.desk.drafts.form import read_definition, typed_of
from server.desk.drafts.looks import class_looks
from server.texts import translator


def saved(definition: LayerDefinition, catalog: Catalog, **changes: str) -> LayerDefinition:
    """The definition that the form makes when only these fields are changed, as a browser sends."""
    columns = columns_of(definition, definition, definition)
    typed = {
        name: text.lower() if text.startswith("#") else text
        for name, text in typed_of(definition, columns).items()
    }
    return read_definition(
        {**typed, **changes},
        definition,
        columns,
        catalog.city,
        is_new=False,
        language="ja",
        _=translator("ja"),
    )


def test_a_form_that_is_sent_as_it_was_changes_nothing(asaka: Catalog) -> None:
    for layer in asaka.layers.values():
        definition = layer.revision.definition
        assert saved(definition, asaka) == definition, layer.id


def test_a_class_without_a_colour_of_its_own_follows_the_layers(asaka: Catalog) -> None:
    definition = asaka.layers["hydrants"].revision.definition
    value = definition.fields["kind"].codes[0].value
    rest = tuple(look for look in definition.style.classes if look.value != value)
    letter = StyleClass(value=value, glyph="消")
    style = definition.style.model_copy(update={"classes": (letter, *rest)})
    definition = definition.model_copy(update={"style": style})
    look = class_looks(definition)[0]
    assert (look.color, look.follows) == (style.color, True)
    assert look.own == {"pictogram": "", "glyph": "消"}
    changed = saved(definition, asaka, color="#112233")
    assert class_looks(changed)[0].color == "#112233"
    changed = saved(definition, asaka, color="#112233", class0="#445566")
    look = class_looks(changed)[0]
    assert (look.color, look.follows, look.own["glyph"]) == ("#445566", False, "消")


def test_what_a_standard_decided_is_kept_when_the_form_names_the_fields(asaka: Catalog) -> None:
    read = asaka.layers["hydrants"].revision.definition
    nothing: dict[str, object] = {"fields": {}, "label": None, "nearest": None, "partition": None}
    short = LayerDefinition.model_validate(
        {**read.model_dump(exclude={"style"}, exclude_none=True), **nothing}
    )
    changed = saved(as_read(short, read), asaka, title_ja="消火栓など")
    assert changed == read.model_copy(update={"title": {**read.title, "ja": "消火栓など"}})
