"""A static copy brought to object storage that speaks S3: only what changed, in a safe order.

`manifest.json` of the bucket says what is there. It is written first, with what will be written
anew, and last; between the two come the files that others name, then those that name them, and
what neither the copy nor the one before has goes in the end. An upload that is stopped leaves the
copy of before, or a mixture of which every page finds what it names; the next one ends it.

Storage cannot choose an encoding by what a reader accepts. What browsers load is stored in gzip,
which all of them read; what programs read as well (exports, catalogues, feeds) as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from server.build.folder import CACHE_CONTROL, GZIP_SUFFIX, MANIFEST, CopyFolder, Manifest
from server.settings import S3_URL

AT_ONCE = 8  # files: an answer of storage takes longer than its work
RETRIES = 5
PATIENCE = 60  # seconds without a byte
FOR_BROWSERS = re.compile(r"(?:v|static|tiles/[a-z0-9_]+/styled)/|map\.|sw\.js$|offline\.json$")

Progress = Callable[[int, int], None]


class NoUpload(Exception):
    """Nothing, or not all, could be uploaded: `reason` is a key of the texts, `value` what of.

    What `may_pass` is worth another try, with the same settings.
    """

    def __init__(self, reason: str, value: object, *, may_pass: bool = False) -> None:
        super().__init__(f"{reason}: {value}")
        self.reason, self.value, self.may_pass = reason, value, may_pass


@dataclass(frozen=True)
class Target:
    """Where a copy goes: a bucket, and what the names of its objects begin with."""

    bucket: str
    prefix: str = ""

    @classmethod
    def of(cls, url: str) -> Target:
        """Read `s3://bucket/prefix`. Raises `ValueError`."""
        match = S3_URL.fullmatch(url)
        if match is None:
            raise ValueError(f"{url!r}; wanted s3://bucket or s3://bucket/prefix")
        return cls(match[1], f"{match[2][1:]}/" if match[2] else "")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


class Uploaded(NamedTuple):
    """What an upload did: objects written, and objects deleted."""

    sent: int
    removed: int


def upload(folder: Path, target: Target, progress: Progress = lambda _done, _of: None) -> Uploaded:
    """Make the bucket hold the copy of a folder.

    Credentials, region and endpoint are those of boto3: the variables `AWS_*`, or its own files.
    Raises `NoUpload`, `server.build.folder.NoBuild`, `OSError`.
    """
    with CopyFolder(folder).opened() as copy, _refusals(target) as client:
        return _Upload(folder, copy.manifest, target, client, progress).run()


class _Upload:
    def __init__(
        self, folder: Path, copy: Manifest, target: Target, client: Any, progress: Progress
    ) -> None:
        self._folder, self._copy, self._target, self._client = folder, copy, target, client
        self._progress, self._done = progress, 0

    def run(self) -> Uploaded:
        files, there = self._copy.files, self._manifest_there()
        begun = {*there.begun}
        changed = [
            path
            for path, entry in files.items()
            if path in begun or _stored(there.files.get(path)) != _stored(entry)
        ]
        left = {*there.files, *there.former, *begun} - {*files, *self._copy.former}
        if changed or left:
            self._put_manifest(replace(there, begun=sorted(begun | {*changed})))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for paths in _in_order(changed):
                for _ in pool.map(self._put_file, paths):
                    self._tell(len(changed))
            self._put_manifest(self._copy)
            for _ in pool.map(self._delete, sorted(left)):
                pass
        return Uploaded(len(changed), len(left))

    def _manifest_there(self) -> Manifest:
        """What the bucket has by its own word. A place with anything else is left alone."""
        bucket, prefix = self._target.bucket, self._target.prefix
        listed = self._client.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
        if not listed.get("KeyCount"):
            return Manifest()
        try:
            answer = self._client.get_object(Bucket=bucket, Key=f"{prefix}{MANIFEST}")
        except self._client.exceptions.NoSuchKey:
            raise NoUpload("upload_other", self._target) from None
        return Manifest.of(answer["Body"].read(), f"{self._target}/{MANIFEST}")

    def _put_manifest(self, manifest: Manifest) -> None:
        self._put(MANIFEST, manifest.content(), "application/json", CACHE_CONTROL["revalidate"])

    def _put_file(self, path: str) -> None:
        entry = self._copy.files[path]
        is_packed = _is_packed(path, entry)
        name = f"{path}{GZIP_SUFFIX}" if is_packed else path
        encoding = {"ContentEncoding": "gzip"} if is_packed else {}
        cache = CACHE_CONTROL[entry["cache"]]
        with (self._folder / name).open("rb") as file:
            self._put(path, file, entry["type"], cache, **encoding)

    def _put(self, path: str, body: object, media_type: str, cache: str, **headers: str) -> None:
        self._client.put_object(
            Bucket=self._target.bucket,
            Key=f"{self._target.prefix}{path}",
            Body=body,
            ContentType=media_type,
            CacheControl=cache,
            **headers,
        )

    def _delete(self, path: str) -> None:
        self._client.delete_object(Bucket=self._target.bucket, Key=f"{self._target.prefix}{path}")

    def _tell(self, of: int) -> None:
        self._done += 1
        self._progress(self._done, of)


def _in_order(paths: Iterable[str]) -> Iterator[list[str]]:
    """Groups of files, each of which is named by those of later groups alone."""
    groups: tuple[list[str], ...] = ([], [], [], [])
    for path in paths:
        is_page = path.endswith(".html")
        index = 3 if path == "sw.js" else 2 if path == "offline.json" else 1 if is_page else 0
        groups[index].append(path)
    return iter(groups)


def _stored(entry: dict[str, Any] | None) -> tuple[object, ...]:
    """What of a file decides its object, by its entry in a manifest."""
    return () if entry is None else tuple(entry.get(name) for name in ("sha256", "type", "cache"))


def _is_packed(path: str, entry: dict[str, Any]) -> bool:
    is_browsers = path.endswith(".html") or FOR_BROWSERS.match(path) is not None
    return is_browsers and "gzip" in entry


@contextmanager
def _refusals(target: Target) -> Iterator[Any]:
    """A client of the storage; what it refuses is `NoUpload`."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    except ImportError as error:
        raise NoUpload("upload_extra", "bosai-layers[s3]") from error
    try:
        yield boto3.Session().client(
            "s3",
            config=Config(
                retries={"mode": "standard", "max_attempts": RETRIES},
                connect_timeout=PATIENCE,
                read_timeout=PATIENCE,
                max_pool_connections=AT_ONCE,
                # Storage other than Amazon's does not know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
    except NoCredentialsError as error:
        raise NoUpload("upload_credentials", target) from error
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "?"))
        if code in ("NoSuchBucket", "404"):
            raise NoUpload("upload_bucket", target.bucket) from error
        raise NoUpload("upload_refused", f"{target}: {code}") from error
    except (BotoCoreError, ValueError) as error:
        raise NoUpload("upload_failed", f"{target}: {error}", may_pass=True) from error
