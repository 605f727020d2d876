"""Merging and parting: over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.snapshot import SnapshotItemValues, SnapshotValues
from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.models.snapshots import SnapshotRepository
from shared.store.tables import AnnotationRow, Job, Model, Prediction, SnapshotRow, Track, TrackSource
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from tests.integration.store.merging import ISRC, collected, crawl, questions, survivors, undo, unite


def what_there_is(store: Store) -> object:
    """Everything that a merge must give back when it is undone."""
    with store.read_session() as session:
        ids = session.scalars(select(Track.id).order_by(Track.id)).all()
        alone = {row.id: row.survivor_id for row in session.scalars(select(Track))}
        sources = {key: [s.id for s in value] for key, value in TrackRepository(session).list_sources(ids).items()}
        said = {
            key: [(a.annotator, a.emotion, a.at) for a in of]
            for key, of in AnnotationRepository(session).list_by_track(ids).items()
        }
        owned = sorted(session.execute(select(TrackSource.id, TrackSource.track_id)).all())
        judged = sorted(session.execute(select(AnnotationRow.id, AnnotationRow.track_id)).all())
    return alone, sources, said, owned, judged


def test_the_same_isrc_with_the_same_words_and_length_is_one_track(store: Store) -> None:
    old, new = crawl(store, collected("a", isrc=ISRC)) + crawl(
        store, collected("b", isrc=ISRC, title="ODE (Remastered 2011)", artist="Vox feat. Nox", duration_s=201.5)
    )
    assert survivors(store, [old, new]) == [old, old]
    with store.read_session() as session:
        (merge,) = MergeRepository(session).list_by_track([old])[old]
        assert (merge.from_id, merge.to_id, merge.reason, merge.who) == (new, old, "same_isrc", "crawler")
        assert TrackRepository(session).count_tracks() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Ode to Something Else"},
        {"title": "Ode (Live)"},
        {"title": "Ode (Sped Up)"},
        {"artist": "Nox"},
        {"duration_s": 260.0},
        {"duration_s": None},
        {"synthetic": True},
    ],
)
def test_an_isrc_alone_never_merges(store: Store, other: dict[str, Any]) -> None:
    pair = crawl(store, collected("a", isrc=ISRC), collected("b", isrc=ISRC, **other))
    assert survivors(store, pair) == pair


def test_a_synthetic_track_is_never_taken_for_a_real_one(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", synthetic=True))
    assert questions(store) == []
    assert unite(store, one, other) == []


def test_a_row_that_names_two_known_sources_makes_them_one(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Something Else"))
    both = CollectedTrack(refs=(SourceRef("table", "b"), SourceRef("table", "a")), title="Ode")
    crawl(store, both)
    assert survivors(store, [one, other]) == [one, one]


def test_two_workers_that_add_one_recording_at_once_end_with_one_track(store: Store) -> None:
    pieces = [collected(f"{n}", isrc=ISRC) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        tracks = [found for (found,) in pool.map(lambda piece: crawl(store, piece), pieces)]
    assert len(set(survivors(store, tracks))) == 1


def test_opposite_merges_at_once_make_no_circle(store: Store) -> None:
    tracks = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(5)))
    ways = [(a, b) for a in tracks for b in tracks if a != b]
    with ThreadPoolExecutor(5) as pool:
        made = [ids for ids in pool.map(lambda way: unite(store, *way), ways) if ids]
    assert len(made) == 4
    assert set(survivors(store, tracks)) == {tracks[0]}


def test_the_middle_of_a_chain_may_be_undone(store: Store) -> None:
    a, b, c = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(3)))
    (upper,) = unite(store, b, c)
    (lower,) = unite(store, a, b)
    assert survivors(store, [a, b, c]) == [a, a, a]
    assert undo(store, lower)
    assert survivors(store, [a, b, c]) == [a, b, b]
    assert not undo(store, lower), "once"
    assert undo(store, upper)
    assert survivors(store, [a, b, c]) == [a, b, c]


def test_what_was_parted_before_stays_apart_when_a_merge_above_it_is_undone(store: Store) -> None:
    a, b, c = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(3)))
    (below,) = unite(store, b, c)
    assert undo(store, below)
    (above,) = unite(store, a, b)
    assert undo(store, above)
    assert survivors(store, [a, b, c]) == [a, b, c]


def test_tracks_below_one_that_is_merged_follow_it(store: Store) -> None:
    a, b, c = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(3)))
    unite(store, b, c)
    unite(store, a, b)
    assert survivors(store, [a, b, c]) == [a, a, a]
    with store.read_session() as session:
        assert [track.id for track in MergeRepository(session).list_members([a])[a]] == [a, b, c]


def test_what_a_person_parted_is_not_merged_again_by_itself(store: Store) -> None:
    one, other = crawl(store, collected("a", isrc=ISRC), collected("b", isrc=ISRC))
    with store.read_session() as session:
        (merge,) = MergeRepository(session).list_by_track([one])[one]
    undo(store, merge.id)
    (third,) = crawl(store, collected("c", isrc=ISRC))
    assert survivors(store, [third]) == [one]
    assert survivors(store, [other]) == [other]
    assert unite(store, one, other, reason=MergeReason.SAME_AUDIO) == []
    assert len(unite(store, one, other)) == 1, "unless a person says so"


def annotate(store: Store, track_id: UUID, who: Annotator, emotion: str) -> None:
    store.transact_session(
        "test.word",
        lambda session: AnnotationRepository(session).append_annotation(
            track_id, who, taxonomy="mood4", emotion=emotion
        ),
    )


def test_annotations_of_all_tracks_count_and_the_label_survives_merge_and_undo(store: Store) -> None:
    a, b = crawl(store, collected("a"), collected("b", title="Other"))
    slow, fast = Annotator(AnnotatorKind.IMPORT, "slow"), Annotator(AnnotatorKind.IMPORT, "fast")
    annotate(store, a, slow, "calm")
    annotate(store, b, fast, "sad")
    annotate(store, b, Annotator(AnnotatorKind.PERSON, "ada"), "sad")
    before = what_there_is(store)
    (merge,) = unite(store, a, b)
    with store.read_session() as session:
        said = AnnotationRepository(session)
        assert {(x.annotator.name, x.emotion) for x in said.list_by_track([a])[a]} == {
            ("slow", "calm"),
            ("fast", "sad"),
            ("ada", "sad"),
        }
        resolved = said.list_label_consensus(taxonomy="mood4", synthetic=False)
        assert {track_id: one.label.emotion for track_id, one in resolved.items() if one.label} == {a: "sad"}
    undo(store, merge)
    assert what_there_is(store) == before


def test_features_of_any_of_the_tracks_serve_the_recording(store: Store) -> None:
    a, b = crawl(store, collected("a"), collected("b", title="Other"))
    found = ExtractedFeatures(
        track_id=b, descriptors=[1.0], audio_sha256="0" * 64, duration_s=9.0, n_damaged_packets=0, arrays=()
    )
    store.transact_session(
        "test.features", lambda session: FeatureRepository(session, spec="s").save_extractions([found])
    )
    (merge,) = unite(store, a, b)
    with store.read_session() as session:
        assert FeatureRepository(session, spec="s").list_by_track([a])[a].track_id == b
        assert FeatureRepository(session, spec="s").list_by_track([b])[b].track_id == b, (
            "a snapshot that names the old track reads on"
        )
    undo(store, merge)
    with store.read_session() as session:
        assert FeatureRepository(session, spec="s").list_by_track([a]) == {}


def a_model(session: Session) -> Model:
    """Published, and nothing more: for what refers to one."""
    row = {"taxonomy": "mood4", "synthetic": False, "spec": "s"}
    snapshot = SnapshotRow(**row, inputs=["descriptors"], n_folds=5, seed=0, counts={}, leak_check={})
    session.add(snapshot)
    session.flush()
    model = Model(
        **row,
        estimator="svm",
        inputs="descriptors",
        version=1,
        snapshot_id=snapshot.id,
        metrics={},
        card={},
        artefact_key="",
        artefact_sha256="",
    )
    session.add(model)
    session.flush()
    return model


def predicted(store: Store) -> set[UUID]:
    with store.read_session() as session:
        return set(session.scalars(select(Prediction.track_id)))


def test_kept_predictions_of_a_recording_are_forgotten_when_it_is_merged_and_when_it_is_parted(store: Store) -> None:
    a, b, other = crawl(store, *(collected(ref, title=f"Ode {ref}") for ref in "abc"))
    model_id = store.transact_session("test.model", lambda session: a_model(session).id)

    def predict(*tracks: UUID) -> None:
        rows = [
            {
                "track_id": track,
                "model_id": model_id,
                "emotion": "sad",
                "probabilities": [1.0],
                "valence": None,
                "arousal": None,
            }
            for track in tracks
        ]
        store.transact_session("test.predict", lambda session: ModelRepository(session).save_predictions(rows))

    predict(a, b, other)
    (merge,) = unite(store, a, b)
    assert predicted(store) == {other}
    predict(a)
    undo(store, merge)
    assert predicted(store) == {other}


def test_a_frozen_training_set_does_not_change_when_its_tracks_are_merged(store: Store) -> None:
    a, b = crawl(store, collected("a"), collected("b", title="Other"))

    def freeze(session: Session) -> UUID:
        job = Job(kind="train", params={})
        session.add(job)
        session.flush()
        row: SnapshotValues = {
            "taxonomy": "mood4",
            "inputs": ["catalogue"],
            "spec": "s",
            "synthetic": False,
            "n_folds": 5,
            "seed": 0,
            "counts": {
                "n_items": 2,
                "n_artist_groups": 1,
                "set_aside": {"duplicate": 0, "ambiguous": 0},
                "without_inputs": {},
            },
            "leak_check": {},
        }
        items: list[SnapshotItemValues] = [
            {"track_id": t, "target": "calm", "artist_group": "vox", "fold": 0, "numbers": None, "origin": None}
            for t in (a, b)
        ]
        return SnapshotRepository(session).freeze_snapshot(job.id, row, items).id

    snapshot_id = store.transact_session("test.freeze", freeze)
    unite(store, a, b)
    with store.read_session() as session:
        assert [item.track_id for item in SnapshotRepository(session).list_items(snapshot_id)] == [a, b]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
    ),
    max_size=14,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_after_any_merges_and_undoings_the_rest_of_the_undoings_gives_everything_back(
    store: Store, steps: list[tuple[str, int, int]]
) -> None:
    """The model: a forest of standing edges. Every state agrees with it, and its end is the beginning."""
    store.transact_session("test.clear", lambda session: session.execute(delete(Track)))
    tracks = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(6)))
    for n, track in enumerate(tracks):
        annotate(store, track, Annotator(AnnotatorKind.IMPORT, f"table {n % 2}"), "sad")
    before = what_there_is(store)
    edges: dict[int, tuple[UUID, UUID]] = {}

    def root(track: UUID) -> UUID:
        above = dict(edges.values())
        while track in above:
            track = above[track]
        return track

    for step, first, second in steps:
        if step == "merge":
            ends = sorted({root(tracks[first]), root(tracks[second])})
            made = unite(store, tracks[first], tracks[second])
            assert len(made) == len(ends) - 1
            edges |= {made[0]: (ends[1], ends[0])} if made else {}
        elif edges:
            merge_id = sorted(edges)[first % len(edges)]
            assert undo(store, merge_id)
            del edges[merge_id]
        assert survivors(store, tracks) == [root(track) for track in tracks]
    for merge_id in sorted(edges):
        assert undo(store, merge_id)
    assert what_there_is(store) == before
