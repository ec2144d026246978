"""Which addresses are one host of the public internet: by IANA's registries, and unasked."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import httpcore2
import pytest

from layers.errors import SourceError
from layers.fetch import http, network

# Every block of the registries for special purposes, and of what is no unicast, as IANA has them:
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
# https://www.iana.org/assignments/ipv6-address-space
SPECIAL = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32",
    "192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::1/128", "::/128", "::ffff:0:0/104", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64",
    "2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48",
    "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28",
    "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
    "fec0::/10", "ff00::/8", "::/96", "4000::/3", "8000::/3", "e000::/4",
)  # fmt: skip
# Their neighbours that are as public as any, and addresses of hosts.
PUBLIC = (
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0", "191.255.255.255",
    "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "2001:200::", "2001:db7::1",
    "2001:db9::1", "2400:4000::1", "2606:4700:4700::1111", "3ffe::1", "3fff:1000::",
)  # fmt: skip
WRAPPED = {
    "IPv4-mapped": "::ffff:{}",
    "NAT64": "64:ff9b::{}",
    "6to4": "2002:{:04x}:{:04x}::1",
}


def ends_of(block: str) -> tuple[str, str]:
    """The first and the last address of a block."""
    addresses = ipaddress.ip_network(block)
    return str(addresses[0]), str(addresses[-1])


@pytest.mark.parametrize("address", [end for block in SPECIAL for end in ends_of(block)])
def test_no_address_of_a_special_block_is_public(address: str) -> None:
    assert not network.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_beside_the_special_blocks_are_public(address: str) -> None:
    assert network.is_public(address)


@pytest.mark.parametrize("form", WRAPPED)
@pytest.mark.parametrize(
    ("inner", "public"), [("8.8.8.8", True), ("10.0.0.1", False), ("192.0.0.8", False)]
)
def test_an_address_in_another_is_what_counts(form: str, inner: str, public: bool) -> None:
    number = int(ipaddress.IPv4Address(inner))
    parts = (number >> 16, number & 0xFFFF) if form == "6to4" else (inner,)
    assert network.is_public(WRAPPED[form].format(*parts)) == public


def test_teredo_is_refused_whatever_it_leads_to() -> None:
    assert not network.is_public("2001:0:808:808:0:0:f7f7:f7f7")


@pytest.mark.parametrize("address", ["192.0.0.8", "192.88.99.1", "3fff::1", "169.254.169.254"])
def test_nothing_is_sent_to_a_host_at_a_special_address(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a name that a resolver of the test's own knows: no connection is even tried."""

    def connect(*_: Any, **__: Any) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(network, "resolve", lambda *_: [address])
    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    with pytest.raises(SourceError, match="is inside a private network"):
        http.fetch("http://data.example.jp/points.csv", tmp_path)
