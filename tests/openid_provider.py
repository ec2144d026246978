"""A real provider of OpenID Connect in a process of its own (`oidc-provider`, by Node)."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2

from tests.service import ROOT, free_port

SECRET = "sample-secret-of-the-client"
CLIENT = "bosai"


@dataclass(frozen=True)
class RunningProvider:
    """Its issuer, and the file of the client's secret."""

    issuer: str
    secret_file: Path

    def settings(self, base_url: str) -> dict[str, str]:
        """What the service has to know of it, as its settings are called in the code."""
        return {
            "base_url": base_url,
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret_file": str(self.secret_file),
        }


def without_provider(folder: Path) -> dict[str, str]:
    """Settings that name a provider which is never there."""
    file = folder / "client-secret"
    file.write_text(f"{SECRET}\n", encoding="ascii")
    return RunningProvider("http://127.0.0.1:9", file).settings("http://testserver")


@contextmanager
def provider(
    folder: Path, redirect_uris: Sequence[str], people: Mapping[str, Mapping[str, object]]
) -> Iterator[RunningProvider]:
    """The provider, once it answers; it is stopped in the end. `people`: subject → claims."""
    port, secret_file = free_port(), folder / "client-secret"
    secret_file.write_text(f"{SECRET}\n", encoding="ascii")
    arguments = [str(port), SECRET, " ".join(redirect_uris), json.dumps(people)]
    command = ["tools/with-node.sh", "node", "tests/openid_provider.mjs", *arguments]
    log = folder / "provider.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=written
        )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n", log.read_text(errors="replace")
        yield RunningProvider(f"http://127.0.0.1:{port}", secret_file)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def visit(address: str, subject: str | None) -> str:
    """Where the provider sends a browser back to, once `subject` has signed in; None gives up."""
    host = urlsplit(address).netloc
    with httpx2.Client(timeout=60) as browser:
        page = browser.get(address)
        while True:
            while page.has_redirect_location:
                address = urljoin(str(page.url), page.headers["location"])
                if urlsplit(address).netloc != host:
                    return address
                page = browser.get(address)
            assert page.status_code == 200, page.text
            if subject is None:
                link = re.search(r'href="([^"]*/abort)"', page.text)
                assert link is not None, page.text
                page = browser.get(urljoin(str(page.url), html.unescape(link[1])))
                continue
            form = dict(re.findall(r'name="(\w+)" value="(\w*)"', page.text))
            if 'name="login"' in page.text:
                form |= {"login": subject, "password": "any"}
            action = re.search(r'action="([^"]*)"', page.text)
            assert action is not None, page.text
            page = browser.post(urljoin(str(page.url), html.unescape(action[1])), data=form)
