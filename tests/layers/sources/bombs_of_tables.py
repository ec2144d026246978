"""Tables that are small, and want more memory or time than a machine has: see `bombs.py`."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from tests.layers.sources.books import SHEET, book, rewrite
from tests.layers.sources.geodata import put


def many_columns(folder: Path, size: int) -> Path:
    names = ",".join(f"c{number}" for number in range(size))
    return put(folder, f"{names},lat,lon\n{',' * size}35.8,139.6\n", "a.csv")


def doubled_names(folder: Path, size: int) -> Path:
    return put(folder, f"lat,lon{',name' * size}\n35.8,139.6{',1' * size}\n", "a.csv")


def doubled_names_in_a_sheet(folder: Path, size: int) -> Path:
    return book(folder / "a.xlsx", ["lat", "lon", *["name"] * size], [35.8, 139.6])


def doubled_elements(folder: Path, size: int) -> Path:
    place = "<Point><coordinates>139.6,35.8</coordinates></Point>"
    names = "<note>あ</note>" * size
    return put(folder, f"<kml><Placemark>{names}{place}</Placemark></kml>", "a.kml")


def unbalanced_quotes(folder: Path, size: int) -> Path:
    return put(folder, "lat,lon,name\n" + '35.8,139.6,"x\n' * size, "a.csv")


def quotes_that_open(folder: Path, size: int) -> Path:
    return put(folder, "lat,lon,name\n" + '"\n' * size + '35.8,139.6,"x', "a.csv")


def header_of_line_breaks(folder: Path, size: int) -> Path:
    breaks = "\n" * size
    return put(folder, f'lat,lon,"a{breaks}あ"\n35.8,139.6,x\n', "a.csv")


def header_of_spaces(folder: Path, size: int) -> Path:
    return put(folder, f'lat,lon,"a{" " * size}あ"\n35.8,139.6,x\n', "a.csv")


def short_rows(folder: Path, size: int) -> Path:
    names = ",".join(f"c{number}" for number in range(4000))
    return put(folder, f"lat,lon,{names}\n35.8,139.6{',x' * 4000}\n" + "35\n" * size, "a.csv")


def nameless_columns(folder: Path, size: int) -> Path:
    return put(folder, f"lat,lon{',' * size}z\n" + "35.8,139.6\n" * size, "a.csv")


def combining_marks(folder: Path, size: int) -> Path:
    marks = "\u0316\u0301" * size
    return put(folder, f"lat,lon,名称\n35.8,139.6,か{marks}\n35.8,か{marks},x\n", "a.csv")


def spaces_in_a_coordinate(folder: Path, size: int) -> Path:
    return put(folder, f'lat,lon\n"35{" " * size}x",139\n35.8,139.6\n', "a.csv")


def one_line(folder: Path, size: int) -> Path:
    path = folder / "a.csv"
    with path.open("wb") as content:
        content.write(b"lat,lon,")
        content.seek(size)
        content.write(b"x")
    return path


def nested_wkt(folder: Path, size: int) -> Path:
    text = "GEOMETRYCOLLECTION(" * size + "POINT(139.6 35.8)" + ")" * size
    return put(folder, f'名称,wkt\nあ,"{text}"\nい,POINT(139.1 35.1)\n', "a.csv")


def _book(folder: Path) -> Path:
    return book(folder / "a.xlsx", ["名称", "緯度", "経度"], ["あ", 35.8, 139.6])


def far_cells(folder: Path, size: int) -> Path:
    rows = "".join(f'<row r="{row}"><c r="XFD{row}"/></row>' for row in range(3, size))
    return rewrite(_book(folder), SHEET, "</sheetData>", f"{rows}</sheetData>")


def one_wide_row(folder: Path, size: int) -> Path:
    rows = '<row r="3"><c r="XFD3"><v>1</v></c></row>' + "".join(
        f'<row r="{row}"><c r="B{row}"><v>35</v></c></row>' for row in range(4, size)
    )
    return rewrite(_book(folder), SHEET, "</sheetData>", f"{rows}</sheetData>")


def hidden_columns(folder: Path, size: int) -> Path:
    columns = '<col min="1" max="16383" hidden="1"/>' * size
    return rewrite(_book(folder), SHEET, "<sheetData>", f"<cols>{columns}</cols><sheetData>")


def merged_cells(folder: Path, size: int) -> Path:
    cells = "".join(
        f'<row r="{row}"><c r="{"XFC" if row == 3 else "A"}{row}"><v>1</v></c></row>'
        for row in range(3, size)
    )
    path = rewrite(_book(folder), SHEET, "</sheetData>", f"{cells}</sheetData>")
    merged = f'<mergeCells><mergeCell ref="XFC3:XFC{size}"/></mergeCells><pageMargins'
    return rewrite(path, SHEET, "<pageMargins", merged)


def shared_text(folder: Path, size: int) -> Path:
    path = _book(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package:
        text = f"<si><t>{'x' * 1_000_000}</t></si>"
        package.writestr("xl/sharedStrings.xml", f'<sst xmlns="{SHEET_MAIN_NS}">{text}</sst>')
    kind = SHARED_STRINGS
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    rewrite(path, "[Content_Types].xml", "</Types>", part)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, size)
    )
    return rewrite(path, SHEET, "</sheetData>", f"{rows}</sheetData>")


def entities_in_a_sheet(folder: Path, size: int) -> Path:
    inner = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, size))
    head = f'<!DOCTYPE worksheet [<!ENTITY e0 "ha">{inner}]><worksheet'
    path = rewrite(_book(folder), SHEET, "<worksheet", head)
    return rewrite(path, SHEET, "<sheetData>", f"<x>&e{size - 1};</x><sheetData>")
