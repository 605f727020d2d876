"""Descriptors by binary COPY, and predictions of many tracks at once, against a real PostgreSQL."""

import itertools
import secrets
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.features.descriptor_copy import parse_copy
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.scores import ScoreRepository, TrackSpan
from shared.store.tables import Model, Prediction, SnapshotRow
from shared.store.tracks.repository import TrackRepository

SPEC = "a spec"
MOODS = ["calm", "sad"]


@pytest.fixture
def model(store: Store) -> Model:
    def write(session: Session) -> Model:
        snapshot = SnapshotRow(
            taxonomy="mood4",
            inputs=["descriptors"],
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
            estimator="svm",
            inputs="descriptors",
            taxonomy="mood4",
            synthetic=False,
            version=1,
            spec=SPEC,
            snapshot_id=snapshot.id,
            metrics={},
            card={"classes": MOODS, "origins": []},
            artefact_key="",
            artefact_sha256="",
        )
        session.add(made)
        session.flush()
        return made

    return store.transact_session("test.model", write)


def add(store: Store, values: list[float] | None, *, synthetic: bool = False) -> UUID:
    def write(session: Session) -> UUID:
        ref = SourceRef("table", secrets.token_hex(8))
        track_id = TrackRepository(session).register_track(CollectedTrack(refs=(ref,), synthetic=synthetic)).track_id
        if values is not None:
            found = ExtractedFeatures(
                track_id=track_id, descriptors=values, audio_sha256="", duration_s=1.0, n_damaged_packets=0, arrays=()
            )
            FeatureRepository(session, spec=SPEC).save_extractions([found])
        return track_id

    return store.transact_session("test.track", write)


def whole(store: Store) -> TrackSpan:
    with store.read_session() as session:
        ((span, _),) = ScoreRepository(session).list_spans(synthetic=False)
    return span


def test_descriptors_come_as_they_were_written_in_the_order_of_the_tracks(store: Store, model: Model) -> None:
    values = {add(store, row): row for row in ([1.5, -2.25], [3e-38, 1e30], [0.1, 7.0])}
    add(store, None)
    add(store, [9.0, 9.0], synthetic=True)
    with store.read_session() as session:
        table = ScoreRepository(session).read_unscored_descriptors(model, whole(store))
    assert table.track_ids == tuple(sorted(values))
    np.testing.assert_array_equal(table.x, np.array([values[i] for i in sorted(values)], dtype=np.float32))


def test_what_the_model_said_already_is_not_asked_again(store: Store, model: Model) -> None:
    known, new = add(store, [1.0]), add(store, [2.0])
    said = np.array([[0.25, 0.75]], dtype=np.float32)
    for _ in range(2):
        store.transact_session(
            "test.save", lambda session: ScoreRepository(session).save_predictions(model, MOODS, [known], said)
        )
    with store.read_session() as session:
        scores = ScoreRepository(session)
        assert scores.read_unscored_descriptors(model, whole(store)).track_ids == (new,)
        assert scores.list_unscored(model, whole(store)) == [new]
        assert scores.count_scorable(model) == 1
        (row,) = session.scalars(select(Prediction)).all()
    assert (row.track_id, row.emotion, row.probabilities) == (known, "sad", [0.25, 0.75])


def test_a_track_that_was_deleted_meanwhile_is_passed_over(store: Store, model: Model) -> None:
    gone = UUID("019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001")
    said = np.array([[0.25, 0.75]], dtype=np.float32)
    store.transact_session(
        "test.save", lambda session: ScoreRepository(session).save_predictions(model, MOODS, [gone], said)
    )
    with store.read_session() as session:
        assert session.scalars(select(Prediction)).all() == []


def test_nothing_to_read_is_an_empty_table(store: Store, model: Model) -> None:
    add(store, None)
    with store.read_session() as session:
        table = ScoreRepository(session).read_unscored_descriptors(model, whole(store))
    assert (table.track_ids, len(table.x)) == ((), 0)


def test_descriptors_of_two_lengths_are_refused(store: Store, model: Model) -> None:
    add(store, [1.0, 2.0])
    add(store, [1.0])
    with store.read_session() as session, pytest.raises(ValueError, match="one length"):
        ScoreRepository(session).read_unscored_descriptors(model, whole(store))


@pytest.mark.parametrize("size", [1, 3, 4, 10])
def test_spans_part_the_library(store: Store, size: int) -> None:
    track_ids = sorted(add(store, None) for _ in range(7))
    with store.read_session() as session:
        spans = ScoreRepository(session).list_spans(synthetic=False, size=size)
    assert [n for _, n in spans] == [size] * (7 // size) + ([7 % size] if 7 % size else [])
    assert (spans[0][0].after, spans[-1][0].upto) == (None, track_ids[-1])
    assert all(before.upto == after.after for (before, _), (after, _) in itertools.pairwise(spans))
    assert all(TrackSpan.from_payload(span.to_payload()) == span for span, _ in spans)


@given(st.binary(max_size=200))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_that_are_no_copy_are_refused(sent: bytes) -> None:
    with pytest.raises(ValueError, match="COPY"):
        parse_copy(sent)
