"""Photos that people send: what is seen on them, and nothing else; hostile ones end nothing."""

from __future__ import annotations

import io
import logging
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from server.desk.errors import DeskUnavailable
from server.desk.intake import photos
from server.desk.intake.photos import Fault, InvalidPhoto, Photos
from server.photo_reader import LONGEST_SIDE

PLANTED = "PLANTED-39.7417"
XMP = f"<x:xmpmeta><rdf:li>{PLANTED}</rdf:li></x:xmpmeta>".encode()
RED, BLUE = (255, 0, 0), (0, 0, 255)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def read(content: bytes) -> Image.Image:
    """The picture of a photo, opened."""
    picture = Photos().read(io.BytesIO(content)).picture
    image = Image.open(io.BytesIO(picture))
    assert image.format == "JPEG"
    image.load()
    return image


def halves(size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """Where and with what a photo was taken."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x010E] = orientation, PLANTED, PLANTED
    tags.get_ifd(0x8825).update({1: "N", 2: (35.0, 47.0, 39.7417), 3: "E", 4: (139.0, 35.0, 1.0)})
    return tags


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def profile() -> bytes:
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made + PLANTED.encode()


def png_text() -> PngInfo:
    text = PngInfo()
    text.add_text("Comment", PLANTED)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return text


def looks(image: Image.Image, at: tuple[float, float], colour: tuple[int, int, int]) -> bool:
    x, y = (int(part * side) for part, side in zip(at, image.size, strict=True))
    seen = image.getpixel((x, y))
    assert isinstance(seen, tuple)
    return all(abs(a - b) < 40 for a, b in zip(seen, colour, strict=True))


@pytest.mark.parametrize(
    "content",
    [
        saved(
            halves(), "JPEG", exif=exif(), xmp=XMP, icc_profile=profile(), comment=PLANTED.encode()
        ),
        saved(halves(), "PNG", exif=exif(), pnginfo=png_text(), icc_profile=profile()),
        saved(halves(), "WEBP", exif=exif(), xmp=XMP, icc_profile=profile()),
    ],
    ids=["jpeg", "png", "webp"],
)
def test_only_what_is_seen_is_left(content: bytes) -> None:
    assert PLANTED.encode() in content or PLANTED.encode() in zlib_parts(content)
    photo = Photos().read(io.BytesIO(content))
    assert photo.original == content
    for trace in (PLANTED.encode(), b"Exif", b"xmp", b"ICC", b"GPS", b"XML", struct.pack(">I", 47)):
        assert trace not in photo.picture
    image = read(content)
    assert set(image.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    assert looks(image, (0.2, 0.5), RED)
    assert looks(image, (0.8, 0.5), BLUE)


def zlib_parts(png: bytes) -> bytes:
    """What is compressed in a PNG's iCCP."""
    start = png.find(b"iCCP")
    return zlib.decompress(png[png.index(b"\0", start) + 2 :][:100_000]) if start > 0 else b""


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (64, 32), (0.2, 0.5)),
        (3, (64, 32), (0.8, 0.5)),
        (6, (32, 64), (0.5, 0.2)),
        (8, (32, 64), (0.5, 0.8)),
    ],
)
def test_the_picture_stands_upright(
    orientation: int, size: tuple[int, int], red: tuple[float, float]
) -> None:
    image = read(saved(halves(), "JPEG", exif=exif(orientation), quality=95))
    assert image.size == size
    assert looks(image, red, RED)


@pytest.mark.parametrize("size", [(4000, 3000), (1601, 10), (9, 3000)])
def test_the_picture_is_not_larger_than_a_page_needs(size: tuple[int, int]) -> None:
    image = read(saved(halves(size), "JPEG"))
    assert max(image.size) <= LONGEST_SIDE
    assert max(image.size) >= LONGEST_SIDE - 2


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_picture_is_read(mode: str) -> None:
    image = Image.new("RGB", (20, 10), (200, 200, 200))
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    if mode == "I;16":
        image = Image.new("I;16", (20, 10), 40_000)
    elif mode != "RGB":
        image = image.convert(mode)
    assert read(saved(image, kind)).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    assert looks(
        read(saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")), (0.5, 0.5), (255,) * 3
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_left(kind: str) -> None:
    second = Image.new("RGB", (64, 32), BLUE)
    content = saved(Image.new("RGB", (64, 32), RED), kind, save_all=True, append_images=[second])
    image = read(content)
    assert getattr(image, "n_frames", 1) == 1
    assert looks(image, (0.5, 0.5), RED)


@pytest.mark.parametrize(
    "behind",
    [
        b"PK\x03\x04" + b"evil.html" * 100,
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n",
        b"<?php system($_GET['c']); ?>",
    ],
)
def test_what_is_two_things_at_once_is_a_picture_afterwards(behind: bytes) -> None:
    content = saved(halves(), "JPEG", comment=behind) + behind
    picture = Photos().read(io.BytesIO(content)).picture
    assert behind not in picture
    assert picture.endswith(b"\xff\xd9")


def png(width: int, height: int) -> bytes:
    """A PNG that says so of its size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"")), chunk(b"IEND", b""))
    )


@pytest.mark.parametrize(
    ("content", "fault", "kind"),
    [
        (b"", "unknown", ""),
        (b"no photo", "unknown", ""),
        (SVG, "unknown", "SVG"),
        (b"<?xml version='1.0'?>" + SVG, "unknown", "XML"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "unknown", "HEIC"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 100, "unknown", "MP4"),
        (saved(halves(), "GIF"), "unknown", "GIF"),
        (saved(halves(), "TIFF"), "unknown", "TIFF"),
        (saved(halves(), "PDF"), "unknown", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run", "unknown", ""),
        (png(60_000, 60_000), "pixels", ""),
        (png(8_000, 8_000), "pixels", ""),
        (png(2**31 - 1, 2**31 - 1), "pixels", ""),
        (saved(halves((900, 900)), "JPEG")[:900], "damaged", ""),
        (saved(halves((900, 900)), "PNG")[:300], "damaged", ""),
        (saved(halves((900, 900)), "WEBP")[:200], "damaged", ""),
        (b"\xff\xd8\xff\xe0" + b"\xff" * 1000, "damaged", ""),
    ],
)
def test_what_is_no_photo_is_refused_with_its_kind(content: bytes, fault: Fault, kind: str) -> None:
    with pytest.raises(InvalidPhoto) as error:
        Photos().read(io.BytesIO(content))
    assert (error.value.fault, error.value.kind) == (fault, kind)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 11)",
        "while True: pass",
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)",
        "print('a lie')",
        "import sys; sys.exit(1)",
        "import os; print(os.environ['BOSAI_DATABASE_URL'])",
    ],
)
def test_a_photo_that_gets_the_better_of_its_process_ends_nothing_else(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    limits = "from server import photo_reader\nphoto_reader._limit()\n"
    (tmp_path / "taken_over.py").write_text(limits + program)
    monkeypatch.setattr(photos, "PROGRAM", "taken_over")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[3]}")
    monkeypatch.setenv("BOSAI_DATABASE_URL", "postgresql://user:password@host")
    caplog.set_level(logging.WARNING)
    with pytest.raises(InvalidPhoto, match="damaged"):
        Photos(longest_wait_s=3).read(io.BytesIO(b"photo"))
    assert "the process that reads photos ended" in caplog.text
    assert "password" not in caplog.text


def test_few_photos_are_decoded_at_once_and_who_waits_too_long_is_told() -> None:
    desk = Photos(at_once=1, longest_wait_s=0.1)
    with desk._slots, pytest.raises(DeskUnavailable):
        desk.read(io.BytesIO(saved(halves(), "JPEG")))
    desk = Photos(at_once=1)
    with ThreadPoolExecutor(4) as pool:
        content = saved(halves(), "JPEG")
        pictures = set(pool.map(lambda _: desk.read(io.BytesIO(content)).picture, range(4)))
    assert len(pictures) == 1


def test_what_answers_loads_no_decoder() -> None:
    code = "import sys, server.app; assert 'PIL' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])
