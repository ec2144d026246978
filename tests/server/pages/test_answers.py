"""What a device answers from its copy is what the service answers, word by word."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from layers.catalog.catalog import Catalog
from layers.exports.answers import answers, has_answers
from server.pages.here import answer_for
from server.pages.here_words import HereWords
from server.texts import LANGUAGES, translator
from tests.conftest import ROOT
from tests.layers.surveyed_city import surveyed_city
from tests.server.pages.places_asked import Question, questions

POINTS = 1000


def on_device(catalog: Catalog, asked: Sequence[Question]) -> list[Any]:
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


def on_server(catalog: Catalog, question: Question) -> Any:
    lang, place, disaster = question
    answer = answer_for(catalog, place, disaster, lang, translator(lang))
    return orjson.loads(orjson.dumps(answer.to_json()))


def same(catalog: Catalog, count: int = POINTS) -> set[str]:
    """The states of all statements, once both answered the same to so many questions."""
    asked = questions(catalog, count)
    states = set()
    for question, answer in zip(asked, on_device(catalog, asked), strict=True):
        expected = on_server(catalog, question)
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
