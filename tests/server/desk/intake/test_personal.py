"""What in a text may be personal, and what only looks like it."""

from __future__ import annotations

import pytest

from server.desk.intake.personal import personal_parts, reaching_parts


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678",
        "09012345678まで",
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "090‐1234−5678",
        "090 1234 5678",
        "０８０（１２３４）５６７８",
        "(048)463-1111",
        "048-463-1111",
        "0484631111",
        "03-1234-5678",
        "04992-2-1234",
        "電話は050-1234-5678です",
        "電話 090-1234-5678 まで",
        "本町090-1234-5678",
        "+81 90-1234-5678",
        "+81-(0)48-463-1111",
        "090・1234・5678",
        "090.1234.5678",
    ],
)
def test_a_telephone_number_is_noticed(text: str) -> None:
    assert [each.kind for each in personal_parts(text)] == ["telephone"]
    assert reaching_parts("街灯", text)


@pytest.mark.parametrize(
    "text",
    [
        "taro@example.jp",
        "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        "連絡は taro.asaka+map@mail.example.co.jp まで",
        "taro(at)example.jp",
        "taro★example.jp",
        "taro @ example.jp",
    ],
)
def test_an_email_address_is_noticed(text: str) -> None:
    assert [each.kind for each in reaching_parts(text)] == ["email"]


@pytest.mark.parametrize(
    "text",
    [
        "本町1-1-1の角",
        "朝霞市本町１－１－１",
        "本町一丁目1番1号",
        "本町1丁目2-3",
        "本町一丁目二番三号",
    ],
)
def test_the_address_of_a_house_is_noticed(text: str) -> None:
    assert [each.kind for each in personal_parts(text)] == ["address"]
    assert reaching_parts(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "私は朝霞太郎です",
        "朝霞太郎さんの家の前",
        "氏名：朝霞太郎",
        "鈴木さん宅の横",
        "名前は朝霞太郎",
    ],
)
def test_a_name_is_noticed_where_it_is_said_to_be_one(text: str) -> None:
    assert [each.kind for each in personal_parts(text)] == ["name"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AEDの場所",
        "本町一丁目の街灯",
        "本町1丁目",
        "2026年11月30日 10:00-12:00",
        "2026-11-30",
        "2026/11/30 09:00",
        "緯度35.7967012345、経度139.5933012345",
        "35.7967, 139.5933",
        "0.5mから3m",
        "〒351-8501",
        "税込 1,000,000,000円",
        "番号 12345678901",
        "110番、119番、171",
        "1/25000の地図",
        "https://www.city.asaka.lg.jp/soshiki/8/0123.html",
        "皆さんの家",
        "子どもさんのいる家",
        "3-5歳",
        "気温10-20度",
    ],
)
def test_what_is_nobody_s_is_left_alone(text: str) -> None:
    assert personal_parts(text) == []


def test_a_long_text_is_read_quickly() -> None:
    for text in ("0-" * 1000, "a" * 2000, "090 " * 500, "町" * 2000, "a.@" * 600, "1-" * 1000):
        personal_parts(text)
