"""Frames of an MP3, found without a decoder, where FFmpeg finds them."""

from pathlib import Path

import av
import numpy as np
import pytest

from services.featurizer.audio.decode import open_clip
from services.featurizer.audio.mpeg import frame_start
from services.featurizer.audio.seek import cut_audio
from tests.support import audio


def frames_of(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [packet.pos for packet in container.demux(audio=0) if packet.pts is not None and packet.pos is not None]


@pytest.fixture(params=[16_000, 22_050, 32_000, 44_100, 48_000])
def mp3(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return audio.write(tmp_path / "clip.mp3", audio.song(duration_s=6, sr=request.param), sr=request.param, form="mp3")


def test_every_frame_is_found_from_the_first(mp3: Path) -> None:
    starts, data = frames_of(mp3), mp3.read_bytes()

    assert [frame_start(data, first=starts[0], n=n) for n in range(len(starts))] == starts


def test_a_damaged_header_ends_the_count(mp3: Path) -> None:
    starts, data = frames_of(mp3), bytearray(mp3.read_bytes())
    data[starts[20]] = 0

    assert frame_start(data, first=starts[0], n=20) == starts[20]
    assert frame_start(data, first=starts[0], n=21) is None


def test_there_is_no_frame_behind_the_end(mp3: Path) -> None:
    starts, data = frames_of(mp3), mp3.read_bytes()

    assert frame_start(data[: starts[30] + 2], first=starts[0], n=31) is None


def test_a_stretch_that_was_leapt_to_is_the_decoded_one(mp3: Path) -> None:
    clip = open_clip(mp3, reach_s=6)

    found = cut_audio(mp3, start_s=3, duration_s=1)

    sr = found.sr_native
    assert found.was_sought
    np.testing.assert_array_equal(found.y, clip.y[3 * sr : 4 * sr])


def test_a_damaged_header_before_the_stretch_moves_nothing(mp3: Path) -> None:
    data = bytearray(mp3.read_bytes())
    data[frames_of(mp3)[40]] = 0
    mp3.write_bytes(data)
    clip = open_clip(mp3, reach_s=6)

    found = cut_audio(mp3, start_s=3, duration_s=1)

    np.testing.assert_array_equal(found.y, clip.y[3 * found.sr_native : 4 * found.sr_native])
