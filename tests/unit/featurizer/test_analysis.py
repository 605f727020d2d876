"""One clip, one decode, all features."""

from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pytest

from services.featurizer.analysis import analyse_clip, mel_only, warm_up
from services.featurizer.audio.decode import open_clip
from services.featurizer.audio.seek import cut_audio
from services.featurizer.audio.waveform import read_waveform
from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.catalogue import COMPUTED_COLUMNS
from shared.domain.features import FeatureSpec
from shared.domain.stages import list_stages
from shared.errors import PermanentError, Reason
from tests.support import audio

pytestmark = pytest.mark.slow  # together, half a minute

SPEC = FeatureSpec()


def reason_of(path: Path) -> Reason:
    with pytest.raises(PermanentError) as raised:
        analyse_clip(path, spec=SPEC)
    return raised.value.reason


def test_a_preview_gives_all_features(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.mp3", audio.song(), sr=44_100, form="mp3")

    analysis = analyse_clip(path, spec=SPEC)

    assert analysis.mel.shape == (128, 216)
    assert analysis.excerpts.shape == (6, 128, 216)
    assert analysis.descriptors.shape == (len(DESCRIPTORS),)
    assert np.all(np.isfinite(analysis.descriptors))
    assert {value.name for value in analysis.catalogue} == set(COMPUTED_COLUMNS)
    assert analysis.duration_s == pytest.approx(30, abs=0.1)
    assert (analysis.sr_native, analysis.excerpt_start_s, analysis.n_damaged_packets) == (44_100, 10.0, 0)


def test_features_are_the_same_each_time(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.ogg", audio.song(duration_s=8), sr=44_100, form="ogg")

    first, second = analyse_clip(path, spec=SPEC), analyse_clip(path, spec=SPEC)

    np.testing.assert_array_equal(first.mel, second.mel)
    np.testing.assert_array_equal(first.descriptors, second.descriptors)
    assert first.audio_sha256 == second.audio_sha256


def test_the_hash_is_of_the_sound_and_not_of_its_container(tmp_path: Path) -> None:
    y = audio.song(duration_s=8)
    wav = analyse_clip(audio.write(tmp_path / "clip.wav", y, sr=44_100, form="wav16"), spec=SPEC)
    flac = analyse_clip(audio.write(tmp_path / "clip.flac", y, sr=44_100, form="flac"), spec=SPEC)
    other = analyse_clip(audio.write(tmp_path / "other.wav", 0.9 * y, sr=44_100, form="wav16"), spec=SPEC)

    assert wav.audio_sha256 == flac.audio_sha256
    assert wav.audio_sha256 != other.audio_sha256
    assert len(wav.audio_sha256) == 64


def test_the_same_samples_at_another_rate_are_another_sound(tmp_path: Path) -> None:
    y = audio.song(duration_s=8)
    at = [audio.write(tmp_path / f"{sr}.wav", y, sr=sr, form="wav16") for sr in (44_100, 48_000)]

    assert len({analyse_clip(path, spec=SPEC).audio_sha256 for path in at}) == 2


def test_1024_samples_are_too_short(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.tone(440)[:1024], sr=44_100, form="wav16")

    assert reason_of(path) is Reason.TOO_SHORT


def test_digital_silence_is_silent(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", np.zeros((220_500, 2), np.float32), sr=44_100, form="flac")

    assert reason_of(path) is Reason.SILENT


def test_left_and_right_of_opposite_polarity_give_the_features_of_one_channel(tmp_path: Path) -> None:
    y = audio.song(duration_s=20, n_channels=1)[:, 0]
    mono = analyse_clip(audio.write(tmp_path / "mono.wav", y, sr=44_100, form="wav16"), spec=SPEC)
    path = audio.write(tmp_path / "antiphase.wav", np.stack((y, -y), axis=1), sr=44_100, form="wav16")

    antiphase = analyse_clip(path, spec=SPEC)

    np.testing.assert_array_equal(antiphase.mel, mono.mel)
    np.testing.assert_array_equal(antiphase.descriptors, mono.descriptors)
    np.testing.assert_array_equal(mel_only(path, spec=SPEC), mono.mel)


@pytest.mark.parametrize("form", ["mp3", "m4a"])
def test_a_stretch_of_channels_that_cancel_is_of_the_channel_that_the_whole_is_of(tmp_path: Path, form: str) -> None:
    y = audio.song(duration_s=20, n_channels=1)[:, 0]
    path = audio.write(tmp_path / f"antiphase.{form}", np.stack((y, -y), axis=1), sr=44_100, form=form)
    whole = open_clip(path, reach_s=300).y

    found = cut_audio(path, start_s=10, duration_s=5)

    np.testing.assert_allclose(found.y, whole[10 * 44_100 : 15 * 44_100], atol=1e-6)
    assert np.max(np.abs(found.y)) > 0.1


def test_a_clip_that_pauses_in_its_excerpt_gives_the_next_that_sounds(tmp_path: Path) -> None:
    y = audio.noise(duration_s=30)
    y[9 * 22_050 : 16 * 22_050] = 0
    path = audio.write(tmp_path / "clip.wav", y, sr=22_050, form="wav16")

    analysis = analyse_clip(path, spec=SPEC)

    assert analysis.excerpt_start_s == 15
    assert analysis.excerpt_starts_s == pytest.approx((0, 5, 15, 20, 25), abs=0.02)


def test_excerpts_cover_the_clip_and_agree_with_the_talks_inside(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.noise(duration_s=30), sr=22_050, form="wav16")

    analysis = analyse_clip(path, spec=SPEC)

    assert analysis.excerpts.shape == (6, 128, 216)
    assert analysis.excerpt_starts_s == pytest.approx((0, 5, 10, 15, 20, 25), abs=0.02)
    inner = (slice(None), slice(4, -4))
    talks = analysis.mel[inner].mean(axis=1)
    np.testing.assert_allclose(analysis.excerpts[2][inner].mean(axis=1), talks, rtol=0.05)


@pytest.mark.parametrize("duration_s", [30, 47])
def test_excerpts_of_long_and_short_clips_are_of_one_transform(tmp_path: Path, duration_s: int) -> None:
    y = audio.noise(duration_s=duration_s)
    path = audio.write(tmp_path / "clip.wav", y, sr=22_050, form="wav_float")
    whole = librosa.feature.melspectrogram(y=y, sr=22_050)

    analysis = analyse_clip(path, spec=SPEC)

    for start_s, excerpt in zip(analysis.excerpt_starts_s, analysis.excerpts, strict=True):
        first = round(start_s * 22_050 / 512)
        np.testing.assert_allclose(excerpt, whole[:, first : first + 216], atol=1e-4 * whole.max())


@pytest.mark.parametrize("form", ["mp3", "m4a", "wav16", "flac", "ogg"])
def test_the_mel_alone_is_that_of_the_analysis(tmp_path: Path, form: str) -> None:
    path = audio.write(tmp_path / f"clip{audio.SUFFIXES.get(form, '.' + form)}", audio.song(), sr=44_100, form=form)

    np.testing.assert_array_equal(mel_only(path, spec=SPEC), analyse_clip(path, spec=SPEC).mel)
    assert cut_audio(path, start_s=10, duration_s=5).was_sought == (form in {"mp3", "m4a"})


def test_the_waveform_is_the_decoded_stretch(tmp_path: Path) -> None:
    y = audio.noise(duration_s=12)
    path = audio.write(tmp_path / "clip.wav", y, sr=22_050, form="wav_float")

    np.testing.assert_array_equal(read_waveform(path, sr=22_050, start_s=2, duration_s=3), y[2 * 22_050 : 5 * 22_050])
    assert read_waveform(path, sr=16_000, start_s=0, duration_s=6).size == 6 * 16_000
    with pytest.raises(PermanentError, match="ends before second 20"):
        read_waveform(path, sr=22_050, start_s=20, duration_s=3)


def test_the_stored_waveform_is_the_talks_excerpt_in_whole_numbers(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", 1.5 * audio.song(duration_s=16), sr=44_100, form="flac")

    found = analyse_clip(path, spec=SPEC, wanted={"waveform"}).waveform

    exact = read_waveform(path, sr=22_050, start_s=10, duration_s=5)
    assert found.shape == (110_250,)
    assert found.dtype == np.int16
    np.testing.assert_allclose(found / 32_768, np.clip(exact, -1, 32_767 / 32_768), atol=0.51 / 32_768)


def test_an_analysis_gives_what_the_spec_declares(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.song(duration_s=12, sr=22_050), sr=22_050, form="wav16")

    found = analyse_clip(path, spec=SPEC, wanted=list_stages(SPEC, waveforms=True))

    given = {name: np.asarray(getattr(found, name)) for name in ("mel", "excerpts", "excerpt_starts_s")}
    given |= {name: np.asarray(getattr(found, name)) for name in ("descriptors", "waveform")}
    assert found.fingerprint is not None
    given |= {"fingerprint_words": found.fingerprint.words, "fingerprint_levels": found.fingerprint.levels}
    given |= {value.name: np.asarray(0.0 if value.value is None else value.value) for value in found.catalogue}
    for field in SPEC.fields:
        array = given.pop(field.name)
        assert array.dtype == field.dtype, field.name
        assert len(array.shape) == len(field.shape), field.name
        assert all(size in (None, its) for size, its in zip(field.shape, array.shape, strict=True)), field.name
    assert given == {}, "nothing comes that was not declared"


def test_a_clip_of_exactly_five_seconds_is_taken_whole(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.noise(duration_s=5), sr=22_050, form="wav16")

    analysis = analyse_clip(path, spec=SPEC)

    assert analysis.duration_s == 5
    assert analysis.excerpt_start_s == 0


def test_the_descriptors_of_a_long_clip_are_those_of_its_window(tmp_path: Path) -> None:
    long = audio.noise(duration_s=200, sr=22_050)
    long[60 * 22_050 : 90 * 22_050] = audio.tone(440, duration_s=30)
    window = audio.write(tmp_path / "window.wav", audio.tone(440, duration_s=30), sr=22_050, form="wav16")

    ours = analyse_clip(audio.write(tmp_path / "long.wav", long, sr=22_050, form="wav16"), spec=SPEC)

    assert ours.audio_sha256 == analyse_clip(window, spec=SPEC).audio_sha256
    assert ours.duration_s == pytest.approx(200)


@pytest.mark.parametrize("sr", [SPEC.mel.sr, 16_000, 44_100])
def test_warming_up_takes_specs_of_several_rates(sr: int) -> None:
    warm_up(replace(SPEC, mel=replace(SPEC.mel, sr=sr), descriptors=replace(SPEC.descriptors, sr=sr)))


@pytest.mark.parametrize("is_antiphase", [False, True])
def test_a_song_after_minutes_of_silence_is_analysed_from_its_first_sound(
    tmp_path: Path, *, is_antiphase: bool
) -> None:
    sr = 8_000
    song = audio.tone(440, duration_s=40.0, sr=sr)[1:]  # its first sample is 0
    channels = np.stack([song, -song if is_antiphase else song], axis=1)
    silence = np.zeros((310 * sr + 77, 2), np.float32)
    late = analyse_clip(
        audio.write(tmp_path / "late.wav", np.concatenate([silence, channels]), sr=sr, form="wav16"), spec=SPEC
    )
    early = analyse_clip(audio.write(tmp_path / "early.wav", channels, sr=sr, form="wav16"), spec=SPEC)
    offset_s = 310 + 77 / sr
    assert late.duration_s == pytest.approx(early.duration_s + offset_s)
    assert late.excerpt_start_s == pytest.approx(early.excerpt_start_s + offset_s, abs=0.001)
    assert late.excerpt_starts_s[0] == pytest.approx(offset_s, abs=0.001)
    assert len(late.excerpt_starts_s) == len(early.excerpt_starts_s)
    assert late.seconds_lost == 0
    assert late.audio_sha256 == early.audio_sha256
    np.testing.assert_array_equal(late.descriptors, early.descriptors)
    np.testing.assert_array_equal(late.excerpts, early.excerpts)


def test_a_clip_without_a_sound_in_the_first_twenty_minutes_is_silent_and_says_how_far_was_looked(
    tmp_path: Path,
) -> None:
    sr = 2_000
    y = np.concatenate([np.zeros(1_260 * sr, np.float32), audio.tone(440, duration_s=10.0, sr=sr)])
    with pytest.raises(PermanentError, match="silent in the 20 minutes that were looked at") as caught:
        analyse_clip(audio.write(tmp_path / "late.wav", y, sr=sr, form="wav16"), spec=SPEC)
    assert caught.value.reason is Reason.SILENT
