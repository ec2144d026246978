"""What a TOML file may say: one layer (`<id>.toml`) or the city (`city.toml`).

Both are strict and frozen. A key that is not known, or a value that does not fit, is a
`DefinitionError` naming file, key, value and what was wanted.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

import orjson
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field as Option,
    ValidationError,
    field_serializer,
    model_validator,
)

from layers.errors import DefinitionError
from layers.mistakes import first_mistake, rule, shown

LAYER_ID = re.compile(r"[a-z][a-z0-9_]*")
RESERVED_FIELDS = ("point_count", "source_row")  # what clusters and exports say themselves
# What is derived of a position that is not exact, and by how many metres; see `layers.precision`.
PRECISION, DOUBT = DERIVED_FIELDS = ("position_precision", "position_doubt_m")
URL_LENGTH = 2000  # characters; no server of a city's data needs more
REQUIRED_LANGUAGES = ("ja", "en")
CODELISTS = Path(__file__).with_name("codelists")
_IN_WHEEL = Path(__file__).with_name("data")
BUNDLED_DATA = _IN_WHEEL if _IN_WHEEL.is_dir() else Path(__file__).parent.parent / "data"
BUNDLED_DEFINITIONS = Path(__file__).with_name("definitions")

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
Shape = Literal["circle", "square", "diamond", "triangle"]


class Strict(BaseModel):
    """A declaration: no unknown keys, no change after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Declared = TypeVar("Declared", bound=Strict)


class Code(Strict):
    """One published value of a field, in words."""

    value: Scalar
    label: Text
    meaning: Text | None = None
    color: Color | None = None


class FieldDefinition(Strict):
    """A published property: where it comes from, its type and its words."""

    title: Text
    column: str
    type: Literal["text", "integer", "number", "date", "flag"] = "text"
    unit: str | None = None
    values: Mapping[str, Scalar] = {}
    codes: tuple[Code, ...] = ()
    audience: Literal["public", "staff"] = "public"


class Source(Strict):
    """Where a layer is read from, and what the source does not say itself.

    `path` is below the data folder: a file, an archive, or the folder of a Shapefile. `url` is an
    http(s) address, asked again every `refresh_hours`, or a PostgreSQL one (`postgresql://…`), of
    which `table` or `query` is taken; its password comes from PGPASSWORD, ~/.pgpass or a service.
    `sublayer` chooses one of several in a file or an archive, or of a table's geometry columns.
    In a table `longitude` and `latitude`, `wkt` or `address` name the columns with positions, and
    `header` the row of the column names; what is not named is looked for.
    """

    path: Annotated[str, Option(min_length=1)] | None = None
    url: str | None = Option(default=None, repr=False)
    refresh_hours: Annotated[int, Option(ge=1, le=24 * 366)] = 24
    table: str | None = None
    query: str | None = None
    sublayer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    header: Annotated[int, Option(ge=1)] | None = None
    longitude: str | None = None
    latitude: str | None = None
    wkt: str | None = None
    address: str | None = None
    id: str | None = None
    within: Literal["boundary"] | None = None

    @model_validator(mode="after")
    def _both_coordinates(self) -> Self:
        if (self.longitude is None) != (self.latitude is None):
            raise rule("both_coordinates", "longitude", self.longitude)
        return self

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise rule("one_place", "path", self.path)
        if self.is_database == (self.table is None and self.query is None) or (
            self.table is not None and self.query is not None
        ):
            raise rule("table_or_query", "table", self.table)
        return self

    @model_validator(mode="after")
    def _usable_url(self) -> Self:
        if self.url is not None:
            _require_usable(self.url)
        return self

    @field_serializer("url")
    def _stored_url(self, url: str | None) -> str | None:
        """What leaves the definition, for a revision say, holds no user and no key."""
        return None if url is None else without_secrets(url)

    @property
    def is_database(self) -> bool:
        """Whether the source is a table or query of PostgreSQL."""
        return self.url is not None and self.url.startswith(("postgresql://", "postgres://"))

    @property
    def name(self) -> str:
        """What reports call the source: its path, or its address without user and password."""
        if self.path is not None:
            return self.path
        return without_secrets(str(self.url)) + (f"#{self.table}" if self.table else "")


class Privacy(Strict):
    """What is kept back before anything is made from the data.

    `suppress` are columns that go no further than the reader. Positions are moved to the middle of
    a grid cell of `grid_m` metres. Rows are left out where fewer than `least_group` share the same
    values of the columns `group_by`, or, without any, the same published position.
    """

    suppress: tuple[str, ...] = ()
    grid_m: Annotated[int, Option(ge=10, le=10_000)] | None = None
    least_group: Annotated[int, Option(ge=2)] | None = None
    group_by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _groups_have_a_size(self) -> Self:
        if self.group_by and self.least_group is None:
            raise rule("least_group", "least_group")
        return self


class Credit(Strict):
    """Whose data this is, under which terms, and as of when."""

    attribution: Text
    licence: Text
    licence_url: str | None = None
    url: str | None = None
    date: datetime.date


class Notice(Strict):
    """Fixed words shown with every feature of the layer."""

    text: Text
    reviewed_on: datetime.date
    reviewed_by_person: tuple[str, ...] = ()


class StyleClass(Strict):
    """How features with one value of the style's field look."""

    value: Scalar
    color: Color | None = None
    shape: Shape | None = None
    glyph: str | None = None


class Style(Strict):
    """How features look. What a class leaves open, the layer's own look fills in."""

    color: Color = "#555555"
    shape: Shape = "circle"
    glyph: str = ""
    field: str | None = None
    classes: tuple[StyleClass, ...] = ()


class Nearest(Strict):
    """The layer's features are named as near a place.

    Where they are designated by kind of disaster, `valid_for` names the flag that says so; a
    place is then only named for a disaster whose flag is set.
    """

    valid_for: Mapping[Disaster, str] = {}


class LayerDefinition(Strict):
    """One layer, as its file declares it. `id` is the file's stem.

    Where a tile would show more than `crowded` points, they are counted by cells. `tile_bytes` is
    the size that a GeoJSON tile, before compression, is kept below by showing less detail.
    Without `fields` they are those of the standard that the source's columns follow.
    `formerly` are ids the layer once had: links that name them lead to it.
    """

    id: str
    formerly: tuple[Annotated[str, Option(pattern=rf"^{LAYER_ID.pattern}$")], ...] = ()
    title: Text
    description: Text
    group: str
    order: int = 100
    sample: bool = False
    shown: bool = False
    minzoom: Zoom = 8
    maxzoom: Zoom = 16
    crowded: Annotated[int, Option(ge=1)] = 250
    tile_bytes: Annotated[int, Option(ge=10_000)] = 1_000_000
    label: str | None = None
    notice: Notice | None = None
    hazard: Literal["洪水", "内水", "高潮", "津波", "ため池", "土砂災害"] | None = None
    scenario: Literal["計画規模", "想定最大規模", "実績"] | None = None
    coverage: str | None = None
    partition: str | None = None
    nearest: Nearest | None = None
    source: Source
    credit: Credit
    privacy: Privacy = Privacy()
    fields: Mapping[str, FieldDefinition] = {}
    style: Style = Style()

    @model_validator(mode="after")
    def _hazard_is_whole(self) -> Self:
        declared = {"hazard": self.hazard, "scenario": self.scenario, "coverage": self.coverage}
        missing = [key for key, value in declared.items() if value is None]
        if missing and (len(missing) < len(declared) or self.group == "disaster"):
            raise rule("hazard_whole", missing[0])
        return self

    @model_validator(mode="after")
    def _zooms_in_order(self) -> Self:
        if self.minzoom > self.maxzoom:
            raise rule("zooms", "minzoom", self.minzoom, str(self.maxzoom))
        return self

    @model_validator(mode="after")
    def _named_fields_exist(self) -> Self:
        for name in self.fields:
            if not LAYER_ID.fullmatch(name) or name in RESERVED_FIELDS:
                raise rule("field_name", f"fields.{name}", name, ", ".join(RESERVED_FIELDS))
        named = {"label": self.label, "partition": self.partition, "style.field": self.style.field}
        valid_for = self.nearest.valid_for if self.nearest else {}
        named |= {f"nearest.valid_for.{disaster}": flag for disaster, flag in valid_for.items()}
        for key, field in named.items():
            if self.fields and field is not None and field not in self.public_fields:
                raise rule("not_a_field", key, field, ", ".join(self.public_fields))
        if self.style.classes and self.style.field is None:
            raise rule("style_field", "style.field")
        return self

    @model_validator(mode="after")
    def _privacy_can_be_kept(self) -> Self:
        named = [(f"fields.{name}.column", field.column) for name, field in self.fields.items()]
        named += [("privacy.group_by", column) for column in self.privacy.group_by]
        for key, column in [*named, ("source.id", self.source.id)]:
            if column in self.privacy.suppress:
                raise rule("column_suppressed", key, column)
        if self.source.id in self.hidden_columns:  # ids are published
            raise rule("id_of_staff", "source.id", self.source.id)
        return self

    @property
    def public_fields(self) -> dict[str, FieldDefinition]:
        """The fields that are published, by id, in the order of the file."""
        return {name: field for name, field in self.fields.items() if field.audience == "public"}

    @property
    def hidden_columns(self) -> frozenset[str]:
        """Columns whose values nobody but staff may see."""
        staff = {field.column for field in self.fields.values() if field.audience == "staff"}
        public = {field.column for field in self.public_fields.values()}
        return frozenset(self.privacy.suppress) | (staff - public)


class Group(Strict):
    """A heading of the layer panel."""

    id: str
    title: Text


class Planned(Strict):
    """A layer that the city has no data for: its place in the panel, which says what is missing."""

    title: Text
    group: str
    missing: Text


class View(Strict):
    """Layers that one tap shows together.

    With `disasters`, layers of places that are designated by kind of disaster show only those
    designated for them.
    """

    id: Annotated[str, Option(pattern=rf"^{LAYER_ID.pattern}$")]
    title: Text
    layers: Annotated[tuple[str, ...], Option(min_length=1)]
    disasters: tuple[Disaster, ...] = ()


class Office(Strict):
    """Who answers for the map once a city has adopted it."""

    name: Text
    telephone: str | None = None
    fax: str | None = None
    mail: str | None = None


class CityDefinition(Strict):
    """The city: what every layer of it shares."""

    name: Text
    code: Annotated[str, Option(pattern=r"^\d{5}$")]
    extent: tuple[float, float, float, float]
    official: bool = False
    official_map: str
    official_map_title: Text
    contact: Text
    office: Office | None = None
    boundary: str
    towns: str | None = None
    base_credit: Text
    groups: tuple[Group, ...]
    planned: tuple[Planned, ...] = ()
    views: tuple[View, ...] = ()

    @model_validator(mode="after")
    def _planned_have_a_group(self) -> Self:
        groups = [group.id for group in self.groups]
        for index, planned in enumerate(self.planned):
            if planned.group not in groups:
                key = f"planned.{index}.group"
                raise rule("group", key, planned.group, ", ".join(groups))
        return self

    @model_validator(mode="after")
    def _views_differ(self) -> Self:
        ids = [view.id for view in self.views]
        for index, view_id in enumerate(ids):
            if view_id in ids[:index]:
                raise rule("view_id", f"views.{index}.id", view_id)
        return self


def without_secrets(url: str) -> str:
    """The address without user, password and query: what messages and revisions may say of it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def load_layer(path: Path) -> LayerDefinition:
    """Load the layer declared in `path`, code lists resolved.

    Raises `DefinitionError`.
    """
    if not LAYER_ID.fullmatch(path.stem):
        raise DefinitionError(path, "definition_name", "file name", path.name)
    document = _read_toml(path)
    if "id" in document:
        raise DefinitionError(path, "id_given", "id", shown(document["id"]))
    for name in DERIVED_FIELDS:
        if name in document.get("fields", {}):
            raise DefinitionError(path, "field_derived", f"fields.{name}", name)
    _resolve_codelists(path, document)
    return _validate(LayerDefinition, path, {"id": path.stem, **document})


def load_city(path: Path) -> CityDefinition:
    """Load the city declared in `path`. Raises `DefinitionError`."""
    return _validate(CityDefinition, path, _read_toml(path))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Notepad's UTF-8 has a BOM
        orjson.dumps(document)
    except FileNotFoundError:
        raise DefinitionError(path, "no_definition", "file") from None
    except OSError as error:
        raise DefinitionError(path, "unreadable_definition", "file", error.strerror) from None
    except (orjson.JSONEncodeError, RecursionError) as error:
        raise DefinitionError(path, "toml_limits", "file", error) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefinitionError(path, "not_toml", "file", error) from error
    return document


def _resolve_codelists(path: Path, document: dict[str, Any]) -> None:
    """Put shared code lists in the place of their names, so that a definition is complete."""
    fields = document.get("fields")
    for name, field in fields.items() if isinstance(fields, dict) else ():
        codes = field.get("codes") if isinstance(field, dict) else None
        if isinstance(codes, str):
            known = sorted(file.stem for file in CODELISTS.glob("*.toml"))
            if codes not in known:
                key = f"fields.{name}.codes"
                raise DefinitionError(path, "codelist", key, codes, ", ".join(known))
            field["codes"] = _read_toml(CODELISTS / f"{codes}.toml")["codes"]


def _validate(model: type[Declared], path: Path, document: dict[str, Any]) -> Declared:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise first_mistake(model, path, error) from None


def _require_usable(url: str) -> None:
    """Raise for an address that is of no use.

    A password is refused, not masked: definitions are mailed, copied and kept in repositories.
    """
    if len(url) > URL_LENGTH or not url.isprintable():
        raise rule("url_long", "url", len(url), str(URL_LENGTH))
    try:
        parts, said = urlsplit(url), without_secrets(url)
        is_database = parts.scheme in ("postgresql", "postgres")
        asked = parse_qs(parts.query)
        _ = is_database or parts.port
    except ValueError:  # whose words may hold the password
        raise rule("url_unreadable", "url") from None
    if is_database:
        if parts.password is not None or "password" in asked or "sslpassword" in asked:
            raise rule("database_password", "url", said)
        return
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise rule("url_form", "url", said)
    if "@" in parts.netloc:
        raise rule("url_password", "url", said)
