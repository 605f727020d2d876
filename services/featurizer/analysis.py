"""The feature path of one clip: one decode, all features. Training and serving both come through here."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.featurizer import excerpts
from services.featurizer.decode import open_clip
from services.featurizer.descriptors import describe
from services.featurizer.mel import mel_spectrogram, resample, to_decibel
from shared.domain.catalogue import COMPUTED_COLUMNS, CatalogueValue, Status
from shared.domain.features import FeatureSpec


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
    excerpts: NDArray[np.float32]
    """Power, `(n, *spec.mel.shape)`, n from 1 to `spec.excerpts.max_excerpts`: the whole clip's audio."""
    excerpt_starts_s: tuple[float, ...]
    """Where each of `excerpts` begins in the clip, rising."""
    catalogue: tuple[CatalogueValue, ...]
    """The `COMPUTED_COLUMNS`, in order."""
    n_damaged_packets: int
    seconds_lost: float
    """What was promised or stood there, but could not be decoded."""


def analyse(path: Path, *, spec: FeatureSpec) -> Analysis:
    """Decode `path` once and extract everything that `spec` asks for.

    Raises:
        PermanentError: `not_found`, `forbidden`, `no_audio`, `undecodable`, `too_short`, or `silent` (the mel excerpt
            or the descriptor window).

    """
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), settled_s=excerpts.settled_s(spec))
    excerpts.refuse_short(duration_s=clip.y.size / clip.sr_native, n_damaged_packets=clip.n_damaged_packets, spec=spec)
    at = excerpts.mel_window(n_samples=clip.y.size, sr_native=clip.sr_native, spec=spec.mel)
    excerpt = at.cut(clip.y)
    window = excerpts.descriptor_window(
        n_samples=clip.y.size, duration_s=clip.duration_s, sr_native=clip.sr_native, spec=spec.descriptors
    ).cut(clip.y)
    excerpts.refuse_silent(excerpt, silence_dbfs=spec.silence_dbfs, what="the excerpt")
    excerpts.refuse_silent(window, silence_dbfs=spec.silence_dbfs, what="the middle of the clip")
    mel = mel_spectrogram(excerpt, sr_native=clip.sr_native, spec=spec.mel)
    duration = CatalogueValue(name="duration_ms", value=round(1000 * clip.duration_s), status=Status.MEASURED)
    return Analysis(
        duration_s=clip.duration_s,
        sr_native=clip.sr_native,
        audio_sha256=audio_sha256(window, sr_native=clip.sr_native),
        mel=mel,
        excerpts=mel[np.newaxis],
        excerpt_starts_s=(at.start / clip.sr_native,),
        catalogue=tuple(
            duration if name == duration.name else CatalogueValue(name=name, value=None, status=Status.NULL)
            for name in COMPUTED_COLUMNS
        ),
        seconds_lost=0.0,
        descriptors=describe(resample(window, sr_native=clip.sr_native, sr=spec.descriptors.sr), spec.descriptors),
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
