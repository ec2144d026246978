"""Setting type in a process of its own: it may end, and end badly, and the next sheet is set."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.http.errors import TypesettingFailed
from server.printing import typesetter as module
from server.printing.press import Press
from server.printing.typesetter import Sheet, Typesetter
from tests.service import ROOT

WORD = Sheet("word", "png", {"word": "Asaka"}, {})
ENDLESS = Sheet("endless", "png", {}, {})
WRONG = Sheet("wrong", "png", {}, {})
TEMPLATES = {
    "word": "#json(bytes(sys.inputs.words)).word",
    "endless": "#for a in range(100000) { for b in range(100000) { let c = a } }",
    "wrong": "#undefined",
}
AWAIT = 20.0  # seconds, at most


@pytest.fixture(autouse=True)
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the templates of the sheets above."""
    for name, template in TEMPLATES.items():
        (tmp_path / f"{name}.typ").write_text(template, "utf-8")
    monkeypatch.setattr(module, "TEMPLATES", tmp_path)
    return tmp_path


def child() -> int:
    """The id of the process that this thread has started last."""
    return int(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[-1])


def await_end(pid: int) -> None:
    """Wait until the process has ended; it need not have been waited for by who started it."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    with os.fdopen(descriptor) as end:
        assert select.select([end], [], [], AWAIT)[0]


def test_one_process_sets_sheet_after_sheet() -> None:
    typesetter = Typesetter()
    body = typesetter.typeset(WORD)
    first = child()
    assert body.plain.content.startswith(b"\x89PNG")
    assert typesetter.typeset(WORD).plain == body.plain
    assert child() == first


def test_a_killed_typesetter_is_started_again() -> None:
    typesetter = Typesetter()
    typesetter.typeset(WORD)
    first = child()
    os.kill(first, signal.SIGKILL)
    await_end(first)
    assert len(typesetter.typeset(WORD))
    assert child() != first


def test_an_idle_typesetter_ends_and_the_next_sheet_starts_another() -> None:
    typesetter = Typesetter(idle=0.01)
    typesetter.typeset(WORD)
    await_end(child())
    assert len(typesetter.typeset(WORD))


def test_an_endless_template_ends_with_the_limit_and_the_next_sheet_is_set() -> None:
    typesetter = Typesetter(longest=1.0)
    with pytest.raises(TypesettingFailed, match="endless: took too long"):
        typesetter.typeset(ENDLESS)
    assert len(typesetter.typeset(WORD))


def test_a_fault_of_a_template_is_told_and_ends_nothing() -> None:
    typesetter = Typesetter()
    typesetter.typeset(WORD)
    first = child()
    with pytest.raises(TypesettingFailed, match=r"wrong: .*undefined"):
        typesetter.typeset(WRONG)
    assert len(typesetter.typeset(WORD))
    assert child() == first


def test_the_process_ends_with_the_last_reference_to_its_typesetter() -> None:
    typesetter = Typesetter()
    typesetter.typeset(WORD)
    pid = child()
    del typesetter
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(("sheet", "longest"), [("word", 30.0), ("endless", 1.0)])
def test_a_killed_worker_leaves_no_typesetter(sheet: str, longest: float, templates: Path) -> None:
    worker = f"""
        import subprocess, sys, threading
        from pathlib import Path
        from server.printing import typesetter as module
        from server.printing.typesetter import Sheet, Typesetter

        module.TEMPLATES = Path({str(templates)!r})
        typesetter = Typesetter({longest})
        typesetter.typeset(Sheet("word", "png", {{"word": "Asaka"}}, {{}}))
        print(typesetter._program.process.pid, flush=True)
        if {sheet!r} == "endless":
            typesetter.typeset(Sheet("endless", "png", {{}}, {{}}))
        threading.Event().wait()
    """
    command = [sys.executable, "-c", textwrap.dedent(worker)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    await_end(pid)


def test_the_press_keeps_what_is_set_and_no_failure() -> None:
    async def ask() -> None:
        press = Press()
        body = await press.typeset("word", lambda: WORD)
        assert await press.typeset("word", lambda: WRONG) is body
        with pytest.raises(TypesettingFailed):
            await press.typeset("wrong", lambda: WRONG)
        assert await press.typeset("wrong", lambda: WORD) is not body

    asyncio.run(ask())


def test_a_reader_is_told_that_a_picture_cannot_be_set(
    asaka_client: TestClient, templates: Path
) -> None:
    (templates / "share.typ").write_text(TEMPLATES["wrong"], "utf-8")
    answer = asaka_client.get("/og.png?for=tsunami&lang=en")
    assert answer.status_code == 503
    assert "undefined" in answer.json()["detail"]
    assert answer.headers["Retry-After"] == "30"
