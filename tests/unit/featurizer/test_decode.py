"""From a file to a mono signal."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from services.featurizer.audio.decode import DecodedAudio, open_clip
from services.featurizer.audio.downmix import is_cancelled_out
from shared.errors import PermanentError, Reason
from tests.support import audio


def decoded(path: Path, *, reach_s: float = 90) -> DecodedAudio:
    return open_clip(path, reach_s=reach_s)


def reason_of(path: Path) -> Reason:
    with pytest.raises(PermanentError) as raised:
        decoded(path)
    return raised.value.reason


@pytest.mark.parametrize(
    ("form", "n_channels", "sr"),
    [("wav16", 2, 44_100), ("wav24", 1, 48_000), ("wav_float", 4, 22_050), ("flac", 4, 8_000), ("ogg", 2, 44_100)],
)
def test_a_file_decodes_to_the_mean_of_its_channels_at_its_own_rate(
    tmp_path: Path, form: str, n_channels: int, sr: int
) -> None:
    path = audio.write(tmp_path / "clip", audio.song(duration_s=6, sr=sr, n_channels=n_channels), sr=sr, form=form)
    stored, _ = sf.read(path, dtype="float32", always_2d=True)

    clip = decoded(path)

    assert clip.sr_native == sr
    assert clip.y.dtype == np.float32
    assert clip.duration_s == 6
    np.testing.assert_allclose(clip.y, stored.T.mean(axis=0), atol=1e-6)


def test_eight_bit_samples_are_centred(tmp_path: Path) -> None:
    sf.write(tmp_path / "clip.wav", audio.tone(440), 22_050, subtype="PCM_U8")

    np.testing.assert_allclose(decoded(tmp_path / "clip.wav").y, audio.tone(440), atol=1 / 64)


@pytest.mark.parametrize(("form", "sr"), [("mp3", 44_100), ("m4a", 44_100), ("aac", 16_000)])
def test_lossy_files_decode_to_nearly_what_was_encoded(tmp_path: Path, form: str, sr: int) -> None:
    path = audio.write(tmp_path / f"clip.{form}", audio.tone(440, sr=sr), sr=sr, form=form)

    clip = decoded(path)

    assert clip.sr_native == sr
    assert clip.duration_s == pytest.approx(6, abs=0.2)
    middle = clip.y[2 * sr : 3 * sr]
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 440
    assert np.max(np.abs(middle)) == pytest.approx(0.5, abs=0.05)


def test_opposite_parts_of_channels_cancel_instead_of_adding_power(tmp_path: Path) -> None:
    y, common = audio.tone(440), audio.tone(660, amplitude=0.25)
    path = audio.write(tmp_path / "clip.wav", np.stack((common + y, common - y), axis=1), sr=22_050, form="wav_float")

    np.testing.assert_allclose(decoded(path).y, common, atol=1e-6)


@pytest.mark.parametrize("form", ["wav16", "flac", "mp3", "m4a", "aac"])
def test_channels_that_cancel_each_other_are_heard_as_one_of_them(tmp_path: Path, form: str) -> None:
    y = audio.song(duration_s=6, n_channels=1)[:, 0]
    suffix = audio.SUFFIXES.get(form, f".{form}")
    path = audio.write(tmp_path / f"inverted{suffix}", np.stack((y, -y), axis=1), sr=44_100, form=form)

    clip = decoded(path)

    assert clip.duration_s == pytest.approx(6, abs=0.2)
    level_db = 10 * np.log10(np.mean(np.square(clip.y[44_100 : 5 * 44_100])) / np.mean(np.square(y)))
    assert level_db == pytest.approx(0, abs=1)


def test_of_channels_that_cancel_each_other_the_strongest_is_heard(tmp_path: Path) -> None:
    y = audio.song(duration_s=6, n_channels=1)[:, 0] / 2
    path = audio.write(tmp_path / "clip.wav", np.stack((y, -1.03 * y), axis=1), sr=44_100, form="wav_float")

    np.testing.assert_allclose(decoded(path).y, -1.03 * y, atol=1e-6)


def test_silence_on_every_channel_is_no_cancellation(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", np.zeros((6 * 22_050, 2), np.float32), sr=22_050, form="wav16")

    assert np.max(np.abs(decoded(path).y)) == 0
    assert not is_cancelled_out(np.zeros(5, np.float32), channel_powers=(0.0, 0.0))
    assert not is_cancelled_out(np.ones(5, np.float32), channel_powers=(1.0,))


def test_samples_that_are_no_numbers_become_zero(tmp_path: Path) -> None:
    y = audio.tone(440)
    broken = y.copy()
    broken[[10, 20, 30, 40]] = np.nan, np.inf, -np.inf, 1e30
    path = audio.write(tmp_path / "clip.wav", broken, sr=22_050, form="wav_float")

    expected = y.copy()
    expected[[10, 20, 30, 40]] = 0
    np.testing.assert_array_equal(decoded(path).y, expected)


def test_a_long_recording_is_decoded_to_the_furthest_window_only(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", audio.noise(duration_s=200, sr=8_000), sr=8_000, form="flac")

    clip = decoded(path)

    assert clip.y.size == 90 * 8_000
    assert clip.duration_s == pytest.approx(200)


def test_half_a_file_is_as_long_as_what_decodes(tmp_path: Path) -> None:
    whole = audio.write(tmp_path / "whole.wav", audio.noise(duration_s=20), sr=22_050, form="wav16").read_bytes()
    half = tmp_path / "half.wav"
    half.write_bytes(whole[: len(whole) // 2])

    clip = decoded(half)
    assert clip.duration_s == pytest.approx(10, abs=0.1)


def test_damaged_packets_are_left_out_and_counted(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.mp3", audio.noise(duration_s=20), sr=22_050, form="mp3")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(content)

    clip = decoded(path)

    assert clip.n_damaged_packets > 0
    assert 14 < clip.duration_s < 16
    assert clip.seconds_lost + clip.duration_s == pytest.approx(20, abs=0.3)


def test_a_damaged_stream_header_does_not_stop_the_sound(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.flac", audio.tone(440), sr=22_050, form="flac")
    content = bytearray(path.read_bytes())
    content[22:26] = bytes(4)  # the number of samples
    path.write_bytes(content)

    assert decoded(path).duration_s == pytest.approx(6)


def test_one_of_several_streams_is_taken_and_a_cover_picture_is_ignored(tmp_path: Path) -> None:
    path = audio.write_streams(
        tmp_path / "clip.mka",
        [audio.tone(440), audio.tone(880)],
        sr=22_050,
        container="matroska",
        codec="pcm_s16le",
        cover=True,
    )

    clip = decoded(path)

    assert clip.duration_s == pytest.approx(6)
    assert np.argmax(np.abs(np.fft.rfft(clip.y[:22_050]))) in {440, 880}


def test_a_file_with_a_name_and_a_tag_in_other_scripts_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "Песня – 歌 \N{MUSICAL NOTE}.flac"
    with sf.SoundFile(path, "w", 22_050, 1, subtype="PCM_16", format="FLAC") as out:
        out.title = "Ω 歌 \N{MUSICAL NOTE}"
        out.write(audio.tone(440))

    assert decoded(path).duration_s == 6


def test_a_picture_without_sound_has_no_audio(tmp_path: Path) -> None:
    assert reason_of(audio.write_video(tmp_path / "clip.mkv")) is Reason.NO_AUDIO


ID3_ONLY = b"ID3\x03\x00\x00\x00\x00\x04\x00" + bytes(512)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp3", b""),
        ("only_a_tag.mp3", ID3_ONLY),
        ("text.ogg", b"The requested file was not found.\n"),
        ("page.mp3", b"<!DOCTYPE html><html><body>429 Too Many Requests</body></html>" * 20),
        ("random.mp3", np.random.default_rng(3).bytes(30_000)),
        ("unsupported.sd2", np.random.default_rng(4).integers(0, 9, 30_000, dtype=np.uint8).tobytes()),
    ],
)
def test_what_is_not_sound_is_undecodable(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    assert reason_of(tmp_path / name) is Reason.UNDECODABLE


def test_a_file_of_no_samples_is_undecodable(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", np.zeros(0, np.float32), sr=44_100, form="wav16")

    assert reason_of(path) is Reason.UNDECODABLE


def test_a_playlist_cannot_make_the_decoder_open_another_file(tmp_path: Path) -> None:
    audio.write(tmp_path / "private.wav", audio.tone(440), sr=22_050, form="wav16")
    playlist = tmp_path / "clip.mp3"
    playlist.write_text("ffconcat version 1.0\nfile 'private.wav'\n")

    assert reason_of(playlist) is Reason.UNDECODABLE


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    assert reason_of(tmp_path / "gone.mp3") is Reason.NOT_FOUND


def test_a_folder_is_undecodable(tmp_path: Path) -> None:
    assert reason_of(tmp_path) is Reason.UNDECODABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_forbidden(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.tone(440), sr=22_050, form="wav16")
    path.chmod(0)

    assert reason_of(path) is Reason.FORBIDDEN
