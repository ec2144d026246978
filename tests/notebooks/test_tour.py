"""The notebook runs as it is, and is kept without outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01-tour.ipynb"


def test_it_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(notebook.cells) == 10
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert "server" not in "".join(cell.source for cell in code)


# The kernel's own sockets and event loop warn of things that are not this project's.
@pytest.mark.filterwarnings("ignore")
def test_every_cell_runs_and_the_last_shows_a_map(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    client.execute()
    (shown,) = notebook.cells[-1].outputs
    assert "leaflet" in shown["data"]["text/html"]
    tile = notebook.cells[7].outputs[0]["data"]["text/plain"]
    assert "Tile(z=13" in tile
