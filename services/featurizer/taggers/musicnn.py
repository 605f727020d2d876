"""MusiCNN: tags of Last.fm and an embedding, of 3-second patches."""

import numpy as np

from services.featurizer.spectral.spectra import frame_power, mel_spectra
from services.featurizer.taggers.graph_file import load_graph
from services.featurizer.taggers.patches import cut_patches, spread_starts
from shared.arrays import Signal, Tensor
from shared.domain.taggers import TaggerSpec

_N_FFT = 512
_HOP_LENGTH = 256
_N_MELS = 96
_N_FRAMES = 187


def compute_musicnn(y: Signal, *, spec: TaggerSpec) -> Tensor:
    """The values of `spec.blocks` for samples `y` at `spec.sr`: mean and deviation over the patches."""
    return summarise_tags(run_musicnn(y, spec=spec))


def compute_musicnn_pool(y: Signal, *, spec: TaggerSpec) -> Tensor:
    """The values before the dense layers, for samples `y` at `spec.sr`: `(1506,)`, mean over the patches."""
    return summarise_pool(run_musicnn(y, spec=spec))


def run_musicnn(y: Signal, *, spec: TaggerSpec) -> dict[str, Tensor]:
    """The outputs of the network by name, a row a patch, for samples `y` at `spec.sr`."""
    n_frames = 1 + y.size // _HOP_LENGTH
    starts = spread_starts(n_frames, n_patch=_N_FRAMES, max_patches=spec.max_patches)
    return load_graph(spec).run(log_mel_patches(y, starts))


def summarise_tags(outputs: dict[str, Tensor]) -> Tensor:
    """Mean and deviation over the patches, of the tags and of the embedding."""
    parts = (outputs[name] for name in ("tag_logits", "embedding"))
    return np.concatenate([statistic for part in parts for statistic in (part.mean(axis=0), part.std(axis=0))])


def summarise_pool(outputs: dict[str, Tensor]) -> Tensor:
    """`(1506,)`: mean over the patches."""
    pooled: Tensor = outputs["pooled"].mean(axis=0)
    return pooled


def log_mel_patches(y: Signal, starts: tuple[int, ...]) -> Tensor:
    """`(len(starts), 187, 96)`: `log10(10000 mel + 1)` of patches of the clip's centred transform.

    Only the frames of the patches are transformed.
    """
    padded = np.pad(
        y, (_N_FFT // 2, _N_FFT // 2 + _N_FRAMES * _HOP_LENGTH if y.size < _N_FRAMES * _HOP_LENGTH else _N_FFT)
    )
    length = (_N_FRAMES - 1) * _HOP_LENGTH + _N_FFT
    n_frames = 1 + y.size // _HOP_LENGTH
    patches = []
    for start in starts:
        cut = padded[start * _HOP_LENGTH :][:length]
        power = frame_power(cut, n_fft=_N_FFT, hop_length=_HOP_LENGTH, is_centred=False)[:n_frames]
        mel = mel_spectra(power, sr=16_000, n_mels=_N_MELS)
        patches.append(cut_patches(np.log10(10_000 * mel + 1), (0,), n_patch=_N_FRAMES)[0])
    return np.stack(patches).astype(np.float32)
