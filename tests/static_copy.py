"""A static copy of the city that ships, served by nginx as its read-me says, or by Python."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from server.build.build import build
from server.build.folder import PACKED, Written
from server.settings import Settings
from tests.service import free_port
from tests.waiting import until

SITE = "https://map.example.jp"
NGINX = "/usr/sbin/nginx"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
MAIN = """
{modules}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
    access_log off;
    {temporary}
{site}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class StaticCopy:
    """A copy: its folder, and where it is served."""

    folder: Path
    address: str
    written: Written

    @contextmanager
    def without(self, path: str) -> Iterator[None]:
        """A file of the copy, and what it is packed, is not there meanwhile."""
        file = self.folder / path
        names = (file.name + suffix for suffix in ("", *PACKED.values()))
        moved = [each for each in map(file.with_name, names) if each.exists()]
        for each in moved:
            each.rename(each.with_name(each.name + ".away"))
        try:
            yield
        finally:
            for each in moved:
                each.with_name(each.name + ".away").rename(each)


def settings_of(home: Path) -> Settings:
    return Settings(home=home, base_url=SITE)


def lasting_build(home: Path, folder: Path) -> Written:
    """What it says of the moment counts for as long as tests may take."""
    with patch("server.build.build.FRESH", datetime.timedelta(days=1)):
        return build(settings_of(home), folder)


def write_copy(home: Path, folder: Path) -> None:
    """Write into `folder` the copy, the home it is of, and what the build did."""
    own = folder / "home"
    shutil.copytree(home, own, ignore=shutil.ignore_patterns("drafts", "*.sqlite*"))
    with ThreadPoolExecutor(1) as thread:  # in this one may be the event loop of Playwright
        written = thread.submit(lasting_build, own, folder / "copy").result()
    (folder / "written.json").write_text(json.dumps(written))


@contextmanager
def served_copy(folder: Path) -> Iterator[StaticCopy]:
    """The copy that was written into `folder`, served from there."""
    written = Written(*json.loads((folder / "written.json").read_text()))
    with served(folder / "copy", folder) as address:
        yield StaticCopy(folder / "copy", address, written)


@contextmanager
def served(copy: Path, folder: Path, *, with_brotli: bool = False) -> Iterator[str]:
    """The address of the folder, served without any service; `with_brotli` by nginx alone."""
    port = free_port()
    if shutil.which(NGINX):
        configuration = folder / "nginx.conf"
        configuration.write_text(_configuration(copy, folder, port, with_brotli))
        command = [NGINX, "-p", str(folder), "-c", str(configuration)]
    else:
        options = ["--bind", "127.0.0.1", "--directory", str(copy)]
        command = [sys.executable, "-m", "http.server", str(port), *options]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until(lambda: process.poll() is not None or _answers(port))
        assert process.poll() is None, (folder / "server.log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=60)


def _configuration(copy: Path, folder: Path, port: int, with_brotli: bool) -> str:
    """The server of the read-me's own example, with this folder and port."""
    text = (copy / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert block is not None
    site = block[1].replace("listen 80;", f"listen 127.0.0.1:{port};")
    site = site.replace("/srv/bosai-map", str(copy))
    site = site.replace("include mime.types;", "include /etc/nginx/mime.types;")
    modules = f"load_module {BROTLI};" if with_brotli else ""
    site = site.replace("# brotli_static on;", "brotli_static on;" if with_brotli else "#")
    temporary = " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    return MAIN.format(modules=modules, folder=folder, temporary=temporary, site=site, user=user)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except OSError:
        return False
