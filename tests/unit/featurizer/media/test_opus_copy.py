"""Copies in Opus: how long they are, how loud, on which side, and with one decoding for the peaks."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from services.api.audio.media_type import OGG, find_media_type
from services.featurizer.audio.decode import open_clip
from services.featurizer.media import opus_copy
from services.featurizer.media.sound import read_sound
from shared.errors import PermanentError, Reason, RetryableError
from tests.support.audio import song, tone, write, write_streams

SR = 44_100


def copy(path: Path) -> Path:
    target = path.with_name("copy.ogg")
    read_sound(path, copy_to=target)
    return target


def channels_of(path: Path) -> tuple[np.ndarray, Any]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        return np.concatenate(frames, axis=1), dict(container.metadata) | dict(stream.metadata)


def test_a_copy_is_stereo_of_the_same_length_and_plays_in_all_browsers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", song(duration_s=3.217), sr=SR, form="wav16")
    copied = copy(path)
    y, metadata = channels_of(copied)
    assert y.shape == (2, pytest.approx(3.217 * 48_000, abs=48))
    assert set(metadata) <= {"encoder"}, "nothing of the file is passed on"
    with copied.open("rb") as file:
        assert find_media_type(file) == OGG
    assert copied.stat().st_size < 3.3 * 20_000


@pytest.mark.parametrize("n_channels", [1, 2])
def test_a_copy_is_as_loud_as_the_file_on_each_side(tmp_path: Path, n_channels: int) -> None:
    left, right = tone(440, sr=SR, duration_s=2), tone(880, sr=SR, duration_s=2, amplitude=0.1)
    y = left if n_channels == 1 else np.stack([left, right], axis=1)
    heard, _ = channels_of(copy(write(tmp_path / "a.wav", y, sr=SR, form="wav16")))
    levels = np.sqrt(np.mean(heard[:, 4800:-4800] ** 2, axis=1)) * np.sqrt(2)
    assert levels == pytest.approx([0.5, 0.5 if n_channels == 1 else 0.1], abs=0.02)


def test_four_channels_are_mixed_within_full_scale(tmp_path: Path) -> None:
    y = np.stack([tone(440, sr=SR, duration_s=1, amplitude=0.9)] * 4, axis=1)
    path = write_streams(tmp_path / "a.flac", [y], sr=SR, container="flac", codec="flac")
    heard, _ = channels_of(copy(path))
    assert 0.5 < np.abs(heard[:, 4800:-4800]).max() <= 1.0
    spectrum = np.abs(np.fft.rfft(heard[0, 4800 : 4800 + 24_000]))
    assert spectrum[220] ** 2 > 0.99 * np.sum(spectrum**2), "a clipped tone has others beside it"


def test_the_peaks_of_the_pass_are_those_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", song(duration_s=2), sr=SR, form="flac")
    both = read_sound(path, copy_to=tmp_path / "copy.ogg")
    assert both == read_sound(path)
    assert both.duration_s == 2.0


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(440, duration_s=1), sr=22_050, form="wav16")
    assert copy(path).read_bytes() == copy(path).read_bytes()


def test_the_number_of_channels_may_change_on_the_way(tmp_path: Path) -> None:
    one, two = tone(440, sr=SR, duration_s=1), np.stack([tone(440, sr=SR, duration_s=1)] * 2)
    with opus_copy.OpusWriter(tmp_path / "a.ogg", sr=SR, channel_names=("FC",)) as writer:
        writer.add_samples(one[None])
        writer.add_samples(np.concatenate([two, two[:1]]))
        writer.add_samples(two)
    clip = open_clip(tmp_path / "a.ogg", reach_s=10)
    assert clip.duration_s == pytest.approx(3, abs=0.05)


def test_a_sound_without_end_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opus_copy, "MAX_COPY_S", 1.0)
    path = write(tmp_path / "a.wav", tone(440, duration_s=12), sr=22_050, form="wav16")
    with pytest.raises(PermanentError) as refused:
        copy(path)
    assert refused.value.reason is Reason.TOO_LARGE
    assert read_sound(path).duration_s == 12.0, "its peaks are measured"


def test_a_disk_that_does_not_take_the_copy_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(440, duration_s=6), sr=SR, form="wav16")
    with pytest.raises(RetryableError):
        read_sound(path, copy_to=Path("/dev/full"))


def test_what_holds_no_sound_is_undecodable(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" * 4)
    with pytest.raises(PermanentError) as refused:
        read_sound(tmp_path / "a.mp3")
    assert refused.value.reason is Reason.UNDECODABLE
