"""Removed tracks: what stays, what is passed over later, and who knows them when they come back."""

import os
import shutil
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.exposure import TrainingExposure, find_exposures
from shared.domain.prediction import PredictionBasis
from shared.store import Store
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.models.evaluations import EvaluationRepository
from shared.store.models.training_predictions import TrainingPredictionRepository
from shared.store.tables import (
    ArrayRow,
    DeletedTrack,
    Model,
    OofPrediction,
    SnapshotItem,
    SnapshotRow,
    Track,
    UnusedBlob,
)
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.missing_tracks import MissingTracks
from shared.store.tracks.removals import RemovalRepository
from tests.integration.crawler.scanning import SPEC
from tests.support import audio
from tests.support.crawl_pipeline import Pipeline

DELETED = ("skipped", "deleted")
UNCHANGED = ("skipped", "unchanged")
DONE = ("done", None)
SR = 44_100


@pytest.fixture
def pipeline(store: Store, folder: Path) -> Pipeline:
    """Two songs, crawled."""
    music = folder / "music"
    music.mkdir()
    for seed, name in enumerate("ab"):
        audio.write(music / f"{name}.flac", audio.song(seed=seed, duration_s=20.0), sr=SR, form="flac")
    pipeline = Pipeline(store, music, blobs=folder / "blobs")
    pipeline.crawl("folder")
    return pipeline


def track_of(pipeline: Pipeline, title: str) -> UUID:
    with pipeline.store.read_session() as session:
        return session.scalars(select(Track.id).where(Track.title == title, Track.merged_into.is_(None))).one()


def remove(pipeline: Pipeline, title: str) -> UUID:
    track_id = track_of(pipeline, title)
    pipeline.store.transact_session(
        "test.remove", lambda session: RemovalRepository(session).remove([track_id], who="tests")
    )
    return track_id


def titles(pipeline: Pipeline) -> set[str | None]:
    return set(pipeline.labels())


def test_a_removed_file_is_passed_over_and_counted_until_it_is_taken_in_again(pipeline: Pipeline) -> None:
    remove(pipeline, "a")
    assert (pipeline.music / "a.flac").exists()
    for _ in range(2):
        assert pipeline.tally(pipeline.crawl("folder")) == Counter({DELETED: 1, UNCHANGED: 1})
    assert titles(pipeline) == {"b"}
    assert pipeline.tally(pipeline.crawl("folder", restore_deleted=True)) == Counter({DONE: 1, UNCHANGED: 1})
    assert titles(pipeline) == {"a", "b"}
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({UNCHANGED: 2})


def test_its_sound_is_known_under_another_name_and_after_a_touch(pipeline: Pipeline) -> None:
    remove(pipeline, "a")
    shutil.copy(pipeline.music / "a.flac", pipeline.music / "renamed.flac")
    os.utime(pipeline.music / "a.flac", ns=(1, 1))
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({DELETED: 2, UNCHANGED: 1})
    assert pipeline.n_to_collect == 2
    assert titles(pipeline) == {"b"}
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({DELETED: 2, UNCHANGED: 1})
    assert pipeline.n_to_collect == 0, "analysed once, and never again"
    with pipeline.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(DeletedTrack)) == 1
    pipeline.crawl("folder", "renamed.flac", restore_deleted=True)
    assert titles(pipeline) == {"b", "renamed"}


def test_other_songs_are_taken_and_so_is_what_a_person_labelled(pipeline: Pipeline) -> None:
    remove(pipeline, "a")
    audio.write(pipeline.music / "a.flac", audio.song(seed=7, duration_s=20.0), sr=SR, form="flac")
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({DONE: 1, UNCHANGED: 1})
    assert titles(pipeline) == {"a", "b"}


def test_a_track_that_was_missing_when_it_was_removed_is_a_new_one_when_its_file_is_back(pipeline: Pipeline) -> None:
    file, away = pipeline.music / "a.flac", pipeline.music.parent / "a.flac"
    file.rename(away)
    pipeline.store.transact_session(
        "test.missing", lambda session: MissingTracks(session).mark_missing(["music/a.flac"])
    )
    old = track_of(pipeline, "a")
    with pipeline.store.read_session() as session:
        assert RemovalRepository(session).page_missing(limit=5) == [old]
    model = train_on(pipeline, old)
    remove(pipeline, "a")
    away.rename(file)
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({DONE: 1, UNCHANGED: 1})
    new = track_of(pipeline, "a")
    with pipeline.store.read_session() as session:
        assert (
            TrainingPredictionRepository(session, model).list_by_track([new])[new].basis is PredictionBasis.OUT_OF_FOLD
        )


def test_playlists_and_tables_pass_it_over_too(pipeline: Pipeline) -> None:
    remove(pipeline, "a")
    (pipeline.music / "all.m3u").write_text("a.flac\nb.flac\n")
    job = pipeline.crawl("m3u", "all.m3u", emotion="sad")
    assert pipeline.tally(job)[DELETED] == 1
    assert pipeline.labels() == {"b": ["sad"]}
    pipeline.crawl("m3u", "all.m3u", emotion="sad", restore_deleted=True)
    assert pipeline.labels() == {"a": ["sad"], "b": ["sad"]}


def test_blobs_that_nobody_else_has_go(pipeline: Pipeline) -> None:
    shared_key = "arrays/shared"
    pipeline.blobs.put(shared_key, b"of both")
    a, b = track_of(pipeline, "a"), track_of(pipeline, "b")

    def share(session: Session) -> None:
        like = {"spec": "x", "excerpt": "talk", "start_s": 0.0, "sha256": "", "shape": [], "dtype": "", "scale": ""}
        session.add_all(ArrayRow(track_id=one, blob_key=shared_key, **like) for one in (a, b))

    pipeline.store.transact_session("test.share", share)
    with pipeline.store.read_session() as session:
        keys = {one: set(session.scalars(select(ArrayRow.blob_key).where(ArrayRow.track_id == one))) for one in (a, b)}
    remove(pipeline, "a")
    pipeline.delete_blobs()
    assert {key for key in keys[a] if holds(pipeline, key)} == {shared_key}
    assert all(holds(pipeline, key) for key in keys[b])
    with pipeline.store.read_session() as session:
        assert session.scalars(select(UnusedBlob.key)).all() == []


def holds(pipeline: Pipeline, key: str) -> bool:
    return (pipeline.music.parent / "blobs" / key).exists()


def train_on(pipeline: Pipeline, track_id: UUID) -> Model:
    """A model, as far as what it was trained on."""

    def write(session: Session) -> Model:
        alike = {"taxonomy": "mood4", "spec": SPEC, "synthetic": False}
        snapshot = SnapshotRow(inputs=["descriptors"], n_folds=5, seed=0, counts={}, leak_check={}, **alike)
        session.add(snapshot)
        session.flush()
        model = Model(
            id=uuid7(),
            estimator="svm",
            inputs="descriptors",
            version=1,
            snapshot_id=snapshot.id,
            metrics={},
            card={"classes": ["sad", "happy"]},
            artefact_key="k",
            artefact_sha256="h",
            **alike,
        )
        session.add(model)
        session.flush()
        session.add(SnapshotItem(snapshot_id=snapshot.id, track_id=track_id, target="sad", artist_group="vox", fold=0))
        session.add(OofPrediction(model_id=model.id, track_id=track_id, probabilities=[0.75, 0.25]))
        return model

    return pipeline.store.transact_session("test.train", write)


@pytest.mark.parametrize("form", ["flac", "mp3"])
def test_a_removed_training_track_that_returns_is_known_to_its_model(pipeline: Pipeline, form: str) -> None:
    """By its samples, and in another encoding."""
    model = train_on(pipeline, track_of(pipeline, "a"))
    old = remove(pipeline, "a")
    if form == "mp3":
        (pipeline.music / "a.flac").unlink()
        audio.write(pipeline.music / "a.mp3", audio.song(seed=0, duration_s=20.0), sr=SR, form="mp3")
    pipeline.crawl("folder", restore_deleted=True)
    new = track_of(pipeline, "a")
    assert new != old
    b = track_of(pipeline, "b")
    with pipeline.store.read_session() as session:
        answers = TrainingPredictionRepository(session, model).list_by_track([new, b])
        evaluations, fingerprints = EvaluationRepository(session), FingerprintRepository(session)
        training = evaluations.list_training_traces(model)
        traces = evaluations.list_traces([new, b])
        known = find_exposures(training, traces, alike=fingerprints.list_alike(training.recordings))
        kept = session.get_one(SnapshotItem, (model.snapshot_id, old))
        assert (kept.target, kept.artist_group) == ("sad", "vox")
    assert {one: answer.basis for one, answer in answers.items()} == {new: PredictionBasis.OUT_OF_FOLD}
    assert answers[new].probabilities == [0.75, 0.25]
    assert known == {new: TrainingExposure.AUDIO if form == "flac" else TrainingExposure.FINGERPRINT}


def test_a_song_that_is_sent_in_is_known_by_the_sound_of_a_removed_training_track(pipeline: Pipeline) -> None:
    model = train_on(pipeline, track_of(pipeline, "a"))
    remove(pipeline, "a")
    with pipeline.store.read_session() as session:
        (sound,) = session.scalars(select(DeletedTrack)).one().audio_sha256
        answer = TrainingPredictionRepository(session, model).get_by_audio(sound)
    assert answer is not None
    assert answer.probabilities == [0.75, 0.25]


def test_a_recording_goes_whole(pipeline: Pipeline) -> None:
    shutil.copy(pipeline.music / "a.flac", pipeline.music / "copy.flac")
    pipeline.crawl("folder")
    survivor = track_of(pipeline, "a")
    who = Annotator(AnnotatorKind.IMPORT, "table t")
    pipeline.store.transact_session(
        "test.word",
        lambda session: AnnotationRepository(session).append_annotation(survivor, who, taxonomy="mood4", emotion="sad"),
    )
    with pipeline.store.read_session() as session:
        (removal,) = RemovalRepository(session).describe([survivor])
    assert (removal.n_tracks, removal.files) == (2, ("music/a.flac", "music/copy.flac"))
    assert (removal.n_features, removal.annotations) == (2, {"import": 1})
    assert removal.n_arrays > 0
    remove(pipeline, "a")
    assert pipeline.tally(pipeline.crawl("folder")) == Counter({DELETED: 2, UNCHANGED: 1})
