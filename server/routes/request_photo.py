"""The picture of a public request over HTTP, as long as it is public with it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from server.desk.answers.published_photos import PublishedPhotos
from server.desk.intake.requests import read_number
from server.http.responses import READ, REVALIDATE, Body, headers_of, selected

JPEG = "image/jpeg"


def request_photo_router(photos: PublishedPhotos) -> APIRouter:
    """`/requests/{number}/photo.jpg`. Raises `RequestNotFound` and `DeskUnavailable`.

    It is asked for anew each time: one that is withdrawn is nowhere from then on.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/requests/{number}/photo.jpg", methods=READ)
    def photo(number: str, request: Request) -> Response:
        picture = Body(photos.of(read_number(number)), JPEG).plain  # it is compressed already
        headers = headers_of(REVALIDATE, {})
        status, part = selected(request, headers, picture.etag, len(picture.content))
        if status == 304:
            return Response(status_code=304, headers=headers)
        return Response(picture.content[part], status, headers, JPEG)

    return router
