"""Files that are small, and want more memory or time than a machine has; each is made anew.

A bomb is a function that writes a file into a folder: `size` is what makes it one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.layers.sources import bombs_of_geodata as geodata, bombs_of_tables as tables

Write = Callable[[Path, int], Path]


@dataclass(frozen=True)
class Bomb:
    """A file of a size, and the kind of problem that is said of it; "" where it is read.

    A `large` one shows by minutes what a small one shows by seconds.
    """

    write: Write
    size: int
    kind: str
    large: int = 0

    @property
    def name(self) -> str:
        return self.write.__name__


BOMBS = [
    Bomb(tables.many_columns, 200_000, "many_columns", large=1_000_000),
    Bomb(tables.doubled_names, 100_000, "many_columns"),
    Bomb(tables.doubled_names_in_a_sheet, 16_000, "many_columns"),
    Bomb(tables.doubled_elements, 90_000, "many_columns"),
    Bomb(tables.unbalanced_quotes, 300_000, "unclosed"),
    Bomb(tables.quotes_that_open, 300_000, ""),
    Bomb(tables.header_of_line_breaks, 300_000, ""),
    Bomb(tables.header_of_spaces, 300_000, ""),
    Bomb(tables.short_rows, 100_000, "large_table"),
    Bomb(tables.nameless_columns, 30_000, "", large=100_000),
    Bomb(tables.combining_marks, 100_000, "", large=500_000),
    Bomb(tables.spaces_in_a_coordinate, 100_000, ""),
    Bomb(tables.one_line, 300 << 20, "too_large"),
    Bomb(tables.nested_wkt, 100_000, ""),
    Bomb(geodata.property_names, 90_000, "many_columns"),
    Bomb(geodata.property_names_of_each, 90_000, "many_columns"),
    Bomb(geodata.sparse, 20_000, "large_table", large=100_000),
    Bomb(geodata.sparse_records, 100_000, "large_table"),
    Bomb(geodata.deep_json, 100_000, "too_deep"),
    Bomb(geodata.broken_lines, 100_000, "too_deep"),
    Bomb(geodata.arcs_again_and_again, 1_000, ""),
    Bomb(geodata.deep_folders, 2_000, "too_deep"),
    Bomb(geodata.tags_in_a_description, 300_000, ""),
    Bomb(geodata.comments_in_a_description, 300_000, ""),
    Bomb(geodata.entities, 20, "dtd"),
    Bomb(geodata.links_again_and_again, 1_000, ""),
    Bomb(geodata.deep_elements, 100_000, "too_deep"),
    Bomb(tables.far_cells, 100_000, "many_cells"),
    Bomb(tables.one_wide_row, 10_000, "", large=100_000),
    Bomb(tables.hidden_columns, 300_000, "broken_workbook"),
    Bomb(tables.merged_cells, 10_000, "many_merged", large=100_000),
    Bomb(tables.shared_text, 10_000, "much_text"),
    Bomb(tables.entities_in_a_sheet, 20, "broken_workbook"),
    Bomb(geodata.rows_of_nothing, 6_000_000, "many_rows"),
    Bomb(geodata.one_text_in_every_row, 100_000, "too_large"),
    Bomb(geodata.one_category_in_every_row, 100_000, "too_large"),
    Bomb(geodata.recursive_view, 10**15, "view_endless"),
    Bomb(geodata.view_of_many_rows, 100, "many_rows"),
    Bomb(geodata.many_layers, 600, "many_sublayers"),
    Bomb(geodata.stated_rows, 10**12, ""),
    Bomb(geodata.stated_features, 10**12, "damaged"),
    Bomb(geodata.stated_records, 0xFFFFFFFF, "rows_missing"),
    Bomb(geodata.records_of_nothing, 1_000_000, "large_table"),
    Bomb(geodata.one_shape_in_every_record, 100_000, "records_overlap"),
    Bomb(geodata.zeros, 83_886_080, "unpacked_size", large=314_572_800),
    Bomb(geodata.members_that_overlap, 1_000, "unpacked_size"),
    Bomb(geodata.archive_in_an_archive, 100, "packed_twice"),
]
