import wave
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.crawler.demo import (
    ComposedPiece,
    DemoPiece,
    NoteVoice,
    compose_demo,
    compose_piece,
    demo_catalogue,
    draw_cues,
    render_piece,
    write_wav,
)
from shared.domain.emotion import MOOD4
from shared.errors import PermanentError, Reason
from shared.registry.gate import LEAST_GROUPS, LEAST_GROUPS_OF_A_CLASS

SR = 22_050
DURATION_S = 6.0
N_BANDS = 20


@cache
def _library() -> tuple[DemoPiece, ...]:
    return tuple(demo_catalogue(n_artists=12, per_emotion=24, seed=2026))


@cache
def _played() -> tuple[tuple[ComposedPiece, np.ndarray], ...]:
    pieces = [compose_demo(entry) for entry in _library()]
    return tuple((piece, render_piece(piece, sr=SR, duration_s=DURATION_S)) for piece in pieces)


def _power(y: np.ndarray) -> np.ndarray:
    """Power spectra of half-overlapping windows: (n_frames, 513)."""
    frames = np.lib.stride_tricks.sliding_window_view(y, 1024)[::512]
    return np.abs(np.fft.rfft(frames * np.hanning(1024), axis=1)) ** 2


def _centroid_hz(y: np.ndarray) -> float:
    power = _power(y).sum(axis=0)
    return float((np.fft.rfftfreq(1024, 1 / SR) * power).sum() / power.sum())


def _rms_db(y: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(y.astype(float) ** 2)))


def _onsets_per_s(y: np.ndarray) -> float:
    """Peaks of the rise in log energy; the floor is relative, so that loudness does not count."""
    level_db = 10 * np.log10(_power(y).sum(axis=1) + 1e-3 * _power(y).sum(axis=1).max())
    rise = np.maximum(np.diff(level_db), 0)
    peaks = (rise[1:-1] > rise[:-2]) & (rise[1:-1] >= rise[2:]) & (rise[1:-1] > 1.0)
    return float(peaks.sum()) / DURATION_S


def _mean_by_emotion(values: list[float]) -> dict[str, float]:
    emotions = np.array([piece.emotion for piece, _ in _played()])
    return {emotion: float(np.mean(np.array(values)[emotions == emotion])) for emotion in MOOD4.emotions}


def _mean_of_cue(name: str) -> dict[str, float]:
    rng = np.random.default_rng(5)
    return {
        emotion: float(np.mean([getattr(draw_cues(emotion, rng=rng), name) for _ in range(300)]))
        for emotion in MOOD4.emotions
    }


def test_the_same_arguments_give_an_equal_piece_and_the_same_samples() -> None:
    first, second = (compose_piece("happy", artist=3, seed=11) for _ in range(2))

    assert first == second
    assert np.array_equal(render_piece(first, duration_s=3.0), render_piece(second, duration_s=3.0))


@pytest.mark.parametrize("other", [("happy", 3, 12), ("happy", 4, 11), ("calm", 3, 11)])
def test_another_seed_artist_or_emotion_gives_other_notes(other: tuple[Any, ...]) -> None:
    emotion, artist, seed = other

    assert compose_piece(emotion, artist=artist, seed=seed).notes != compose_piece("happy", artist=3, seed=11).notes


def test_the_same_notes_sound_different_from_another_artist() -> None:
    mine = compose_piece("sad", artist=1, seed=4)
    covered = replace(mine, artist=2)

    assert not np.allclose(render_piece(mine, duration_s=2.0), render_piece(covered, duration_s=2.0), atol=1e-2)


@pytest.mark.parametrize("emotion", MOOD4.emotions)
def test_a_rendering_has_the_asked_length_and_stays_in_range(emotion: Any) -> None:
    y = render_piece(compose_piece(emotion, artist=5, seed=1))

    assert y.shape == (16 * 22_050,)
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert 0.02 < np.abs(y).max() <= 1.0


def test_a_rendering_longer_than_the_score_keeps_sounding_at_any_rate() -> None:
    piece = compose_piece("energetic", artist=2, seed=8)
    y = render_piece(piece, sr=8_000, duration_s=2 * piece.loop_s)

    assert y.size == round(16_000 * piece.loop_s)
    assert _rms_db(y[-8_000:]) > _rms_db(y) - 12


@pytest.mark.slow
def test_the_notes_are_in_order_and_inside_the_loop() -> None:
    for entry in _library():
        piece = compose_demo(entry)
        onsets = [note.onset_s for note in piece.notes]

        assert onsets == sorted(onsets)
        assert onsets[0] >= 0
        assert onsets[-1] < piece.loop_s
        assert all(0 < note.velocity <= 1 and note.duration_s > 0 for note in piece.notes)


@pytest.mark.slow
def test_drums_play_exactly_where_the_cues_say_so() -> None:
    for entry in _library():
        piece = compose_demo(entry)

        assert any(note.voice is NoteVoice.DRUMS for note in piece.notes) == piece.cues.percussion


@pytest.mark.parametrize("artist", [1, 2, 3])
def test_a_note_sounds_at_its_pitch(artist: int) -> None:
    piece = compose_piece("calm", artist=artist, seed=2)
    lone = next(note for note in piece.notes if note.voice is NoteVoice.MELODY)
    # Dull, so that the first partial is the strongest one.
    dull = replace(piece, notes=(lone,), cues=replace(piece.cues, brightness=0.0))
    y = render_piece(dull, sr=SR, duration_s=lone.onset_s + lone.duration_s)
    peak_hz = np.abs(np.fft.rfft(y, 1 << 18)).argmax() * SR / (1 << 18)

    assert 69 + 12 * np.log2(peak_hz / 440) == pytest.approx(lone.midi, abs=0.3)


@pytest.mark.slow
def test_energetic_and_happy_are_drawn_faster_brighter_louder_and_more_staccato() -> None:
    for cue in ("tempo_bpm", "brightness", "loudness_db", "articulation", "activity", "percussion"):
        mean = _mean_of_cue(cue)

        assert min(mean["energetic"], mean["happy"]) > max(mean["calm"], mean["sad"]), cue


@pytest.mark.slow
def test_energetic_is_drawn_loudest_and_brightest_and_happy_highest() -> None:
    for cue, highest in (("loudness_db", "energetic"), ("brightness", "energetic"), ("register_midi", "happy")):
        mean = _mean_of_cue(cue)

        assert max(mean, key=mean.__getitem__) == highest, cue


def test_sad_is_mostly_minor_and_low_and_happy_and_calm_are_mostly_major() -> None:
    rng = np.random.default_rng(6)
    major = {
        emotion: np.mean([draw_cues(emotion, rng=rng).mode == "major" for _ in range(300)])
        for emotion in MOOD4.emotions
    }
    register = _mean_of_cue("register_midi")

    assert major["sad"] < 0.3
    assert major["calm"] > 0.6
    assert major["happy"] > 0.8
    assert min(register, key=register.__getitem__) == "sad"


@pytest.mark.slow
def test_no_single_cue_separates_two_neighbours() -> None:
    rng = np.random.default_rng(7)
    for calmer, livelier in (("sad", "calm"), ("happy", "energetic")):
        for cue in ("tempo_bpm", "brightness", "loudness_db", "articulation", "activity"):
            low = [getattr(draw_cues(calmer, rng=rng), cue) for _ in range(300)]
            high = [getattr(draw_cues(livelier, rng=rng), cue) for _ in range(300)]

            assert np.quantile(low, 0.95) > np.quantile(high, 0.05), cue


@pytest.mark.slow
def test_energetic_sounds_brighter_louder_and_busier_than_calm_and_sad() -> None:
    for measure in (_centroid_hz, _rms_db, _onsets_per_s):
        mean = _mean_by_emotion([measure(y) for _, y in _played()])

        assert mean["energetic"] > max(mean["calm"], mean["sad"]), measure.__name__
        assert mean["happy"] > mean["sad"], measure.__name__


def test_the_default_catalogue_has_48_pieces_with_stable_unique_ids() -> None:
    catalogue = demo_catalogue()

    assert catalogue == demo_catalogue()
    assert len({entry.id for entry in catalogue}) == len({entry.seed for entry in catalogue}) == len(catalogue) == 48
    assert catalogue[2].id == "calm-03-seed2026"
    assert catalogue[2].seed != demo_catalogue(seed=2027)[2].seed


def test_a_larger_catalogue_begins_with_the_pieces_of_a_smaller_one() -> None:
    small, large = demo_catalogue(per_emotion=2), demo_catalogue(per_emotion=5)

    assert set(small) < set(large)


@pytest.mark.parametrize("n_artists", [1, 5, 12])
def test_every_artist_plays_every_emotion_equally_often(n_artists: int) -> None:
    catalogue = demo_catalogue(n_artists=n_artists, per_emotion=12)

    for artist in range(1, n_artists + 1):
        counts = [sum(e.artist == artist and e.emotion == emotion for e in catalogue) for emotion in MOOD4.emotions]
        assert len(set(counts)) == 1
        assert counts[0] >= 12 // n_artists


def test_the_demo_has_as_many_artists_as_the_gate_asks_for_and_none_plays_an_emotion_twice() -> None:
    catalogue = demo_catalogue()

    played = [(entry.artist, entry.emotion) for entry in catalogue]
    assert len(played) == len(set(played)) == 48
    assert len({artist for artist, _ in played}) == 36 >= LEAST_GROUPS
    for emotion in MOOD4.emotions:
        assert len({entry.artist for entry in catalogue if entry.emotion == emotion}) >= LEAST_GROUPS_OF_A_CLASS


def test_title_and_artist_say_what_the_piece_is() -> None:
    piece = compose_demo(demo_catalogue()[6])

    assert piece.title == "Calm study 07"
    assert piece.artist_name == "Demo artist 7 (synthetic)"


def test_a_wav_file_holds_the_signal_as_16_bit_pcm_and_nothing_else_is_left(tmp_path: Path) -> None:
    signal = np.array([0.0, 0.5, -0.5, 1.0, -2.0], dtype=np.float32)
    path = tmp_path / "calm-01.wav"
    path.write_bytes(b"an older file")

    write_wav(path, signal, 22_050)

    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        pcm = np.frombuffer(file.readframes(5), dtype="<i2")
    assert pcm.tolist() == [0, 16_384, -16_384, 32_767, -32_767]
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_no_unfinished_file(tmp_path: Path) -> None:
    occupied = tmp_path / "calm-01.wav"
    occupied.mkdir()

    with pytest.raises(OSError):
        write_wav(occupied, np.zeros(10, dtype=np.float32), SR)

    assert list(tmp_path.iterdir()) == [occupied]


@pytest.mark.parametrize("signal", [np.zeros(0), np.zeros((2, 5)), np.array([0.0, np.nan])])
def test_a_signal_that_is_no_mono_sound_is_refused(tmp_path: Path, signal: Any) -> None:
    with pytest.raises(PermanentError) as refused:
        write_wav(tmp_path / "x.wav", signal, SR)

    assert refused.value.reason is Reason.UNSUPPORTED
    assert list(tmp_path.iterdir()) == []


def test_an_emotion_outside_mood4_is_refused() -> None:
    for attempt in (
        lambda: compose_piece("angry", artist=1, seed=1),
        lambda: draw_cues("angry", rng=np.random.default_rng(0)),
    ):
        with pytest.raises(PermanentError) as refused:
            attempt()
        assert refused.value.reason is Reason.UNKNOWN_LABEL


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: compose_piece("calm", artist=0, seed=1),
        lambda: compose_piece("calm", artist=1, seed=-1),
        lambda: demo_catalogue(n_artists=0),
        lambda: demo_catalogue(per_emotion=0),
        lambda: demo_catalogue(seed=-1),
        lambda: render_piece(compose_piece("calm", artist=1, seed=1), duration_s=0),
        lambda: render_piece(compose_piece("calm", artist=1, seed=1), sr=4_000),
    ],
)
def test_arguments_that_mean_nothing_are_refused(attempt: Callable[..., Any]) -> None:
    with pytest.raises(PermanentError) as refused:
        attempt()

    assert refused.value.reason is Reason.UNSUPPORTED


def _spectral_features() -> np.ndarray:
    """Mean and spread of log band energies, and the onset density: (n_pieces, 2 * N_BANDS + 1)."""
    edges = np.unique(np.geomspace(2, 513, N_BANDS + 1).astype(int))
    rows = []
    for _, y in _played():
        power = _power(y)
        bands = np.log(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) + 1e-6)
        rows.append([*bands.mean(axis=0), *bands.std(axis=0), _onsets_per_s(y)])
    return np.array(rows)


def _nearest_centroid_accuracy(x: np.ndarray, emotions: np.ndarray, *, fitted: np.ndarray) -> float:
    """Fit on the rows where `fitted` is true, and score on the others."""
    z = (x - x[fitted].mean(axis=0)) / x[fitted].std(axis=0)
    centroids = np.stack([z[fitted & (emotions == emotion)].mean(axis=0) for emotion in MOOD4.emotions])
    nearest = np.linalg.norm(z[~fitted][:, None] - centroids, axis=2).argmin(axis=1)
    return float(np.mean(np.array(MOOD4.emotions)[nearest] == emotions[~fitted]))


@pytest.mark.slow
def test_unheard_artists_are_told_apart_by_emotion_far_better_than_chance_and_shuffled_labels_are_not() -> None:
    x = _spectral_features()
    emotions = np.array([piece.emotion for piece, _ in _played()])
    odd = np.array([piece.artist % 2 == 1 for piece, _ in _played()])
    rng = np.random.default_rng(2026)
    shuffled = [rng.permutation(emotions) for _ in range(10)]

    # Four balanced classes: the majority baseline is .25.
    assert min(_nearest_centroid_accuracy(x, emotions, fitted=half) for half in (odd, ~odd)) > 0.5
    assert np.mean([_nearest_centroid_accuracy(x, labels, fitted=odd) for labels in shuffled]) < 0.35
    assert max(_nearest_centroid_accuracy(x, labels, fitted=odd) for labels in shuffled) < 0.45
