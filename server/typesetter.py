"""The program of the process that sets type: jobs in, a picture or a PDF out for each.

The only one that loads Typst and its font, and nothing of the service. It ends with its input,
when no job came for a while, and by the kernel's alarm when a job takes too long: so it outlives
neither who started it nor an endless template. See `server.printing.typesetter`.

Typst (Apache 2.0) sets text and SVG alike as PNG or PDF, without a browser and without the network.
The font is Noto Sans JP (OFL), from a package: what is printed is the same on every machine.
"""

from __future__ import annotations

import datetime
import json
import select
import signal
import struct
import sys
from typing import Any

import pylopdf_fonts_jp
import typst

PPI = 108  # of pictures: 1.5 pixels to a point


def main(longest: str, idle: str) -> None:
    """Read jobs, a line of JSON each, from the standard input; write answers to its output.

    An answer is whether all went well, a byte; a length, four bytes; and as many bytes of what is
    set or of why it is not. `longest` are the seconds of a job, `idle` those without one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's; it is for who started us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[pylopdf_fonts_jp.sans_path().parent],
    )
    while select.select([sys.stdin], [], [], float(idle))[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        signal.setitimer(signal.ITIMER_REAL, float(longest))
        try:
            done, content = True, typeset(json.loads(line), fonts)
        except typst.TypstError as error:
            done, content = False, str(error).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.buffer.write(struct.pack(">?I", done, len(content)) + content)
        sys.stdout.buffer.flush()


def typeset(job: dict[str, Any], fonts: typst.Fonts) -> bytes:
    """The job's template set in type. Raises `typst.TypstError`."""
    content = typst.compile(
        job["template"].encode(),
        format=job["kind"],
        ppi=PPI,
        sys_inputs=job["inputs"],
        font_paths=fonts,
        timestamp=job["date"] and datetime.datetime.fromisoformat(job["date"]),
        pdf_standards=["ua-1"] if job["kind"] == "pdf" else [],
    )
    assert isinstance(content, bytes)  # a picture is one page; a PDF is one file
    return content


if __name__ == "__main__":
    main(*sys.argv[1:])
