"""Which windows of YAMNet hold music. Made-up outputs."""

import numpy as np
import pytest
import scipy.special

from services.featurizer.taggers.yamnet import find_music_windows, summarise_windows
from shared.domain.taggers import N_AUDIOSET_CLASSES, YAMNET

MUSIC, SYNTHESISER, SINE_WAVE, SPEECH, CHANT = 132, 153, 495, 0, 27


def one_window(**probabilities: float) -> np.ndarray:
    """Logits `(1, 521)` of these classes, and nearly nothing of all others."""
    classes = {"music": MUSIC, "synthesiser": SYNTHESISER, "sine_wave": SINE_WAVE, "speech": SPEECH, "chant": CHANT}
    logits = np.full((1, N_AUDIOSET_CLASSES), -9.0, dtype=np.float32)
    for name, probability in probabilities.items():
        logits[0, classes[name]] = scipy.special.logit(probability)
    return logits


@pytest.mark.parametrize(
    ("probabilities", "holds_music"),
    [
        ({"music": 0.35}, True),
        ({"music": 0.25}, False),
        ({"music": 0.9, "speech": 0.99}, True),
        ({"sine_wave": 0.9}, False),
        ({"music": 0.1, "synthesiser": 0.8}, False),
        ({"chant": 0.5, "music": 0.1}, True),
        ({"speech": 0.99}, False),
    ],
)
def test_a_window_holds_music_where_music_or_singing_is_likely(
    probabilities: dict[str, float], holds_music: bool
) -> None:
    logits = one_window(**probabilities)
    assert find_music_windows(logits).tolist() == [holds_music]


def test_the_share_of_windows_that_hold_music_is_kept() -> None:
    logits = np.concatenate([one_window(music=0.9), *[one_window(speech=0.9)] * 3])
    values = summarise_windows(logits, np.zeros((4, 1024), dtype=np.float32))
    assert values[YAMNET.block_slice("music_share")].tolist() == [0.25]
