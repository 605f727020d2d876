"""A stored mel spectrogram as a picture."""

import io
import math

import numpy as np
from numpy.typing import NDArray

from shared.domain.features import MelSpec

_TICKS_HZ = (128, 256, 512, 1024, 2048, 4096, 8192, 16384)
_RANGE_DB = 80.0
"""Shown below the loudest bin; the rest is the darkest colour."""


def draw_mel(decibel: NDArray[np.float16], *, spec: MelSpec, start_s: float, title: str) -> bytes:
    """`decibel` `(n_mels, n_frames)` as PNG: seconds of the clip across, Hz up, a colour bar in dB.

    The bands are evenly high, as they are on the mel scale, and labelled with their frequencies.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - only who draws pays for it
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(9, 4), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    top_db = float(decibel.max())
    image = axes.imshow(
        decibel.astype(np.float32),
        origin="lower",
        aspect="auto",
        cmap="magma",
        vmin=top_db - _RANGE_DB,
        vmax=top_db,
        extent=(start_s, start_s + spec.duration_s, 0, spec.n_mels),
        interpolation="nearest",
    )
    ticks = [hz for hz in _TICKS_HZ if hz <= spec.sr / 2]
    axes.set_yticks([hz_to_band(hz, spec=spec) for hz in ticks], [f"{hz:,}" for hz in ticks])
    axes.set_xlabel("time in the clip (s)")
    axes.set_ylabel("frequency (Hz, mel scale)")
    axes.set_title(title, parse_math=False, wrap=True)
    figure.colorbar(image, ax=axes, label="power (dB re 1)")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def hz_to_band(hz: float, *, spec: MelSpec) -> float:
    """Where a frequency lies among the bands, 0 at the lower edge of the lowest and `n_mels` at half the rate."""
    # band i peaks at point i + 1 of n_mels + 2 that are evenly spaced in mel; its cell is drawn from i to i + 1
    return hz_to_mel(hz) / hz_to_mel(spec.sr / 2) * (spec.n_mels + 1) - 0.5


def hz_to_mel(hz: float) -> float:
    """Slaney's mel scale: linear up to 1 kHz (15 mel), then logarithmic (*Auditory Toolbox*, 1998)."""
    linear = 3 * hz / 200
    return linear if hz < 1000 else 15 + 27 * math.log(hz / 1000) / math.log(6.4)  # noqa: PLR2004
