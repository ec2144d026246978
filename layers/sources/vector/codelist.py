"""Code lists beside CityGML: dictionaries of GML, of what the codes of an attribute mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from layers.errors import SourceError
from layers.sources.vector import xml

FOLDER = "codelists"
ADDRESS = re.compile(r"(?P<up>(?:\.\./)*)(?:codelists/)?(?P<name>[\w.-]+\.xml)")


class CodeLists:
    """The code lists that a file refers to, read once each.

    A list is looked for in the folder `codelists` where the file says it is, and beside the file.
    `missing` are the lists that are not there, each with the first attribute that refers to it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lists: dict[str, Mapping[str, str]] = {}
        self.missing: dict[str, str] = {}

    def words(self, address: str, code: str, attribute: str) -> str | None:
        """What a code of the list at `address` means; None where that is not known."""
        if address not in self._lists:
            self._lists[address] = self._read(address, attribute)
        return self._lists[address].get(code)

    def _read(self, address: str, attribute: str) -> Mapping[str, str]:
        match = ADDRESS.fullmatch(address)
        if match is not None:
            folders = [self._path.parent, *self._path.parent.parents]
            said = folders[match["up"].count("../") :][:1]
            for folder in (*said, self._path.parent):
                path = folder / FOLDER / match["name"]
                if path.is_file():
                    return _dictionary(path)
        self.missing.setdefault(address.rpartition("/")[2], attribute)
        return {}


def _dictionary(path: Path) -> Mapping[str, str]:
    """The words of a dictionary by their codes; none where it cannot be read."""
    entries: dict[str, str] = {}
    words = code = ""
    try:
        for event, element in xml.events(path):
            name = xml.local(element.tag)
            if event == "end" and name == "description":
                words = (element.text or "").strip()
            elif event == "end" and name == "name":
                code = (element.text or "").strip()
            elif event == "end" and name == "Definition":
                entries[code] = words
                element.clear()
                words = code = ""
    except SourceError:
        return {}
    return entries
