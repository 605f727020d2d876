"""Files that are broken, odd or hostile: features or a reason, and what was lost."""

import random
import resource
import tarfile
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf

from services.featurizer.analysis import ClipAnalysis, analyse_clip
from services.featurizer.audio.declared_length import missing_from_wav_s
from services.featurizer.audio.decode import open_clip
from shared.domain.features import FeatureSpec
from shared.errors import PermanentError, Reason
from tests.support import audio, cover_pictures, file_damage
from tests.support.markers import marked_long

SPEC = FeatureSpec()
FORMS = ("wav16", "flac", "ogg", "mp3", "m4a", "aac")


def written(folder: Path, form: str, *, duration_s: float = 8.0) -> Path:
    suffix = audio.SUFFIXES.get(form, f".{form}")
    y = audio.song(duration_s=duration_s, sr=22_050, n_channels=1)
    return audio.write(folder / f"original{suffix}", y, sr=22_050, form=form)


def outcome_of(path: Path) -> ClipAnalysis | Reason:
    try:
        return analyse_clip(path, spec=SPEC)
    except PermanentError as error:
        return error.reason


@pytest.mark.slow
@pytest.mark.parametrize("form", ["mp3", "m4a", "flac"])
def test_a_file_cut_at_twenty_points_gives_features_or_a_reason(tmp_path: Path, form: str) -> None:
    content = written(tmp_path, form).read_bytes()
    outcomes = []
    for i in range(20):
        path = tmp_path / f"cut-{i}.{form}"
        path.write_bytes(content[: len(content) * i // 20])
        outcomes.append(outcome_of(path))

    assert all(isinstance(one, ClipAnalysis) or one in {Reason.UNDECODABLE, Reason.TOO_SHORT} for one in outcomes)
    if form != "m4a":  # its table of contents stands at the end
        assert sum(isinstance(one, ClipAnalysis) for one in outcomes) >= 6


@pytest.mark.parametrize("form", ["mp3", "flac", "wav16"])
def test_the_missing_end_of_a_file_is_counted_as_lost(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, form, duration_s=12)
    whole = open_clip(path, reach_s=300)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])

    cut = open_clip(path, reach_s=300)

    assert whole.seconds_lost == 0
    assert cut.duration_s + cut.seconds_lost == pytest.approx(12, abs=0.3)
    assert cut.seconds_lost > 3


@pytest.mark.parametrize("form", ["mp3", "aac"])
def test_a_file_without_a_count_that_ends_within_a_frame_has_a_damaged_packet(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, form, duration_s=12)
    content = path.read_bytes().replace(b"Info", b"\0\0\0\0", 1)
    path.write_bytes(content)
    whole = open_clip(path, reach_s=300)
    path.write_bytes(content[: len(content) * 6 // 10])

    cut = open_clip(path, reach_s=300)

    assert (whole.n_damaged_packets, cut.n_damaged_packets) == (0, 1)
    assert cut.seconds_lost == 0, "how much is missing, nobody knows"


@pytest.mark.parametrize("length", [0, 0xFFFF_FFFF], ids=["no size", "a size that stands for none"])
def test_a_wav_file_that_was_streamed_promises_nothing(tmp_path: Path, length: int) -> None:
    path = written(tmp_path, "wav16")
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = length.to_bytes(4, "little")
    path.write_bytes(content)

    assert missing_from_wav_s(path) == 0


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_lost_of_a_sound_file(tmp_path: Path, form: str) -> None:
    clip = open_clip(written(tmp_path, form), reach_s=300)

    assert (clip.seconds_lost, clip.n_damaged_packets) == (0, 0)


def test_garbage_between_flac_frames_is_counted_as_lost(tmp_path: Path) -> None:
    path = written(tmp_path, "flac", duration_s=12)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + len(content) // 6] = random.Random(1).randbytes(len(content) // 6)
    path.write_bytes(content)

    clip = open_clip(path, reach_s=300)

    assert clip.seconds_lost > 1
    assert clip.duration_s + clip.seconds_lost == pytest.approx(12, abs=0.3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", Reason.UNDECODABLE), (b"<!doctype html><html><body>404</body></html>" * 200, Reason.UNDECODABLE)],
    ids=["zero length", "a page of HTML"],
)
def test_what_is_no_sound_is_undecodable(tmp_path: Path, content: bytes, reason: Reason) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(content)

    assert outcome_of(path) is reason


def test_a_fifth_of_a_second_is_too_short(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", audio.tone(440, duration_s=0.2), sr=22_050, form="wav16")

    assert outcome_of(path) is Reason.TOO_SHORT


def test_direct_current_gives_finite_features(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "clip.wav", np.full(6 * 22_050, 0.5, np.float32), sr=22_050, form="wav16")

    analysis = outcome_of(path)

    assert isinstance(analysis, ClipAnalysis)
    assert np.all(np.isfinite(analysis.descriptors))


def test_no_numbers_in_a_float_file_do_not_spread(tmp_path: Path) -> None:
    y = audio.song(duration_s=8, sr=22_050)
    y[1000:2000, 0], y[3000, 1] = np.nan, np.inf
    analysis = outcome_of(audio.write(tmp_path / "clip.wav", y, sr=22_050, form="wav_float"))

    assert isinstance(analysis, ClipAnalysis)
    assert np.all(np.isfinite(analysis.descriptors))
    assert np.all(np.isfinite(analysis.excerpts))


@pytest.mark.slow
@pytest.mark.parametrize(("sr", "n_channels"), [(8_000, 1), (192_000, 8)])
def test_a_low_rate_a_high_rate_and_many_channels_are_taken(tmp_path: Path, sr: int, n_channels: int) -> None:
    path = audio.write(
        tmp_path / "clip.wav", audio.song(duration_s=6, sr=sr, n_channels=n_channels), sr=sr, form="wav16"
    )

    analysis = outcome_of(path)

    assert isinstance(analysis, ClipAnalysis)
    assert analysis.sr_native == sr


def test_a_rate_that_no_recording_has_is_undecodable(tmp_path: Path) -> None:
    sf.write(tmp_path / "clip.wav", audio.tone(440), 1_000)

    assert outcome_of(tmp_path / "clip.wav") is Reason.UNDECODABLE


@pytest.mark.slow
def test_six_hours_cost_five_minutes_of_memory_and_keep_their_length(tmp_path: Path) -> None:
    path = tmp_path / "bomb.flac"  # six hours of a tiny pattern: 1 MB that would expand to 690 MB
    with sf.SoundFile(path, "w", 8_000, 1, format="FLAC", subtype="PCM_16") as out:
        minute = np.tile(np.array([8_000, 8_000, -8_000, -8_000], np.int16), 15 * 8_000)
        for _ in range(6 * 60):
            out.write(minute)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    analysis = outcome_of(path)

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert isinstance(analysis, ClipAnalysis)
    assert analysis.duration_s == pytest.approx(6 * 3600)
    assert len(analysis.excerpts) == SPEC.excerpts.max_excerpts
    assert grown_mb < 400


@pytest.mark.slow
def test_a_huge_cover_picture_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "clip.mka"
    with av.open(str(path), "w", format="matroska") as out:
        picture = out.add_stream("mjpeg", rate=1)
        picture.width = picture.height = 10_000
        picture.pix_fmt = "yuvj420p"
        sound = out.add_stream("pcm_s16le", rate=22_050, layout="mono")
        out.mux(picture.encode(av.VideoFrame(10_000, 10_000, "yuvj420p")))
        out.mux(picture.encode(None))
        y = (8_000 * audio.song(duration_s=6, sr=22_050, n_channels=1)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y.T), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 22_050, 0
        out.mux(sound.encode(frame))
        out.mux(sound.encode(None))

    analysis = outcome_of(path)

    assert isinstance(analysis, ClipAnalysis)
    assert analysis.duration_s == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize("form", cover_pictures.FORMS)
def test_a_huge_cover_picture_in_the_tags_is_not_unpacked(tmp_path: Path, form: str) -> None:
    """A file of 180 kB whose picture would take 100 MB or more."""
    path = written(tmp_path, form, duration_s=6)
    plain = outcome_of(path)
    path.write_bytes(
        cover_pictures.with_cover(path.read_bytes(), form=form, picture=cover_pictures.png(10_000, 10_000))
    )
    with av.open(str(path)) as container:
        assert [(stream.width, stream.height) for stream in container.streams.video] == [(10_000, 10_000)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    analysis = outcome_of(path)

    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert isinstance(plain, ClipAnalysis)
    assert isinstance(analysis, ClipAnalysis)
    np.testing.assert_array_equal(analysis.mel, plain.mel)
    assert (analysis.seconds_lost, analysis.n_damaged_packets) == (0, 0)
    assert grown_mb < 100


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [3, *marked_long(20)])
def test_damaged_files_of_every_form_give_features_or_a_reason(tmp_path: Path, seconds: int) -> None:
    originals = [written(tmp_path, form, duration_s=6) for form in FORMS]

    outcomes, findings = file_damage.fuzz(originals, tmp_path, seconds=seconds, seed=1)

    assert findings == []
    assert set(outcomes) <= {"features", *(reason.value for reason in Reason)}
    assert outcomes["features"] > 0


@pytest.mark.parametrize("suffix", [".zip", ".mp3"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_stored_archive_of_songs_is_unsupported_whatever_its_name(tmp_path: Path, suffix: str, kind: str) -> None:
    song = written(tmp_path, "mp3")
    path = tmp_path / f"songs{suffix}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.write(song, "01.mp3")
    else:
        with tarfile.open(path, "w") as tape:
            tape.add(song, "01.mp3")

    with pytest.raises(PermanentError, match=f"songs{suffix} is a {kind} archive, not music: unpack it") as caught:
        open_clip(path, reach_s=300)

    assert caught.value.reason is Reason.UNSUPPORTED
