"""The program of the process that decodes a photo: a file in, a plain JPEG out.

The only one that loads Pillow, and nothing of the service but what keeps it from the network. It
decodes what somebody sent, for one photo, within limits of its own, and ends: a file that crashes
it ends nothing else. Of the photo only what is seen is left: no position, no camera, no thumbnail,
no colour profile, nothing that stands behind the picture. See `server.desk.intake.photos`.
"""

from __future__ import annotations

import resource
import signal
import sys
import warnings
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from layers.process.network import can_be_kept_out, keep_out

LONGEST_SIDE = 1600  # pixels of the picture
QUALITY = 85
# A phone's photo has 12, 48 or 50 million pixels, which are 200 MB decoded.
MOST_PIXELS = 50_331_648
MEMORY = 640 << 20  # bytes of address space beyond what the program itself has
PROCESSOR_S, WALL_S = 10, 20
MOST_OUTPUT = 8 << 20  # bytes: more than a picture of this size can have
FORMATS = ("JPEG", "PNG", "WEBP")
WHITE = (255, 255, 255)


class NoPhoto(Exception):
    """What keeps a file from being read: `unknown`, `pixels` or `damaged`."""


def main() -> int:
    """Read the photo from the standard input; write the picture, or why there is none."""
    _limit()
    try:
        picture(sys.stdin.buffer).save(
            sys.stdout.buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True
        )
    except NoPhoto as reason:
        sys.stdout.write(str(reason))
        return 1
    return 0


def picture(photo: BinaryIO) -> Image.Image:
    """What is seen on the photo, upright, at most `LONGEST_SIDE` pixels wide and high, in RGB.

    Of an animation it is the first picture; what is transparent is white. Raises `NoPhoto`.
    """
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(photo, formats=FORMATS) as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded smaller
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            clean = Image.new("RGB", upright.size, WHITE)
            seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            clean.paste(seen, mask=seen if seen.mode == "RGBA" else None)
            return clean
    except UnidentifiedImageError:
        raise NoPhoto("unknown") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise NoPhoto("pixels") from None
    except Exception:  # noqa: BLE001 - of what is damaged, decoders raise whatever they meet
        raise NoPhoto("damaged") from None


def _limit() -> None:
    """Hold this process to its limits."""
    with open("/proc/self/statm", encoding="ascii") as pages:  # noqa: PTH123 - one import fewer
        own = int(pages.read().split()[0]) * resource.getpagesize()
    for limit, most in (
        (resource.RLIMIT_AS, own + MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_S),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    signal.alarm(WALL_S)
    if can_be_kept_out():
        keep_out()


if __name__ == "__main__":
    sys.exit(main())
