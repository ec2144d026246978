"""`[[channels]]` of a city: each kind is reached in its own way, and nothing else is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import DefinitionError
from layers.messages.message import Language
from layers.schema.bundled import BUNDLED_DEFINITIONS
from layers.schema.channels import MOST_CHANNELS
from layers.schema.city import CityDefinition
from layers.schema.load import load_city

CITY = (BUNDLED_DEFINITIONS / "city.toml").read_text("utf-8").partition("[[channels]]")[0]
TITLE = 'title = { ja = "市の窓口", en = "The city" }'


def city(folder: Path, *channels: str) -> CityDefinition:
    path = folder / "city.toml"
    text = "".join(f"\n[[channels]]\n{TITLE}\n{channel}\n" for channel in channels)
    path.write_text(
        CITY + '[[groups]]\nid = "a"\ntitle = { ja = "ア", en = "A" }\n' + text, "utf-8"
    )
    return load_city(path)


@pytest.mark.parametrize(
    ("channel", "link", "shown"),
    [
        ('kind = "web"\nurl = "https://city.example/"', "https://city.example/", ""),
        ('kind = "line"\nurl = "https://line.example/x"', "https://line.example/x", ""),
        ('kind = "x"\nurl = "https://x.example/x"', "https://x.example/x", ""),
        ('kind = "facebook"\nurl = "https://f.example/x"', "https://f.example/x", ""),
        ('kind = "mail"\nurl = "https://m.example/"', "https://m.example/", ""),
        ('kind = "mail"\nmail = "a@m.example"', "mailto:a@m.example", "a@m.example"),
        ('kind = "radio_telephone"\ntelephone = "048 463 1111"', "tel:0484631111", "048 463 1111"),
    ],
)
def test_each_kind_leads_to_what_it_is(tmp_path: Path, channel: str, link: str, shown: str) -> None:
    (only,) = city(tmp_path, channel).channels
    assert (only.link, only.shown) == (link, shown or link)


@pytest.mark.parametrize(
    ("channel", "key", "kind"),
    [
        ('kind = "mixi"\nurl = "https://mixi.example/"', "channels.0.kind", "not_of_choice"),
        ('url = "https://city.example/"', "channels.0.kind", "key_missing"),
        ('kind = "line"', "channels.0.kind", "channel_way"),
        ('kind = "line"\nmail = "a@m.example"', "channels.0.kind", "channel_way"),
        ('kind = "web"\nurl = "https://a.example/"\ntelephone = "119"',
         "channels.0.kind", "channel_way"),
        ('kind = "radio_telephone"\nurl = "https://a.example/"', "channels.0.kind", "channel_way"),
        ('kind = "web"\nurl = "javascript:alert(1)"', "channels.0.url", "link_form"),
        ('kind = "mail"\nmail = "a@m"', "channels.0.mail", "mail_form"),
        ('kind = "radio_telephone"\ntelephone = "０１２０"', "channels.0.telephone",
         "telephone_form"),
        ('kind = "x"\nadress = "https://x.example/"', "channels.0.adress", "key_unknown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_is_wrong_is_named(
    tmp_path: Path, channel: str, key: str, kind: str, language: Language
) -> None:
    with pytest.raises(DefinitionError) as caught:
        city(tmp_path, channel)
    assert (caught.value.key, caught.value.kind) == (key, kind)
    assert key in caught.value.message(language)


def test_the_kinds_that_there_are_are_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="'web', 'line', 'x', 'facebook', 'mail'"):
        city(tmp_path, 'kind = "mixi"\nurl = "https://mixi.example/"')


def test_no_more_than_a_sheet_holds(tmp_path: Path) -> None:
    channel = 'kind = "web"\nurl = "https://city.example/"'
    assert len(city(tmp_path, *[channel] * MOST_CHANNELS).channels) == MOST_CHANNELS
    with pytest.raises(DefinitionError) as caught:
        city(tmp_path, *[channel] * (MOST_CHANNELS + 1))
    assert (caught.value.key, caught.value.kind) == ("channels", "too_many")


def test_a_city_without_any_is_a_city(tmp_path: Path) -> None:
    assert city(tmp_path).channels == ()
