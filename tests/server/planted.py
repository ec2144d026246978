"""What is planted in a service, and all the spellings in which it might come out again."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterator

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

CONTACT, EMAIL = "planted-contact-0487@example.jp", "planted-mail-0487@example.net"
TODAY, ADDED, NOTE = "planted-today-0487", "planted-supplement-0487", "planted-note-0487"
TITLE, PURPOSE = "planted-title-0487", "planted-purpose-0487"
PHOTO_NAME, SAMPLE_NAME = "planted-photo-0487.jpg", "planted-sample-0487.csv"
SAMPLE, EXIF = "planted-row-0487", "planted-exif-0487"
PASSWORD, NEW_PASSWORD = "planted-password-0487", "planted-other-password-0487"
# Where the photo was taken: 12°34′56.7891″, which is in no layer. First as a program writes it.
POSITION = ("12.58244", "56.7891")
SECONDS = (567891, 10000)


def photo() -> bytes:
    """A photo that says where it was taken, and whose it is."""
    tags = Image.Exif()
    tags[0x010E] = tags[0x8298] = EXIF
    tags.get_ifd(0x8825).update({1: "N", 2: (12.0, 34.0, IFDRational(*SECONDS))})
    file = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(file, "JPEG", exif=tags)
    content = file.getvalue()
    assert any(spelling in content for spelling in position())
    return content


def position() -> list[bytes]:
    """The position as it stands in a photo."""
    return [struct.pack(f"{order}LL", *SECONDS) for order in "<>"]


def spellings(word: str) -> Iterator[bytes]:
    """A word as it is, as hexadecimal digits, and inside any base64."""
    raw = word.encode()
    yield raw
    yield raw.hex().encode()
    for before in range(3):  # the first and last digits depend on what stands beside
        encoded = base64.b64encode(b"\0" * before + raw)
        yield encoded[4 if before else 0 : -4]


def found(words: dict[str, str], content: bytes) -> set[str]:
    """Which of these things, by name, are in the bytes; "position" is always looked for."""
    matches = {
        name
        for name, word in words.items()
        if any(spelling in content for spelling in spellings(word))
    }
    texts = [text.encode() for text in POSITION]
    raw = [each for spelling in position() for each in (spelling, spelling.hex().encode())]
    return matches | ({"position"} if any(each in content for each in texts + raw) else set())
