"""Analyses one clip: one decode, all features. Training and serving both use this module."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.featurizer.audio import excerpts
from services.featurizer.audio.decode import DecodedAudio, open_clip
from services.featurizer.audio.seek import cut_audio
from services.featurizer.audio.waveform import to_int16
from services.featurizer.catalogue import compute_catalogue
from services.featurizer.descriptors import compute_descriptors
from services.featurizer.fingerprint import compute_fingerprint
from services.featurizer.malloc import keep_freed_memory
from services.featurizer.spectral.mel import mel_on_grid, mel_spectrogram, resample_signal, to_decibel
from services.featurizer.spectral.spectra import HOP_LENGTH, N_FFT, N_MELS, ClipSpectra, compute_spectra
from services.featurizer.taggers.computation import compute_tagger_outputs
from shared.arrays import Tensor
from shared.domain.catalogue import CatalogueValue
from shared.domain.features import FeatureSpec
from shared.domain.file_tags import NO_TAGS, FileTags
from shared.domain.stages import FINGERPRINT, list_stages
from shared.domain.taggers import TaggerSpec
from shared.errors import PermanentError, Reason
from shared.fingerprints.matching import Fingerprint

_DESCRIBED = frozenset({"catalogue", "descriptors"})
"""Stages that need the window described."""
_AUDIBLE_STAGES = frozenset({"mel", "waveform"})
"""Stages that need the excerpt at the spec's rate."""
_TRANSFORMED = _DESCRIBED | {"excerpts"}
"""Stages that need the transforms of the whole clip."""
_NOTHING = np.empty(0, dtype=np.float32)
_NO_SAMPLES = np.empty(0, dtype=np.int16)


@dataclass(frozen=True, kw_only=True, eq=False)
class ClipAnalysis:
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
    waveform: NDArray[np.int16] = field(default_factory=lambda: _NO_SAMPLES)
    """`(spec.mel.n_samples,)` of the mel excerpt, 32,768 is full scale; empty where it was not asked for."""
    decoded_sha256: str | None = None
    """As `audio_sha256`, over all decoded samples; None where that is more than the window: see `decoded_hashes`."""
    fingerprint: Fingerprint | None = None
    """None where it was not asked for; empty where the clip has none."""
    tagger_outputs: Mapping[str, Tensor] = field(default_factory=dict)
    """By tagger `(n_values,)` of the descriptor window, of those that were asked for."""
    tags: FileTags = NO_TAGS
    """What the container says of it, read in the same opening."""


class TooShortError(PermanentError):
    """The clip is too short to be described; its samples tell all the same which clip it is."""

    def __init__(self, detail: str, *, duration_s: float, audio_sha256: str | None) -> None:
        super().__init__(Reason.TOO_SHORT, detail)
        self.duration_s = duration_s
        self.audio_sha256 = audio_sha256
        """Of all samples; None for a silent clip, which is like any other."""


@dataclass(frozen=True, kw_only=True)
class DecodedHashes:
    """Of the described window, and of all decoded samples: the first five minutes."""

    audio_sha256: str
    decoded_sha256: str


def analyse_clip(
    path: Path, *, spec: FeatureSpec, wanted: Collection[str] | None = None, taggers: Collection[TaggerSpec] = ()
) -> ClipAnalysis:
    """Decode `path` once and extract everything that `spec` asks for, or only the stages in `wanted`.

    What was not wanted is empty; so is the waveform, if nothing is said. `taggers` read the descriptor window; their
    values do not depend on what else is wanted.

    Raises:
        PermanentError: `not_found`, `forbidden`, `no_audio`, `undecodable`, `too_short`, or `silent` (all of it).
        TaggerFileError: the file of a tagger is missing, or holds other weights.

    """
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), silence_dbfs=spec.silence_dbfs)
    _refuse_short(clip, spec)
    at = excerpts.audible_mel_window(clip.y, sr_native=clip.sr_native, spec=spec)
    window = excerpts.audible_descriptor_window(
        clip.y, duration_s=clip.duration_s - clip.starts_s, sr_native=clip.sr_native, otherwise=at, spec=spec
    )
    stages = list_stages(spec) if wanted is None else frozenset(wanted)
    excerpt = (
        resample_signal(at.cut_signal(clip.y), sr_native=clip.sr_native, sr=spec.mel.sr)
        if stages & _AUDIBLE_STAGES
        else _NOTHING
    )
    description, y, mels = None, _NOTHING, _NOTHING
    starts_s: tuple[float, ...] = ()
    at_rate: dict[int, NDArray[np.float32]] = {}
    if stages & _TRANSFORMED or any(tagger.sr == spec.descriptors.sr for tagger in taggers):
        y = resample_signal(clip.y, sr_native=clip.sr_native, sr=spec.descriptors.sr)
        # taggers read the same samples whether or not anything else is wanted
        at_rate[spec.descriptors.sr] = _same_window(y, window, clip=clip, spec=spec)
    if stages & _TRANSFORMED:
        seen = compute_spectra(at_rate[spec.descriptors.sr], sr=spec.descriptors.sr)
        description = compute_descriptors(seen) if stages & _DESCRIBED else None
        mels, starts_s = _excerpt_spectrograms(y, seen=seen, spec=spec) if "excerpts" in stages else (_NOTHING, ())
    described = window.cut_signal(clip.y)
    excerpt_sha256 = audio_sha256(described, sr_native=clip.sr_native)
    return ClipAnalysis(
        duration_s=clip.duration_s,
        sr_native=clip.sr_native,
        audio_sha256=excerpt_sha256,
        decoded_sha256=excerpt_sha256 if window.length == clip.y.size else None,
        fingerprint=compute_fingerprint(clip.y, sr_native=clip.sr_native, spec=spec.acoustic_fingerprint)
        if FINGERPRINT in stages
        else None,
        mel=mel_spectrogram(excerpt, sr_native=spec.mel.sr, spec=spec.mel) if "mel" in stages else _NOTHING,
        waveform=to_int16(excerpt) if "waveform" in stages else _NO_SAMPLES,
        descriptors=description.values if description else _NOTHING,
        excerpt_start_s=clip.starts_s + at.start / clip.sr_native,
        excerpts=mels,
        excerpt_starts_s=tuple(clip.starts_s + start_s for start_s in starts_s),
        catalogue=compute_catalogue(
            description,
            duration_s=clip.duration_s,
            loudness_lufs=clip.loudness_lufs,
            loudness_dbfs=clip.loudness_dbfs,
        )
        if description
        else (),
        n_damaged_packets=clip.n_damaged_packets,
        seconds_lost=clip.seconds_lost,
        tags=clip.tags,
        tagger_outputs=compute_tagger_outputs(described, sr_native=clip.sr_native, taggers=taggers, at_rate=at_rate),
    )


def decoded_hashes(path: Path, *, spec: FeatureSpec) -> DecodedHashes:
    """The hashes of a clip that was analysed. Raises PermanentError: as `analyse_clip`."""
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), silence_dbfs=spec.silence_dbfs)
    _refuse_short(clip, spec)
    at = excerpts.audible_mel_window(clip.y, sr_native=clip.sr_native, spec=spec)
    window = excerpts.audible_descriptor_window(
        clip.y, duration_s=clip.duration_s - clip.starts_s, sr_native=clip.sr_native, otherwise=at, spec=spec
    )
    return DecodedHashes(
        audio_sha256=audio_sha256(window.cut_signal(clip.y), sr_native=clip.sr_native),
        decoded_sha256=audio_sha256(clip.y, sr_native=clip.sr_native),
    )


def mel_only(path: Path, *, spec: FeatureSpec) -> NDArray[np.float32]:
    """The talk's array alone, `spec.mel.shape`, decoding no more than it needs; equal to `analyse_clip(path).mel`.

    Raises:
        PermanentError: as `analyse_clip`.

    """
    excerpt = cut_audio(path, start_s=spec.mel.offset_s, duration_s=spec.mel.duration_s)
    if excerpt.y.size < int(spec.mel.duration_s * excerpt.sr_native) or excerpts.is_silent(
        excerpt.y, silence_dbfs=spec.silence_dbfs
    ):  # the rules for short and for silent clips need all of it
        return analyse_clip(path, spec=spec).mel
    return mel_spectrogram(excerpt.y, sr_native=excerpt.sr_native, spec=spec.mel)


def audio_sha256(y: NDArray[np.float32], *, sr_native: int) -> str:
    """64 hexadecimal digits over the rate (Hz, decimal) and the samples of `y` `(n,)` as little-endian float32."""
    digest = hashlib.sha256(f"{sr_native}:".encode())
    digest.update(np.ascontiguousarray(y, dtype="<f4").data)
    return digest.hexdigest()


def warm_up(spec: FeatureSpec, *, taggers: Collection[TaggerSpec] = ()) -> None:
    """Pay once for what the first clip would pay: filter banks, plans of transforms, networks, lazy imports."""
    keep_freed_memory()
    rng = np.random.default_rng(0)
    noise = rng.uniform(-0.5, 0.5, int(spec.descriptors.window_s * spec.descriptors.sr)).astype(np.float32)
    compute_descriptors(compute_spectra(noise, sr=spec.descriptors.sr))
    to_decibel(mel_spectrogram(noise[: spec.mel.n_samples], sr_native=spec.mel.sr, spec=spec.mel))
    resample_signal(noise, sr_native=2 * spec.mel.sr, sr=spec.mel.sr)
    compute_tagger_outputs(noise, sr_native=spec.descriptors.sr, taggers=taggers)


def _refuse_short(clip: DecodedAudio, spec: FeatureSpec) -> None:
    """Raises TooShortError."""
    duration_s = clip.y.size / clip.sr_native
    try:
        excerpts.refuse_short(duration_s=duration_s, n_damaged_packets=clip.n_damaged_packets, spec=spec)
    except PermanentError as error:
        is_silent = excerpts.is_silent(clip.y, silence_dbfs=spec.silence_dbfs)
        digits = None if is_silent else audio_sha256(clip.y, sr_native=clip.sr_native)
        raise TooShortError(error.detail, duration_s=duration_s, audio_sha256=digits) from None


def _same_window(
    y: NDArray[np.float32], window: excerpts.SampleWindow, *, clip: DecodedAudio, spec: FeatureSpec
) -> NDArray[np.float32]:
    """The descriptor window in the resampled clip."""
    if window.length == clip.y.size:
        return y
    ratio = spec.descriptors.sr / clip.sr_native
    start = round(window.start * ratio)
    return y[start : start + round(window.length * ratio)]


def _excerpt_spectrograms(
    y: NDArray[np.float32], *, seen: ClipSpectra, spec: FeatureSpec
) -> tuple[NDArray[np.float32], tuple[float, ...]]:
    """Mel spectrograms over the whole of `y`, and where they begin (seconds); silent ones are left out."""
    mel = spec.mel
    starts_s = excerpts.excerpt_starts_s(duration_s=y.size / mel.sr, mel=mel, spec=spec.excerpts)
    first_frames = [excerpts.first_frame(start_s, n_samples=y.size, spec=mel) for start_s in starts_s]
    audible_frames = [
        first
        for first in dict.fromkeys(first_frames)
        if not excerpts.is_silent(y[first * mel.hop_length :][: mel.n_samples], silence_dbfs=spec.silence_dbfs)
    ]
    is_whole = seen.y.size == y.size and (mel.n_fft, mel.hop_length, mel.n_mels) == (N_FFT, HOP_LENGTH, N_MELS)
    mels = mel_on_grid(y, first_frames=tuple(audible_frames), spec=mel, mel_power=seen.mel_power if is_whole else None)
    return mels, tuple(first * mel.hop_length / mel.sr for first in audible_frames)
