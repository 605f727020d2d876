"""`/console/assets`: the files that pages load. Browsers keep them for a year: their addresses name a release."""

from fastapi import APIRouter, Request, Response

from services.api.console.page_assets import PREFIX, get_release, load_assets
from services.api.errors import not_found
from services.api.http.conditional_answers import accepts_gzip

router = APIRouter(include_in_schema=False)

_KEPT = "public, max-age=31536000, immutable"
_ASKED_AGAIN = "private, no-cache"


@router.get(PREFIX + "/{release}/{name}", response_class=Response)
def show_asset(release: str, name: str, request: Request) -> Response:
    """A file; under the address of another release the file of this one, which is not kept: a page that was open while
    mer was updated goes on.
    """
    asset = load_assets().get(name)
    if asset is None:
        raise not_found("asset", name)
    headers = {
        "Cache-Control": _KEPT if release == get_release() else _ASKED_AGAIN,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
    }
    if asset.compressed is not None and accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.compressed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.media_type, headers=headers)
