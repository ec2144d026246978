"""The city that ships, brought to object storage by `bosai build --to` as an operator runs it."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from server.build.folder import CACHE_CONTROL, MANIFEST
from tests.service import PROGRAM
from tests.static_copy import SITE, StaticCopy
from tests.storage import Storage, storage

BUCKET, PREFIX = "map", "asaka/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Storage]:
    with storage(tmp_path) as started:
        started.client().create_bucket(Bucket=BUCKET)
        yield started


def sent_by_build(home: Path, copy: Path, store: Storage) -> tuple[int, int]:
    """How many objects a build writes into the bucket, and deletes from it."""
    environment = os.environ | store.environment | {"BOSAI_HOME": str(home), "BOSAI_BASE_URL": SITE}
    to = f"s3://{BUCKET}/{PREFIX.rstrip('/')}"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "build", "-o", str(copy), "--to", to],
        check=False,
        capture_output=True,
        env=environment,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    said = re.search(rf"sent: {to}; (\d+) objects? anew, (\d+) deleted", done.stdout.decode())
    assert said is not None, done.stdout.decode()
    return int(said[1]), int(said[2])


def manifest_of(copy: Path) -> dict[str, dict[str, Any]]:
    files: dict[str, dict[str, Any]] = json.loads((copy / MANIFEST).read_bytes())["files"]
    return files


def sent_with(store: Storage, path: str) -> tuple[bytes, dict[str, object]]:
    """An object as a browser gets it: its bytes, unpacked, and what of its headers decides."""
    answer = store.client().get_object(Bucket=BUCKET, Key=PREFIX + path)
    content: bytes = answer["Body"].read()
    if answer.get("ContentEncoding") == "gzip":
        content = gzip.decompress(content)
    return content, {name: answer[name] for name in ("ContentType", "CacheControl")}


@pytest.mark.soak  # a minute of processor time: 1,800 objects, there and back
def test_the_bucket_holds_the_copy_and_a_second_build_sends_only_what_changed(
    static_copy: StaticCopy, store: Storage, tmp_path: Path
) -> None:
    home, copy = static_copy.folder.parent / "home", tmp_path / "copy"
    shutil.copytree(static_copy.folder, copy)
    files = manifest_of(copy)
    assert sent_by_build(home, copy, store) == (len(files), 0)

    listing = store.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = {each["Key"] for page in listing for each in page["Contents"]}
    assert keys == {PREFIX + path for path in (*files, MANIFEST)}
    with ThreadPoolExecutor(2) as threads:
        objects = dict(
            zip(files, threads.map(lambda path: sent_with(store, path), files), strict=True)
        )
    for path, entry in manifest_of(copy).items():
        content, headers = objects[path]
        assert content == (copy / path).read_bytes(), path
        expected = {"ContentType": entry["type"], "CacheControl": CACHE_CONTROL[entry["cache"]]}
        assert headers == expected, path

    before = manifest_of(copy)
    (
        copy / "robots.txt"
    ).unlink()  # as good as changed: it is written, and sent, only if it differs
    sent, removed = sent_by_build(home, copy, store)
    after = manifest_of(copy)
    changed = {path for path in after if after[path]["sha256"] != before[path]["sha256"]}
    assert (sent, removed) == (len(changed), 0)
    assert 0 < len(changed) < 20
    for path in changed:
        assert after[path]["cache"] == "moment"
        assert sent_with(store, path)[0] == (copy / path).read_bytes()
