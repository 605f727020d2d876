"""The projections of a library kept up with it: what is projected, when a projection is fitted anew, and how tracks
that lack their vector get it. The one home of these rules, for the scorer, which keeps projections up, and for the API,
which does not wait for the scorer where few tracks lack theirs.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Protocol

import structlog

from shared.domain.features import FeatureSpec
from shared.domain.taggers import TaggerSpec, list_versions
from shared.similarity.index import is_outgrown, make_projection, project_missing
from shared.similarity.projection import N_FITTED, N_FITTED_WIDE
from shared.store import Store
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.similarity.projections import EVERY_TRACK, LibraryProjections
from shared.store.tables import ProjectionRow

log = structlog.get_logger()

DESCRIPTORS = "descriptors"
TAGGERS = "taggers"
_PROJECTED_AT_ONCE = 2000
"""Tracks whose values are read at a time."""


class SimilarityBasis(Protocol):
    """What of tracks is projected."""

    @property
    def kind(self) -> str:
        """`descriptors` or `taggers`."""

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """All SQL on projections of it, of one library."""

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """A new one, for a library that has at least one track with values."""

    def declare(self, repositories: Repositories) -> None:
        """Write down what a new projection is of."""


@dataclass(frozen=True)
class DescriptorBasis:
    """Descriptors of a spec."""

    spec: FeatureSpec
    kind: ClassVar[str] = DESCRIPTORS

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """Those of all specs with the same descriptors."""
        return repositories.projections(spec=self.spec.fingerprint, synthetic=synthetic)

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """Every descriptor weighs alike."""
        return make_projection(projections, n_fitted=N_FITTED)

    def declare(self, repositories: Repositories) -> None:
        """The stages of the spec."""
        repositories.spec_stages.declare_stages(self.spec.fingerprint, self.spec)


@dataclass(frozen=True)
class TaggerBasis:
    """What taggers gave."""

    taggers: tuple[TaggerSpec, ...]
    kind: ClassVar[str] = TAGGERS

    def open_projections(self, repositories: Repositories, *, synthetic: bool) -> LibraryProjections:
        """Those of exactly these versions."""
        return repositories.tagger_projections(versions=list_versions(self.taggers), synthetic=synthetic)

    def fit_projection(self, projections: LibraryProjections) -> bytes:
        """Every block of a tagger weighs alike."""
        widths = tuple(width for tagger in self.taggers for width in tagger.scaled_widths)
        return make_projection(projections, n_fitted=N_FITTED_WIDE, widths=widths)

    def declare(self, repositories: Repositories) -> None:
        """Nothing: its row names the versions."""


def replace_projection(
    store: Store, basis: SimilarityBasis, *, n_tracks: int, synthetic: bool, instead_of: ProjectionRow | None
) -> ProjectionRow:
    """Fit a projection to a library of `n_tracks` in place of another one; of two at once the first one stays."""
    with store.read() as repositories:
        content = basis.fit_projection(basis.open_projections(repositories, synthetic=synthetic))
    log.info("projection.made", n_tracks=n_tracks)

    def save_projection(repositories: Repositories) -> ProjectionRow:
        basis.declare(repositories)
        projections = basis.open_projections(repositories, synthetic=synthetic)
        return projections.replace_current(
            content, n_tracks=n_tracks, instead_of=instead_of.id if instead_of is not None else None
        )

    return store.transact("standard.put", save_projection)


def add_vectors(store: Store, projection: ProjectionRow, span: TrackSpan, *, caught_up_at: datetime | None) -> None:
    """Project the tracks of a span that lack their vector. All tracks as of `caught_up_at` have theirs with that."""
    with store.read() as repositories:
        projected = project_missing(repositories, projection, span)

    def save_vectors(repositories: Repositories) -> None:
        vectors = repositories.projected_vectors
        if vectors.get_projection(projection.id) is None:
            return  # another one has replaced it meanwhile
        vectors.save_vectors(projection.id, projected.track_ids, projected.vectors)
        if caught_up_at is not None:
            vectors.mark_caught_up(projection.id, caught_up_at)

    if projected.track_ids or caught_up_at is not None:
        store.transact("standard.keep", save_vectors)


def keep_projection(store: Store, basis: SimilarityBasis, *, synthetic: bool, for_s: float) -> ProjectionRow | None:
    """The projection of a library; None where it has no track with values.

    Tracks that lack their vector get it for `for_s` seconds at most; the next call goes on.
    """
    asked_at, ends_at = datetime.now(UTC), time.monotonic() + for_s
    with store.read() as repositories:
        projections = basis.open_projections(repositories, synthetic=synthetic)
        projection = projections.get_current()
        if projection is not None and not projections.is_behind(projection):
            return projection
        n_tracks = projections.count_tracks()
    if not n_tracks:
        return projection
    if projection is None or is_outgrown(projection, n_tracks=n_tracks):
        projection = replace_projection(store, basis, n_tracks=n_tracks, synthetic=synthetic, instead_of=projection)
    with store.read() as repositories:
        n_missing = basis.open_projections(repositories, synthetic=synthetic).count_missing(projection)
        spans = _split_library(repositories, synthetic=synthetic) if n_missing > _PROJECTED_AT_ONCE else [EVERY_TRACK]
    for i, span in enumerate(spans):
        if time.monotonic() > ends_at:
            break
        add_vectors(store, projection, span, caught_up_at=asked_at if i == len(spans) - 1 else None)
    return projection


def _split_library(repositories: Repositories, *, synthetic: bool) -> list[TrackSpan]:
    return [span for span, _ in repositories.scores.list_spans(synthetic=synthetic)]
