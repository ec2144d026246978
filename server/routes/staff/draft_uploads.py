"""What becomes a draft: files in one form, files in parts by a script, or an address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import IO

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from layers.schema.source import Source
from server.desk.accounts.roles import Role
from server.desk.drafts.drafts import read_draft_number
from server.desk.drafts.errors import DraftNotFound, UploadRefused
from server.desk.drafts.folder import is_clutter
from server.desk.errors import InvalidForm
from server.http.form_body import FormMalformed, FormTooLarge
from server.http.multipart import PostedForm, Uploads
from server.http.refusals import LONGEST_CHUNK
from server.http.responses import READ
from server.http.session import TOKEN_FIELD, StaffOnly, Visit, require_token_of
from server.pages.staff_requests import FormState
from server.routes.staff.draft_views import DraftViews, upload_fault
from server.texts import translator
from server.texts.wording import localized

FILES = "files"  # the field's name
PART = 768 * 1024  # bytes that the script sends at once
AT_ONCE = 2  # forms with files that a process takes at the same time
OFFSET = re.compile(r"[0-9]{1,12}")
LONGEST_ADDRESS, LONGEST_TABLE = 2000, 200  # characters


def staff_draft_uploads_router(staff: StaffOnly, views: DraftViews) -> APIRouter:
    """`POST /staff/drafts`, `/staff/drafts/new`, `/begin`, `/chunks`, `/{number}/finish`."""
    router = APIRouter(prefix="/staff/drafts", include_in_schema=False)
    drafts = views.drafts
    uploads = Uploads(
        {FILES: drafts.longest},
        AT_ONCE,
        AT_ONCE,
        many=(FILES,),
        whole=2 * drafts.longest,
        folder=drafts.root,
    )

    @router.api_route("/new", methods=READ)
    @staff.signed_in(Role.EDITOR)
    def new(visit: Visit) -> Response:
        layer_id = visit.request.query_params.get("layer", "")
        return uploading(visit, FormState(typed={"layer": layer_id}))

    @router.post("")
    async def upload(request: Request) -> Response:
        visit = await staff.sender(request, Role.EDITOR)
        async with uploads.read(request) as posted:
            visit = replace(visit, form=posted.fields)
            require_token_of(visit, posted.fields)
            return await staff.take(lambda: received(visit, posted))

    @router.post("/begin")
    @staff.signed_in(Role.EDITOR)
    def begin(visit: Visit) -> Response:
        """For the script: a draft whose files, of these names and sizes, it is going to send."""
        _ = translator(visit.lang)
        try:
            sizes = _sizes(visit.form.get("files", ""))
            name = visit.form.get("name", "") or next(iter(sizes), "")
            draft, names = drafts.begin(name, sizes, visit.form.get("layer", ""), visit.actor)
        except UploadRefused as error:
            return JSONResponse({"error": upload_fault(error, _)}, 400)
        return JSONResponse({"number": draft.number, "names": [*names.items()], "part": PART})

    @router.post("/chunks")
    async def chunk(request: Request) -> Response:
        """For the script: a part of a file. Says how much of the file is there then."""
        visit = await staff.sender(request, Role.EDITOR)
        require_token_of(visit, {TOKEN_FIELD: request.headers.get("bosai-token", "")})
        content = await _content(request)
        return await staff.take(lambda: taken(visit, content))

    @router.post("/{number}/finish")
    @staff.signed_in(Role.EDITOR)
    def finish(visit: Visit) -> Response:
        number = read_draft_number(visit.request.path_params["number"])
        at = f"/staff/drafts/{number}"

        def act() -> str:
            drafts.finish(number, visit.actor)
            return at

        return views.attempt(visit, act, lambda form, status: uploading(visit, form, status))

    def taken(visit: Visit, content: bytes) -> Response:
        _, query = translator(visit.lang), visit.request.query_params
        offset = query.get("offset", "")
        try:
            number = read_draft_number(query.get("draft", ""))
            place = int(offset) if OFFSET.fullmatch(offset) else -1
            file = drafts.receive(number, query.get("file", ""), place, content, visit.actor)
        except DraftNotFound:
            return JSONResponse({"error": _("This draft takes no file any more.")}, 409)
        except UploadRefused as error:
            received = int(error.value) if error.fault == "gap" else None
            return JSONResponse({"error": upload_fault(error, _), "received": received}, 409)
        return JSONResponse({"received": file.received})

    def received(visit: Visit, posted: PostedForm) -> Response:
        def act() -> str:
            layer_id = posted.fields.get("layer", "")
            if posted.fields.get("address", "").strip():
                origin = _origin(posted.fields, visit)
                return f"/staff/drafts/{drafts.add_address(origin, layer_id, visit.actor).number}"
            files = _files(posted)
            name = files[0][0] if files else ""
            return f"/staff/drafts/{drafts.add(name, files, layer_id, visit.actor).number}"

        return views.attempt(visit, act, lambda form, status: uploading(visit, form, status))

    def uploading(visit: Visit, form: FormState, status: int = 200) -> Response:
        layers = views.catalog().layers.values()
        names = ("layer", "address", "table")
        return views.page(
            visit,
            "draft_new.html",
            status,
            form=replace(form, typed={name: form.typed.get(name, "") for name in names}),
            layers=[(each.id, localized(each.definition.title, visit.lang)) for each in layers],
            longest=drafts.longest >> 20,
            longest_bytes=drafts.longest,
        )

    return router


def _files(posted: PostedForm) -> list[tuple[str, int, IO[bytes]]]:
    """The files of a form, without what systems leave in folders. Raises `UploadRefused`."""
    files = []
    for upload in posted.uploads.values():
        if is_clutter(upload.filename):
            continue
        if upload.refused == "large":
            raise UploadRefused("large", f"{upload.size >> 20:,}")
        if upload.refused == "crowded":
            raise UploadRefused("full")
        if upload.content is not None:
            files.append((upload.filename, upload.size, upload.content))
        elif len(posted.uploads) == 1:
            raise UploadRefused("empty", upload.filename)
    return files


def _sizes(text: str) -> dict[str, int]:
    """Names and sizes of files, as the script lists them. Raises `UploadRefused`."""
    try:
        listed = orjson.loads(text)
        sizes = {str(name): int(size) for name, size in listed}
    except (ValueError, TypeError):
        raise UploadRefused("none") from None
    if any(size < 0 for size in sizes.values()):
        raise UploadRefused("none")
    return {name: size for name, size in sizes.items() if not is_clutter(name)}


def _origin(form: Mapping[str, str], visit: Visit) -> dict[str, str]:
    """The source at an address: its `url`, its `table` in a database. Raises `InvalidForm`."""
    _ = translator(visit.lang)
    url, table = form.get("address", "").strip(), form.get("table", "").strip()
    if len(url) > LONGEST_ADDRESS or len(table) > LONGEST_TABLE:
        raise UploadRefused("address")
    try:
        source = Source.model_validate({"url": url} | ({"table": table} if table else {}))
    except ValidationError:
        wanted = _(
            "Enter an address that begins with https:// or http://, or one of a database "
            "(postgresql://) with a table, without a password."
        )
        raise InvalidForm({"address": wanted}) from None
    origin = {"url": url, "name": source.name}
    return origin | ({"table": table} if table else {})


async def _content(request: Request) -> bytes:
    """The bytes of a part. Raises `FormError`."""
    content = bytearray()
    try:
        async for piece in request.stream():
            content += piece
            if len(content) > LONGEST_CHUNK:
                raise FormTooLarge(LONGEST_CHUNK)
    except ClientDisconnect:
        raise FormMalformed from None
    return bytes(content)
