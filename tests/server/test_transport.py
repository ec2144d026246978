"""A service that is not served by TLS binds no browser to TLS; see also deploy/test_nginx.py."""

from __future__ import annotations

import urllib.request

import pytest

TILE = "/tiles/emergency_sites/14/14544/6445.geojson"


@pytest.mark.parametrize("address", ["/", "/healthz", TILE])
def test_without_tls_nothing_is_said_of_it(asaka_site: str, address: str) -> None:
    with urllib.request.urlopen(asaka_site + address, timeout=120) as answer:
        assert "Strict-Transport-Security" not in answer.headers
        assert answer.headers["Permissions-Policy"]
