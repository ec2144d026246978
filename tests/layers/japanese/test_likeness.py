"""Titles of wishes: which are like each other, which only look so."""

from __future__ import annotations

import pytest

from layers.japanese.likeness import core, letters, likeness, pairs


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("AEDの設置場所", "ＡＥＤ設置場所を地図に", 1.0),
        ("カーブミラー", "かーぶみらー", 1.0),
        ("街灯が少ない道", "街灯の少ない道を知りたい", 1.0),
        ("防犯カメラ", "防犯カメラの位置が見たい", 1.0),
        ("ハザードマップ", "洪水ハザードマップ", 0.7),
        ("夜間診療所", "夜間休日診療所", 0.7),
        ("公園のトイレ", "トイレ", 0.7),
        ("防災無線", "防災行政無線", 0.65),
        ("危ない交差点", "危険な交差点", 0.63),
    ],
)
def test_like_titles(one: str, other: str, least: float) -> None:
    assert likeness(letters(one), letters(other)) >= least
    assert likeness(letters(other), letters(one)) == likeness(letters(one), letters(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公園", "防災公園"),
        ("消火栓", "消火器"),
        ("津波", "津波避難ビル"),
        ("消火栓の設置場所を地図に載せてほしい", "AEDの設置場所を地図に載せてほしい"),
        ("子育て支援センター", "地域包括支援センター"),
        ("バス停の位置", "ごみ集積所の位置"),
        ("bus stops", "bike shops"),
        ("", "AED"),
        ("", ""),
    ],
)
def test_unlike_titles(one: str, other: str) -> None:
    assert likeness(letters(one), letters(other)) < 0.62


def test_a_title_that_only_wishes_stays_what_it_is() -> None:
    assert core("地図に載せてほしい") == "地図"
    assert core("知りたい") == "知りたい"
    assert core("場所") == "場所"
    assert core("指定緊急避難場所") == "指定緊急避難場所"
    assert letters("<b>、。!?</b>") == "bb"
    assert pairs("") == frozenset()
    assert pairs("池") == {"池"}
