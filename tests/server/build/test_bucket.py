"""A static copy in object storage: only what changed is sent, and a stopped upload harms nothing.

The storage is moto's server, which speaks S3.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from server.build import bucket as bucket_module
from server.build.bucket import NoUpload, Target, Uploaded, upload
from server.build.folder import MANIFEST, Cache, CopyFile, CopyFolder, NoBuild
from tests.server.test_cli import bosai
from tests.storage import Storage, storage

LONG = "a line that packs well 災害\n" * 100
NUMBERS = count(1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with storage(tmp_path_factory.mktemp("storage")) as started:
        yield started


@pytest.fixture
def client(store: Storage, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    return store.client()


@pytest.fixture
def target(client: Any) -> Target:
    """An empty place in a bucket of its own."""
    name = f"map-{next(NUMBERS)}"
    client.create_bucket(Bucket=name)
    return Target(name, "asaka/")


def file(path: str, content: str = LONG, cache: Cache = "revalidate") -> CopyFile:
    suffixes = {"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}
    media_type = suffixes.get(path.rpartition(".")[2], "application/json")
    return CopyFile(path, content.encode(), media_type, cache)


def build(folder: Path, *files: CopyFile, gone: tuple[str, ...] = ()) -> None:
    with CopyFolder(folder).opened() as copy:
        copy.begin([each.path for each in files])
        for each in files:
            copy.put(each)
        copy.end(gone)


def keys(client: Any, target: Target) -> set[str]:
    listed = client.list_objects_v2(Bucket=target.bucket).get("Contents", ())
    return {each["Key"].removeprefix(target.prefix) for each in listed}


def text(client: Any, target: Target, path: str) -> str:
    answer = client.get_object(Bucket=target.bucket, Key=target.prefix + path)
    content: bytes = answer["Body"].read()
    if answer.get("ContentEncoding") == "gzip":
        content = gzip.decompress(content)
    return content.decode()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are sent, in their order."""
    paths: list[str] = []
    put = bucket_module._Upload._put

    def noted(self: Any, path: str, *arguments: Any, **headers: str) -> None:
        paths.append(path)
        put(self, path, *arguments, **headers)

    monkeypatch.setattr(bucket_module._Upload, "_put", noted)
    return paths


def test_each_file_has_the_headers_that_a_browser_needs(
    tmp_path: Path, client: Any, target: Target
) -> None:
    build(
        tmp_path,
        file("v/1/tiles/flood/14/1/1.geojson", cache="immutable"),
        file("layers/flood/export.csv"),
        file("shelters.json", cache="moment"),
        file("ja/index.html"),
    )
    assert upload(tmp_path, target) == Uploaded(sent=4, removed=0)
    assert keys(client, target) == {
        MANIFEST, "v/1/tiles/flood/14/1/1.geojson", "layers/flood/export.csv", "shelters.json",
        "ja/index.html",
    }  # fmt: skip
    headers = {}
    for path in keys(client, target):
        answer = client.get_object(Bucket=target.bucket, Key=target.prefix + path)
        names = ("ContentType", "ContentEncoding", "CacheControl")
        headers[path] = [answer.get(name) for name in names]
        assert path == MANIFEST or text(client, target, path) == LONG
    assert headers == {
        "v/1/tiles/flood/14/1/1.geojson": [
            "application/json", "gzip", "public, max-age=31536000, immutable",
        ],
        "layers/flood/export.csv": ["text/csv; charset=utf-8", None, "no-cache"],
        "shelters.json": ["application/json", None, "public, max-age=15"],
        "ja/index.html": ["text/html; charset=utf-8", "gzip", "no-cache"],
        MANIFEST: ["application/json", None, "no-cache"],
    }  # fmt: skip


def test_only_what_changed_is_sent_first_what_pages_name_and_the_manifest_last(
    tmp_path: Path, target: Target, sent: list[str]
) -> None:
    build(tmp_path, file("a.html"), file("offline.json"), file("sw.js"), file("v/1/tile"))
    upload(tmp_path, target)
    assert sent == [MANIFEST, "v/1/tile", "a.html", "offline.json", "sw.js", MANIFEST]
    sent.clear()
    assert upload(tmp_path, target) == Uploaded(sent=0, removed=0)
    build(tmp_path, file("a.html", "new"), file("offline.json"), file("sw.js"), file("v/1/tile"))
    sent.clear()
    assert upload(tmp_path, target) == Uploaded(sent=1, removed=0)
    assert sent == [MANIFEST, "a.html", MANIFEST]


def test_what_the_copy_no_longer_has_goes_when_the_folder_lets_it_go(
    tmp_path: Path, client: Any, target: Target
) -> None:
    build(tmp_path, file("v/1/tile"), file("v/1/other"), file("a.html", "1"))
    upload(tmp_path, target)
    build(tmp_path, file("v/2/tile"), file("a.html", "2"), gone=("v/1/other",))
    assert upload(tmp_path, target) == Uploaded(sent=2, removed=1)  # what was withdrawn
    assert keys(client, target) == {MANIFEST, "v/1/tile", "v/2/tile", "a.html"}
    build(tmp_path, file("v/2/tile"), file("a.html", "3"))
    assert upload(tmp_path, target) == Uploaded(sent=1, removed=1)
    assert keys(client, target) == {MANIFEST, "v/2/tile", "a.html"}


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_an_upload_that_stops_leaves_what_pages_name_and_the_next_one_ends_it(
    tmp_path: Path, client: Any, target: Target, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, file("v/1/tile"), file("a.html", "v/1/tile"))
    upload(tmp_path, target)
    build(tmp_path, file("v/2/tile"), file("a.html", "v/2/tile"))
    with monkeypatch.context() as patch:
        put, writes = bucket_module._Upload._put, count(1)

        def put_or_fail(self: Any, *arguments: Any, **headers: str) -> None:
            if next(writes) == at:
                raise ConnectionError("the line is cut")
            put(self, *arguments, **headers)

        patch.setattr(bucket_module._Upload, "_put", put_or_fail)
        with pytest.raises(ConnectionError):
            upload(tmp_path, target)
    assert text(client, target, text(client, target, "a.html")) == LONG
    build(tmp_path, file("v/1/tile"), file("a.html", "v/1/tile"))  # as before: not as it is there
    upload(tmp_path, target)
    assert text(client, target, "a.html") == "v/1/tile"
    assert text(client, target, "v/1/tile") == LONG
    assert "begun" not in json.loads(text(client, target, MANIFEST))


def test_a_place_of_somebody_else_is_left_alone(
    tmp_path: Path, client: Any, target: Target
) -> None:
    client.put_object(Bucket=target.bucket, Key="asaka/photo.jpg", Body=b"")
    build(tmp_path, file("a.html"))
    with pytest.raises(NoUpload, match="upload_other"):
        upload(tmp_path, target)
    client.put_object(Bucket=target.bucket, Key=f"asaka/{MANIFEST}", Body=b"{")
    with pytest.raises(NoBuild, match="build_damaged"):
        upload(tmp_path, target)
    assert keys(client, target) == {MANIFEST, "photo.jpg"}
    upload(tmp_path, Target(target.bucket, "beside/"))


def test_what_keeps_an_upload_from_beginning_is_named(
    tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, file("a.html"))

    def refused(to: Target = target) -> tuple[str, object, bool]:
        with pytest.raises(NoUpload) as refusal:
            upload(tmp_path, to)
        return refusal.value.reason, refusal.value.value, refusal.value.may_pass

    assert refused(Target("none-there")) == ("upload_bucket", "none-there", False)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        patch.setattr(bucket_module, "RETRIES", 1)
        reason, value, may_pass = refused()
        assert (reason, may_pass) == ("upload_failed", True)
        assert "127.0.0.1:9" in str(value)
    with monkeypatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        patch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        assert refused() == ("upload_credentials", target, False)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "boto3", None)
        assert refused() == ("upload_extra", "bosai-layers[s3]", False)


@pytest.mark.parametrize(
    "url", ["s3://", "s3://A", "s3://bucket/a b", "https://bucket", "s3://bucket/?a", "/srv/map"]
)
def test_an_address_that_is_no_bucket_s_is_refused(url: str, tmp_path: Path) -> None:
    done = bosai(tmp_path, "build", "--to", url)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"--to が「{url}」です。" in done.stderr.decode()


def test_a_build_without_a_place_is_refused(tmp_path: Path) -> None:
    done = bosai(tmp_path, "build")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "-o フォルダ か --to" in done.stderr.decode()
