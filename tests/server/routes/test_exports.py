"""Exports over HTTP: of every format, in a reference system, all in one; and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from starlette.testclient import TestClient

from layers.catalog.catalog import Catalog
from layers.errors import PreparationError
from layers.exports.formats import format_named, formats_of
from layers.process.sandbox import Sandbox
from tests.layers.exported import exported


def test_every_format_over_http_is_the_command_lines(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    revision = asaka.layer("hydrants").revision
    for file_format in formats_of(revision):
        if file_format.name == "standard":
            continue
        path = f"/layers/hydrants/export.{file_format.suffix}"
        answer = asaka_client.get(path)
        assert answer.status_code == 200, file_format.name
        assert answer.content == exported(revision, file_format.name), file_format.name
        assert answer.headers["content-type"] == file_format.media_type
        assert f'filename="hydrants.{file_format.suffix}"' in answer.headers["content-disposition"]
        part = asaka_client.get(path, headers={"Range": "bytes=10-29"})
        assert (part.status_code, len(part.content)) == (206, 20)


def test_the_standards_columns_hold_the_citys_code(asaka_client: TestClient) -> None:
    answer = asaka_client.get("/layers/hydrants/export.standard.csv")
    assert answer.content.decode("utf-8-sig").splitlines()[1].startswith("112275,")
    answer = asaka_client.get("/layers/emergency_sites/export.standard.csv")
    assert answer.status_code == 404
    assert "電話番号" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("hydrants/export.geojson?crs=EPSG:6677", "geojson is always in WGS 84"),
        ("hydrants/export.kml?crs=6677", "kml is always in WGS 84"),
        ("hydrants/export.gpkg?crs=EPSG:9999", "no crs 'EPSG:9999'"),
        ("hydrants/export.gpkg?crs=", "no crs ''"),
        ("export.zip?format=docx", "format is 'docx'; wanted one of geojson"),
        ("export.zip?crs=EPSG:6677", "geojson is always in WGS 84"),
        ("export.zip?layers=hydrants", "layers is no parameter"),
    ],
)
def test_what_cannot_be_had_is_named(asaka_client: TestClient, path: str, words: str) -> None:
    answer = asaka_client.get(f"/layers/{path}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("name", ["geojson", "fgb"])
def test_all_layers_in_one_are_those_that_are_no_sample(
    asaka_client: TestClient, asaka: Catalog, name: str
) -> None:
    content = asaka_client.get(f"/layers/export.zip?format={name}").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        real = [layer for layer in asaka.layers.values() if not layer.definition.sample]
        assert archive.namelist() == ["README.txt", *(f"{layer.id}.{name}" for layer in real)]
        readme = archive.read("README.txt").decode("utf-8-sig")
        for layer in real:
            assert archive.read(f"{layer.id}.{name}") == exported(layer.revision, name)
            assert layer.definition.credit.licence["ja"] in readme
            assert layer.revision.id in readme


def test_a_reference_system_is_that_of_the_file(asaka_client: TestClient, asaka: Catalog) -> None:
    file = io.BytesIO()
    format_named("fgb").write(asaka.layer("hydrants").revision, file, 6677)
    answer = asaka_client.get("/layers/hydrants/export.fgb?crs=EPSG:6677")
    assert answer.content == file.getvalue()


def test_a_job_that_is_ended_leaves_the_export_unavailable_and_no_fault(
    unasked_client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise PreparationError("stopped", value="SIGKILL")

    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "run", ended)
        answer = unasked_client.get("/layers/flood/export.parquet")
        assert answer.status_code == 503
        assert "layer flood could not be exported" in answer.json()["detail"]
    assert unasked_client.get("/layers/flood/export.parquet").status_code == 200


def test_the_page_lists_every_format_with_what_it_is_for(
    asaka_client: TestClient, asaka: Catalog
) -> None:
    for layer in asaka.layers.values():
        page = asaka_client.get(f"/layers/{layer.id}?lang=en", headers={"Accept": "text/html"}).text
        for file_format in formats_of(layer.revision):
            assert f'href="/layers/{layer.id}/export.{file_format.suffix}"' in page
        assert "For GIS programs such as QGIS" in page
        described = asaka_client.get(f"/layers/{layer.id}?f=json").json()
        assert [*described["exports"]] == [each.name for each in formats_of(layer.revision)]
