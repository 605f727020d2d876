"""Taggers of the owner's: the mel spectrogram or the samples that their specs describe, and statistics of outputs."""

import time
from functools import cache

import librosa
import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view

from services.featurizer.spectral.spectra import hann_window
from services.featurizer.taggers.graph_file import GraphError, TaggerFileError
from services.featurizer.taggers.owner_graph_file import load_owner_graph
from services.featurizer.taggers.patches import cut_patches, spread_starts
from shared.arrays import Signal, Tensor
from shared.domain.owner_graph import MelInput
from shared.domain.taggers import TaggerSpec
from shared.errors import Reason

_TRIAL_S = 30.0
_AT_ONCE = 1_000_000
"""Samples of frames that are transformed at once."""


class NotFiniteError(GraphError):
    """A network gave a value that is no number, or larger than any."""


def compute_owner_tagger(y: Signal, *, spec: TaggerSpec) -> Tensor:
    """The values of `spec.blocks` for samples `y` at `spec.sr`.

    Raises:
        TaggerFileError: the file does not fit its spec.
        GraphError: the graph cannot be run on these samples, or gives other than finite values.

    """
    assert spec.graph is not None
    mel, n_patch = spec.graph.input.mel, spec.graph.patch_length
    frames = y[:, np.newaxis] if mel is None else mel_frames(y, sr=spec.sr, mel=mel)
    starts = spread_starts(len(frames), n_patch=n_patch, max_patches=spec.max_patches)
    patches = cut_patches(frames, starts, n_patch=n_patch)
    outputs = load_owner_graph(spec).run(patches[..., 0] if mel is None else patches)
    with np.errstate(invalid="ignore", over="ignore"):  # what comes of values that are not finite is refused below
        values = np.concatenate(
            [
                rows.mean(axis=0) if name == "mean" else rows.std(axis=0)
                for rows, output in zip(outputs, spec.graph.outputs, strict=True)
                for name in output.statistics
            ]
        ).astype(np.float32)
    if not np.isfinite(values).all():
        raise NotFiniteError(f"{(~np.isfinite(values)).sum()} of {values.size} values are not finite")
    return values


def check_owner_tagger(spec: TaggerSpec) -> float:
    """Run a tagger on noise that ends in silence, and on a signal that is shorter than a patch.

    Returns:
        Seconds for a clip of 30 s.

    Raises:
        TaggerFileError: `not_found`, `unreadable_tagger`, `tagger_mismatch`, or `tagger_not_finite`.

    """
    rng = np.random.default_rng(0)
    n = int(_TRIAL_S * spec.sr)
    noise = rng.uniform(-0.5, 0.5, n).astype(np.float32)
    noise[n // 2 :] = 0
    try:
        compute_owner_tagger(noise[: max(int(min(spec.patch_s, _TRIAL_S) * spec.sr / 2), 1)], spec=spec)
        started = time.perf_counter()
        compute_owner_tagger(noise, spec=spec)
        return time.perf_counter() - started
    except NotFiniteError as error:
        detail = f"the tagger {spec.name} on noise and silence: {error}"
        raise TaggerFileError(Reason.TAGGER_NOT_FINITE, detail) from error
    except GraphError as error:
        detail = f"the tagger {spec.name} cannot be run: {error}"
        raise TaggerFileError(Reason.TAGGER_MISMATCH, detail) from error


def mel_frames(y: Signal, *, sr: int, mel: MelInput) -> Tensor:
    """`(n_frames, n_mels)` of samples `y` `(n,)`, as `librosa.feature.melspectrogram` with these settings, and its
    logarithm. A signal shorter than a window is padded with zeros.
    """
    padded = np.pad(y, mel.n_fft // 2) if mel.is_centred else y
    if padded.size < mel.n_fft:
        padded = np.pad(padded, (0, mel.n_fft - padded.size))
    frames = sliding_window_view(padded, mel.n_fft)[:: mel.hop_length]
    bands = np.empty((len(frames), mel.n_mels), dtype=np.float32)
    n_at_once = max(_AT_ONCE // mel.n_fft, 1)  # a short hop must not fill the memory
    for start in range(0, len(frames), n_at_once):
        rows = slice(start, start + n_at_once)
        magnitude = np.abs(scipy.fft.rfft(frames[rows] * _window(mel), axis=1))
        bands[rows] = (magnitude if mel.power == 1 else magnitude**2) @ _mel_bank(sr, mel)
    if mel.log == "none":
        return bands
    logarithm = np.log10 if mel.log == "log10" else np.log
    logged: Tensor = mel.log_multiplier * logarithm(mel.log_factor * bands + np.float32(mel.log_offset))
    return logged.astype(np.float32)


@cache
def _window(mel: MelInput) -> Tensor:
    """`(n_fft,)`: the window in the middle, zeros around it."""
    before = (mel.n_fft - mel.win_length) // 2
    return np.pad(hann_window(mel.win_length), (before, mel.n_fft - mel.win_length - before))


@cache
def _mel_bank(sr: int, mel: MelInput) -> Tensor:
    """`(1 + n_fft // 2, n_mels)`."""
    bank: Tensor = librosa.filters.mel(
        sr=sr,
        n_fft=mel.n_fft,
        n_mels=mel.n_mels,
        fmin=mel.fmin,
        fmax=mel.fmax,
        htk=mel.scale == "htk",
        norm="slaney" if mel.norm == "slaney" else None,
    )
    return np.ascontiguousarray(bank.T, dtype=np.float32)
