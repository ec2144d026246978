"""How large a table the rows of a source may make, whatever they come from.

A file may be far less than its table: a name that a single row has is a column of all rows.
"""

from __future__ import annotations

from pathlib import Path

from layers.errors import SourceError

MOST_ROWS = 5_000_000
MOST_COLUMNS = 5_000  # Excel has 16,384 at most, SQLite 2,000, PostgreSQL 1,600
MOST_CELLS = 50_000_000  # of values with types; texts are bounded in `layers.sources.tables.grid`


def require_table(path: Path, rows: int, columns: int, most_cells: int = MOST_CELLS) -> None:
    """Raise `SourceError` for a table of too many rows, columns, or cells in all."""
    if rows > MOST_ROWS:
        raise SourceError(path, "many_rows", f"{rows:,}", f"{MOST_ROWS:,}")
    if columns > MOST_COLUMNS:
        raise SourceError(path, "many_columns", f"{columns:,}", f"{MOST_COLUMNS:,}")
    if rows * columns > most_cells:
        raise SourceError(path, "large_table", f"{rows:,} × {columns:,}", f"{most_cells:,}")
