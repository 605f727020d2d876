"""The repositories of similar tracks in the unit of work: a part of `shared.store.repositories`."""

from abc import ABC, abstractmethod
from uuid import UUID

from sqlalchemy.orm import Session

from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.similarity.embeddings import EmbeddingRepository
from shared.store.similarity.mapped_neighbours import MappedNeighbours
from shared.store.similarity.neighbours import NeighbourRepository
from shared.store.similarity.projections import ProjectedVectorRepository, ProjectionRepository
from shared.store.similarity.tagger_projections import TaggerProjectionRepository
from shared.store.similarity.vector_files import VectorFileRepository


class SimilarityRepositories(ABC):
    """Vectors of tracks, and which tracks they are near to."""

    @property
    @abstractmethod
    def _own_session(self) -> Session:
        """The session of the transaction, for the store alone."""

    @property
    def embeddings(self) -> EmbeddingRepository:
        """Embeddings of tracks."""
        return EmbeddingRepository(self._own_session)

    @property
    def mapped_neighbours(self) -> MappedNeighbours:
        """Near tracks that a file of vectors named."""
        return MappedNeighbours(self._own_session)

    @property
    def projected_vectors(self) -> ProjectedVectorRepository:
        """Projected vectors of tracks."""
        return ProjectedVectorRepository(self._own_session)

    @property
    def vector_files(self) -> VectorFileRepository:
        """Files of vectors."""
        return VectorFileRepository(self._own_session)

    def neighbours(self, *, model_id: UUID | None = None, standard_id: UUID | None = None) -> NeighbourRepository:
        """Nearest tracks among the vectors of a model or a projection. Raises ValueError unless one is given."""
        return NeighbourRepository(self._own_session, model_id=model_id, standard_id=standard_id)

    def projections(self, *, spec: str, synthetic: bool) -> ProjectionRepository:
        """Projections of the descriptors of `spec`, of one library."""
        return ProjectionRepository(self._own_session, spec=spec, synthetic=synthetic)

    def tagger_projections(self, *, versions: TaggerVersions, synthetic: bool) -> TaggerProjectionRepository:
        """Projections of what taggers of these versions gave, of one library."""
        return TaggerProjectionRepository(self._own_session, versions=versions, synthetic=synthetic)
