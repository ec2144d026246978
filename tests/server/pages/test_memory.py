"""Pages that are the same for everybody are made once, and kept up to a number of bytes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.pages.memory import OVERHEAD, PageMemory


class Made:
    """Makes pages of one length and remembers which."""

    def __init__(self) -> None:
        self.keys: list[int] = []

    def page(self, memory: PageMemory, key: int) -> str:
        def make() -> str:
            self.keys.append(key)
            return f"{key:100}"

        return memory.get(key, make).plain.content.decode()


def test_a_page_is_made_once_however_many_ask() -> None:
    memory, made = PageMemory(), Made()
    barrier = threading.Barrier(8)

    def ask(_number: int) -> str:
        barrier.wait(30)
        return made.page(memory, 1)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(ask, range(8))) == {f"{1:100}"}
    assert made.keys == [1]


def test_it_keeps_no_more_bytes_than_it_may() -> None:
    memory, made = PageMemory(3 * (100 + OVERHEAD)), Made()
    for key in (0, 1, 2, 0, 3, 0, 1):
        made.page(memory, key)
    # 0 was asked for again in between and stays; 1 was the oldest when 3 came.
    assert made.keys == [0, 1, 2, 3, 1]


def test_what_fails_is_tried_again() -> None:
    def fail() -> str:
        raise ValueError("no")

    memory, made = PageMemory(), Made()
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            memory.get(1, fail)
    assert made.page(memory, 1) == f"{1:100}"
