"""From a picture to covers: upright, at most so many pixels, as JPEG, and nothing but pixels."""

import struct
import warnings
from collections.abc import Mapping
from io import BytesIO

from PIL import Image, ImageOps

from shared.domain.media import COVERS, MediaKind

MAX_PIXELS = 25_000_000
"""A picture of more is not decoded: with transparency this many take 100 MB, and shrinking them some more."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_BACKGROUND = (255, 255, 255)
"""Behind a picture that is transparent in parts."""
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    KeyError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow raises of a file that is not what it says."""


class UnusablePictureError(Exception):
    """A picture that cannot be a cover, and why."""


def make_covers(content: bytes) -> Mapping[MediaKind, bytes]:
    """JPEG files of every size, of the bytes of a JPEG, PNG or WebP file. A smaller picture is not enlarged.

    Raises UnusablePictureError: it is damaged, of another format, or has too many pixels.
    """
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            with Image.open(BytesIO(content), formats=_FORMATS) as picture:
                upright = _read_upright(picture)
            return {kind: _write_jpeg(upright, size_px=size_px) for size_px, kind in COVERS.items()}
    except _DAMAGED as error:
        raise UnusablePictureError(f"it cannot be read: {str(error)[:200]}") from error


def _read_upright(picture: Image.Image) -> Image.Image:
    """The pixels, at most about twice the size of the largest cover. Only the head of the file was read so far."""
    if picture.width * picture.height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        raise UnusablePictureError(f"it has {picture.width} x {picture.height} pixels, more than {most} million")
    largest = max(COVERS)
    picture.draft("RGB", (2 * largest, 2 * largest))  # a JPEG is decoded at a fraction of its size
    if picture.mode == "P":  # the colours of a palette cannot be mixed
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    # before anything makes a copy of all pixels
    picture.thumbnail((2 * largest, 2 * largest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        layers = upright.convert("RGBA")
        background = Image.new("RGBA", layers.size, (*_BACKGROUND, 255))
        upright = Image.alpha_composite(background, layers)
    return upright.convert("RGB")


def _write_jpeg(picture: Image.Image, *, size_px: int) -> bytes:
    cover = picture.copy()
    cover.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
    plain = Image.new("RGB", cover.size)  # a copy would bring comments and profiles along
    plain.paste(cover)
    file = BytesIO()
    plain.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()
