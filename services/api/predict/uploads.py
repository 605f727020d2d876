"""The file of a multipart request, read up to a limit."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import PurePosixPath

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from services.api.errors import invalid_request, too_large
from services.api.http.route_table import FORM_TYPE

_FIELD = "file"
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "required": [_FIELD],
                    "additionalProperties": False,
                    "properties": {
                        _FIELD: {"type": "string", "format": "binary", "minLength": 1, "description": "A song"}
                    },
                }
            }
        },
    }
}
"""What the OpenAPI document says of a request that `receive_file` reads."""
_FORM_BYTES = 64 * 1024
"""What the form around the file may weigh."""
_LONGEST_NAME = 150


@dataclass(frozen=True)
class ReceivedSong:
    """What was sent: the file's own name, without any folders, and its bytes."""

    name: str
    content: bytes


async def receive_file(request: Request, *, limit_mb: int) -> ReceivedSong:
    """The file in the field `file`. Raises ProblemError: 413 before more than the limit is read, 422 for another form.

    FastAPI would read the whole body before anybody could object.
    """
    limit = limit_mb * 1024 * 1024
    promised = request.headers.get("content-length", "")
    if promised.isdigit() and int(promised) > limit + _FORM_BYTES:
        raise too_large(limit_mb)

    async def bounded() -> AsyncGenerator[bytes, None]:
        n_read = 0
        async for chunk in request.stream():
            n_read += len(chunk)
            if n_read > limit + _FORM_BYTES:
                raise too_large(limit_mb)
            yield chunk

    if "content-type" not in request.headers:  # and no body: bodies of other types did not come here
        raise invalid_request("invalid_request", f"send the song as {FORM_TYPE}, in a field named {_FIELD}")
    try:
        form = await MultiPartParser(request.headers, bounded(), max_files=1, max_fields=10).parse()
    except (MultiPartException, KeyError) as error:
        raise invalid_request("invalid_request", f"the form cannot be read: {error}") from None
    try:
        file = _require_only_file(form)
        content = await file.read()
    finally:
        await form.close()
    if len(content) > limit:
        raise too_large(limit_mb)
    if not content:
        raise invalid_request("invalid_request", "the file is empty")
    return ReceivedSong(safe_name(file.filename), content)


def _require_only_file(form: FormData) -> UploadFile:
    """The file of the form. Raises ProblemError (422) where it has none, or other fields."""
    file = form.get(_FIELD)
    if file is None or isinstance(file, str):
        raise invalid_request("invalid_request", f"the form has no file in a field named {_FIELD}")
    if others := sorted({name for name in form if name != _FIELD}):
        raise invalid_request("invalid_request", f"unknown field {others[0]!r}: the form has the field {_FIELD} only")
    return file


def safe_name(sent: str | None) -> str:
    """The last part of a file name as it was sent, without what a file system or PostgreSQL cannot hold."""
    last = PurePosixPath((sent or "").replace("\\", "/")).name
    printable = "".join(sign for sign in last if sign.isprintable())
    stem, dot, suffix = printable.rpartition(".")
    short = f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" if stem else printable[:_LONGEST_NAME]
    # a file system counts bytes
    kept = short.encode("utf-8", "ignore")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return kept if kept.strip(". ") else "song"
