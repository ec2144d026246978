"""CQL2 over a layer's published columns: what is selected, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, strategies as st

from layers.catalog.layer import Layer
from layers.errors import InvalidFilter
from layers.query.filter.evaluate import selected
from layers.query.filter.parse import Language, parse
from layers.query.filter.texts import Pattern
from tests.layers.city import SmallCity
from tests.layers.query.filter.places import ROWS, places


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Layer:
    return places(SmallCity(tmp_path_factory.mktemp("filter")))


def rows(layer: Layer, text: str, language: Language = "cql2-text") -> list[int]:
    return np.flatnonzero(selected(layer, parse(text, language))).tolist()


CASES = {
    # comparison
    "name = '第一小学校'": [0],
    "name <> '第一小学校'": [1, 2, 3, 4, 5],
    "'第一小学校' = name": [0],
    "people > 40": [0, 1, 5],
    "40 >= people": [2, 4, 6],
    "people = 9007199254740991": [5],
    "height < 0": [3],
    "height = 0": [4],
    "name < 'B'": [3, 5],
    "open = TRUE": [0, 3, 5],
    "open": [0, 3, 5],
    "NOT open": [1, 4],
    "open <> true": [1, 4],
    "kind = 'hall'": [2, 3, 5],
    "people = height": [4],
    "people > height": [0, 1, 5, 6],
    "kind = name": [],
    "1 = 1": [0, 1, 2, 3, 4, 5, 6],
    "TRUE": [0, 1, 2, 3, 4, 5, 6],
    # logic, of which a missing value makes neither
    "kind = 'school' AND people > 50": [0, 1],
    "kind = 'school' OR people > 50": [0, 1, 5, 6],
    "NOT kind = 'school'": [2, 3, 5],
    "NOT (kind = 'school' AND people > 50)": [2, 3, 4, 5, 6],
    "NOT (height > 0 OR people > 10)": [4],
    # lists, ranges, nothing
    "kind IN ('hall', 'park')": [2, 3, 5],
    "people NOT IN (100, 250)": [2, 4, 5, 6],
    "people BETWEEN 40 AND 100": [0, 2],
    "people NOT BETWEEN 40 AND 100": [1, 4, 5, 6],
    "kind IS NULL": [4],
    "height IS NOT NULL": [0, 1, 3, 4, 5, 6],
    # patterns
    "name LIKE '%小学校'": [0, 1],
    "name LIKE '第_小学校'": [0, 1],
    "name LIKE '小学校'": [],
    "name LIKE '%学%'": [0, 1],
    "name LIKE '第%校'": [0, 1],
    "name NOT LIKE '%学%'": [2, 3, 4, 5],
    "name LIKE '100\\%\\_%'": [5],
    "name LIKE '100_%'": [5],
    "name LIKE '%'": [0, 1, 2, 3, 4, 5],
    "name LIKE '______'": [4],
    # case, width, accents
    "CASEI(name) = CASEI('abc会館')": [2],
    "CASEI(name) LIKE CASEI('ＡＢＣ%')": [2, 3],
    "CASEI(name) LIKE CASEI('%ガーデン')": [5],
    "CASEI(name) LIKE CASEI('100％%')": [5],
    "CASEI(name) LIKE CASEI('1％')": [],
    "name LIKE 'abc%'": [],
    "CASEI(name) IN (CASEI('ABC HALL'), CASEI('ａｂｃ会館'))": [2, 3],
    "ACCENTI(name) = ACCENTI('Cafe e')": [4],
    "ACCENTI(CASEI(name)) = ACCENTI(CASEI('CAFÉ É'))": [4],
    "ACCENTI(CASEI(name)) LIKE '%カーテン'": [],
    "CASEI(name) > 'b'": [0, 1, 4],
    # arithmetic
    "people + 1 = 101": [0],
    "people / 0 > 1": [],
    "people * 2 > height * 10 AND people % 2 = 1": [5],
    "people DIV 3 = 13": [2],
    "-height > 1": [3],
    "height ^ 2 = 4": [6],
    # space
    "S_INTERSECTS(geometry, BBOX(139, 35, 139.06, 35.06))": [0, 1],
    "S_WITHIN(geometry, POLYGON((139 35, 139.1 35, 139.1 35.1, 139 35.1, 139 35)))": [0, 1],
    "S_CONTAINS(POLYGON((139 35, 139.1 35, 139.1 35.1, 139 35.1, 139 35)), geometry)": [0, 1],
    "S_TOUCHES(geometry, POLYGON((139 35, 139.1 35, 139.1 35.1, 139 35.1, 139 35)))": [2],
    "S_DISJOINT(geometry, BBOX(139, 35, 139.06, 35.06))": [2, 3, 4, 5, 6],
    "S_EQUALS(geometry, POINT(139.15 35.15))": [3],
    "S_INTERSECTS(geometry, BBOX(179, 35, 139.06, 35.06))": [0, 1],
    "S_INTERSECTS(POINT(1 1), POINT(1 1)) AND people = 5": [6],
    # time
    "since = DATE('2020-01-01')": [0, 5],
    "since > '2021-01-01'": [1, 4, 6],
    "since < TIMESTAMP('2020-01-01T00:00:00+09:00')": [2],
    "T_AFTER(since, DATE('2021-06-15'))": [4, 6],
    "T_BEFORE(since, DATE('2020-01-01'))": [2],
    "T_EQUALS(since, DATE('2024-02-29'))": [4],
    "T_INTERSECTS(since, INTERVAL('2020-01-01', '2021-06-15'))": [0, 1, 5],
    "T_DURING(since, INTERVAL('2020-01-01', '2022-03-03'))": [1],
    "T_DURING(since, INTERVAL('2022-01-01', '..'))": [4, 6],
    "T_DISJOINT(since, INTERVAL('2020-01-01', '2021-06-15'))": [2, 4, 6],
    "T_CONTAINS(INTERVAL('2020-01-01', '2022-03-03'), since)": [1],
    "T_MEETS(since, INTERVAL('2019-12-31', '2022-03-03'))": [2],
    "T_FINISHES(since, INTERVAL('2019-12-31', '2024-02-29'))": [4],
    "T_STARTS(since, INTERVAL('2019-12-31', '2024-02-29'))": [2],
}


@pytest.mark.parametrize(("text", "wanted"), CASES.items())
def test_a_filter_selects(layer: Layer, text: str, wanted: list[int]) -> None:
    assert rows(layer, text) == wanted


@pytest.mark.parametrize("text", [text for text in CASES if "9007" not in text])
def test_json_selects_the_same(layer: Layer, text: str) -> None:
    encoded = orjson.dumps(parse(text)).decode()
    assert rows(layer, encoded, "cql2-json") == CASES[text]


def test_json_keeps_large_whole_numbers(layer: Layer) -> None:
    def equal(number: int) -> str:
        return orjson.dumps({"op": "=", "args": [{"property": "people"}, number]}).decode()

    assert rows(layer, equal(9007199254740991), "cql2-json") == [5]
    assert rows(layer, equal(9007199254740993), "cql2-json") == []


@pytest.mark.parametrize(
    "text", ["people = 9007199254740993", "people IN (1, -9007199254740993)", f"people<1{'0' * 20}"]
)
def test_text_refuses_whole_numbers_whose_digits_it_would_lose(layer: Layer, text: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        rows(layer, text)
    assert "9007199254740992" in refused.value.fault
    assert "cql2-json" in refused.value.wanted


@pytest.mark.parametrize(
    "text",
    ["people < 9007199254740992", "name <> '9007199254740993'", "people < 0.12345678901234567"],
)
def test_other_numbers_are_read(layer: Layer, text: str) -> None:
    rows(layer, text)


def test_the_id_selects_one(layer: Layer) -> None:
    ids = layer.revision.table.ids.tolist()
    assert rows(layer, f"id = {ids[3]}") == [3]
    assert rows(layer, f"id IN ({ids[1]}, {ids[2]})") == [1, 2]


REFUSED = {
    "colour = 1": ("'colour'", "name, kind, people, height, open, since"),
    "phone = 'secret-1'": ("'phone'", "name, kind"),
    "source_row = 1": ("'source_row'", "name, kind"),
    "people = 'many'": ("'people' with 'many'", "number"),
    "name = 5": ("'name' with 5", "text"),
    "open = 'x'": ("'open'", "flag"),
    "since = 'yesterday'": ("'yesterday'", "a date"),
    "since = DATE('2021-02-30')": ("'2021-02-30'", "a date"),
    "T_AFTER(name, DATE('2021-01-01'))": ("'name'", "dates"),
    "T_DURING(since, INTERVAL('2022-01-01', '2021-01-01'))": ("ends before", "start"),
    "people": ("'people'", "flags"),
    "name + 1 = 2": ("'name'", "numbers"),
    "foo(name) = 1": ("'foo'", "casei"),
    "S_NEAR(geometry, POINT(1 1))": ("'S_NEAR'", "s_intersects"),
    "S_INTERSECTS(name, POINT(1 1))": ("'name'", "geometry"),
    "S_INTERSECTS(geometry, geometry)": ("itself", "POINT"),
    "S_INTERSECTS(geometry, 'x')": ("lacks a geometry", "POINT"),
    "S_INTERSECTS(geometry, POINT(1))": ("geometry", "POINT"),
    "S_INTERSECTS(geometry, POINT(1+9 5))": ("geometry", "POINT(139.6 35.8)"),
    "S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))": ("not valid", "one that is"),
    "S_INTERSECTS(geometry, BBOX(139, 36, 140, 35))": ("south", "4 numbers"),
    "geometry = 1": ("geometry", "S_INTERSECTS"),
    "name LIKE name": ("LIKE", "text"),
    "people LIKE '1%'": ("LIKE", "texts"),
    "CASEI(people) = 'x'": ("CASEI", "texts"),
    "people = 1e999": ("too large", "1e308"),
    "name = 'x' AND": ("ends too early", "Identifier"),
    "name = = 'x'": ("from \"= 'x'\"", "Identifier"),
    "name = 'x": ("quote", "doubled"),
    "": ("is empty", "a condition"),
    "'x'": ("condition", "a = 1"),
    "NULL = 1": ("", ""),
}


@pytest.mark.parametrize(("text", "named"), REFUSED.items())
def test_a_filter_that_cannot_be_answered_says_why(
    layer: Layer, text: str, named: tuple[str, str]
) -> None:
    with pytest.raises(InvalidFilter) as refused:
        rows(layer, text)
    fault, wanted = named
    assert fault in refused.value.fault
    assert wanted in refused.value.wanted


DEEP = {
    "(" * 2000 + "name = 'x'" + ")" * 2000: "cql2-text",
    "(" * 2000: "cql2-text",
    "NOT " * 1500 + "open": "cql2-text",
    "people = " + "-" * 5000 + "1": "cql2-text",
    "people = " + "- " * 3000 + "1": "cql2-text",
    "[" * 3000: "cql2-text",
    "casei(" * 1300: "cql2-text",
    "a" * 1_000_000: "cql2-text",
    "x = '" + "(" * 7000 + "': ": "cql2-text",
    '"' * 7001: "cql2-text",
    "people" + "+1" * 3900 + " = 1": "cql2-text",
    "people" + "^1" * 3900 + " = 1": "cql2-text",
    "open" + " AND open" * 800 + " AND": "cql2-text",
    "1 = 1" + " = 1" * 1900: "cql2-text",
    '{"op":"not","args":[' * 300 + "true" + "]}" * 300: "cql2-json",
    "[" * 7000: "cql2-json",
}


def test_nothing_that_is_deep_or_long_ends_the_process() -> None:
    """In a process of its own: what the library does then is to end it."""
    program = (
        "import sys, orjson\n"
        "from layers.errors import InvalidFilter\n"
        "from layers.query.filter.parse import parse\n"
        "for text, language in orjson.loads(sys.stdin.buffer.read()):\n"
        "    try:\n"
        "        parse(text, language)\n"
        "    except InvalidFilter:\n"
        "        print('refused')\n"
        "    else:\n"
        "        print('read', text[:40])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=orjson.dumps(list(DEEP.items())),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[4],
    )
    assert done.stdout.decode().splitlines() == ["refused"] * len(DEEP)


@pytest.mark.parametrize(
    "text",
    [
        "name" + "(" * 30,
        "(" * 30 + "name name" + ")" * 30,
        "(" * 10 + "people = 1 AND " * 500 + "name name" + ")" * 10,
        "(people = 1 AND " * 20 + "name name" + ")" * 20,
    ],
)
def test_what_the_library_would_read_for_minutes_is_refused_before(text: str) -> None:
    with pytest.raises(InvalidFilter, match="brackets"):
        parse(text)


def test_brackets_as_programs_write_them_are_read(layer: Layer) -> None:
    conditions = "(" * 7 + "people > 0)" + " AND (height > 0))" * 6
    assert rows(layer, conditions) == [0, 1, 5, 6]
    ring = ", ".join(f"{139 + number / 10000:.4f} 35" for number in range(500))
    area = f"S_INTERSECTS(geometry, MULTIPOLYGON(((139 35, {ring}, 139.2 35.2, 139 35))))"
    assert len(rows(layer, f"({area})")) > 0


TOKENS = """
name people height open since geometry id kind
= <> < > AND OR NOT LIKE IN BETWEEN IS NULL ( ) , + - * / ^ % DIV TRUE
'x' '%学' 1 2.5 CASEI( ACCENTI( S_INTERSECTS( T_AFTER( DATE('2020-01-01')
POINT(139 BBOX(1,2,3,4) INTERVAL('..','2020-01-01') [ ] { " ; foo(
"""
WORDS = st.sampled_from(TOKENS.split())
FUNCTIONS = ["and", "or", "not", "<", "like", "between", "in", "isNull", "casei", "+", "t_after"]


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=40))
def test_any_text_is_answered_or_refused(layer: Layer, text: str) -> None:
    with suppress(InvalidFilter):
        assert len(selected(layer, parse(text))) == len(ROWS)


NODES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["name", "people", "since", "open"]).map(lambda name: {"property": name}),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {
                "op": st.sampled_from([*FUNCTIONS, "s_within", "x"]),
                "args": st.lists(inner, max_size=3),
            }
        )
        | st.fixed_dictionaries({"interval": st.lists(inner, max_size=2)})
        | st.fixed_dictionaries({"bbox": st.lists(inner, max_size=6)})
        | st.fixed_dictionaries(
            {"type": st.just("Polygon"), "coordinates": st.lists(inner, max_size=2)}
        )
    ),
    max_leaves=12,
)


@given(NODES)
def test_any_json_is_answered_or_refused(layer: Layer, node: object) -> None:
    try:
        encoded = orjson.dumps(node).decode()
    except TypeError:  # a whole number of more than 64 bits
        return
    with suppress(InvalidFilter):
        selected(layer, parse(encoded, "cql2-json"))


@given(st.text("ab%_", max_size=6), st.text("ab", max_size=8))
def test_a_pattern_is_what_a_regular_expression_says(pattern: str, text: str) -> None:
    form = "".join({"%": ".*", "_": "."}.get(character, character) for character in pattern)
    assert Pattern(pattern, ()).matches(text) == bool(re.fullmatch(form, text))


def test_a_pattern_of_many_wildcards_takes_no_longer() -> None:
    text = "a" * 300
    assert not Pattern("%a" * 200 + "%b", ()).matches(text)
