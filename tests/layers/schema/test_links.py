"""Addresses in definitions: what a page makes a link of is a link, and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers.errors import DefinitionError
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.load import load_city, load_layer

FLOOD = (BUNDLED_DEFINITIONS / "flood.toml").read_text(encoding="utf-8")
CITY = (BUNDLED_DEFINITIONS / "city.toml").read_text(encoding="utf-8")
OFFICE = """
[office]
name = {{ ja = "危機管理室", en = "Crisis management" }}
{key} = "{value}"
"""
NO_LINKS = [
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd",
    "//evil.example", "/layers", "www.city.example.jp", "https:/city.example.jp", "https://", "http://[::1",
    "https://me:secret@city.example.jp/", " https://city.example.jp/", "https://city.example.jp/ ",
    "https://city.example.jp/a b", "https://city.example.jp/\\u3000",
    'https://x/\\"onclick=\\"x',
    "https://x/<b>", "https://city.example.jp:x/", f"https://city.example.jp/{'a' * 2000}", "",
]  # fmt: skip
LINKS = [
    "https://www.city.asaka.lg.jp/soshiki/6/a.html?b=1&c=%20#d", "http://localhost:8080/",
    "https://朝霞市.example/防災", "HTTPS://CITY.EXAMPLE.JP/",
]  # fmt: skip
LAYER_KEYS = ("credit.url", "credit.licence_url")
BASE_KEYS = ("base.0.credit.url", "base.0.credit.licence_url")


def layer(folder: Path, key: str, value: str) -> None:
    """Load the layer of floods with another value of a key in `[credit]`."""
    name = key.rpartition(".")[2]
    text = re.sub(rf"^{name} = .*\n", "", FLOOD, flags=re.MULTILINE)
    path = folder / "flood.toml"
    path.write_text(text.replace("[credit]\n", f'[credit]\n{name} = "{value}"\n'), "utf-8")
    load_layer(path)


def city(folder: Path, old: str, new: str) -> None:
    """Load the city with another text in its definition."""
    path = folder / "city.toml"
    text, count = re.subn(old, lambda _: new, CITY, count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, "utf-8")
    load_city(path)


@pytest.mark.parametrize("value", NO_LINKS)
@pytest.mark.parametrize("key", LAYER_KEYS)
def test_a_credit_leads_to_a_page_or_is_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        layer(tmp_path, key, value)
    assert caught.value.key == key
    assert caught.value.kind in ("link_form", "link_characters")


@pytest.mark.parametrize("value", LINKS)
def test_addresses_of_pages_are_taken_as_they_are(tmp_path: Path, value: str) -> None:
    for key in LAYER_KEYS:
        layer(tmp_path, key, value)
    city(tmp_path, r"^official_map = .*$", f'official_map = "{value}"')


@pytest.mark.parametrize("value", ["javascript:alert(1)", " https://city.example.jp", "/map"])
def test_so_does_every_link_of_the_city(tmp_path: Path, value: str) -> None:
    for key, line in (
        ("official_map", r"^official_map = .*$"),
        ("base.0.credit.url", r"^url = .*$"),
        ("base.0.credit.licence_url", r"^licence_url = .*$"),
    ):
        with pytest.raises(DefinitionError) as caught:
            city(tmp_path, line, f'{key.rpartition(".")[2]} = "{value}"')
        assert re.sub(r"\d", "0", str(caught.value.key)) == key


@pytest.mark.parametrize(
    ("key", "value", "is_taken"),
    [
        ("telephone", "048-463-1111", True),
        ("telephone", "+81 48 463 1111", True),
        ("telephone", "(048)463-1111", True),
        ("telephone", "119", True),
        ("telephone", "０４８-463-1111", False),
        ("telephone", "javascript:alert(1)", False),
        ("telephone", "048-463-1111;phone-context=x", False),
        ("fax", "048-463-1111", True),
        ("fax", "なし", False),
        ("mail", "bosai@city.example.lg.jp", True),
        ("mail", "bosai@city", False),
        ("mail", "bosai@city.example.jp?bcc=x@evil.example", False),
        ("mail", "bosai@city.example.jp,x@evil.example", False),
        ("mail", "危機 <bosai@city.example.jp>", False),
    ],
)
def test_an_office_is_called_and_written_to(
    tmp_path: Path, key: str, value: str, is_taken: bool
) -> None:
    path = tmp_path / "city.toml"
    path.write_text(CITY + OFFICE.format(key=key, value=value), "utf-8")
    if is_taken:
        assert getattr(load_city(path).office, key) == value
        return
    with pytest.raises(DefinitionError, match=f"office.{key} is"):
        load_city(path)


@pytest.mark.parametrize("url", [" http://example.jp/a.csv", "http://example.jp/a.csv ",
                                 "http://exa mple.jp/a.csv"])  # fmt: skip
def test_an_address_of_data_has_no_blanks(tmp_path: Path, url: str) -> None:
    path = tmp_path / "flood.toml"
    path.write_text(re.sub(r"^path = .*$", f'url = "{url}"', FLOOD, flags=re.MULTILINE), "utf-8")
    with pytest.raises(DefinitionError, match="without blanks and line breaks") as caught:
        load_layer(path)
    assert caught.value.key == "source.url"
