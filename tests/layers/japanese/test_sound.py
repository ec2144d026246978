"""What sounds alike is one, and kanji stay what they are."""

from __future__ import annotations

import pytest

from layers.japanese.sound import sound

ALIKE = [
    ("みぞぬま", "ミゾヌマ", "ﾐｿﾞﾇﾏ", "mizonuma", "Mizonuma", "ＭＩＺＯＮＵＭＡ"),
    ("おおいずみ", "おーいずみ", "おういずみ", "Ōizumi", "Oizumi", "Ooizumi", "Ôizumi"),
    ("おおた", "Ohta", "Ota", "Ōta", "おーた"),
    ("こうえん", "こおえん", "こーえん", "koen", "kouen", "kōen"),
    ("さかえちょう", "サカエチヨウ", "sakaecho", "sakaechou", "sakaetyou", "sakae-chō"),
    ("しやくしょ", "シヤクシヨ", "shiyakusho", "siyakusyo"),
    ("しんばし", "shimbashi", "shinbashi", "sinbasi"),
    ("がっこう", "gakko", "gakkou"),
    ("きたあさか", "Kita-Asaka", "Kita‐Asaka", "kita asaka", "kitaasaka"),
    ("にいざ", "にーざ", "Niiza", "Nīza"),
    ("けいさつ", "けーさつ", "けえさつ", "keisatsu"),
    ("ふじみ", "Fujimi", "huzimi"),
    ("じゅんいち", "Jun'ichi", "junichi", "zyuniti"),
    ("つづき", "つずき", "tsuzuki"),
    ("溝沼七丁目", "溝沼7丁目", "溝沼７丁目", "溝沼 七丁目", "溝沼7ちょうめ"),
    ("みぞぬま7ちょうめ", "Mizonuma 7-chome", "mizonuma7丁目"),
    ("朝志ケ丘", "朝志ヶ丘", "朝志が丘", "朝志ガ丘", "朝志ｹ丘"),
    ("西ノ原", "西の原", "西之原"),
    ("第一小学校", "第1小学校", "第１小学校", "第①小学校"),
    ("第十二区", "第12区", "第１２区"),
    ("コミュニティセンター", "コミュニティーセンタ", "こみゅにてぃせんたー"),
    ("1-2-3", "１－２－３", "1‐2–3", "1ー2ー3", "1〜2～3"),
    ("総合福祉センター（はあとぴあ）", "総合福祉センター・はあとぴあ"),
]
APART = [
    ("第1小学校", "第10小学校"),
    ("1-2", "12"),
    ("小学校", "中学校"),
    ("朝霞", "朝香"),
    ("あさか", "あさが"),
]


@pytest.mark.parametrize("texts", ALIKE, ids=lambda texts: texts[0])
def test_what_sounds_alike_is_one(texts: tuple[str, ...]) -> None:
    assert {text: sound(text) for text in texts} == dict.fromkeys(texts, sound(texts[0]))


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_is_not_alike_stays_apart(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize("text", ["", " ", "　", "・", "ー", "（）"])
def test_of_nothing_but_signs_nothing_is_left(text: str) -> None:
    assert sound(text) == ""
