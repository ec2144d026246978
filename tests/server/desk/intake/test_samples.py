"""Files of sample data: named harmlessly, and opened by the reader's process alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from layers.publish.check import check_catalog
from layers.publish.jobs import Check
from server.desk.confidential.vault import Vault
from server.desk.intake.attachments import SAMPLE, Attachment, Attachments
from server.desk.intake.form import RequestForm
from server.desk.intake.requests import Requests
from server.desk.intake.samples import has_known_suffix, safe_name
from tests.layers.city import SmallCity
from tests.sandbox import SANDBOX

POINTS = "名称,緯度,経度\nあ,35.1,139.1\nい,35.11,139.11\n".encode()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("aed.csv", "aed.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\太郎\\AEDの一覧.xlsx", "AEDの一覧.xlsx"),
        (".bashrc", "bashrc"),
        ("..", "sample"),
        ("", "sample"),
        ("a\0b\n.csv", "a_b_.csv"),
        ("か\u3099.csv", "が.csv"),
        ("字" * 300 + ".csv", "字" * 60 + ".csv"),
        ("a.csv" + "x" * 50, "a.csvxxxxxxx"),
        ("<script>.csv", "_script_.csv"),
        ("a\u202egnp.csv", "a_gnp.csv"),
    ],
)
def test_a_name_is_no_path_and_hides_nothing(name: str, safe: str) -> None:
    assert safe_name(name, "sample") == safe


def test_a_file_of_a_format_that_layers_are_read_from_is_taken() -> None:
    for name in ("a.CSV", "a.xlsx", "a.xls", "a.geojson", "a.zip", "a.kmz"):
        assert has_known_suffix(name)
    for name in ("a.shp", "a.exe", "a.html", "csv", ""):
        assert not has_known_suffix(name)


def stored(engine: Engine, vault: Vault, name: str, content: bytes) -> Attachments:
    """The files of a request, which came with this one."""
    attachments = Attachments(engine, vault)
    files = {SAMPLE: Attachment(name, content)}
    form = RequestForm(title="t", purpose="p", category="fire")
    Requests(engine, vault).submit(
        form, lambda connection, number: attachments.attach(connection, number, files)
    )
    return attachments


def checks_of(attachments: Attachments, city: SmallCity, folder: Path) -> Sequence[Check]:
    """What `bosai check` says of the file once the desk has taken it away."""
    sample = attachments.opened(1)[SAMPLE]
    path = folder / safe_name(sample.name, "sample")
    path.write_bytes(sample.content)
    return check_catalog(city.definitions, city.data, [str(path)], sandbox=SANDBOX)


@pytest.fixture
def city(tmp_path: Path) -> SmallCity:
    return SmallCity(tmp_path)


def test_the_desk_reads_of_a_file_what_check_says(
    engine: Engine, vault: Vault, city: SmallCity, tmp_path: Path
) -> None:
    attachments = stored(engine, vault, "../AED一覧.csv", POINTS)
    (check,) = checks_of(attachments, city, tmp_path)
    assert check.report.path == "AED一覧.csv"
    assert not check.report.failed
    assert check.report.features == 2
    assert [*city.data.iterdir()] == [city.data / "boundary.geojson"]
    assert attachments.opened(2) == {}


def zip_bomb() -> bytes:
    """A tenth of a megabyte that becomes a hundred."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w") as member,
    ):
        for _ in range(96):
            member.write(bytes(1 << 20))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", b"PK\x03\x04 no archive"),
        ("a.zip", zip_bomb()),
        ("a.xlsx", b"<html>"),
        ("a.geojson", b"[" * 100_000),
        ("a.csv", b"\0" * 1000),
    ],
    ids=["no archive", "bomb", "web page", "deep", "zeros"],
)
def test_a_hostile_file_is_reported_on(
    engine: Engine, vault: Vault, city: SmallCity, tmp_path: Path, name: str, content: bytes
) -> None:
    attachments = stored(engine, vault, name, content)
    checks = checks_of(attachments, city, tmp_path)
    assert checks
    for check in checks:
        assert check.report.failed
        assert all(problem.message("ja") for problem in check.report.problems)
