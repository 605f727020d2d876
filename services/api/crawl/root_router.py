"""`GET /roots`: the folders that may be crawled."""

from fastapi import APIRouter

from services.api.crawl.schemas import LibraryRootResponse
from services.api.deps import PortsDep

router = APIRouter(tags=["crawl"])


@router.get("/roots")
def list_roots(ports: PortsDep) -> list[LibraryRootResponse]:
    """The library roots, which `MER_LIBRARY_ROOTS` and `mer up --library` name, with the sound files below each. The
    root of the demo library is left out.
    """
    return [
        LibraryRootResponse.from_files(name, ports.library.host_path(name), ports.root_files.count(root))
        for name, root in ports.library.music_roots.items()
    ]
