"""The projection of tagger outputs that personal heads read, kept up with the library.

It is the one by which similar tracks are found. Whichever asks first makes it.
"""

import time
from datetime import UTC, datetime

import structlog

from shared.domain.taggers import BUILT_IN_TAGGERS, list_versions
from shared.similarity.index import is_outgrown, make_projection, project_missing
from shared.similarity.projection import N_FITTED_WIDE
from shared.store import Store
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import ProjectionRow
from shared.worker.context import WorkerContext

log = structlog.get_logger()

_LEAST_SHARE = 0.5
"""A tagger that gave values for fewer tracks, compared with the one that gave most, is being added or was left out."""


def get_current_projection(bench: WorkerContext, *, for_s: float) -> ProjectionRow | None:
    """The projection of the real library; None where no tagger gave anything.

    Tracks that lack their vector get it for `for_s` seconds at most; the next call goes on.
    """
    store = bench.store
    with store.read() as repositories:
        versions = _pick_versions(repositories)
        if not versions:
            return None
        projections = repositories.tagger_projections(versions=versions, synthetic=False)
        projection = projections.get_current()
        if projection is not None and not projections.is_behind(projection):
            return projection
        n_tracks = projections.count_tracks()
    if not n_tracks:
        return projection
    if projection is None or is_outgrown(projection, n_tracks=n_tracks):
        projection = _make_projection(store, versions, n_tracks=n_tracks, instead_of=projection)
    _add_vectors(store, projection, for_s=for_s)
    return projection


def _pick_versions(repositories: Repositories) -> TaggerVersions:
    """The built-in taggers that gave values for most tracks, in the order in which values are joined."""
    versions = list_versions(BUILT_IN_TAGGERS.values())
    counts = repositories.tagger_outputs.count_by_tagger(versions=versions)
    least = max(1.0, _LEAST_SHARE * max(counts.values(), default=0))
    return {name: digits for name, digits in versions.items() if counts.get(name, 0) >= least}


def _make_projection(
    store: Store, versions: TaggerVersions, *, n_tracks: int, instead_of: ProjectionRow | None
) -> ProjectionRow:
    widths = tuple(width for name in versions for width in BUILT_IN_TAGGERS[name].scaled_widths)
    with store.read() as repositories:
        content = make_projection(
            repositories.tagger_projections(versions=versions, synthetic=False), n_fitted=N_FITTED_WIDE, widths=widths
        )
    log.info("projection.made", n_tracks=n_tracks)
    return store.transact(
        "standard.put",
        lambda repositories: repositories.tagger_projections(versions=versions, synthetic=False).replace_current(
            content, n_tracks=n_tracks, instead_of=instead_of.id if instead_of else None
        ),
    )


def _add_vectors(store: Store, projection: ProjectionRow, *, for_s: float) -> None:
    asked_at, ends_at = datetime.now(UTC), time.monotonic() + for_s
    with store.read() as repositories:
        spans = repositories.scores.list_spans(synthetic=projection.synthetic)
    for span, _ in spans:
        if time.monotonic() > ends_at:
            return
        _add_vectors_of_span(store, projection, span)
    store.transact(
        "standard.keep", lambda repositories: repositories.projected_vectors.mark_caught_up(projection.id, asked_at)
    )


def _add_vectors_of_span(store: Store, projection: ProjectionRow, span: TrackSpan) -> None:
    with store.read() as repositories:
        projected = project_missing(repositories, projection, span)

    def save(repositories: Repositories) -> None:
        vectors = repositories.projected_vectors
        if vectors.get_projection(projection.id) is not None:  # else another replaced it meanwhile
            vectors.save_vectors(projection.id, projected.track_ids, projected.vectors)

    if projected.track_ids:
        store.transact("standard.keep", save)
