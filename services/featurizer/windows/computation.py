"""What the taggers give for windows of 3 s every 1.5 s."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.featurizer.analysis import audio_sha256
from services.featurizer.audio import excerpts
from services.featurizer.audio.decode import DecodedAudio, open_clip
from services.featurizer.spectral.mel import resample_signal
from services.featurizer.taggers.graph_file import load_graph
from services.featurizer.taggers.musicnn import log_mel_patches
from services.featurizer.taggers.patches import cut_patches
from services.featurizer.taggers.yamnet import log_mel_frames
from shared.arrays import Signal, Tensor
from shared.domain.features import FeatureSpec
from shared.domain.taggers import MUSICNN, YAMNET, TaggerSpec
from shared.domain.windows import EXCERPT, MAX_SPAN_S, list_window_starts

SR = 16_000
"""Hz, of both taggers."""
_MUSICNN_HOP_S = 256 / SR
_MUSICNN_FRAMES = 187
_YAMNET_HOP_S = 160 / SR
_YAMNET_FRAMES = 96
_YAMNET_OFFSETS_S = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Of the patches of .96 s in a window. Neighbouring windows share them: the hop is a multiple of the step."""
_BATCH = 16
"""Windows that a network reads at once: more would take memory and no less time."""


@dataclass(frozen=True, eq=False)
class WindowOutputs:
    """What taggers gave for the windows of one file."""

    starts_s: tuple[float, ...]
    """Of each window, seconds from the start of the file."""
    values: Tensor
    """`(n_windows, n_values)`: by tagger, in their order, logits and then the embedding."""
    audio_sha256: str
    """Of the excerpt that is described, as `ClipAnalysis` has it."""


def compute_file_windows(path: Path, *, spec: FeatureSpec, taggers: Sequence[TaggerSpec], span: str) -> WindowOutputs:
    """Windows of the first five minutes of a file, or, with `span` `excerpt`, of the excerpt that is described.

    Raises:
        PermanentError: as `analyse_clip`.
        TaggerFileError: the file of a tagger is missing, or holds other weights.

    """
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), silence_dbfs=spec.silence_dbfs)
    excerpts.refuse_short(duration_s=clip.y.size / clip.sr_native, n_damaged_packets=clip.n_damaged_packets, spec=spec)
    described = find_described_window(clip, spec=spec)
    whole = excerpts.SampleWindow(start=0, length=min(clip.y.size, int(MAX_SPAN_S * clip.sr_native)))
    at = described if span == EXCERPT else whole
    y = resample_signal(at.cut_signal(clip.y), sr_native=clip.sr_native, sr=SR)
    starts_s, values = compute_windows(y, taggers=taggers)
    offset_s = clip.starts_s + at.start / clip.sr_native
    return WindowOutputs(
        starts_s=tuple(round(offset_s + start_s, 3) for start_s in starts_s),
        values=values,
        audio_sha256=audio_sha256(described.cut_signal(clip.y), sr_native=clip.sr_native),
    )


def find_described_window(clip: DecodedAudio, *, spec: FeatureSpec) -> excerpts.SampleWindow:
    """The excerpt that `analyse_clip` describes. Raises PermanentError(`silent`)."""
    at = excerpts.audible_mel_window(clip.y, sr_native=clip.sr_native, spec=spec)
    return excerpts.audible_descriptor_window(
        clip.y, duration_s=clip.duration_s - clip.starts_s, sr_native=clip.sr_native, otherwise=at, spec=spec
    )


def compute_windows(y: Signal, *, taggers: Sequence[TaggerSpec]) -> tuple[tuple[float, ...], Tensor]:
    """Where windows start, in seconds, and their values `(n_windows, n_values)`, of samples `y` at 16 kHz."""
    starts_s = list_window_starts(y.size / SR)
    return starts_s, compute_windows_at(y, starts_s, taggers=taggers)


def compute_windows_at(y: Signal, starts_s: Sequence[float], *, taggers: Sequence[TaggerSpec]) -> Tensor:
    """`(len(starts_s), n_values)` of windows that start at these seconds of samples `y` at 16 kHz."""
    return np.concatenate([_COMPUTATIONS[tagger.name](y, starts_s) for tagger in taggers], axis=1)


def _compute_musicnn(y: Signal, starts_s: Sequence[float]) -> Tensor:
    """`(n_windows, 250)`: one patch a window."""
    n_last = max(y.size // 256 + 1 - _MUSICNN_FRAMES, 0)
    frames = [min(round(start_s / _MUSICNN_HOP_S), n_last) for start_s in starts_s]
    parts = []
    for batch in _split_batches(frames):
        outputs = load_graph(MUSICNN).run(log_mel_patches(y, tuple(batch)))
        parts.append(np.concatenate([outputs["tag_logits"], outputs["embedding"]], axis=1))
    return np.concatenate(parts)


def _compute_yamnet(y: Signal, starts_s: Sequence[float]) -> Tensor:
    """`(n_windows, 1545)`: the mean over the patches in a window."""
    mel = log_mel_frames(y)
    last = max(len(mel) - _YAMNET_FRAMES, 0)
    by_window = [
        [min(round((start_s + offset_s) / _YAMNET_HOP_S), last) for offset_s in _YAMNET_OFFSETS_S]
        for start_s in starts_s
    ]
    patches = sorted({frame for frames in by_window for frame in frames})
    parts = []
    for batch in _split_batches(patches, size=4 * _BATCH):
        outputs = load_graph(YAMNET).run(cut_patches(mel, tuple(batch), n_patch=_YAMNET_FRAMES))
        parts.append(np.concatenate([outputs["class_logits"], outputs["embedding"]], axis=1))
    values = np.concatenate(parts)
    place = {frame: i for i, frame in enumerate(patches)}
    return np.stack([values[[place[frame] for frame in frames]].mean(axis=0) for frames in by_window])


_COMPUTATIONS: Mapping[str, Callable[[Signal, Sequence[float]], Tensor]] = {
    MUSICNN.name: _compute_musicnn,
    YAMNET.name: _compute_yamnet,
}


def _split_batches(frames: Sequence[int], *, size: int = _BATCH) -> Iterator[Sequence[int]]:
    for start in range(0, len(frames), size):
        yield frames[start : start + size]
