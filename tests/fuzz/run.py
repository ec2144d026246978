"""`python -m tests.fuzz.run NAME SECONDS FOLDER`: look for what a parser fails at, by Atheris.

Ends with 0 when the time is over, otherwise says where it failed and leaves in the folder at what.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import atheris

LARGEST = 4096  # bytes of an input
LONGEST = 20  # seconds of one, on a busy machine
MEMORY = 4096  # megabytes


def main() -> None:
    """Fuzz one of the targets."""
    name, seconds, place = sys.argv[1:]
    with atheris.instrument_imports(include=["layers", "server"]):
        from tests.fuzz.targets import TARGETS
        from tests.sandbox import SANDBOX
    with SANDBOX:
        target = TARGETS[name]()
    corpus = Path(place) / "corpus"
    corpus.mkdir(parents=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    warnings.simplefilter("ignore")

    def attempt(content: bytes) -> None:
        try:
            target.parse(content)
        except target.refusals:
            return

    limits = (f"-max_total_time={seconds}", f"-max_len={LARGEST}", f"-timeout={LONGEST}")
    further = (f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={place}/", "-verbosity=1")
    atheris.Setup([name, *limits, *further, str(corpus)], attempt)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
