"""Chords of crema's network, read relative to the key: which chords, how they follow each other, how clear they are."""

from functools import cache

import librosa
import numpy as np

from services.featurizer.taggers.constant_q import constant_q_magnitude
from services.featurizer.taggers.graph_file import load_graph
from shared.arrays import Indices, Signal, Tensor
from shared.domain.taggers import TaggerSpec

_HOP_LENGTH = 2048
_BINS_PER_OCTAVE = 36
_N_BINS = 216
_PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_QUALITIES = (
    "maj", "min", "aug", "dim", "sus2", "sus4", "7", "maj7", "min7", "maj6", "min6", "minmaj7", "dim7", "hdim7",
)  # fmt: skip
CHORD_CLASSES = tuple(sorted(["N", "X", *(f"{pitch}:{quality}" for pitch in _PITCHES for quality in _QUALITIES)]))
"""The 170 chords in the order of the network's outputs; N is none, X any other."""

_QUALITY_GROUPS = {
    "maj": ("maj", "maj6"),
    "min": ("min", "min6"),
    "aug": ("aug",),
    "dim": ("dim", "dim7", "hdim7"),
    "sus": ("sus2", "sus4"),
    "7": ("7",),
    "maj7": ("maj7",),
    "min7": ("min7",),
    "other": ("minmaj7", "X"),
    "none": ("N",),
}
_MAJOR_PROFILE = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR_PROFILE = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
"""How well each pitch class fits a key: Krumhansl and Kessler (1982)."""


def compute_chords(y: Signal, *, spec: TaggerSpec) -> Tensor:
    """The values of `spec.blocks` for samples `y` at `spec.sr`."""
    outputs = load_graph(spec).run(harmonic_decibels(y, sr=spec.sr))
    return summarise_chords(outputs, duration_s=y.size / spec.sr)


def harmonic_decibels(y: Signal, *, sr: int) -> Tensor:
    """`(1, n_frames, 216, 2)`: constant-Q transforms from C1 and from C2, dB below the maximum of each.

    Both are cut from one transform of seven octaves: bin for bin they are the same filters.
    """
    shortest = 2**8 * _HOP_LENGTH // 4
    if y.size < shortest:
        y = np.pad(y, (0, shortest - y.size))
    magnitude = constant_q_magnitude(
        y,
        sr=sr,
        hop_length=_HOP_LENGTH,
        fmin=float(librosa.note_to_hz("C1")),
        n_octaves=_N_BINS // _BINS_PER_OCTAVE + 1,
        bins_per_octave=_BINS_PER_OCTAVE,
    )
    harmonics = (magnitude[:_N_BINS], magnitude[_BINS_PER_OCTAVE:])
    decibels = np.stack([librosa.amplitude_to_db(one, ref=np.max) for one in harmonics], axis=-1)
    return np.ascontiguousarray(decibels.transpose(1, 0, 2)[np.newaxis], dtype=np.float32)


def summarise_chords(outputs: dict[str, Tensor], *, duration_s: float) -> Tensor:
    """The values of `CHORD_STATISTICS` of the network's outputs for the frames of one track."""
    chord, root, bass, pitch = (outputs[name] for name in ("chord", "root", "bass", "pitch"))
    tonic, clarity = estimate_key(pitch.mean(axis=0))
    best = chord.argmax(axis=1)
    changes = np.flatnonzero(np.diff(best)) + 1
    mean_root = root.mean(axis=0)
    statistics = [
        *(chord[:, classes].sum(axis=1).mean() for classes in _classes_by_quality()),
        *np.roll(mean_root[:12], -tonic),
        *np.roll(pitch.mean(axis=0), -tonic),
        *_root_motion(best[np.concatenate([[0], changes])]),
        _entropy(mean_root),
        _entropy(chord.mean(axis=0)),
        float(np.mean([_entropy(frame) for frame in chord])),
        np.mean(root.argmax(axis=1) != bass.argmax(axis=1)),
        len(changes) / duration_s,
        clarity,
    ]
    return np.array(statistics, dtype=np.float32)


def estimate_key(pitch_classes: Tensor) -> tuple[int, float]:
    """`(tonic, clarity)` of 12 weights from C: the key note, and how much better its key fits than any other's."""
    profiles = np.stack([np.roll(profile, k) for profile in (_MAJOR_PROFILE, _MINOR_PROFILE) for k in range(12)])
    centred = profiles - profiles.mean(axis=1, keepdims=True)
    weights = pitch_classes - pitch_classes.mean()
    norms = np.linalg.norm(centred, axis=1) * max(float(np.linalg.norm(weights)), 1e-9)
    fit = centred @ weights / norms
    second, first = np.sort(fit)[-2:]
    return int(fit.argmax()) % 12, float(first - second)


@cache
def _classes_by_quality() -> tuple[Indices, ...]:
    qualities = [name.split(":")[-1] for name in CHORD_CLASSES]
    return tuple(
        np.array([i for i, quality in enumerate(qualities) if quality in group]) for group in _QUALITY_GROUPS.values()
    )


@cache
def _root_of_class() -> Indices:
    """The pitch class of each chord's root, from C; -1 for N and X."""
    return np.array([_PITCHES.index(name.split(":")[0]) if ":" in name else -1 for name in CHORD_CLASSES])


def _root_motion(chords: Indices) -> Tensor:
    """Shares `(12,)` of the steps between the roots of successive chords, in semitones upwards."""
    roots = _root_of_class()[chords]
    roots = roots[roots >= 0]
    steps = np.bincount(np.diff(roots) % 12, minlength=12).astype(np.float32)
    return steps / max(float(steps.sum()), 1.0)


def _entropy(probabilities: Tensor) -> float:
    """In nats."""
    kept = probabilities[probabilities > 0].astype(np.float64)
    return float(-(kept * np.log(kept)).sum())
