"""Covers of pictures: their size, which way is up, what is not kept, and what is refused before it is decoded."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageOps

from services.featurizer.media.covers import UnusablePictureError, make_covers
from shared.domain.media import MediaKind
from tests.support.pictures import BLUE, GREEN, RED, is_near, open_picture, picture_bytes

SMALL, LARGE = MediaKind.SMALL_COVER, MediaKind.LARGE_COVER


def opened(made: Mapping[MediaKind, bytes]) -> dict[MediaKind, Image.Image]:
    return {kind: open_picture(content) for kind, content in made.items()}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_jpeg_of_both_sizes_in_its_own_shape(form: str) -> None:
    made = opened(make_covers(picture_bytes(GREEN, size=(1200, 600), form=form)))
    assert {kind: picture.size for kind, picture in made.items()} == {SMALL: (96, 48), LARGE: (480, 240)}
    assert all(picture.format == "JPEG" and is_near(picture.getpixel((9, 9)), GREEN) for picture in made.values())


def test_a_small_picture_is_not_enlarged() -> None:
    made = opened(make_covers(picture_bytes(size=(120, 60))))
    assert (made[LARGE].size, made[SMALL].size) == ((120, 60), (96, 48))


def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    lying = Image.new("RGB", (400, 200), RED)
    lying.paste(BLUE, (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    made = opened(make_covers(_saved(lying, exif=exif)))
    assert made[LARGE].size == (200, 400)
    assert is_near(made[LARGE].getpixel((100, 40)), BLUE)
    assert is_near(made[LARGE].getpixel((100, 360)), RED)


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "at home", {1: "N"}
    content = picture_bytes(RED, exif=exif, comment=b"secret comment", icc_profile=b"a profile" * 20)
    assert b"secret comment" in content
    for cover in make_covers(content).values():
        assert b"secret comment" not in cover
        assert b"a profile" not in cover
        assert not open_picture(cover).getexif()


def test_what_is_transparent_is_white() -> None:
    made = opened(make_covers(picture_bytes((0, 0, 0, 0), form="PNG")))
    assert is_near(made[LARGE].getpixel((9, 9)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_pictures_of_any_mode_are_read(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert set(make_covers(_saved(Image.new(mode, (200, 100)), form=form))) == {SMALL, LARGE}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_picture_is_refused_with_a_reason(form: str) -> None:
    whole = picture_bytes(size=(300, 300), form=form)
    for damaged in (whole[: len(whole) // 2], whole[:30], b"", b"no picture", b"\0" * 100):
        with pytest.raises(UnusablePictureError, match="cannot be read"):
            make_covers(damaged)


def test_formats_that_can_hold_other_things_are_not_opened() -> None:
    with pytest.raises(UnusablePictureError):
        make_covers(picture_bytes(form="TIFF"))


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8000, 7000)])
def test_a_picture_bomb_is_refused_before_it_is_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(ImageOps, "exif_transpose", refuse)
    monkeypatch.setattr(Image.Image, "load", refuse)
    with pytest.raises(UnusablePictureError, match="pixels"):
        make_covers(_png_bomb(width, height))


def _png_bomb(width: int, height: int) -> bytes:
    """A few bytes that say they are a grey picture of this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _saved(picture: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    file = BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()
