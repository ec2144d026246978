"""A program for `layers.process.sandbox` that fails with a value of the data in its output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import orjson

from layers.process.forkserver import serve
from layers.process.sandbox import OUTPUT


def work(message: bytes) -> NoReturn:
    output = Path(orjson.loads(message)["folder"]) / OUTPUT
    output.write_text("ValueError: no number\n太郎: x", encoding="utf-8")
    os._exit(1)


if __name__ == "__main__":
    serve(work, *sys.argv[1:])
