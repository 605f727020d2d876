"""The projection of tagger outputs that personal heads read: the one by which similar tracks are found."""

from shared.domain.taggers import BUILT_IN_TAGGERS, list_versions
from shared.similarity.library_projections import TaggerBasis, keep_projection
from shared.store.repositories import Repositories
from shared.store.tables import ProjectionRow
from shared.worker.context import WorkerContext

_LEAST_SHARE = 0.5
"""A tagger that gave values for fewer tracks, compared with the one that gave most, is being added or was left out."""


def get_current_projection(bench: WorkerContext, *, for_s: float) -> ProjectionRow | None:
    """The projection of the real library; None where no tagger gave anything.

    Tracks that lack their vector get it for `for_s` seconds at most; the next call goes on.
    """
    with bench.store.read() as repositories:
        basis = _pick_basis(repositories)
    return keep_projection(bench.store, basis, synthetic=False, for_s=for_s) if basis.taggers else None


def _pick_basis(repositories: Repositories) -> TaggerBasis:
    """The built-in taggers that gave values for most tracks, in the order in which values are joined."""
    counts = repositories.tagger_outputs.count_by_tagger(versions=list_versions(BUILT_IN_TAGGERS.values()))
    least = max(1.0, _LEAST_SHARE * max(counts.values(), default=0))
    return TaggerBasis(tuple(tagger for name, tagger in BUILT_IN_TAGGERS.items() if counts.get(name, 0) >= least))
