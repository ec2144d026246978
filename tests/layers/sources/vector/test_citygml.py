"""CityGML of PLATEAU: areas from above, codes with their words, cells of the grid as one layer."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from layers.errors import SourceError
from layers.publish.check import check_catalog
from layers.sources.files import files_of
from tests.layers.city import SmallCity
from tests.layers.sources.geodata import found, put, read, zipped
from tests.sandbox import SANDBOX

SPACES = (
    'xmlns:core="http://www.opengis.net/citygml/2.0" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:wtr="http://www.opengis.net/citygml/waterbody/2.0" '
    'xmlns:gen="http://www.opengis.net/citygml/generics/2.0" '
    'xmlns:bldg="http://www.opengis.net/citygml/building/2.0" '
    'xmlns:urf="https://www.geospatial.jp/iur/urf/3.1" '
    'xmlns:uro="https://www.geospatial.jp/iur/uro/3.1"'
)
WEST = [(35.0, 139.0), (35.0, 139.1), (35.1, 139.1)]
EAST = [(35.0, 139.0), (35.1, 139.1), (35.1, 139.0)]
LISTS = "../../codelists"


def ring(positions: list[tuple[float, float]], height: float | None = 5.1) -> str:
    closed = [*positions, positions[0]]
    numbers = " ".join(f"{a} {b}" + ("" if height is None else f" {height}") for a, b in closed)
    return (
        "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
        f"{numbers}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember>"
    )


def surface(prefix: str, *rings: str, lod: str = "lod1MultiSurface") -> str:
    inner = f"<gml:MultiSurface>{''.join(rings)}</gml:MultiSurface>"
    return f"<{prefix}:{lod}>{inner}</{prefix}:{lod}>"


def water(rank: int, *rings: str, number: int = 1, lists: str = LISTS) -> str:
    return (
        f'<wtr:WaterBody gml:id="fld_{number}"><gml:name>架空川</gml:name>'
        f'<wtr:class codeSpace="{lists}/WaterBody_class.xml">1140</wtr:class>'
        f"{surface('wtr', *rings)}"
        "<uro:floodingRiskAttribute><uro:RiverFloodingRiskAttribute>"
        f'<uro:rank codeSpace="{lists}/RiverFloodingRiskAttribute_rank.xml">{rank}</uro:rank>'
        '<uro:depth uom="m">1.2</uro:depth>'
        "</uro:RiverFloodingRiskAttribute></uro:floodingRiskAttribute></wtr:WaterBody>"
    )


def city(*objects: str, system: int = 6697, dimension: str = ' srsDimension="3"') -> str:
    corners = (
        "<gml:lowerCorner>35 139 0</gml:lowerCorner><gml:upperCorner>35 139 6</gml:upperCorner>"
    )
    envelope = (
        f'<gml:boundedBy><gml:Envelope srsName="http://www.opengis.net/def/crs/EPSG/0/{system}"'
        f"{dimension}>{corners}</gml:Envelope></gml:boundedBy>"
    )
    members = "".join(f"<core:cityObjectMember>{o}</core:cityObjectMember>" for o in objects)
    return f'<?xml version="1.0"?><core:CityModel {SPACES}>{envelope}{members}</core:CityModel>'


def code_list(**words: str) -> str:
    entries = "".join(
        f"<gml:dictionaryEntry><gml:Definition gml:id='d{code}'><gml:description>{word}"
        f"</gml:description><gml:name>{code.strip('_')}</gml:name></gml:Definition>"
        "</gml:dictionaryEntry>"
        for code, word in words.items()
    )
    space = 'xmlns:gml="http://www.opengis.net/gml"'
    return f"<gml:Dictionary {space}><gml:name>rank</gml:name>{entries}</gml:Dictionary>"


RANKS = code_list(_1="0.5m未満", _2="0.5m以上3m未満")


def package(folder: Path, cells: dict[str, str]) -> Path:
    """A folder as PLATEAU's packages are: udx/<module>/<file>, and codelists beside udx."""
    for name, text in cells.items():
        path = folder / "udx" / "fld" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "codelists").mkdir()
    (folder / "codelists" / "RiverFloodingRiskAttribute_rank.xml").write_text(
        RANKS, encoding="utf-8"
    )
    (folder / "metadata").mkdir()
    (folder / "metadata" / "meta.xml").write_text("<MD_Metadata/>", encoding="utf-8")
    return folder


@pytest.mark.parametrize("system", [6697, 6668])
@pytest.mark.parametrize("dimension", ["", ' srsDimension="3"'])
def test_positions_are_latitude_longitude_and_height(
    tmp_path: Path, system: int, dimension: str
) -> None:
    text = city(water(2, ring(WEST), ring(EAST)), system=system, dimension=dimension)
    rows = read(put(tmp_path, text, "52385721_fld_6697_l1_op.gml"))
    (area,) = rows.geometry
    assert area.geom_type == "Polygon"  # triangles of a mesh are one area
    assert shapely.equals(area, shapely.box(139.0, 35.0, 139.1, 35.1))
    assert rows.crs is not None
    assert rows.crs.to_epsg() == 6668


def test_positions_without_height_are_read_where_the_file_says_so(tmp_path: Path) -> None:
    text = city(water(2, ring(WEST, None)), dimension=' srsDimension="2"')
    assert read(put(tmp_path, text, "a.gml")).geometry[0].bounds == (139.0, 35.0, 139.1, 35.1)


def test_attributes_of_every_namespace_are_columns(tmp_path: Path) -> None:
    zone = (
        '<urf:UseDistrict gml:id="urf_1"><gml:boundedBy><gml:Envelope><gml:lowerCorner>1 2 3'
        "</gml:lowerCorner></gml:Envelope></gml:boundedBy>"
        '<gen:stringAttribute name="備考"><gen:value>計画あり</gen:value></gen:stringAttribute>'
        '<gen:genericAttributeSet name="一式"><gen:intAttribute name="番号"><gen:value>7'
        "</gen:value></gen:intAttribute></gen:genericAttributeSet>"
        "<urf:function>13</urf:function><urf:floorAreaRate>200</urf:floorAreaRate>"
        f"{surface('urf', ring(WEST))}</urf:UseDistrict>"
    )
    columns = read(put(tmp_path, city(zone), "a.gml")).columns
    assert columns.to_dict("records") == [
        {"gml:id": "urf_1", "備考": "計画あり", "番号": "7", "function": "13",
         "floorAreaRate": "200"}
    ]  # fmt: skip


def test_codes_are_kept_with_their_words_where_the_list_is_there(tmp_path: Path) -> None:
    folder = package(tmp_path / "p", {"52385721_fld_6697_op.gml": city(water(2, ring(WEST)))})
    members = {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.*ml")
    }
    for path in (folder, zipped(tmp_path / "p.zip", members)):
        rows = read(path)
        (record,) = rows.columns.to_dict("records")
        assert (record["rank"], record["rank_名称"]) == ("2", "0.5m以上3m未満")
        assert (record["class"], "class_名称" in record) == ("1140", False)
        assert record["depth"] == "1.2"
        assert found(rows) == [("no_code_list", None, None, "WaterBody_class.xml")]


def test_a_file_alone_finds_the_lists_beside_it_only(tmp_path: Path) -> None:
    folder = tmp_path / "alone"
    (folder / "codelists").mkdir(parents=True)
    ranks = put(folder / "codelists", RANKS, "RiverFloodingRiskAttribute_rank.xml")
    path = put(folder, city(water(1, ring(WEST))), "52385721_fld_6697_op.gml")
    assert read(path).columns["rank_名称"].tolist() == ["0.5m未満"]
    assert files_of(path) == [path, ranks]


@pytest.mark.parametrize("lists", ["/etc", "https://example.com", "../../../../../../../../etc"])
def test_a_list_elsewhere_is_not_followed(tmp_path: Path, lists: str) -> None:
    rows = read(put(tmp_path, city(water(1, ring(WEST), lists=lists)), "a.gml"))
    assert [kind for kind, *_ in found(rows)] == ["no_code_list", "no_code_list"]


def test_cells_of_the_grid_are_one_layer(tmp_path: Path) -> None:
    broken = "<gml:surfaceMember><gml:Polygon/></gml:surfaceMember>"
    cells = {
        "52385721_fld_6697_l1_op.gml": city(water(1, ring(WEST)), water(2, ring(EAST), number=2)),
        "52385722_fld_6697_l1_op.gml": city(
            water(1, broken, number=3), water(2, ring(EAST), number=4)
        ),
    }
    folder = package(tmp_path / "p", cells)
    rows = read(folder)
    assert rows.columns["gml:id"].tolist() == ["fld_1", "fld_2", "fld_3", "fld_4"]
    assert (rows.total, rows.numbers.tolist(), sorted(rows.unplaced)) == (4, [1, 2, 3, 4], [3])
    assert rows.unplaced[3].file == "52385722_fld_6697_l1_op.gml"
    listed = [file.name for file in files_of(folder)]
    assert listed == [*cells, "RiverFloodingRiskAttribute_rank.xml"]


def test_of_several_modules_or_scales_the_sublayer_chooses(tmp_path: Path) -> None:
    cells = {
        f"{cell}_fld_6697_{scale}_op.gml": city(water(1, ring(WEST)))
        for cell in (52385721, 52385722)
        for scale in ("l1", "l2")
    }
    folder = package(tmp_path / "p", cells)
    with pytest.raises(SourceError, match=r"wanted one of udx/fld/fld_6697_l1_op\.gml, udx"):
        read(folder)
    assert read(folder, sublayer="fld_6697_l2_op").total == 2


def test_a_job_has_the_lists_and_every_cell(city_folder: SmallCity) -> None:
    cells = {f"5238572{n}_fld_6697_op.gml": city(water(2, ring(WEST), number=n)) for n in (1, 2)}
    package(city_folder.data / "plateau", cells)
    city_folder.declare(
        "zones", 'path = "plateau"',
        fields='[fields.rank]\ntitle = { ja = "深さ", en = "Depth" }\ncolumn = "rank_名称"',
    )  # fmt: skip
    definition = city_folder.definitions / "zones.toml"
    text = definition.read_text(encoding="utf-8").replace('column = "名称"', 'column = "name"')
    definition.write_text(text, encoding="utf-8")
    (check,) = check_catalog(city_folder.definitions, city_folder.data, ["zones"], sandbox=SANDBOX)
    assert not check.report.failed, check.report.problems
    assert check.report.features == 2


@pytest.fixture
def city_folder(city: SmallCity) -> SmallCity:
    return city


def test_solids_alone_are_told_what_is_wanted(tmp_path: Path) -> None:
    building = (
        '<bldg:Building gml:id="b"><bldg:lod1Solid><gml:Solid/></bldg:lod1Solid></bldg:Building>'
    )
    with pytest.raises(SourceError, match=r"they are solids.*fld, tnm, htd"):
        read(put(tmp_path, city(building), "a.gml"))
    with pytest.raises(SourceError, match="without objects"):
        read(put(tmp_path, city(), "b.gml"))


def test_the_footprint_of_a_building_is_taken_before_its_upper_parts(tmp_path: Path) -> None:
    building = (
        '<bldg:Building gml:id="b">'
        f"{surface('bldg', ring(EAST), lod='lod2MultiSurface')}"
        f"{surface('bldg', ring(WEST), lod='lod0FootPrint')}</bldg:Building>"
    )
    (area,) = read(put(tmp_path, city(building), "a.gml")).geometry
    assert shapely.equals(area, shapely.Polygon([(b, a) for a, b in WEST]))
