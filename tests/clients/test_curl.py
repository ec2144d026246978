"""curl takes up a download where it broke off."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from layers.catalog.catalog import Catalog
from tests.layers.exported import exported

ADDRESS = "/layers/emergency_sites/export.geojson"


def curl(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(("already", "status"), [(0, 200), (1, 206), (5000, 206), (None, 416)])
def test_the_rest_of_a_download_is_fetched(
    asaka_site: str, asaka: Catalog, tmp_path: Path, already: int | None, status: int
) -> None:
    whole = exported(asaka.layer("emergency_sites").revision, "geojson")
    file = tmp_path / "sites.geojson"
    file.write_bytes(whole[:already])
    done = curl("-C", "-", "-o", str(file), "-w", "%{http_code}", asaka_site + ADDRESS)
    assert (done.returncode, done.stdout) == (0, str(status)), done.stderr
    assert file.read_bytes() == whole


def test_what_is_compressed_is_the_same(asaka_site: str, asaka: Catalog) -> None:
    done = curl("--compressed", asaka_site + ADDRESS)
    assert done.stdout.encode() == exported(asaka.layer("emergency_sites").revision, "geojson")


def test_a_slash_too_many_is_followed(asaka_site: str) -> None:
    forged = ["-H", "Host: evil.example", "-H", "X-Forwarded-Host: evil.example"]
    asked = ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", *forged]
    done = curl(*asked, f"{asaka_site}/layers/flood/?lang=en")
    assert done.stdout == f"307 {asaka_site}/layers/flood?lang=en"
    followed = curl("--location", "-o", "/dev/null", "-w", "%{http_code}", f"{asaka_site}/light/")
    assert followed.stdout == "200"
