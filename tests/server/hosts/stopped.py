"""A host that is stopped in the middle of a publication, until somebody lets it go on.

    python -m tests.server.hosts.stopped URL HOME REVISION RECORD STEP

prints what became of what it published after it went on: `written`, or `lost`.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from layers.store.record import Published
from layers.store.store import LeadLost
from tests.server.hosts.killed import Steps, publish


def main(url: str, home: Path, revision: Path, document: Path, step: int) -> None:
    published = Published.from_stored(document.read_bytes())
    assert published is not None
    try:
        publish(url, home, revision, published, Steps(step, signal.SIGSTOP))
    except LeadLost:
        print("lost")
    else:
        print("written")


if __name__ == "__main__":
    home, revision, document = map(Path, sys.argv[2:5])
    main(sys.argv[1], home, revision, document, int(sys.argv[5]))
