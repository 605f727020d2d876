"""What models say of the library, side by side: how much changes, and where a person's word holds it."""

from uuid import UUID

import pytest
from sqlalchemy import Update, func, update
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.job import Stage
from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.jobs.items import JobItemRepository
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository, TrackSpan
from shared.store.tables import Model, SnapshotRow, Track
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository

MOODS = ["calm", "sad", "energetic", "happy"]
ADA, TABLE = Annotator(AnnotatorKind.PERSON, "ada"), Annotator(AnnotatorKind.IMPORT, "a table")


@pytest.fixture
def models(store: Store) -> list[Model]:
    """A model and another one."""

    def write(session: Session) -> list[Model]:
        row = {"taxonomy": "mood4", "synthetic": False, "spec": "s"}
        snapshot = SnapshotRow(**row, inputs=["descriptors"], n_folds=5, seed=0, counts={}, leak_check={})
        session.add(snapshot)
        session.flush()
        made = [
            Model(
                **row,
                estimator="svm",
                inputs="descriptors",
                version=version,
                snapshot_id=snapshot.id,
                metrics={},
                card={"classes": MOODS, "origins": []},
                artefact_key="",
                artefact_sha256="",
            )
            for version in (1, 2)
        ]
        session.add_all(made)
        session.flush()
        return made

    return store.transact_session("test.models", write)


@pytest.fixture
def tracks(store: Store) -> list[UUID]:
    """Five, by their ids."""
    pieces = [CollectedTrack(refs=(SourceRef("table", f"{n}"),)) for n in range(5)]
    return sorted(
        store.transact_session(
            "test.tracks", lambda s: [TrackRepository(s).register_track(piece).track_id for piece in pieces]
        )
    )


def say(store: Store, model: Model, answers: dict[UUID, str]) -> None:
    rows = [
        {
            "track_id": track,
            "model_id": model.id,
            "emotion": emotion,
            "probabilities": [1.0],
            "valence": None,
            "arousal": None,
        }
        for track, emotion in answers.items()
    ]
    store.transact_session("test.say", lambda session: ModelRepository(session).save_predictions(rows))


def judge(store: Store, track: UUID, who: Annotator, emotion: str, *, taxonomy: str = "mood4") -> None:
    store.transact_session(
        "test.judge",
        lambda s: AnnotationRepository(s).append_annotation(track, who, taxonomy=taxonomy, emotion=emotion),
    )


def test_changes_are_counted_by_from_and_to_and_those_that_a_person_holds_apart(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    new, old = models
    say(store, old, dict(zip(tracks, ["sad", "sad", "sad", "calm", "happy"], strict=True)))
    say(store, new, dict(zip(tracks, ["calm", "calm", "sad", "happy", "sad"], strict=True)))
    judge(store, tracks[3], ADA, "calm")
    judge(store, tracks[4], TABLE, "happy")
    with store.read_session() as session:
        tally = ScoreRepository(session).tally_changes(new, old)
        changes = ScoreRepository(session).list_changes(new, old, after=None, limit=10)
        behind = ScoreRepository(session).list_changes(new, old, after=tracks[0], limit=1)
    assert tally.compared == 5
    assert tally.changed == {("sad", "calm"): 2, ("happy", "sad"): 1}
    assert tally.held == 1
    assert [(track.id, mine.emotion, theirs.emotion) for track, mine, theirs in changes] == [
        (tracks[0], "calm", "sad"),
        (tracks[1], "calm", "sad"),
        (tracks[4], "sad", "happy"),
    ]
    assert [track.id for track, _, _ in behind] == [tracks[1]]


def test_missing_tracks_are_neither_compared_nor_counted_nor_listed(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    new, old = models
    say(store, old, dict.fromkeys(tracks, "sad"))
    say(store, new, dict.fromkeys(tracks, "calm"))
    store.transact_session("test.missing", lambda s: s.execute(set_missing(tracks[0])))
    with store.read_session() as session:
        tally = ScoreRepository(session).tally_changes(new, old)
        changes = ScoreRepository(session).list_changes(new, old, after=None, limit=10)
    assert (tally.compared, tally.changed) == (4, {("sad", "calm"): 4})
    assert [track.id for track, _, _ in changes] == tracks[1:]


def set_missing(track: UUID) -> Update:
    return update(Track).where(Track.id == track).values(missing_since=func.now())


def test_a_person_s_word_holds_only_what_can_be_read_in_the_taxonomy(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    new, old = models
    say(store, old, {tracks[0]: "sad"})
    say(store, new, {tracks[0]: "calm"})
    judge(store, tracks[0], ADA, "Q1", taxonomy="quadrant4")
    with store.read_session() as session:
        assert ScoreRepository(session).tally_changes(new, old).held == 0


def test_only_surviving_tracks_of_a_span_that_were_not_scored_are_left_to_score(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    model, _ = models
    pair = MergePair(one=tracks[1], other=tracks[2], reason=MergeReason.PERSON, who="the tests")
    store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    say(store, model, {tracks[3]: "sad"})
    with store.read_session() as session:
        scores = ScoreRepository(session)
        assert scores.list_unscored(model, TrackSpan(None, tracks[4])) == [tracks[0], tracks[1], tracks[4]]
        assert scores.list_unscored(model, TrackSpan(tracks[0], tracks[3])) == [tracks[1]]
        assert scores.list_unscored(model, TrackSpan(tracks[1], tracks[4])) == [tracks[4]]
        assert scores.list_unscored(model, TrackSpan(None, tracks[4]), limit=2) == [tracks[0], tracks[1]]


def test_a_scoring_has_an_item_for_each_span_that_says_which_tracks_it_holds(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    model, _ = models
    job_id, items = store.transact_session(
        "test.schedule", lambda session: ScoreRepository(session).schedule_library(model, why="the tests")
    )
    with store.read_session() as session:
        rows = JobItemRepository(session).list_by_job(job_id)
        latest = ScoreRepository(session).get_latest_job(model)
    assert [(row.id, row.stage, row.key) for row in rows] == [(items[0], Stage.SCORE, "tracks 1 to 5")]
    assert rows[0].payload == {"model_id": str(model.id), "after": None, "upto": str(tracks[-1])}
    assert latest is not None
    assert latest.id == job_id


def test_the_same_tracks_are_not_scored_twice_by_one_model(
    store: Store, models: list[Model], tracks: list[UUID]
) -> None:
    model, _ = models
    say(store, model, {tracks[0]: "sad"})
    say(store, model, {tracks[0]: "calm"})
    with store.read_session() as session:
        kept = ModelRepository(session).get_prediction(tracks[0], model.id)
    assert kept is not None
    assert kept.emotion == "sad"
