"""The feature path of one clip: one decode, all features. Training and serving both come through here."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.featurizer import excerpts
from services.featurizer.decode import open_clip
from services.featurizer.descriptors import describe
from services.featurizer.mel import mel_spectrogram, resample, to_decibel
from shared.domain.features import FeatureSpec

_NOTHING = np.empty(0, dtype=np.float32)


@dataclass(frozen=True, kw_only=True, eq=False)
class Analysis:
    """What one clip gave under one `FeatureSpec`."""

    duration_s: float
    """Of the whole clip; see `decode` for long ones."""
    sr_native: int
    """Hz."""
    audio_sha256: str
    """Over the decoded descriptor window: equal audio gives equal digits, whatever its container and tags."""
    mel: NDArray[np.float32]
    """Power, `spec.mel.shape`."""
    descriptors: NDArray[np.float32]
    """`(len(DESCRIPTORS),)`, finite."""
    excerpt_start_s: float
    """Where the mel excerpt begins in the clip."""
    n_damaged_packets: int


def analyse(path: Path, *, spec: FeatureSpec, wanted: Collection[str] | None = None) -> Analysis:
    """Decode `path` once and extract everything that `spec` asks for, or only the stages in `wanted`.

    What was not wanted is empty.

    Raises:
        PermanentError: `not_found`, `forbidden`, `no_audio`, `undecodable`, `too_short`, or `silent` (the mel excerpt
            or the descriptor window).

    """
    stages = {"mel", "descriptors"} if wanted is None else wanted
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), settled_s=excerpts.settled_s(spec))
    excerpts.refuse_short(duration_s=clip.y.size / clip.sr_native, n_damaged_packets=clip.n_damaged_packets, spec=spec)
    at = excerpts.mel_window(n_samples=clip.y.size, sr_native=clip.sr_native, spec=spec.mel)
    excerpt = at.cut(clip.y)
    window = excerpts.descriptor_window(
        n_samples=clip.y.size, duration_s=clip.duration_s, sr_native=clip.sr_native, spec=spec.descriptors
    ).cut(clip.y)
    excerpts.refuse_silent(excerpt, silence_dbfs=spec.silence_dbfs, what="the excerpt")
    excerpts.refuse_silent(window, silence_dbfs=spec.silence_dbfs, what="the middle of the clip")
    return Analysis(
        duration_s=clip.duration_s,
        sr_native=clip.sr_native,
        audio_sha256=audio_sha256(window, sr_native=clip.sr_native),
        mel=mel_spectrogram(excerpt, sr_native=clip.sr_native, spec=spec.mel) if "mel" in stages else _NOTHING,
        descriptors=describe(resample(window, sr_native=clip.sr_native, sr=spec.descriptors.sr), spec.descriptors)
        if "descriptors" in stages
        else _NOTHING,
        excerpt_start_s=at.start / clip.sr_native,
        n_damaged_packets=clip.n_damaged_packets,
    )


def audio_sha256(y: NDArray[np.float32], *, sr_native: int) -> str:
    """64 hexadecimal digits over the rate (Hz, decimal) and the samples of `y` `(n,)` as little-endian float32."""
    digest = hashlib.sha256(f"{sr_native}:".encode())
    digest.update(y.astype("<f4").tobytes())
    return digest.hexdigest()


def warm_up(spec: FeatureSpec) -> None:
    """Pay once for what the first clip would pay: imports, compiled loops, filter banks. Seconds; call it at start."""
    sr_native = 2 * spec.mel.sr
    rng = np.random.default_rng(0)
    noise = rng.uniform(-0.5, 0.5, int(spec.descriptors.window_s * sr_native)).astype(np.float32)
    excerpt = noise[: int(spec.mel.duration_s * sr_native)]
    to_decibel(mel_spectrogram(excerpt, sr_native=sr_native, spec=spec.mel))
    describe(resample(noise, sr_native=sr_native, sr=spec.descriptors.sr), spec.descriptors)
