"""Requests that come together begin a few at a time."""

from __future__ import annotations

import asyncio

from server.http.starts import AT_ONCE, Starts


def test_a_few_begin_in_each_round_of_the_loop_in_their_order() -> None:
    rounds: list[list[int]] = []

    async def begin() -> None:
        loop, starts = asyncio.get_running_loop(), Starts()
        for number in range(5 * AT_ONCE):
            starts.add(loop, lambda number=number: rounds[-1].append(number))  # type: ignore[misc]
        while not rounds or len(rounds) < 7:
            rounds.append([])
            await asyncio.sleep(0)

    asyncio.run(begin())
    assert [number for begun in rounds for number in begun] == list(range(5 * AT_ONCE))
    assert max(map(len, rounds)) == AT_ONCE


def test_what_is_added_later_begins_too() -> None:
    begun = []

    async def begin() -> None:
        loop, starts = asyncio.get_running_loop(), Starts(1)
        starts.add(loop, lambda: starts.add(loop, lambda: begun.append("second")))
        await asyncio.sleep(0.01)
        starts.add(loop, lambda: begun.append("third"))
        await asyncio.sleep(0.01)

    asyncio.run(begin())
    assert begun == ["second", "third"]
