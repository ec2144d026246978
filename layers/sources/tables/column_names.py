"""Which columns of a table look like coordinates, geometry or addresses, by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from layers.japanese.spelling import nfkc

Axis = tuple[str, ...]  # the column of a coordinate; three where degrees, minutes, seconds part

WKT = frozenset({"wkt", "geom", "geometry", "thegeom", "wktgeom", "geomwkt", "図形"})
LATITUDE_AND_LONGITUDE = frozenset(
    {"座標", "位置座標", "座標値", "位置情報", "位置", "coordinates", "coordinate", "geopoint"}
    | {"latlon", "latlng", "latlong", "latitudelongitude", "緯経度"}
)
LONGITUDE_AND_LATITUDE = frozenset({"lonlat", "lnglat", "longlat", "longitudelatitude", "経緯度"})
LONGITUDE = re.compile(r"経度|東経|(?<![a-z])(?:longitude|long|lon|lng)(?![a-z])")
LATITUDE = re.compile(r"緯度|北緯|(?<![a-z])(?:latitude|lat)(?![a-z])")
PLANE_AXIS = re.compile(r"(?:point|座標)?([xy])(?:座標値?|coord|coordinate)?m?")
SYSTEM = re.compile(
    r"世界測地系|日本測地系|旧測地系|測地系|公共|平面直角|座標系|wgs84|jgd20\d\d|tokyo"
)
TOKYO_DATUM = re.compile(r"日本測地系(?!20\d\d)|旧測地系|tokyo")
ADDRESS = ("所在地連結表記", "住所", "所在地", "設置場所住所", "所在地住所", "設置住所", "address")
NO_ADDRESS = re.compile(r"コード|カナ|かな|ふりがな|郵便|id$|mail|メール|url")


def wkt(names: Sequence[str]) -> list[str]:
    """Columns that may hold geometry as text."""
    return [name for name in names if _joined(name) in WKT]


def in_one(names: Sequence[str]) -> list[tuple[str, bool]]:
    """Columns that may hold both coordinates, and whether the longitude comes first."""
    columns = []
    for name in names:
        key = _key(name)
        longitude, latitude = LONGITUDE.search(key), LATITUDE.search(key)
        if longitude and latitude:
            columns.append((name, longitude.start() < latitude.start()))
        elif (key := _joined(name)) in LATITUDE_AND_LONGITUDE | LONGITUDE_AND_LATITUDE:
            columns.append((name, key in LONGITUDE_AND_LATITUDE))
    return columns


def pairs(names: Sequence[str]) -> list[tuple[Axis, Axis]]:
    """Longitude and latitude that belong together: their names differ in nothing else."""
    longitudes, latitudes = (
        _by_rest(names, LONGITUDE, LATITUDE),
        _by_rest(names, LATITUDE, LONGITUDE),
    )
    matches = [(longitudes[rest], latitudes[rest]) for rest in longitudes if rest in latitudes]
    if not matches and len(longitudes) == len(latitudes) == 1:
        return list(zip(longitudes.values(), latitudes.values(), strict=True))
    return matches


def plane_axes(names: Sequence[str]) -> list[tuple[Axis, Axis]]:
    """Columns called X and Y, whichever way they point."""
    axes: dict[str, dict[str, Axis]] = {"x": {}, "y": {}}
    for name in names:
        key = _joined(name)
        match = PLANE_AXIS.fullmatch(SYSTEM.sub("", key))
        if match:
            axes[match[1]].setdefault("".join(SYSTEM.findall(key)), (name,))
    return [(axes["x"][rest], axes["y"][rest]) for rest in axes["x"] if rest in axes["y"]]


def says_tokyo_datum(axis: Axis) -> bool:
    """Whether a column's name says that its coordinates are of the old datum."""
    return TOKYO_DATUM.search(_key(axis[0])) is not None


def address(names: Sequence[str]) -> str | None:
    """The column with addresses: a usual name, else one that begins or ends like one."""
    keys = {_joined(name): name for name in reversed(names)}
    for usual in ADDRESS:
        if usual in keys:
            return keys[usual]
    alike = (
        name
        for name in names
        if re.search(r"^(?:住所|所在地)|(?:住所|所在地)$", _key(name))
        and not NO_ADDRESS.search(_key(name))
    )
    return next(alike, None)


def _by_rest(
    names: Sequence[str], axis: re.Pattern[str], other_axis: re.Pattern[str]
) -> dict[str, Axis]:
    """The columns of an axis by the rest of their names."""
    single: dict[str, str] = {}
    for name in names:
        if axis.search(_key(name)) and not other_axis.search(_key(name)):
            single.setdefault(axis.sub("", _key(name)), name)
    columns: dict[str, Axis] = {}
    for rest, name in single.items():
        stem = rest[:-1]
        parts = [single.get(stem + unit) for unit in "度分秒"]
        units = tuple(part for part in parts if part is not None)
        if rest[-1:] in ("度", "分", "秒") and len(units) == 3:
            columns[stem] = units
        else:
            columns.setdefault(rest, (name,))
    return columns


def _joined(name: str) -> str:
    return _key(name).replace(" ", "")


def _key(name: str) -> str:
    """A name as it is compared: one form of each character, no spaces, brackets or underscores.

    What parted Latin words stays as a single space between them.
    """
    plain = nfkc(name).casefold()
    words = re.sub(r"[\W_]+", " ", plain).strip()
    return re.sub(r"(?<![a-z]) | (?![a-z])", "", words)
