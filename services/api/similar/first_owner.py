"""By which vectors tracks are compared where a request names none, or a kind of them."""

from uuid import UUID

from services.api.deps import ApiPorts
from services.api.similar.vector_owners import VectorOwner
from shared.domain.job import JobState
from shared.domain.taggers import list_versions
from shared.similarity.library_projections import DESCRIPTORS, TAGGERS
from shared.store.repositories import Repositories
from shared.store.tables import Model, ProjectionRow


def get_first_owner(ports: ApiPorts, *, by: UUID | str | None, synthetic: bool) -> VectorOwner | None:
    """The first one that `find_query_vector` asks, without the content of a projection; None where there is none.

    As of a moment ago. Whether it has a vector of the track, and all that may be wrong with `by`, is not looked at.
    """
    return ports.vector_owners.get_owner(
        (by, synthetic),
        find=lambda: _find_owner(ports, by, synthetic=synthetic),
        keep_s=ports.settings.champion_cache_s,
    )


def list_embedding_champions(ports: ApiPorts, *, synthetic: bool) -> list[Model]:
    """The champions that have embeddings of the whole library: while one is still scoring, only part could be found."""
    ranked = ports.champions.list_ranked(None, synthetic=synthetic)
    with ports.store.read() as repositories:
        embeddings, scores = repositories.embeddings, repositories.scores
        with_vectors = [model for model in ranked if embeddings.has_vectors(model.id)]
        jobs = [(model, scores.get_latest_job(model)) for model in with_vectors]
    return [model for model, job in jobs if job is None or JobState(job.state).is_final]


def _find_owner(ports: ApiPorts, by: UUID | str | None, *, synthetic: bool) -> VectorOwner | None:
    if by is None and (champions := list_embedding_champions(ports, synthetic=synthetic)):
        return champions[0]
    with ports.store.read() as repositories:
        if isinstance(by, UUID):
            return repositories.models.get_by_id(by)
        owner = None if by == DESCRIPTORS else _find_tagger_projection(ports, repositories, by, synthetic=synthetic)
        if owner is not None or by == TAGGERS:
            return owner
        return repositories.projections(spec=ports.spec.fingerprint, synthetic=synthetic).describe_current()


def _find_tagger_projection(
    ports: ApiPorts, repositories: Repositories, by: UUID | str | None, *, synthetic: bool
) -> ProjectionRow | None:
    """By default only where the whole library is tagged: else only part of it would be found."""
    versions = list_versions(ports.features.tagger_specs)
    if synthetic or not versions or (by is None and repositories.tagger_outputs.is_tagging(versions=versions)):
        return None
    return repositories.tagger_projections(versions=versions, synthetic=False).describe_current()
