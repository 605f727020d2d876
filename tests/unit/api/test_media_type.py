"""Media types of files as encoders write them, of tags in front, and of what browsers do not play."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.api.audio.media_type import FLAC, M4A, MP3, OGG, WAV, find_media_type
from tests.support.audio import tone, write, write_film, write_streams
from tests.support.tagged_files import id3, mpeg_frames

Writer = Callable[[Path], Any]


def as_form(form: str) -> Writer:
    return lambda path: write(path, tone(440, duration_s=0.5), sr=22_050, form=form)


def as_stream(container: str, codec: str) -> Writer:
    return lambda path: write_streams(
        path, [tone(440, duration_s=0.5, sr=48_000)], sr=48_000, container=container, codec=codec
    )


def as_film(path: Path) -> None:
    write_film(path, container="mp4", n_pictures=3, y=tone(440, duration_s=0.5, sr=48_000))


@pytest.mark.parametrize(
    ("writer", "media_type"),
    [
        pytest.param(as_form("mp3"), MP3, id="mp3"),
        pytest.param(as_form("flac"), FLAC, id="flac"),
        pytest.param(as_form("ogg"), OGG, id="vorbis"),
        pytest.param(as_stream("ogg", "libopus"), OGG, id="opus"),
        pytest.param(as_stream("ogg", "flac"), OGG, id="flac in ogg"),
        pytest.param(as_form("wav16"), WAV, id="pcm"),
        pytest.param(as_form("wav24"), WAV, id="pcm of 24 bits"),
        pytest.param(as_form("wav_float"), WAV, id="float"),
        pytest.param(as_form("m4a"), M4A, id="aac in m4a"),
        pytest.param(as_stream("ipod", "alac"), None, id="apple lossless"),
        pytest.param(as_form("aac"), None, id="aac without a container"),
        pytest.param(as_stream("wav", "adpcm_ms"), None, id="adpcm"),
        pytest.param(as_stream("mp2", "mp2"), None, id="layer two"),
        pytest.param(as_film, None, id="film"),
    ],
)
def test_a_file_has_the_type_of_what_is_in_it(tmp_path: Path, writer: Writer, media_type: str | None) -> None:
    path = tmp_path / "a"
    writer(path)
    with path.open("rb") as file:
        assert find_media_type(file) == media_type


@pytest.mark.parametrize("padding", [b"", bytes(3)])
def test_a_tag_in_front_is_passed_over(padding: bytes) -> None:
    tag = id3(4, TIT2="Ode" * 400)
    assert find_media_type(BytesIO(tag + padding + mpeg_frames(2))) == MP3


def test_other_codecs_in_ogg_are_not_played() -> None:
    page = b"OggS" + bytes(22) + b"\x01\x50"
    assert find_media_type(BytesIO(page + b"Speex   1.2" + bytes(60))) is None


def test_flac_behind_a_tag_is_flac() -> None:
    assert find_media_type(BytesIO(id3(3, TIT2="Ode") + b"fLaC" + bytes(60))) == FLAC


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_has_a_type_or_none_and_ends(tmp_path: Path, seed: int) -> None:
    path = write(tmp_path / "a.m4a", tone(440, duration_s=0.5), sr=22_050, form="m4a")
    content = bytearray(path.read_bytes())
    random = np.random.default_rng(seed)
    for position in random.integers(8, len(content), 400):
        content[position] = random.integers(256)
    for length in (0, 1, 9, 12, 40, len(content) // 2, len(content)):
        assert find_media_type(BytesIO(bytes(content[:length]))) in {None, M4A}


def test_boxes_without_a_length_end_the_search() -> None:
    endless = b"\0\0\0\x10ftypM4A \0\0\0\0" + (b"\0\0\0\x01moov" + bytes(8)) * 3
    assert find_media_type(BytesIO(endless)) is None
