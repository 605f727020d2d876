"""The scripts and styles of `/docs` and `/redoc`, which come with mer: nothing is loaded from the internet.

To take another version: `npm pack swagger-ui-dist@VERSION` or `npm pack redoc@VERSION`, `gzip -9n` the files named
below from the package, copy the `.LICENSE.txt` beside each bundle, and write version and hash into the table and into
NOTICE.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FOLDER = Path(__file__).parents[1] / "web" / "assets"


@dataclass(frozen=True)
class VendoredAsset:
    """A file of a package of others, which lies here compressed."""

    package: str
    version: str
    licence: str
    sha256: str
    """Of the file as the package has it."""


VENDORED_ASSETS: Mapping[str, VendoredAsset] = MappingProxyType(
    {
        "swagger-ui-bundle.js": VendoredAsset(
            "swagger-ui-dist",
            "5.35.0",
            "Apache-2.0",
            "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
        ),
        "swagger-ui.css": VendoredAsset(
            "swagger-ui-dist",
            "5.35.0",
            "Apache-2.0",
            "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
        ),
        "redoc.standalone.js": VendoredAsset(
            "redoc", "2.5.4", "MIT", "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b"
        ),
    }
)
_OWN_ASSETS = ("start-docs.js", "start-redoc.js", "documentation.css")
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}


@cache
def load_asset(name: str) -> tuple[bytes, str] | None:
    """The content and the media type of a script or style; None for another name."""
    if name in VENDORED_ASSETS:
        content = gzip.decompress((FOLDER / f"{name}.gz").read_bytes())
    elif name in _OWN_ASSETS:
        content = (FOLDER / name).read_bytes()
    else:
        return None
    return content, _MEDIA_TYPES[Path(name).suffix]
