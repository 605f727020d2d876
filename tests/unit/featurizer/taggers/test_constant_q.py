import librosa
import numpy as np
import pytest

from services.featurizer.taggers.chords import harmonic_decibels
from services.featurizer.taggers.constant_q import constant_q_magnitude

C1 = float(librosa.note_to_hz("C1"))


@pytest.mark.parametrize(("seconds", "fmin", "n_octaves"), [(30, C1, 7), (7.3, C1, 7), (6, 2 * C1, 6)])
def test_the_transform_is_that_of_librosa(seconds: float, fmin: float, n_octaves: int) -> None:
    rng = np.random.default_rng(0)
    t = np.arange(int(seconds * 22_050)) / 22_050
    y = (np.sin(2 * np.pi * 220 * t) + 0.1 * rng.standard_normal(t.size)).astype(np.float32)
    theirs = np.abs(
        librosa.cqt(y, sr=22_050, hop_length=2048, fmin=fmin, n_bins=36 * n_octaves, bins_per_octave=36, tuning=0.0)
    )
    ours = constant_q_magnitude(y, sr=22_050, hop_length=2048, fmin=fmin, n_octaves=n_octaves, bins_per_octave=36)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * theirs.max())
    np.testing.assert_allclose(
        librosa.amplitude_to_db(ours, ref=np.max), librosa.amplitude_to_db(theirs, ref=np.max), atol=1e-3
    )


def test_a_note_stands_in_its_bin_of_both_harmonics() -> None:
    y = np.sin(2 * np.pi * 440 * np.arange(30 * 22_050) / 22_050).astype(np.float32)
    decibels = harmonic_decibels(y, sr=22_050)
    loudest = decibels[0].mean(axis=0).argmax(axis=0)
    assert loudest.tolist() == [36 * 3 + 3 * 9, 36 * 2 + 3 * 9]


@pytest.mark.parametrize(("hop_length", "fmin", "reason"), [(1000, C1, "halved"), (2048, C1 / 4, "too low")])
def test_a_transform_that_librosa_would_make_otherwise_is_refused(hop_length: int, fmin: float, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        constant_q_magnitude(
            np.zeros(22_050, dtype=np.float32),
            sr=22_050,
            hop_length=hop_length,
            fmin=fmin,
            n_octaves=7,
            bins_per_octave=36,
        )
