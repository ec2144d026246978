"""RDF as far as a catalogue needs it: nodes with their properties, as JSON-LD 1.1 and as Turtle.

A library that parses and queries RDF takes 18 MB of each worker; these two only write.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

PREFIXES: Mapping[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What an IRI between angle brackets may hold (Turtle, 6.4), of an address as it was given.
IRI_SAFE = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True)
class Iri:
    """What an address names."""

    address: str

    def __str__(self) -> str:
        return quote(self.address, safe=IRI_SAFE)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in words of a language, or of a datatype such as "xsd:date"; else a plain text."""

    value: str
    lang: str = ""
    datatype: str = ""


Value = Iri | Literal


@dataclass(frozen=True, slots=True)
class Node:
    """What is said of one thing: its types, and values by property, all written with a prefix."""

    iri: Iri
    types: Sequence[str]
    properties: Sequence[tuple[str, Sequence[Value]]]


def texts(words: Mapping[str, str]) -> list[Value]:
    """Words by their language tag."""
    return [Literal(text, lang) for lang, text in words.items()]


def to_json_ld(nodes: Sequence[Node]) -> dict[str, object]:
    """The nodes as a flattened document."""
    return {
        "@context": dict(PREFIXES),
        "@graph": [
            {
                "@id": str(node.iri),
                "@type": list(node.types),
                **{
                    name: [_in_json(v) for v in values]
                    for name, values in node.properties
                    if values
                },
            }
            for node in nodes
        ],
    }


def to_turtle(nodes: Sequence[Node]) -> bytes:
    """The nodes as Turtle in UTF-8."""
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for node in nodes:
        statements = [f"a {', '.join(node.types)}"]
        statements += [
            f"{name} {', '.join(map(_in_turtle, values))}"
            for name, values in node.properties
            if values
        ]
        lines += ["", f"<{node.iri}> " + " ;\n    ".join(statements) + " ."]
    return ("\n".join(lines) + "\n").encode()


def _in_json(value: Value) -> dict[str, str]:
    match value:
        case Iri():
            return {"@id": str(value)}
        case Literal(text, "", ""):
            return {"@value": text}
        case Literal(text, "", datatype):
            return {"@value": text, "@type": datatype}
        case Literal(text, lang):
            return {"@value": text, "@language": lang}


def _in_turtle(value: Value) -> str:
    match value:
        case Iri():
            return f"<{value}>"
        case Literal(text, lang, datatype):
            # Escapes of JSON are among those of Turtle (6.4).
            suffix = f"@{lang}" if lang else f"^^{datatype}" if datatype else ""
            return json.dumps(text, ensure_ascii=False) + suffix
