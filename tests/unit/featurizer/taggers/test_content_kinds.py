"""What YAMNet makes of synthesised sounds, and what that says of them. The real network."""

from functools import partial

import numpy as np
import pytest

from services.crawler.demo.composition import compose_piece
from services.crawler.demo.rendering import render_piece
from services.featurizer.taggers.computation import compute_tagger_outputs
from shared.arrays import Signal
from shared.domain.content_kind import ContentKind, find_content_kind
from shared.domain.taggers import YAMNET
from tests.support import audio

pytestmark = pytest.mark.slow

SR = 22_050
T = np.arange(30 * SR) / SR


def hum() -> Signal:
    """Mains: ten harmonics of 50 Hz, which YAMNet takes for a synthesiser."""
    y = sum(np.sin(2 * np.pi * 50 * h * T + h * h) / h for h in range(1, 11))
    return (0.05 * np.asarray(y)).astype(np.float32)


def siren() -> Signal:
    y = np.sin(2 * np.pi * np.cumsum(900 * 2 ** (0.5 * np.sin(2 * np.pi * 0.4 * T))) / SR)
    return (0.2 * y).astype(np.float32)


def hear(y: Signal) -> ContentKind | None:
    outputs = compute_tagger_outputs(y, sr_native=SR, taggers=(YAMNET,))
    return find_content_kind(outputs["yamnet"].tolist())


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (partial(audio.noise, duration_s=30, sr=SR, amplitude=0.2, seed=1), ContentKind.NOISE),
        (partial(audio.tone, 440, duration_s=30, sr=SR), ContentKind.OTHER),
        (hum, ContentKind.OTHER),
        (siren, ContentKind.OTHER),
    ],
    ids=["white noise", "a tone", "a hum", "a siren"],
)
def test_noise_tones_and_hum_are_no_music(make: partial[Signal], kind: ContentKind) -> None:
    assert hear(make()) is kind


@pytest.mark.parametrize("emotion", ["calm", "energetic", "sad", "happy"])
def test_composed_pieces_are_music(emotion: str) -> None:
    assert hear(render_piece(compose_piece(emotion, artist=3, seed=5), sr=SR, duration_s=16.0)) is None
