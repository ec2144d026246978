"""The press: bounded work, however many addresses are made up."""

from __future__ import annotations

import asyncio
import threading

import pytest

from server.http.errors import PressBusy
from server.http.responses import Body
from server.printing.press import WAITING, Press

BODY = Body(b"made", "image/png")


def test_what_is_asked_for_at_once_is_made_once() -> None:
    made = []

    def make() -> Body:
        made.append(threading.current_thread().name)
        return BODY

    async def ask() -> list[Body]:
        press = Press()
        return list(await asyncio.gather(*(press.made("same", make) for _ in range(20))))

    assert asyncio.run(ask()) == [BODY] * 20
    assert len(made) == 1
    assert made[0].startswith("press")  # not one of the threads that tiles need


def test_too_much_at_once_is_refused_and_what_is_being_made_is_not() -> None:
    released = threading.Event()

    def slow() -> Body:
        released.wait(20)
        return BODY

    async def ask() -> None:
        press = Press()
        first = [asyncio.create_task(press.made(number, slow)) for number in range(WAITING)]
        await asyncio.sleep(0.05)
        with pytest.raises(PressBusy):
            await press.made("one more", slow)
        again = asyncio.create_task(press.made(0, slow))
        released.set()
        assert await asyncio.gather(*first, again) == [BODY] * (WAITING + 1)
        assert await press.made("one more", slow) is BODY

    asyncio.run(ask())
