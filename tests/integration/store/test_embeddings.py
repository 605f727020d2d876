"""Vectors of tracks in PostgreSQL: near, far, and gone with what made them."""

import secrets
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.similarity.embeddings import EmbeddingRepository
from shared.store.similarity.neighbours import NeighbourRepository
from shared.store.similarity.projections import ProjectedVectorRepository, ProjectionRepository
from shared.store.tables import Embedding, Model, ProjectedVector, ProjectionRow, SnapshotRow
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository

SPEC = "a spec"


@pytest.fixture
def model_id(store: Store) -> UUID:
    def write(session: Session) -> UUID:
        snapshot = SnapshotRow(
            taxonomy="mood4",
            inputs=["spectrogram"],
            spec=SPEC,
            synthetic=False,
            n_folds=5,
            seed=0,
            counts={},
            leak_check={},
        )
        session.add(snapshot)
        session.flush()
        made = Model(
            estimator="cnn",
            inputs="spectrogram",
            taxonomy="mood4",
            synthetic=False,
            version=1,
            spec=SPEC,
            snapshot_id=snapshot.id,
            metrics={},
            card={},
            artefact_key="",
            artefact_sha256="",
        )
        session.add(made)
        session.flush()
        return made.id

    return store.transact_session("test.model", write)


def add_tracks(store: Store, n: int, *, synthetic: bool = False) -> list[UUID]:
    def write(session: Session) -> list[UUID]:
        tracks = TrackRepository(session)
        refs = [SourceRef("table", secrets.token_hex(8)) for _ in range(n)]
        return [tracks.register_track(CollectedTrack(refs=(ref,), synthetic=synthetic)).track_id for ref in refs]

    return store.transact_session("test.tracks", write)


def place(store: Store, model_id: UUID, track_ids: list[UUID], vectors: np.ndarray) -> None:
    store.transact_session(
        "test.place", lambda s: EmbeddingRepository(s).save_vectors(model_id, track_ids, vectors.astype(np.float32))
    )


def nearest(store: Store, model_id: UUID, point: np.ndarray, **said: Any) -> list[tuple[UUID, float]]:
    with store.read_session() as session:
        asked = {"synthetic": False, "limit": 20, **said}
        found = NeighbourRepository(session, model_id=model_id).list_nearest(point.astype(np.float32), **asked)
    return [(one.track_id, one.distance) for one in found]


def count(store: Store, table: type[Embedding] | type[ProjectedVector]) -> int:
    with store.read_session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_nearest_tracks_are_the_nearest_by_the_angle(store: Store, model_id: UUID) -> None:
    rng = np.random.default_rng(0)
    tracks, vectors, point = add_tracks(store, 60), rng.normal(size=(60, 24)), rng.normal(size=24)
    place(store, model_id, tracks, vectors)
    cosine = vectors @ point / np.linalg.norm(vectors, axis=1) / np.linalg.norm(point)
    order = np.argsort(-cosine)[:20]
    found = nearest(store, model_id, point)
    assert [track_id for track_id, _ in found] == [tracks[i] for i in order]
    np.testing.assert_allclose([distance for _, distance in found], 1 - cosine[order], atol=1e-5)


def test_a_vector_comes_back_as_it_was_kept_and_stays(store: Store, model_id: UUID) -> None:
    (track_id,) = add_tracks(store, 1)
    vector = np.random.default_rng(1).normal(size=(1, 5)).astype(np.float32)
    place(store, model_id, [track_id], vector)
    place(store, model_id, [track_id], vector + 1)
    with store.read_session() as session:
        np.testing.assert_array_equal(EmbeddingRepository(session).get_vector(track_id, model_id), vector[0])
        assert EmbeddingRepository(session).has_vectors(model_id)


def test_one_of_zeros_is_near_to_nothing(store: Store, model_id: UUID) -> None:
    silent, other = add_tracks(store, 2)
    place(store, model_id, [silent, other], np.array([[0, 0], [1, 0]]))
    assert [track_id for track_id, _ in nearest(store, model_id, np.array([1, 1]))] == [other]


def test_real_and_synthetic_tracks_never_mix(store: Store, model_id: UUID) -> None:
    real, demo = add_tracks(store, 1), add_tracks(store, 1, synthetic=True)
    place(store, model_id, real + demo, np.ones((2, 3)))
    assert [track_id for track_id, _ in nearest(store, model_id, np.ones(3))] == real
    assert [track_id for track_id, _ in nearest(store, model_id, np.ones(3), synthetic=True)] == demo


def test_a_deleted_model_takes_its_vectors_with_it(store: Store, model_id: UUID) -> None:
    place(store, model_id, add_tracks(store, 3), np.ones((3, 2)))
    store.transact_session("test.delete", lambda s: s.execute(delete(Model).where(Model.id == model_id)))
    assert count(store, Embedding) == 0


def test_new_features_and_merges_take_vectors_with_them(store: Store, model_id: UUID) -> None:
    heard, one, other, kept = tracks = add_tracks(store, 4)
    place(store, model_id, tracks, np.ones((4, 2)))
    made = store.transact_session(
        "test.standard",
        lambda s: ProjectionRepository(s, spec=SPEC, synthetic=False).replace_current(b"", n_tracks=4, instead_of=None),
    )
    store.transact_session(
        "test.vectors",
        lambda s: ProjectedVectorRepository(s).save_vectors(made.id, tracks, np.ones((4, 2), np.float32)),
    )
    again = ExtractedFeatures(
        track_id=heard, descriptors=[1.0], audio_sha256="", duration_s=1.0, n_damaged_packets=0, arrays=()
    )
    store.transact_session("test.features", lambda s: FeatureRepository(s, spec=SPEC).save_extractions([again]))
    pair = MergePair(one=one, other=other, reason=MergeReason.PERSON, who="ada")
    store.transact_session("test.merge", lambda s: MergeRepository(s).unite_pairs([pair]))
    assert [track_id for track_id, _ in nearest(store, model_id, np.ones(2))] == [kept]
    assert count(store, ProjectedVector) == 1


def test_a_new_standard_takes_the_place_of_the_one_it_was_made_for_only(store: Store) -> None:
    def put(content: bytes, instead_of: UUID | None) -> ProjectionRow:
        return store.transact_session(
            "test.put",
            lambda s: ProjectionRepository(s, spec=SPEC, synthetic=False).replace_current(
                content, n_tracks=1, instead_of=instead_of
            ),
        )

    first = put(b"first", None)
    assert put(b"late", None).id == first.id, "somebody else was faster"
    second = put(b"second", first.id)
    assert second.id != first.id
    assert put(b"late", first.id).content == b"second"
