"""How the map page, its script and its base are served."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest


def get(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            names = {name.lower(): value for name, value in response.headers.items()}
            return response.status, names, response.read()
    except urllib.error.HTTPError as error:
        with error:
            names = {name.lower(): value for name, value in error.headers.items()}
            return error.code, names, error.read()


def test_the_page_is_asked_about_each_time_and_its_script_never_again(asaka_site: str) -> None:
    status, headers, page = get(f"{asaka_site}/")
    assert status == 200
    assert headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert get(f"{asaka_site}/", **{"If-None-Match": headers["etag"]})[0] == 304

    found = re.search(rb'src="(/map\.[0-9a-f]+\.js)"', page)
    assert found
    status, headers, _script = get(asaka_site + found.group(1).decode())
    assert status == 200
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/javascript")


def test_a_script_of_another_catalogue_is_not_found(asaka_site: str) -> None:
    assert get(f"{asaka_site}/map.0000000000000000.js")[0] == 404


@pytest.mark.parametrize(
    ("query", "lang"), [("", "ja"), ("?lang=en", "en"), ("?lang=xx", "ja"), ("?lang=", "ja")]
)
def test_the_language_is_asked_for_by_the_address(asaka_site: str, query: str, lang: str) -> None:
    _status, _headers, page = get(f"{asaka_site}/{query}")
    assert f'<html lang="{lang}">'.encode() in page


def test_the_base_keeps_under_its_own_revision_only(asaka_site: str) -> None:
    _status, _headers, script = get(asaka_site + script_of(asaka_site))
    found = re.search(rb'"(/base\.geojson\?v=[0-9a-f]+)"', script)
    assert found
    assert "immutable" in get(asaka_site + found.group(1).decode())[1]["cache-control"]
    assert get(f"{asaka_site}/base.geojson?v=old")[1]["cache-control"] == "no-store"


def script_of(address: str) -> str:
    found = re.search(rb'src="(/map\.[0-9a-f]+\.js)"', get(f"{address}/")[2])
    assert found
    return found.group(1).decode()
