"""Setting type in a process of its own, started when it is first needed (see the program).

The memory of Typst and its font is not the worker's, and a fault of theirs does not end it.
"""

from __future__ import annotations

import datetime
import logging
import signal
import struct
import subprocess
import sys
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

from server.http.errors import TypesettingFailed
from server.http.responses import Body
from server.texts import plain

PROGRAM = "server.typesetter"
TEMPLATES = Path(__file__).with_name("templates")
LONGEST = 30.0  # seconds of a job: a sheet takes less than one
IDLE = 60.0  # seconds without a job after which the process ends
ANSWER = struct.Struct(">?I")  # whether it is set, and the bytes that follow

MEDIA_TYPES = {"png": "image/png", "pdf": "application/pdf"}
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sheet:
    """What is to be set: the template `<template>.typ`, its words, and its pictures in SVG.

    The template reads `words` as JSON. `date` is the date a PDF says of itself.
    """

    template: str
    kind: Literal["png", "pdf"]
    words: dict[str, Any]
    pictures: dict[str, str]
    date: datetime.datetime | None = None


class Typesetter:
    """Sets one sheet after the other, with a new process when there is none. For one thread."""

    def __init__(self, longest: float = LONGEST, idle: float = IDLE) -> None:
        self._command = [sys.executable, "-m", PROGRAM, str(longest), str(idle)]
        self._program: _Program | None = None

    def typeset(self, sheet: Sheet) -> Body:
        """The sheet set in type. Raises `TypesettingFailed`, after `longest` seconds too."""
        try:
            content = self._answer(_job(sheet))
        except (OSError, TypesettingFailed) as error:
            LOG.exception("%s.typ", sheet.template)
            raise TypesettingFailed(f"{sheet.template}: {error}") from error
        return Body(content, MEDIA_TYPES[sheet.kind])

    def _answer(self, job: bytes) -> bytes:
        while True:
            if self._program is None or self._program.process.poll() is not None:
                self._program = _Program(self._command)
            answer = self._program.ask(job)
            if answer is not None:
                return answer
            # When it ended by itself, it had been idle and did not see the job.
            if status := self._program.process.wait():
                raise TypesettingFailed(_reason(status))


class _Program:
    """The process, which ends with the last reference to this."""

    def __init__(self, command: Sequence[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        weakref.finalize(self, _end, self.process)

    def ask(self, job: bytes) -> bytes | None:
        """What is set; None when the process ended instead. Raises `TypesettingFailed`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(job)
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        head = self.process.stdout.read(ANSWER.size)
        if len(head) < ANSWER.size:
            return None
        done, length = ANSWER.unpack(head)
        content = self.process.stdout.read(length)
        if len(content) < length:
            return None
        if not done:
            raise TypesettingFailed(content.decode())
        return content


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with suppress(BrokenPipeError), process:  # a job that it did not read may be left
        pass


def _reason(status: int) -> str:
    """Why a process that ended with `status`, as `Popen` has it, did not finish the job."""
    if status == -signal.SIGALRM:
        return "took too long"
    return f"the typesetter ended with {status}"


def _job(sheet: Sheet) -> bytes:
    """The line that the program reads."""
    job = {
        "template": (TEMPLATES / f"{sheet.template}.typ").read_text("utf-8"),
        "kind": sheet.kind,
        "inputs": {"words": plain(orjson.dumps(sheet.words).decode()), **sheet.pictures},
        "date": sheet.date,
    }
    return orjson.dumps(job, option=orjson.OPT_APPEND_NEWLINE)
