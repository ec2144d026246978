"""What every measurement gets: where to write, how much data, how many runs, how long a load."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.cities import Cities
from tests.benchmarks.measure import Worker, working
from tests.benchmarks.servers import free_port, serving

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Bench:
    """`share` is the part of the data that is used, `seconds` the time of one load."""

    cache: Path
    share: float
    runs: int
    seconds: int
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def cities(self) -> Cities:
        return Cities(self.cache, self.share)

    @property
    def peers(self) -> Path:
        """Where peers are installed."""
        return self.cache / "peers"

    @property
    def work(self) -> Path:
        """A folder for what a measurement writes."""
        folder = self.cache / "work"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def worker(self, *arguments: str | Path) -> AbstractContextManager[Worker]:
        """Our side in a process of its own (see `worker`)."""
        command: list[str | Path] = [sys.executable, "-m", "tests.benchmarks.worker", *arguments]
        return working(command, cwd=ROOT)

    @contextmanager
    def service(self, environment: dict[str, str], port: int = 0) -> Iterator[tuple[int, int]]:
        """Our service with one worker until the block ends; gives the worker's id and the port.

        `environment` are all its settings: those this process was started with do not reach it.
        The port is a free one unless it is given.
        """
        port = port or free_port()
        bosai = Path(sys.executable).with_name("bosai")
        command: list[str | Path] = [bosai, "serve", "--workers", "1", "--port", str(port)]
        log = self.work / "service.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("BOSAI_")}
        env = inherited | environment
        with serving(command, port, "/readyz", log, cwd=ROOT, env=env) as pid:
            yield _worker(pid), port


def _worker(parent: int) -> int:
    """The process that answers: the only child of a service's parent."""
    (worker,) = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return int(worker)
