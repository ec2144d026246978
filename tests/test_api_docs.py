"""The examples of docs/api.md are run, and print what is written below them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("api.md", "api.ja.md")
ADDRESS = "http://localhost:8000"  # in the documents
# A fenced example, and what it prints where that is written directly below it.
EXAMPLE = re.compile(
    r"^```(sh|python|js|py)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL
)
QGIS = "/usr/bin/python3"  # of Debian's python3-qgis
CONSOLE = """
from qgis.core import QgsApplication
running = QgsApplication([], False)
running.initQgis()
"""  # what runs around QGIS's Python console
COMMANDS = {
    "sh": ["sh", "-euc"],
    "python": [sys.executable, "-c"],
    "js": [str(ROOT / "tools" / "with-node.sh"), "node", "--input-type=module", "-e"],
    "py": [QGIS, "-c"],
}


def examples(document: str) -> list[tuple[str, str, str]]:
    """Language, text and, where it is written, the output of each example."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return EXAMPLE.findall(text)


@pytest.mark.parametrize(
    ("language", "text", "output"),
    [
        pytest.param(
            *each, id=f"{each[0]}-{n}", marks=[pytest.mark.soak] if each[0] == "py" else []
        )
        for n, each in enumerate(examples("api.md"))
    ],
)
def test_an_example_prints_what_is_written_below_it(
    asaka_site: str, tmp_path: Path, language: str, text: str, output: str
) -> None:
    environment = {**os.environ}
    if language == "py":
        text = f"{CONSOLE}{text}"
        environment = {"PATH": os.defpath, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
        found = subprocess.run([QGIS, "-c", "import qgis.core"], capture_output=True, check=False)
        if found.returncode:
            pytest.skip("QGIS is absent: python3-qgis")
    if "ogrinfo" in text and shutil.which("ogrinfo") is None:
        pytest.skip("GDAL's programs are absent: gdal-bin")
    done = subprocess.run(
        [*COMMANDS[language], text.replace(ADDRESS, asaka_site)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.replace(asaka_site, ADDRESS).splitlines()
    assert printed
    assert output.splitlines() == printed[: len(output.splitlines())]


def test_both_languages_have_the_same_examples() -> None:
    assert len({tuple(examples(document)) for document in DOCUMENTS}) == 1
