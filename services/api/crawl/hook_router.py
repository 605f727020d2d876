"""`POST /hooks/library`: another program reports that files changed."""

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from services.api.deps import ApiPorts, PortsDep
from services.api.errors import invalid_request
from services.api.live_settings.router import folder_change_response
from services.api.live_settings.schemas import HookResponse
from services.api.schemas.problem import ProblemDetails
from shared.errors import PermanentError, Reason
from shared.store.repositories import Repositories

router = APIRouter(prefix="/hooks", tags=["hooks"])

_BODY = {
    "requestBody": {
        "required": False,
        "content": {
            "application/json": {
                "schema": {
                    # any JSON: another program sends what it likes
                    "properties": {
                        "path": {
                            "type": ["string", "null"],
                            "minLength": 1,
                            "description": "A file or folder under a library root",
                        }
                    },
                },
                "example": {"path": "/home/anna/Music/New Album"},
            }
        },
    }
}


@router.post(
    "/library",
    status_code=202,
    openapi_extra=_BODY,
    responses={403: {"model": ProblemDetails}, 404: {"model": ProblemDetails}, 422: {"model": ProblemDetails}},
)
async def library_changed(request: Request, ports: PortsDep) -> HookResponse:
    """Crawl the folder of `path`, or all library roots where none is named, once calls have stopped for some seconds.

    Many calls become one crawl. Other fields of the body are not looked at, so a webhook of another program will do.
    """
    return await run_in_threadpool(_note_changes, ports, _parse_path(await request.body()))


def _parse_path(body: bytes) -> str | None:
    if not body.strip():
        return None
    try:
        json_body: Any = json.loads(body)
    except ValueError:
        raise invalid_request(
            "invalid_body", 'send no body, or JSON like {"path": "/home/anna/Music/New Album"}'
        ) from None
    path = json_body.get("path") if isinstance(json_body, dict) else None
    if path is not None and not (isinstance(path, str) and path):
        raise invalid_request("invalid_body", "path is the text of a path under a library root")
    return path


def _note_changes(ports: ApiPorts, path: str | None) -> HookResponse:
    folders = [_locate_folder(ports, path)] if path else [(name, "") for name in ports.library.music_roots]

    def write(repositories: Repositories) -> HookResponse:
        changes = repositories.folder_changes
        for root, folder in sorted(folders):
            changes.record_change(root, folder, noticed_by="hook")
        noted = [change for change in changes.list_waiting() if change.root in {root for root, _ in folders}]
        return HookResponse(
            changes=[folder_change_response(ports, change) for change in noted],
            crawls_in_s=ports.watch.watch_quiet_s,
            detail="each is crawled when nothing more is said of it for so long; calls until then become one crawl",
        )

    return ports.store.transact("hook.note", write)


def _locate_folder(ports: ApiPorts, path: str) -> tuple[str, str]:
    """`(root's name, folder below it)`: of a file its folder; of what is gone the folder above that is there.

    Raises PermanentError: `outside_library`, or `not_found` for the demo library.
    """
    nearest = _nearest_folder(ports, path)
    folder = nearest if nearest.is_dir() else nearest.parent
    for name, root in ports.library.music_roots.items():
        if folder.is_relative_to(root):
            below = folder.relative_to(root).as_posix()
            return name, "" if below == "." else below
    raise PermanentError(Reason.NOT_FOUND, f"{path} is in no folder of one's own music")


def _nearest_folder(ports: ApiPorts, path: str) -> Path:
    """The nearest folder that is there, at or above `path`."""
    try:
        return ports.library.admit_path(path)
    except PermanentError as error:
        above = str(Path(path).parent)
        if error.reason is not Reason.NOT_FOUND or above == path:
            raise
        return _nearest_folder(ports, above)
