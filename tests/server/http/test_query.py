"""A query string, read as types; every fault names parameter, value and what was wanted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi import Request

from server.http.errors import InvalidQuery
from server.http.query import Query

QUERY = Query({"n": "12", "x": "1.5", "of": "b", "some": "c,,a", "empty": "", "long": "字" * 60})
CHOICES = ("a", "b", "c")
LETTERS = re.compile("[a-z]+")


def test_each_value_is_read_as_its_type() -> None:
    assert QUERY.text("n") == "12"
    assert QUERY.whole("n", 1, 12) == 12
    assert QUERY.number("x", -1.5, 1.5) == 1.5
    assert QUERY.choice("of", CHOICES) == "b"
    assert QUERY.matching("of", LETTERS, "letters") == "b"


def test_some_of_several_come_in_their_usual_order() -> None:
    assert QUERY.choices("some", CHOICES) == ("a", "c")


def test_what_is_not_there_is_none() -> None:
    read: list[object] = [
        QUERY.text("nothing"),
        QUERY.whole("nothing", 1, 2),
        QUERY.number("nothing", 1, 2),
        QUERY.choice("nothing", CHOICES),
        QUERY.matching("nothing", LETTERS, "letters"),
    ]
    assert read == [None] * 5
    assert QUERY.choices("nothing", CHOICES) == ()


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda q: q.text("n", 1), "n is too long; wanted at most 1 characters"),
        (lambda q: q.whole("n", 1, 11), "n is '12'; wanted a whole number from 1 to 11"),
        (lambda q: q.whole("x", 1, 2), "x is '1.5'; wanted a whole number from 1 to 2"),
        (lambda q: q.whole("empty", 1, 2), "empty is ''; wanted a whole number from 1 to 2"),
        (lambda q: q.number("x", 2, 3), "x is '1.5'; wanted a number from 2 to 3"),
        (lambda q: q.number("of", 2, 3), "of is 'b'; wanted a number from 2 to 3"),
        (lambda q: q.choice("n", CHOICES), "n is '12'; wanted one of a, b, c"),
        (lambda q: q.choice("empty", CHOICES), "empty is ''; wanted one of a, b, c"),
        (lambda q: q.choices("some", ("a", "b")), "some names 'c'; wanted some of a, b"),
        (lambda q: q.matching("n", LETTERS, "letters"), "n is '12'; wanted letters"),
        (lambda q: q.choice("long", CHOICES), f"long is '{'字' * 50}'; wanted one of a, b, c"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_wanted(
    read: Callable[[Query], object], message: str
) -> None:
    with pytest.raises(InvalidQuery) as error:
        read(QUERY)
    assert str(error.value) == message


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "1e999", "", " ", "0x1", "0" * 5000 + "1", "1." + "0" * 5000]
)
def test_what_is_no_finite_number_is_refused(value: str) -> None:
    with pytest.raises(InvalidQuery, match=r"^x is "):
        Query({"x": value}).number("x", -1e308, 1e308)


@pytest.mark.parametrize("value", ["１", "+1", "-1", "1_0", " 1", "1" * 10, "0" * 5000 + "1"])
def test_a_whole_number_has_one_way_to_be_written(value: str) -> None:
    with pytest.raises(InvalidQuery, match=r"^n is "):
        Query({"n": value}).whole("n", 0, 10**9)


def test_an_unknown_parameter_is_refused_where_that_is_asked_for() -> None:
    QUERY.refuse_others(("n", "x", "of", "some", "empty", "long"))
    with pytest.raises(InvalidQuery) as error:
        QUERY.refuse_others(("n", "x", "of", "some"))
    assert str(error.value) == (
        "empty is no parameter of this address; wanted one of n, x, of, some"
    )


def test_a_form_leaves_out_what_was_left_empty() -> None:
    request = Request({"type": "http", "query_string": b"a=&b=1", "headers": []})
    assert Query.of(request).text("a") == ""
    form = Query.of_form(request)
    assert (form.text("a"), form.text("b")) == (None, "1")


def test_of_a_repeated_parameter_the_last_counts() -> None:
    request = Request({"type": "http", "query_string": b"a=1&a=2", "headers": []})
    assert Query.of(request).text("a") == "2"
