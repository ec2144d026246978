"""What the request form says of the files that were sent with it; as the desk takes them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from server.desk.errors import InvalidForm
from server.desk.intake.attachments import PHOTO, PICTURE, SAMPLE, Attachment, Files
from server.desk.intake.form import storable
from server.desk.intake.photos import LONGEST as LONGEST_PHOTO, InvalidPhoto, Photos
from server.desk.intake.samples import FORMAT_NAMES, LONGEST as LONGEST_SAMPLE, has_known_suffix
from server.http.multipart import Upload
from server.texts import Translate, plain

LONGEST = {PHOTO: LONGEST_PHOTO, SAMPLE: LONGEST_SAMPLE}  # bytes, by the field's name
LONGEST_NAME = 60  # characters of a file's name that are shown


def file_errors(uploads: Mapping[str, Upload], _: Translate) -> dict[str, str]:
    """Why a file cannot be taken, by its field: known without looking into it."""
    errors = {}
    for field, upload in uploads.items():
        name = shown_name(upload.filename)
        if upload.refused == "large":
            errors[field] = _("“{name}” has {size}. It may have at most {limit}.").format(
                name=name, size=size_in_words(upload.size), limit=size_in_words(LONGEST[field])
            )
        elif upload.refused == "empty":
            errors[field] = _("“{name}” is empty.").format(name=name)
        elif upload.refused == "crowded":
            errors[field] = _(
                "“{name}” could not be received: many files are being sent at the moment. Choose "
                "it again in a few minutes, or send the form without it."
            ).format(name=name)
        elif field == SAMPLE and not has_known_suffix(upload.filename):
            errors[field] = _("“{name}” is not of a format that can be read ({formats}).").format(
                name=name, formats=FORMAT_NAMES
            )
    return errors


def read_files(uploads: Mapping[str, Upload], photos: Photos, _: Translate) -> Files:
    """The files of a form as they are stored. Raises `InvalidForm`, `DeskUnavailable`."""
    files = {}
    for field, upload in uploads.items():
        assert upload.content is not None
        name = storable(upload.filename)
        if field == SAMPLE:
            files[SAMPLE] = Attachment(name, upload.content.read())
            continue
        try:
            photo = photos.read(upload.content)
        except InvalidPhoto as error:
            raise InvalidForm({PHOTO: _photo_error(upload, error, _)}) from None
        files[PHOTO] = Attachment(name, photo.original)
        files[PICTURE] = Attachment("photo.jpg", photo.picture)
    return files


def _photo_error(upload: Upload, error: InvalidPhoto, _: Translate) -> str:
    name = shown_name(upload.filename)
    if error.kind == "HEIC":
        return _(
            "“{name}” is in the format HEIC, which cannot be read here. Send it as a JPEG: on an "
            "iPhone, a screenshot of the photo will do."
        ).format(name=name)
    if error.fault == "pixels":
        return _("“{name}” has too many pixels. Choose a smaller photo.").format(name=name)
    if error.fault == "damaged":
        return _("“{name}” is damaged. Choose it again, or another photo.").format(name=name)
    if error.kind:
        return _("“{name}” is {kind}. Choose a photo in JPEG, PNG or WebP.").format(
            name=name, kind=error.kind
        )
    return _("“{name}” is no photo that can be read. Choose one in JPEG, PNG or WebP.").format(
        name=name
    )


def shown_name(filename: str) -> str:
    """A file's name as a page shows it."""
    name = plain(" ".join(storable(filename).split()))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 10]}…{name[-9:]}"


def size_in_words(size: int) -> str:
    """Bytes in the unit that people know, rounded up."""
    if size < 100_000:
        return f"{math.ceil(size / 1000)} KB"
    return f"{math.ceil(size / 100_000) / 10:g} MB"
