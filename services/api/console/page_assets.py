"""The scripts, styles, fonts and icons of the console. Nothing is loaded from the internet, and nothing is built.

What others made is listed in `assets/vendored.json`. To take another version: `npm pack PACKAGE@VERSION`, copy the file
named by `path` and the licence, and write version and SHA-256 into that list and the version into NOTICE.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
PREFIX = "/console/assets"
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_COMPRESSED = (".css", ".js", ".svg")


@dataclass(frozen=True)
class PageAsset:
    """A file that pages load."""

    content: bytes
    compressed: bytes | None
    """By gzip; None where that saves nothing."""
    media_type: str
    etag: str


@cache
def load_assets() -> dict[str, PageAsset]:
    """All files that are served, by name; licences and lists are not."""
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix in _MEDIA_TYPES)
    return {path.name: _load_asset(path) for path in paths}


def _load_asset(path: Path) -> PageAsset:
    content = path.read_bytes()
    return PageAsset(
        content=content,
        compressed=gzip.compress(content, mtime=0) if path.suffix in _COMPRESSED else None,
        media_type=_MEDIA_TYPES[path.suffix],
        # weak: the same file may come compressed or not
        etag=f'W/"{hashlib.blake2b(content, digest_size=12).hexdigest()}"',
    )


@cache
def get_release() -> str:
    """A digest of all files. It stands in their addresses, so that scripts that import each other, and styles that name
    fonts, need no list of hashes: a file of a release never changes.
    """
    digest = hashlib.blake2b(digest_size=6)
    for name, asset in load_assets().items():
        digest.update(f"{name} {asset.etag}\n".encode())
    return digest.hexdigest()


def locate_asset(name: str) -> str:
    """The address of a file. Raises KeyError for a name that there is not."""
    load_assets()[name]
    return f"{PREFIX}/{get_release()}/{name}"
