"""Heads that lie: how long a clip is by what was decoded, and what counts as lost."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from services.featurizer.audio.decode import open_clip
from tests.support import audio
from tests.support import tagged_files as made

SR = 48_000


def write_late(path: Path, *, starts_s: float, container: str, codec: str) -> Path:
    """Ten seconds of sound that begin `starts_s` after the container's zero."""
    y = audio.noise(duration_s=10, sr=SR)
    with av.open(str(path), "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=SR, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=SR)
        for start in range(0, len(y), 960):
            frame = audio._frame(y[start : start + 960].reshape(-1, 1), sr=SR, layout="mono", pts=start)
            frame.time_base = Fraction(1, SR)
            for ready in resampler.resample(frame):
                assert ready.pts is not None
                ready.pts += round(starts_s * SR)
                out.mux(stream.encode(ready))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("container", "codec"),
    [("matroska", "flac"), ("webm", "libopus"), ("mp4", "aac"), ("mpegts", "aac"), ("flv", "aac")],
)
@pytest.mark.parametrize("reach_s", [30.0, 4.0])
def test_a_stream_that_starts_late_is_as_long_as_it_sounds(
    tmp_path: Path, container: str, codec: str, reach_s: float
) -> None:
    path = write_late(tmp_path / f"late.{container}", starts_s=5, container=container, codec=codec)
    clip = open_clip(path, reach_s=reach_s)
    assert clip.duration_s == pytest.approx(10, abs=0.1)
    assert clip.seconds_lost == 0


@pytest.mark.parametrize("size", [0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_FFDB, 0x8000_0000, 0])
def test_a_streamed_wav_lost_nothing(tmp_path: Path, size: int) -> None:
    noise = (audio.noise(duration_s=6, sr=8_000) * 30_000).astype("<i2").tobytes()
    path = tmp_path / "streamed.wav"
    path.write_bytes(made.wav(data=noise, data_size=size))
    clip = open_clip(path, reach_s=30)
    assert (clip.duration_s, clip.seconds_lost) == (6.0, 0.0)


def varied(*, duration_s: float) -> audio.Signal:
    """Silence, then noise: a bit rate that the beginning says nothing of."""
    y = audio.noise(duration_s=duration_s, sr=SR)
    y[: len(y) // 2] *= np.float32(0.001)
    return y


def test_a_raw_aac_that_is_not_decoded_to_its_end_is_as_long_as_its_packets(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "raw.aac", varied(duration_s=20), sr=SR, form="aac")
    assert open_clip(path, reach_s=4).duration_s == pytest.approx(20, abs=0.1)
    assert open_clip(path, reach_s=60).seconds_lost == 0


def test_a_cut_mp3_is_as_long_as_what_is_there(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "whole.mp3", audio.noise(duration_s=20, sr=SR), sr=SR, form="mp3")
    cut = tmp_path / "cut.mp3"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert open_clip(path, reach_s=4).duration_s == pytest.approx(20, abs=0.1)
    assert open_clip(cut, reach_s=4).duration_s == pytest.approx(10, abs=0.3)
    whole = open_clip(cut, reach_s=60)
    assert whole.duration_s + whole.seconds_lost == pytest.approx(20, abs=0.1)


def test_tags_are_read_in_the_same_opening(tmp_path: Path) -> None:
    path = tmp_path / "a.mka"
    write_late(path, starts_s=0, container="matroska", codec="flac")
    assert open_clip(path, reach_s=4).tags.to_json() == {}
    tagged = tmp_path / "a.wav"
    noise = (audio.noise(duration_s=2, sr=8_000) * 30_000).astype("<i2").tobytes()
    tagged.write_bytes(made.wav(made.info("cp1251", INAM="Этот город", IART="Браво"), data=noise))
    tags = open_clip(tagged, reach_s=4).tags
    assert (tags.title, tags.artist) == ("Этот город", "Браво"), "no byte of undeclared text is lost"
