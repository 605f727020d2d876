"""Whitened components of tagger outputs. Pure.

The principal components are those of the library's projection of tagger outputs (`shared.similarity.projection`), which
is fitted to a sample of its analysed tracks, every block of a tagger weighing alike. Divided by their deviations over
the library they are whitened.
"""

from dataclasses import dataclass, replace

import numpy as np

from shared.arrays import Floats
from shared.personal.personal_logits import PersonalHead

N_COMPONENTS = 20
"""The first ones. Fifty do worse at 50 labels on 4Q, and twelve no better: `benchmarks.personal`."""
TRACKS_PER_COMPONENT = 5
"""A deviation over fewer tracks is noise."""
_FLAT = 1e-6
"""Of the largest deviation: components of less are rounding."""


@dataclass(frozen=True, eq=False)
class Whitening:
    """Centre and deviation of the first components."""

    centre: Floats
    """`(d,)`."""
    deviation: Floats
    """`(d,)`, > 0."""
    width: int
    """Of the vectors that are whitened, D >= d."""

    @classmethod
    def from_sample(cls, components: Floats) -> "Whitening":
        """Of principal components `(n, D)` of tracks of the library, the one of most variance first."""
        n_kept = min(N_COMPONENTS, components.shape[1], len(components) // TRACKS_PER_COMPONENT)
        if not n_kept:
            return cls(centre=np.empty(0), deviation=np.empty(0), width=components.shape[1])
        kept = components[:, :n_kept].astype(np.float64)
        deviation = kept.std(axis=0)
        n_kept = int(np.cumprod(deviation > _FLAT * deviation.max(initial=0.0)).sum())
        return cls(centre=kept.mean(axis=0)[:n_kept], deviation=deviation[:n_kept], width=components.shape[1])

    def whiten(self, components: Floats) -> Floats:
        """`(n, D)` → `(n, d)`; zeros for a row that holds NaN, of a track without tagger outputs, and where D is 0."""
        if not components.shape[1]:
            return np.zeros((len(components), len(self.centre)))
        z = (components[:, : len(self.centre)] - self.centre) / self.deviation
        whitened: Floats = np.where(np.isnan(z).any(axis=1, keepdims=True), 0.0, z)
        return whitened

    def unwhiten(self, head: PersonalHead) -> PersonalHead:
        """A head of whitened components as one of the vectors as they are, `(D,)`."""
        n_more = self.width - len(self.centre)
        return replace(
            head,
            weights=np.pad(head.weights / self.deviation, ((0, 0), (0, n_more))),
            centre=np.pad(self.centre, (0, n_more)),
        )
