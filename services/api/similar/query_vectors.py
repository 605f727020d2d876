"""By what tracks are compared with a track, or with a song that was sent in, and where that lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.api.deps import ApiPorts, require_model
from services.api.errors import ProblemError, no_features, not_scorable
from services.api.similar.first_owner import list_embedding_champions
from services.api.similar.projections import get_current_projection
from services.api.tracks.service import predict_track
from services.api.tracks.unscored import PendingTrack
from shared.domain.taggers import list_versions
from shared.inference.model_inputs import ModelReading, read_upload_row
from shared.similarity.library_projections import DESCRIPTORS, TAGGERS, DescriptorBasis, TaggerBasis
from shared.similarity.projection import DescriptorProjection
from shared.store.features.tagger_outputs import TaggerVersions, decode_outputs
from shared.store.tables import Model, ProjectionRow, Track, Upload

_MODEL = "model"


@dataclass(frozen=True, kw_only=True, eq=False)
class QueryVector:
    """A vector to compare tracks with, and the model or projection that it comes from."""

    vector: NDArray[np.float32]
    by: Model | ProjectionRow

    @property
    def kind(self) -> str:
        """`model`, `descriptors` or `taggers`."""
        if isinstance(self.by, Model):
            return _MODEL
        return DESCRIPTORS if self.by.taggers is None else TAGGERS


class SimilarityQuery(Protocol):
    """What is asked about: a track or a song."""

    @property
    def synthetic(self) -> bool:
        """Of which library it is."""

    def embed_by(self, model: Model) -> NDArray[np.float32] | PendingTrack | None:
        """The embedding of a network; None from a model without embeddings. Raises ProblemError."""

    def project_descriptors(self, projection: ProjectionRow) -> NDArray[np.float32] | PendingTrack:
        """The projected descriptors. Raises ProblemError."""

    def read_outputs(self, versions: TaggerVersions) -> NDArray[np.float32] | PendingTrack | None:
        """What the taggers gave, joined; None where any of them gave nothing."""


@dataclass(frozen=True, eq=False)
class TrackQuery:
    """A track of the library."""

    ports: ApiPorts
    track: Track

    @property
    def synthetic(self) -> bool:
        """Of which library it is."""
        return self.track.synthetic

    def embed_by(self, model: Model) -> NDArray[np.float32] | PendingTrack | None:
        """From the store; where it is not there yet, the model is asked."""
        with self.ports.store.read() as repositories:
            stored = repositories.embeddings.get_vector(self.track.id, model.id)
        if stored is not None:
            return stored
        output = predict_track(self.ports, self.track.id, model)
        if isinstance(output, PendingTrack):
            return output
        with self.ports.store.read() as repositories:
            return repositories.embeddings.get_vector(self.track.id, model.id)

    def project_descriptors(self, projection: ProjectionRow) -> NDArray[np.float32] | PendingTrack:
        """From the store; where it is not there yet, from its descriptors."""
        track_id = self.track.id
        with self.ports.store.read() as repositories:
            stored = repositories.projected_vectors.get_vector(track_id, projection.id)
            features = repositories.features(spec=projection.spec).list_by_track([track_id]).get(track_id)
        if stored is not None:
            return stored
        if features is not None and features.descriptors is not None:
            return _project_row(projection, features.descriptors)
        return self._pending()

    def read_outputs(self, versions: TaggerVersions) -> NDArray[np.float32] | PendingTrack | None:
        """Of the recording. Raises ProblemError where nothing was computed from its audio."""
        with self.ports.store.read() as repositories:
            outputs = repositories.tagger_outputs.list_by_track([self.track.id], versions=versions)
            described = repositories.features(spec=self.ports.spec.fingerprint).list_by_track([self.track.id])
        if outputs or described:
            return outputs.get(self.track.id)
        return self._pending()

    def _pending(self) -> PendingTrack:
        with self.ports.store.read() as repositories:
            open_stage = repositories.job_items.get_open_stage(self.track.id)
        if open_stage is None:
            raise no_features(self.track.id)
        return PendingTrack(*open_stage)


@dataclass(frozen=True, eq=False)
class UploadQuery:
    """A song that was sent in and is analysed."""

    ports: ApiPorts
    upload: Upload
    synthetic: bool = False

    def embed_by(self, model: Model) -> NDArray[np.float32] | None:
        """By running the network; None where its inputs are not kept."""
        reading = ModelReading.from_card(model.card)
        with self.ports.store.read() as repositories:
            row = read_upload_row(
                repositories, self.upload, kind=model.inputs, spec=model.spec, taggers=reading.taggers
            )
        embedding = None if row is None else self.ports.champions.get_predictor(model).predict_outputs(row).embedding
        return None if embedding is None else embedding[0]

    def project_descriptors(self, projection: ProjectionRow) -> NDArray[np.float32]:
        """Raises ProblemError for a song that was analysed under another version of the descriptors."""
        with self.ports.store.read() as repositories:
            is_comparable = repositories.projections(spec=projection.spec, synthetic=projection.synthetic).reads_spec(
                self.upload.spec or ""
            )
        if self.upload.descriptors is None or not is_comparable:
            raise not_scorable("other_features", "this song was analysed under an earlier spec: send it again")
        return _project_row(projection, self.upload.descriptors)

    def read_outputs(self, versions: TaggerVersions) -> NDArray[np.float32] | None:
        """As they were kept with the song."""
        return decode_outputs(self.upload.tagger_outputs, versions=versions)


def find_query_vector(
    ports: ApiPorts, query: SimilarityQuery, *, by: UUID | str | None
) -> QueryVector | UUID | PendingTrack | None:
    """Where what is asked about lies, by the model asked for, else by the first champion with embeddings, else by what
    taggers gave, else by descriptors.

    Instead: a job that has to end before, that the track itself is in work, or None: nothing is described yet. Raises
    ProblemError.
    """
    if isinstance(by, UUID):
        return _query_model(ports, query, by)
    if by == TAGGERS:
        return _query_taggers(ports, query)
    for model in list_embedding_champions(ports, synthetic=query.synthetic) if by is None else ():
        try:
            vector = query.embed_by(model)
        except ProblemError:
            continue  # this track lacks what the network reads: its descriptors may do
        if isinstance(vector, np.ndarray):
            return QueryVector(vector=vector, by=model)
    if by is None and (by_taggers := _query_taggers_of_library(ports, query)) is not None:
        return by_taggers
    projection = get_current_projection(ports, DescriptorBasis(ports.spec), synthetic=query.synthetic)
    if not isinstance(projection, ProjectionRow):
        return projection
    vector = query.project_descriptors(projection)
    return vector if isinstance(vector, PendingTrack) else QueryVector(vector=vector, by=projection)


def _query_taggers(ports: ApiPorts, query: SimilarityQuery) -> QueryVector | UUID | PendingTrack | None:
    taggers = ports.features.tagger_specs
    versions = list_versions(taggers)
    if query.synthetic or not versions:
        why = "synthetic tracks are not tagged" if query.synthetic else "MER_TAGGERS names no audio tagger"
        raise not_scorable("no_audio_tags", f"{why}: ask by descriptors")
    outputs = query.read_outputs(versions)
    if isinstance(outputs, PendingTrack):
        return outputs
    if outputs is None:
        raise not_scorable(
            "no_audio_tags", f"{', '.join(versions)} have not all described this yet: that is done in the background"
        )
    projection = get_current_projection(ports, TaggerBasis(taggers), synthetic=False)
    if not isinstance(projection, ProjectionRow):
        return projection
    return QueryVector(vector=_project_row(projection, outputs), by=projection)


def _query_taggers_of_library(ports: ApiPorts, query: SimilarityQuery) -> QueryVector | None:
    """None where that cannot be said of this track, or not yet of the whole library: only part of it would be found."""
    versions = list_versions(ports.features.tagger_specs)
    with ports.store.read() as repositories:
        if query.synthetic or not versions or repositories.tagger_outputs.is_tagging(versions=versions):
            return None
    try:
        vector = _query_taggers(ports, query)
    except ProblemError:
        return None
    return vector if isinstance(vector, QueryVector) else None


def _project_row(projection: ProjectionRow, values: Sequence[float] | NDArray[np.float32]) -> NDArray[np.float32]:
    projected: NDArray[np.float32] = DescriptorProjection.from_bytes(projection.content).project_rows(
        np.array([values], dtype=np.float32)
    )[0]
    return projected


def _query_model(ports: ApiPorts, query: SimilarityQuery, model_id: UUID) -> QueryVector | PendingTrack:
    with ports.store.read() as repositories:
        model = require_model(repositories, model_id)
    if model.synthetic != query.synthetic:
        raise not_scorable("other_library", "this model learned from the other library: real and demo never mix")
    vector = query.embed_by(model)
    if vector is None:
        raise not_scorable(
            "no_embeddings",
            f"{model.estimator} on {model.inputs} places no tracks: name a network, taggers or descriptors",
        )
    return vector if isinstance(vector, PendingTrack) else QueryVector(vector=vector, by=model)
