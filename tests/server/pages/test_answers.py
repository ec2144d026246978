"""What a device answers from its copy is what the service answers, word by word."""

from __future__ import annotations

import base64
import datetime
import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.exports.answers import answers, has_answers
from layers.query.here import Place
from layers.query.listing import shelters_of
from server.desk.shelters.board import NOTHING, InForce
from server.desk.shelters.states import STATES, ShelterState, StateName
from server.pages.here import answer_for
from server.pages.here_words import HereWords
from server.pages.shelter_feed import feature_collection
from server.texts import LANGUAGES, translator
from tests.conftest import ROOT
from tests.layers.surveyed_city import surveyed_city
from tests.server.pages.places_asked import Question, questions

POINTS = 1000
FEW = 100
NOW = datetime.datetime.now(datetime.UTC)
KNOWN = InForce({}, 12, NOW, is_current=True)


def on_device(catalog: Catalog, asked: Sequence[Question], shown: InForce) -> list[Any]:
    """The answers of the script that a saved map has."""
    files = {
        layer.id: {
            "file": base64.b64encode(answers(layer)).decode(),
            "coverage": orjson.loads(layer.coverage() or b"null"),
        }
        for layer in catalog.layers.values()
        if has_answers(layer.definition)
    }
    task = {
        "words": {lang: HereWords(lang, translator(lang)).to_json(catalog) for lang in LANGUAGES},
        "base": orjson.loads(catalog.base.content)["features"],
        "layers": files,
        "shelters": None if shown.checked_at is None else told(catalog, shown),
        "questions": [question.to_json() for question in asked],
    }
    done = subprocess.run(
        ["tools/with-node.sh", "node", "tests/server/pages/answers.mjs"],
        input=orjson.dumps(task),
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
    )
    return list(json.loads(done.stdout))


def told(catalog: Catalog, shown: InForce) -> Any:
    return orjson.loads(feature_collection(catalog, shown))


def on_server(catalog: Catalog, question: Question, shown: InForce) -> Any:
    lang, place, disaster = question
    answer = answer_for(catalog, place, disaster, lang, translator(lang), shown)
    return orjson.loads(orjson.dumps(answer.to_json()))


def same(catalog: Catalog, count: int = POINTS, shown: InForce = KNOWN) -> set[str]:
    """The states of all statements, once both answered the same to so many questions."""
    asked = questions(catalog, count)
    states = set()
    for question, answer in zip(asked, on_device(catalog, asked, shown), strict=True):
        expected = on_server(catalog, question, shown)
        assert answer == expected, question
        parts = (*expected["hazards"], *expected["sites"], *expected["facilities"])
        states |= {statement["state"] for statement in parts}
    return states


def test_both_answer_the_same_of_the_city_that_ships(asaka: Catalog) -> None:
    assert same(asaka) == {"sample", "choose", "found", "none"}


@pytest.mark.shared
def test_both_answer_the_same_of_a_real_city(yaizu: Catalog) -> None:
    assert same(yaizu) == {"inside", "not_surveyed", "choose", "found", "none"}


def test_both_answer_the_same_where_the_ground_is_surveyed(tmp_path: Path) -> None:
    catalog = surveyed_city(tmp_path).open()
    assert same(catalog) == {"inside", "outside", "not_surveyed", "found", "none"}


@pytest.mark.parametrize("is_current", [True, False])
def test_both_say_the_same_of_shelters(asaka: Catalog, is_current: bool) -> None:
    sites = shelters_of(asaka.layers["emergency_sites"])
    notes = cycle(["", "体育館のみ {name} <b>", "ペット可"])
    states = {
        ("emergency_sites", place.id): ShelterState(
            "emergency_sites",
            place.id,
            "名前",
            state,
            next(notes),
            NOW - datetime.timedelta(minutes=7 * index),
            "職員",
        )
        for index, (place, state) in enumerate(zip(sites[::2], cycle(STATES), strict=False))
    }
    shown = InForce(states, 12, NOW, is_current=is_current)
    assert same(asaka, FEW, shown) == {"sample", "choose", "found", "none"}
    asked = questions(asaka, FEW)
    answers = [on_server(asaka, question, shown) for question in asked]
    places = [place for answer in answers for place in answer["sites"][0]["places"]]
    assert {place["opening"] and place["opening"]["state"] for place in places} == {None, *STATES}


def test_beyond_three_that_turn_people_away_the_next_is_offered_by_both(asaka: Catalog) -> None:
    sites = shelters_of(asaka.layers["emergency_sites"])

    def all_but(others: int) -> InForce:
        states: Sequence[StateName] = ("full", "closed")
        refused = zip(sites[others:], cycle(states), strict=False)
        key = "emergency_sites"
        return InForce(
            {
                (key, place.id): ShelterState(key, place.id, "名前", state, "", NOW, "職員")
                for place, state in refused
            },
            12,
            NOW,
            is_current=True,
        )

    same(asaka, FEW, all_but(2))
    same(asaka, FEW, all_but(0))
    question = Question("ja", Place(139.593, 35.797), "earthquake")
    (statement,) = on_server(asaka, question, all_but(2))["sites"]
    *three, further = statement["places"]
    assert [place["opening"] is None for place in three] == [False] * 3
    assert further["id"] in {sites[0].id, sites[1].id}
    assert re.fullmatch(
        f"上の場所は満員または閉鎖です。ほかで最も近い、満員・閉鎖とされていない場所：.*"
        f"{re.escape(further['name'])}.*。開設していない場合もあります。市の発表を確認してください。",
        statement["lines"][3],
    )
    (statement,) = on_server(asaka, question, all_but(0))["sites"]
    assert len(statement["places"]) == 3
    assert "ほかの場所も、すべて満員または閉鎖です" in statement["lines"][3]
    (statement,) = on_server(asaka, question, KNOWN)["sites"]
    assert len(statement["lines"]) == 3


def test_a_device_that_was_never_told_says_so(asaka: Catalog) -> None:
    never = replace(NOTHING, is_current=False)
    same(asaka, FEW, never)
    answers = [on_server(asaka, question, never) for question in questions(asaka, FEW)]
    cautions = [str(answer["sites"][0]["cautions"]) for answer in answers]
    assert any("開設状況を確認できません" in each for each in cautions)
