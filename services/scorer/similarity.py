"""The scorer's use case of similar tracks: projections kept up with the library, and a file of the vectors.

The API maps the file into memory. A look every 20 s projects the tracks that came since the last one,
and writes a new file where vectors have changed. Small libraries have none: PostgreSQL compares their tracks at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from uuid_utils.compat import uuid7

from shared.blobs import Blobs
from shared.domain.features import FeatureSpec
from shared.domain.messages import TickMessage
from shared.domain.taggers import TaggerSpec
from shared.similarity.library_projections import (
    DESCRIPTORS,
    DescriptorBasis,
    SimilarityBasis,
    TaggerBasis,
    keep_projection,
)
from shared.similarity.vector_file import OwnedVectors, write_vector_file
from shared.store import Store
from shared.store.repositories import Repositories
from shared.store.similarity.vector_files import VectorOwner, describe_contents
from shared.store.tables import Model, ProjectionRow
from shared.worker.context import WorkerContext

log = structlog.get_logger()

LEAST_VECTORS = 500
"""Of an owner in a file. The exact search in PostgreSQL takes some 5 µs a track."""
_PROJECTED_FOR_S = 60.0


def keep_similarity(
    _: TickMessage,
    *,
    bench: WorkerContext,
    blobs: Blobs,
    bases: Mapping[str, SimilarityBasis],
    least: int = LEAST_VECTORS,
) -> None:
    """Project what came, and write a new file of vectors where any have changed. Does nothing while another does it."""
    with bench.store.read() as holder:
        if not holder.vector_files.hold_writing():
            return
        owners = _keep_projections(bench.store, bases)
        write_vectors(bench.store, blobs, owners, least=least)


def list_bases(spec: FeatureSpec, taggers: Sequence[TaggerSpec]) -> dict[str, SimilarityBasis]:
    """By what tracks are compared without a network, by its kind."""
    bases: list[SimilarityBasis] = [DescriptorBasis(spec)]
    if taggers:
        bases.append(TaggerBasis(tuple(taggers)))
    return {basis.kind: basis for basis in bases}


def _keep_projections(store: Store, bases: Mapping[str, SimilarityBasis]) -> list[VectorOwner]:
    kept = [
        keep_projection(store, basis, synthetic=synthetic, for_s=_PROJECTED_FOR_S)
        for kind, basis in bases.items()
        for synthetic in ((False, True) if kind == DESCRIPTORS else (False,))  # synthetic tracks are not tagged
    ]
    return [VectorOwner(ProjectionRow, row.id, row.synthetic) for row in kept if row is not None]


def write_vectors(store: Store, blobs: Blobs, projections: Sequence[VectorOwner], *, least: int) -> None:
    """Write the vectors of projections and champions into a new file, if they are others than in the latest one."""
    with store.read() as repositories:
        owners = [*_list_networks(repositories), *projections]
        measured = {owner: repositories.vector_files.measure_vectors(owner) for owner in owners}
        latest = repositories.vector_files.get_latest()
    wanted = {owner: numbers for owner, numbers in measured.items() if numbers[0] >= least}
    contents = describe_contents(wanted)
    if contents == (latest.contents if latest is not None else {}):
        return
    key = f"vectors/{uuid7()}"
    with TemporaryDirectory(dir=blobs.scratch_dir(), prefix="vectors-") as folder:
        path = Path(folder) / "vectors"
        write_vector_file(path, _read_owned(store, wanted))
        blobs.put_file(key, path)
    dropped = store.transact(
        "vectors.replace", lambda repositories: repositories.vector_files.replace_latest(key, contents)
    )
    for unread in dropped:
        blobs.delete(unread)
    log.info("vectors.written", n_owners=len(wanted), n_vectors=sum(numbers[0] for numbers in wanted.values()))


def _list_networks(repositories: Repositories) -> list[VectorOwner]:
    """The champions with embeddings."""
    champions = [
        model for synthetic in (False, True) for model in repositories.models.list_answering(synthetic=synthetic)
    ]
    return [
        VectorOwner(Model, model.id, model.synthetic)
        for model in champions
        if repositories.embeddings.has_vectors(model.id)
    ]


def _read_owned(store: Store, owners: Mapping[VectorOwner, object]) -> Iterator[OwnedVectors]:
    """One owner after another: only one is in memory as a table."""
    for owner in owners:
        with store.read() as repositories:
            table = repositories.vector_files.read_vectors(owner)
        yield OwnedVectors(owner_id=owner.id, synthetic=owner.synthetic, track_ids=table.track_ids, vectors=table.x)
