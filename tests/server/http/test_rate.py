"""How often may be written, by a network and by all."""

from __future__ import annotations

import pytest

from server.http import rate
from server.http.rate import Allowance, Rate, TooFrequent


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(allowance: Allowance, address: str | None, times: int) -> int:
    """How many of so many are allowed."""
    count = 0
    for _ in range(times):
        try:
            allowance.take(address)
        except TooFrequent:
            continue
        count += 1
    return count


def test_a_network_has_a_burst_and_then_one_at_a_time() -> None:
    clock = Clock()
    allowance = Allowance(Rate(3, 60), Rate(1000, 1), clock)
    assert taken(allowance, "203.0.114.1", 10) == 3
    with pytest.raises(TooFrequent) as refusal:
        allowance.take("203.0.114.1")
    assert refusal.value.wait_s == 60
    clock.now += 60
    assert taken(allowance, "203.0.114.1", 10) == 1
    assert taken(allowance, "203.0.114.2", 10) == 3  # another network has its own


def test_addresses_of_one_line_are_one_network() -> None:
    allowance = Allowance(Rate(2, 60), Rate(1000, 1), Clock())
    allowance.take("2001:200:0:aa00::1")
    allowance.take("2001:200:0:aa7f::2")
    with pytest.raises(TooFrequent):
        allowance.take("2001:200:0:aaff::3")
    allowance.take("2001:200:0:ab00::1")
    assert taken(allowance, "::ffff:203.0.114.1", 1) + taken(allowance, "203.0.114.1", 5) == 2


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "172.18.0.1", "fd00::1", "::ffff:10.0.0.1", None, "unix"]
)
def test_whoever_stands_for_all_is_held_to_the_rate_of_all(address: str | None) -> None:
    allowance = Allowance(Rate(2, 60), Rate(5, 60), Clock())
    assert taken(allowance, address, 10) == 5
    assert taken(allowance, "203.0.114.1", 10) == 0


def test_what_is_refused_counts_for_nobody() -> None:
    clock = Clock()
    allowance = Allowance(Rate(2, 60), Rate(3, 60), clock)
    assert taken(allowance, "203.0.114.1", 100) == 2
    assert taken(allowance, "203.0.114.2", 100) == 1


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "MOST_NETWORKS", 5)
    allowance = Allowance(Rate(1, 60), Rate(1000, 1), Clock())
    for last in range(20):
        allowance.take(f"203.0.114.{last}")
    assert len(allowance._rested) == 5
