"""Every kind of problem has words in each language, and is reported somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from layers import messages
from layers.errors import DefinitionError, PreparationError, SourceError
from layers.messages import MESSAGES, ProblemKind
from layers.messages.message import LANGUAGES, fill_in
from layers.report import Problem
from layers.schema.validation import RULE, rule
from layers.sources.vector.shapes import BrokenGeometry
from tests.layers.messages.kinds import Code, code

KINDS: list[ProblemKind] = sorted(MESSAGES)
SUBJECTS = {name: module for name, module in vars(messages).items() if hasattr(module, "Kind")}
SENTENCE = re.compile(r"[A-Za-z]+(?: [a-z]+){2,}")
EXAMPLE = """
Wrong = tuple[int, ProblemKind | None]
FORMS = {"date": "an everyday word"}
WRONG: Mapping[str, ProblemKind] = {"flag": "in_a_table"}
HIDDEN: Set[ProblemKind] = {"looked_up_in"}

class Problem:
    row: int
    kind: ProblemKind

class Further(Problem):
    pass

def read(form: str, kind: ProblemKind | None = None) -> Wrong:
    other: ProblemKind
    number, other = 1, "assigned"
    Problem(1, "a_field" if form == "number" else "another_field")
    Further(1, "inherited")
    read("columns", "an_argument")
    read("grid", kind="by_name")
    return 1, "returned"
"""


def test_kinds_are_read_where_the_annotations_want_them_and_nowhere_else() -> None:
    example = Code([ast.parse(EXAMPLE)])
    fields = {"a_field", "another_field", "inherited"}
    others = {"in_a_table", "assigned", "an_argument", "by_name", "returned"}
    assert example.kinds() == fields | others


def test_every_kind_is_reported_somewhere() -> None:
    assert set(get_args(ProblemKind)) - code().kinds() == set()


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_a_subject_has_words_for_each_of_its_kinds_in_their_order(subject: str) -> None:
    module = SUBJECTS[subject]
    assert get_args(module.Kind) == tuple(module.MESSAGES)


def test_a_kind_belongs_to_one_subject() -> None:
    assert len(SUBJECTS) > 10
    kinds = [kind for module in SUBJECTS.values() for kind in get_args(module.Kind)]
    assert sorted(kinds) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_is_in_both_languages_and_can_be_filled_in(kind: ProblemKind) -> None:
    message = MESSAGES[kind]
    for words in message:
        assert words["ja"].endswith(("。", "）", "}"))
        assert not words["ja"].isascii()
        assert words["en"]
    for language in LANGUAGES:
        assert fill_in(message.finding, language, "k", "v", "d")
        assert fill_in(message.finding, language, "k", None, {"ja": "d", "en": "d"})


def test_no_kind_but_those_of_the_messages_passes_the_type_checker() -> None:
    """With any other type than `ProblemKind` mypy reports an ignore that nothing needs."""
    path = Path("a.csv")
    with pytest.raises(KeyError):
        Problem("note", "no_kind").message("en")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        SourceError(path, "no_kind")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        DefinitionError(path, "no_kind", "id")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        PreparationError("no_kind")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        BrokenGeometry("no_kind")  # type: ignore[arg-type]
    assert rule("no_kind", "id").type == RULE  # type: ignore[arg-type]


def test_no_error_is_raised_with_a_sentence_of_its_own() -> None:
    calls = [*code().calls()]
    assert len(calls) > 250
    for call in calls:
        texts = [str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant)]
        assert not [text for text in texts if SENTENCE.search(text)], ast.unparse(call)
