"""What a job may use at most, by what the machine has.

The jobs that run at once have half of the machine's memory together: the other half is for the
service itself, and for a `bosai check` beside it.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.geometry.threads import processors

SHARE = 2  # of the machine's memory all jobs together have one part in so many
LEAST = 2 << 30  # bytes for a job: where there is less for each, fewer run at once
MOST = 6 << 30  # bytes that no file of a city's needs
SECONDS = 1200  # until a job is ended, however little it does
UNLIMITED = "max"  # in a file of cgroup v2


@dataclass(frozen=True)
class Limits:
    """The most that a job may use; one that wants more is ended. `at_once` jobs run side by side.

    `memory` is bytes of address space beyond what the libraries have, which all jobs share.
    """

    memory: int = MOST
    processor_time: int = SECONDS * 3 // 4  # seconds
    file_size: int = 4 << 30  # bytes
    wall_time: int = SECONDS
    at_once: int = 1


def limits_of_machine(memory: int | None = None, seconds: int = SECONDS) -> Limits:
    """The limits that this machine bears; `memory` in bytes is what a job has where it is given."""
    together = machine_memory() // SHARE
    at_once = max(1, min(processors(), together // (memory or LEAST)))
    if memory is None:
        memory = min(together // at_once, MOST)
    return Limits(
        memory=memory, processor_time=seconds * 3 // 4, wall_time=seconds, at_once=at_once
    )


def machine_memory(root: Path = Path("/")) -> int:
    """Bytes of memory that this process may use: the machine's, or less in a container.

    `root` is the folder with `proc` and `sys`.
    """
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_limits_of_cgroups(root)])


def _limits_of_cgroups(root: Path) -> Iterator[int]:
    """The limits of the control groups that this process is in: of each, and of those around it.

    https://docs.kernel.org/admin-guide/cgroup-v2.html#memory, and cgroup-v1/memory.html. In a
    container the groups around its own may not be there.
    """
    try:
        memberships = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in memberships:
        _, controllers, group = line.split(":", 2)
        if not controllers:
            mounted, name = root / "sys/fs/cgroup", "memory.max"
        elif "memory" in controllers.split(","):
            mounted, name = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes"
        else:
            continue
        inside = PurePosixPath(group.lstrip("/"))
        for folder in (inside, *inside.parents):
            try:
                limit = (mounted / folder / name).read_text(encoding="ascii").strip()
            except OSError:
                continue
            if limit != UNLIMITED:
                yield int(limit)


def limit_this_process(limits: Limits) -> None:
    """Hold this process to the limits, and to those that it is under already, which are never
    raised.
    """
    for resource_id, most, grace in (
        (resource.RLIMIT_AS, _address_space() + limits.memory, 0),
        (resource.RLIMIT_CPU, limits.processor_time, 5),  # ended by SIGXCPU, or by SIGKILL then
        (resource.RLIMIT_FSIZE, limits.file_size, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, hard = resource.getrlimit(resource_id)
        if hard != resource.RLIM_INFINITY:
            most, grace = min(most, hard), min(grace, max(hard - most, 0))
        resource.setrlimit(resource_id, (most, most + grace))


def _address_space() -> int:
    """Bytes of address space that this process has."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
