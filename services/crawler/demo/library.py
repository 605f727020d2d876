"""Which pieces the demo library holds, and how a piece becomes a file."""

import secrets
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.crawler.demo.composition import ComposedPiece, compose_piece
from shared.domain.emotion import MOOD4
from shared.errors import PermanentError, Reason

FULL_SCALE = 32_767


@dataclass(frozen=True, kw_only=True)
class DemoPiece:
    """One entry of the catalogue: enough to compose the piece, small enough to travel in a message."""

    id: str
    """Stable, e.g. `calm-03-seed2026`; fit for a file name. Unique within one catalogue."""
    emotion: str
    number: int
    """From 1, within the emotion."""
    artist: int
    """From 1."""
    seed: int
    """Of this piece, derived from the seed of the catalogue."""


def demo_catalogue(*, n_artists: int = 36, per_emotion: int = 12, seed: int = 2026) -> list[DemoPiece]:
    """The pieces of a demo library, by emotion in the order of `mood4`, then by number: `4 * per_emotion` of them.

    Artists take turns. Where there are no more of them than pieces of an emotion, number `i` of every emotion is played
    by the same one: an artist plays every emotion equally often. Where there are more, each emotion begins a third of
    the artists later. 48 pieces by default by 36 artists, of whom twelve play two emotions and no one an emotion twice:
    as many artists as the gate asks for.

    Raises PermanentError (`unsupported`) for fewer than one artist or piece, or a negative seed.
    """
    if n_artists < 1 or per_emotion < 1 or seed < 0:
        raise PermanentError(
            Reason.UNSUPPORTED,
            f"{n_artists} artists, {per_emotion} pieces an emotion, seed {seed}: ask for at least 1, 1 and 0",
        )
    later = n_artists // 3 if n_artists > per_emotion else 0
    return [
        DemoPiece(
            id=f"{emotion}-{number:02d}-seed{seed}",
            emotion=emotion,
            number=number,
            artist=1 + (number - 1 + later * MOOD4.emotion_index(emotion)) % n_artists,
            seed=int(np.random.SeedSequence([seed, MOOD4.emotion_index(emotion), number]).generate_state(1)[0]),
        )
        for emotion in MOOD4.emotions
        for number in range(1, per_emotion + 1)
    ]


def compose_demo(entry: DemoPiece) -> ComposedPiece:
    """The piece of a catalogue entry, with its number in the title. Raises as `compose_piece` does."""
    return compose_piece(entry.emotion, artist=entry.artist, seed=entry.seed, number=entry.number)


def write_wav(path: Path, signal: NDArray[np.floating], sr: int) -> None:
    """Write a mono signal `(n,)` in [-1, 1] at `sr` Hz as 16-bit PCM; what lies outside is clipped.

    A reader sees the old file or the whole new one, never a part. The folder must exist; OSError is passed on.

    Raises PermanentError (`unsupported`) for a signal that is empty, has several channels or holds NaN or infinity.
    """
    if signal.ndim != 1 or signal.size == 0 or not np.isfinite(signal).all():
        raise PermanentError(
            Reason.UNSUPPORTED, f"a signal of shape {signal.shape}: pass one channel of finite samples"
        )
    pcm = np.round(np.clip(signal, -1.0, 1.0) * FULL_SCALE).astype("<i2")
    # Named by chance: two processes may write the same piece at the same time.
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with wave.open(str(unfinished), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(pcm.itemsize)
            file.setframerate(sr)
            file.writeframes(pcm.tobytes())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
