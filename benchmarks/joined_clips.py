"""Clips joined one behind the other, and the windows of the joined sound. No benchmark of its own.

Windows that hold sound of one clip only are computed once for each clip and phase; those that reach across a join are
computed from the joined sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from services.featurizer.audio import excerpts
from services.featurizer.audio.decode import open_clip
from services.featurizer.spectral.mel import resample_signal
from services.featurizer.windows.computation import SR, compute_windows_at, find_described_window
from shared.arrays import Signal, Tensor
from shared.domain.features import FeatureSpec
from shared.domain.windows import WINDOW_HOP_S, WINDOW_S, WINDOW_TAGGERS, list_window_starts

PHASES = (0.0, 0.5, 1.0)
"""Seconds by which the grid of the windows lies behind the start of a clip."""
FADE_S = 3.0
LEVEL_RMS = 0.1
_MARGIN_S = 0.25
_TAGGERS = tuple(WINDOW_TAGGERS.values())


@dataclass(frozen=True, eq=False)
class LevelledClip:
    """The excerpt of a clip at 16 kHz, at the same level as all others, with its windows by phase."""

    y: Signal
    windows: dict[float, Tensor] = field(default_factory=dict)

    def windows_at(self, phase: float) -> Tensor:
        """`(n, n_values)` of whole windows that start at `phase` and every 1.5 s after it."""
        if phase not in self.windows:
            starts = [phase + start_s for start_s in list_window_starts(len(self.y) / SR - phase)]
            self.windows[phase] = compute_windows_at(self.y, starts, taggers=_TAGGERS).astype(np.float16)
        return self.windows[phase].astype(np.float32)


@dataclass(frozen=True, eq=False)
class JoinedSound:
    """Windows of clips one behind the other, and where the joins are."""

    values: Tensor
    starts_s: tuple[float, ...]
    joins_s: tuple[float, ...]
    """The middle of a cross-fade."""


def read_levelled(path: Path) -> LevelledClip:
    """The excerpt that is described of a clip, at 16 kHz and one level. Raises PermanentError."""
    spec = FeatureSpec()
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), silence_dbfs=spec.silence_dbfs)
    described = find_described_window(clip, spec=spec).cut_signal(clip.y)
    y = resample_signal(described, sr_native=clip.sr_native, sr=SR)
    return LevelledClip(y=(y * (LEVEL_RMS / max(float(np.sqrt(np.mean(y**2))), 1e-6))).astype(np.float32))


def join_clips(clips: Sequence[LevelledClip], *, cuts_s: Sequence[float], fade_s: float = 0.0) -> JoinedSound:
    """Clips one behind the other, each but the last ended at one of `cuts_s`, seconds from its start.

    `cuts_s` are multiples of .5, so that the windows of the next clip lie at one of `PHASES`. With `fade_s` the last
    seconds of a clip are mixed with the first ones of the next, at equal power.
    """
    starts = [0.0]
    for cut_s in cuts_s:
        starts.append(starts[-1] + cut_s - fade_s)
    ends = [*(start + cut_s for start, cut_s in zip(starts[:-1], cuts_s, strict=True))]
    ends.append(starts[-1] + len(clips[-1].y) / SR)
    y = mix_clips(clips, starts, ends, fade_s=fade_s)
    grid = list_window_starts(len(y) / SR)
    rows: list[Tensor | None] = [None] * len(grid)
    for i, clip in enumerate(clips):
        clear_from = starts[i] + (fade_s if i else 0.0)
        clear_to = ends[i] - (fade_s if i + 1 < len(clips) else 0.0)
        phase = find_phase(starts[i])
        windows = clip.windows_at(phase)
        for k, start_s in enumerate(grid):
            at = round((start_s - starts[i] - phase) / WINDOW_HOP_S)
            if start_s >= clear_from - 1e-6 and start_s + WINDOW_S <= clear_to + 1e-6 and at < len(windows):
                rows[k] = windows[at]
    _fill_mixed(rows, y, grid)
    return JoinedSound(
        values=np.stack([row for row in rows if row is not None]),
        starts_s=grid,
        joins_s=tuple(start + fade_s / 2 for start in starts[1:]),
    )


def find_phase(start_s: float) -> float:
    """By how many seconds the grid lies behind the start of a clip that begins at `start_s`."""
    return float(round(-start_s % WINDOW_HOP_S, 3) % WINDOW_HOP_S)


def mix_clips(
    clips: Sequence[LevelledClip], starts: Sequence[float], ends: Sequence[float], *, fade_s: float
) -> Signal:
    """The samples of the joined sound at 16 kHz."""
    y = np.zeros(round(ends[-1] * SR), dtype=np.float32)
    n_fade = round(fade_s * SR)
    rise = np.sin(np.linspace(0, np.pi / 2, n_fade)) if n_fade else np.empty(0)
    for i, clip in enumerate(clips):
        first, n = round(starts[i] * SR), round((ends[i] - starts[i]) * SR)
        part = clip.y[:n].copy()
        if n_fade and i:
            part[:n_fade] *= rise
        if n_fade and i + 1 < len(clips):
            part[-n_fade:] *= rise[::-1]
        y[first : first + len(part)] += part
    return y


def _fill_mixed(rows: list[Tensor | None], y: Signal, grid: Sequence[float]) -> None:
    """Compute the windows that no clip has, each run of neighbours from the sound around it."""
    missing = [k for k, row in enumerate(rows) if row is None]
    runs = np.split(missing, np.flatnonzero(np.diff(missing) > 1) + 1) if missing else []
    for run in runs:
        from_s = max(grid[run[0]] - _MARGIN_S, 0.0)
        part = y[round(from_s * SR) : round((grid[run[-1]] + WINDOW_S + _MARGIN_S) * SR)]
        made = compute_windows_at(part, [grid[k] - from_s for k in run], taggers=_TAGGERS)
        for k, row in zip(run, made, strict=True):
            rows[k] = row
