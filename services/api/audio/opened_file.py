"""A response that streams a file which is open already, with ranges."""

import os
from http import HTTPStatus
from typing import BinaryIO

from fastapi.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import error_response
from services.api.http.raw_headers import index_headers

_REVALIDATE = {"Cache-Control": "private, no-cache"}
_REFUSED_RANGES = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}


class OpenedFileResponse(FileResponse):
    """Streams an open file, whole or in the ranges asked for, and closes it.

    The file that was checked is the one that is sent, whatever stands at its path meanwhile.
    """

    def __init__(self, file: BinaryIO, *, media_type: str, etag: str | None = None) -> None:
        """`etag` without quotes; None: of the size and time of the file."""
        self._file = file
        status = os.fstat(file.fileno())
        headers = _REVALIDATE if etag is None else {**_REVALIDATE, "ETag": f'"{etag}"'}
        super().__init__(f"/dev/fd/{file.fileno()}", stat_result=status, media_type=media_type, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file; of a range that there is not a problem document."""
        refused: list[Message] = []

        async def send_or_hold(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSED_RANGES:
                refused.append(message)
            elif not refused:
                await send(message)

        try:
            await super().__call__(scope, receive, send_or_hold)
            if refused:
                await _explain_range(scope, refused[0])(scope, receive, send)
        finally:
            self._file.close()


def _explain_range(scope: Scope, refusal: Message) -> ASGIApp:
    """The problem document in place of Starlette's plain text."""
    if refusal["status"] == HTTPStatus.BAD_REQUEST:
        detail = "the Range header cannot be read: write it as bytes=0-1023"
        return error_response(scope["path"], HTTPStatus.BAD_REQUEST, "invalid_range", detail)
    has = index_headers(refusal)[b"content-range"].decode("latin-1")
    detail = f"the file has no such bytes: Content-Range names its length, {has}"
    return error_response(
        scope["path"],
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        "range_not_satisfiable",
        detail,
        headers={"Content-Range": has},
    )
