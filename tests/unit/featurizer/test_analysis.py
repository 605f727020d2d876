"""One clip, one decode, all features."""

from pathlib import Path

import numpy as np
import pytest

from services.featurizer.analysis import analyse, warm_up
from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError, Reason
from tests import audio

SPEC = FeatureSpec()


def reason_of(path: Path) -> Reason:
    with pytest.raises(PermanentError) as raised:
        analyse(path, spec=SPEC)
    return raised.value.reason


def test_a_preview_gives_all_features(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.mp3", audio.song(), sr=44_100, form="mp3")

    analysis = analyse(path, spec=SPEC)

    assert analysis.mel.shape == (128, 216)
    assert analysis.descriptors.shape == (len(DESCRIPTORS),)
    assert np.all(np.isfinite(analysis.descriptors))
    assert analysis.duration_s == pytest.approx(30, abs=0.1)
    assert (analysis.sr_native, analysis.excerpt_start_s, analysis.n_damaged_packets) == (44_100, 10.0, 0)


def test_features_are_the_same_each_time(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.ogg", audio.song(duration_s=8), sr=44_100, form="ogg")

    first, second = analyse(path, spec=SPEC), analyse(path, spec=SPEC)

    np.testing.assert_array_equal(first.mel, second.mel)
    np.testing.assert_array_equal(first.descriptors, second.descriptors)
    assert first.audio_sha256 == second.audio_sha256


def test_the_hash_is_of_the_sound_and_not_of_its_container(tmp_path: Path) -> None:
    y = audio.song(duration_s=8)
    wav = analyse(audio.write(tmp_path / "clip.wav", y, sr=44_100, form="wav16"), spec=SPEC)
    flac = analyse(audio.write(tmp_path / "clip.flac", y, sr=44_100, form="flac"), spec=SPEC)
    other = analyse(audio.write(tmp_path / "other.wav", 0.9 * y, sr=44_100, form="wav16"), spec=SPEC)

    assert wav.audio_sha256 == flac.audio_sha256
    assert wav.audio_sha256 != other.audio_sha256
    assert len(wav.audio_sha256) == 64


def test_the_same_samples_at_another_rate_are_another_sound(tmp_path: Path) -> None:
    y = audio.song(duration_s=8)
    at = [audio.write(tmp_path / f"{sr}.wav", y, sr=sr, form="wav16") for sr in (44_100, 48_000)]

    assert len({analyse(path, spec=SPEC).audio_sha256 for path in at}) == 2


def test_1024_samples_are_too_short(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.tone(440)[:1024], sr=44_100, form="wav16")

    assert reason_of(path) is Reason.TOO_SHORT


def test_digital_silence_is_silent(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", np.zeros((220_500, 2), np.float32), sr=44_100, form="flac")

    assert reason_of(path) is Reason.SILENT


def test_a_clip_that_pauses_in_its_excerpt_is_silent(tmp_path: Path) -> None:
    y = audio.noise(duration_s=30)
    y[9 * 22_050 : 16 * 22_050] = 0
    path = audio.write(tmp_path / "clip.wav", y, sr=22_050, form="wav16")

    assert reason_of(path) is Reason.SILENT


def test_a_clip_of_exactly_five_seconds_is_taken_whole(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.noise(duration_s=5), sr=22_050, form="wav16")

    analysis = analyse(path, spec=SPEC)

    assert analysis.duration_s == 5
    assert analysis.excerpt_start_s == 0


def test_the_descriptors_of_a_long_clip_are_those_of_its_window(tmp_path: Path) -> None:
    long = audio.noise(duration_s=200, sr=22_050)
    long[60 * 22_050 : 90 * 22_050] = audio.tone(440, duration_s=30)
    window = audio.write(tmp_path / "window.wav", audio.tone(440, duration_s=30), sr=22_050, form="wav16")

    ours = analyse(audio.write(tmp_path / "long.wav", long, sr=22_050, form="wav16"), spec=SPEC)

    assert ours.audio_sha256 == analyse(window, spec=SPEC).audio_sha256
    assert ours.duration_s == pytest.approx(200)


def test_warming_up_takes_any_spec() -> None:
    warm_up(SPEC)
