"""Merging, parting, and asking: over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.models.snapshots import SnapshotRepository
from shared.store.tables import AnnotationRow, Job, Model, Prediction, SnapshotRow, Track, TrackSource
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.duplicate_resolution import resolve_duplicates
from shared.store.tracks.duplicates import DuplicateRepository, DuplicateSuggestion
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository

ISRC = "USRC17607839"


def collected(ref: str, **said: object) -> CollectedTrack:
    plain = {"title": "Ode", "artist": "Vox", "duration_s": 200.0}
    return CollectedTrack(refs=(SourceRef("table", ref),), **{**plain, **said})


def crawl(store: Store, *pieces: CollectedTrack) -> list[UUID]:
    """Register and settle as the crawler does, in one transaction."""

    def write(session: Session) -> Any:
        found = [TrackRepository(session).register_track(piece) for piece in pieces]
        resolve_duplicates(
            session,
            [one.track_id for one in found if one.learned],
            named_together=[(one.track_id, other) for one in found for other in one.also],
        )
        return [one.track_id for one in found]

    return store.transact("test.crawl", write)


def unite(store: Store, one: UUID, other: UUID, *, reason: MergeReason = MergeReason.PERSON) -> list[int]:
    pair = MergePair(one=one, other=other, reason=reason, who="the tests")
    return store.transact("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))


def undo(store: Store, merge_id: int) -> bool:
    return store.transact("test.undo", lambda session: MergeRepository(session).undo_merge(merge_id, who="the tests"))


def survivors(store: Store, track_ids: list[UUID]) -> list[UUID]:
    with store.read() as session:
        rows = dict(session.execute(select(Track.id, Track.survivor_id).where(Track.id.in_(track_ids))).all())
    return [rows[track_id] for track_id in track_ids]


def questions(store: Store, state: str = "open") -> list[set[UUID]]:
    with store.read() as session:
        return [{row.one_id, row.other_id} for row, _, _ in DuplicateRepository(session).list_page(state=state)]


def what_there_is(store: Store) -> object:
    """Everything that a merge must give back when it is undone."""
    with store.read() as session:
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
    with store.read() as session:
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


def test_the_same_words_and_length_are_a_question_and_no_merge(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Ode!", duration_s=201.0))
    assert survivors(store, [one, other]) == [one, other]
    assert questions(store) == [{one, other}]
    crawl(store, collected("a"), collected("b", title="Ode!", duration_s=201.0))
    assert questions(store) == [{one, other}], "asked once"


def test_a_synthetic_track_is_never_taken_for_a_real_one(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", synthetic=True))
    assert questions(store) == []
    assert unite(store, one, other) == []


def test_a_row_that_names_two_known_sources_makes_them_one(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Something Else"))
    both = CollectedTrack(refs=(SourceRef("table", "b"), SourceRef("table", "a")), title="Ode")
    crawl(store, both)
    assert survivors(store, [one, other]) == [one, one]


def test_a_crowd_of_equals_is_asked_about_once_a_track(store: Store) -> None:
    crowd = crawl(store, *(collected(f"{n}") for n in range(30)))
    assert len(questions(store)) == len(crowd) - 1


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
    with store.read() as session:
        assert [track.id for track in MergeRepository(session).list_members([a])[a]] == [a, b, c]


def test_what_a_person_parted_is_not_merged_again_by_itself(store: Store) -> None:
    one, other = crawl(store, collected("a", isrc=ISRC), collected("b", isrc=ISRC))
    with store.read() as session:
        (merge,) = MergeRepository(session).list_by_track([one])[one]
    undo(store, merge.id)
    (third,) = crawl(store, collected("c", isrc=ISRC))
    assert survivors(store, [third]) == [one]
    assert survivors(store, [other]) == [other]
    assert unite(store, one, other, reason=MergeReason.SAME_AUDIO) == []
    assert len(unite(store, one, other)) == 1, "unless a person says so"


def test_a_dismissed_question_is_not_asked_again_and_blocks_a_certain_merge(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b"))
    with store.read() as session:
        ((row, _, _),) = DuplicateRepository(session).list_page()
    resolve = lambda session: DuplicateRepository(session).resolve_pair(row.id, merge=False, who="ada")  # noqa: E731
    assert store.transact("test.dismiss", resolve).state == "dismissed"
    assert store.transact("test.dismiss", resolve) is None, "answered once"
    crawl(store, collected("a", isrc=ISRC), collected("b", isrc=ISRC))
    assert survivors(store, [one, other]) == [one, other]
    assert questions(store) == []


def test_annotations_of_all_tracks_count_and_the_label_survives_merge_and_undo(store: Store) -> None:
    a, b = crawl(store, collected("a"), collected("b", title="Other"))
    word = lambda track, who, emotion: store.transact(  # noqa: E731
        "test.word", lambda s: AnnotationRepository(s).append_annotation(track, who, taxonomy="mood4", emotion=emotion)
    )
    slow, fast = Annotator(AnnotatorKind.IMPORT, "slow"), Annotator(AnnotatorKind.IMPORT, "fast")
    word(a, slow, "calm")
    word(b, fast, "sad")
    word(b, Annotator(AnnotatorKind.PERSON, "ada"), "sad")
    before = what_there_is(store)
    (merge,) = unite(store, a, b)
    with store.read() as session:
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
    store.transact("test.features", lambda session: FeatureRepository(session, spec="s").save_extractions([found]))
    (merge,) = unite(store, a, b)
    with store.read() as session:
        assert FeatureRepository(session, spec="s").list_by_track([a])[a].track_id == b
        assert FeatureRepository(session, spec="s").list_by_track([b])[b].track_id == b, (
            "a snapshot that names the old track reads on"
        )
    undo(store, merge)
    with store.read() as session:
        assert FeatureRepository(session, spec="s").list_by_track([a]) == {}


def analysed(store: Store, *tracks: UUID, spec: str = "s", **values: object) -> None:
    """Features of each, as the featurizer writes them, by default of one and the same audio of 200 s."""
    plain = {"descriptors": [1.0], "audio_sha256": "a" * 64, "duration_s": 200.0, "n_damaged_packets": 0, "arrays": ()}
    found = [ExtractedFeatures(track_id=track, **{**plain, **values}) for track in tracks]
    store.transact("test.features", lambda session: FeatureRepository(session, spec=spec).save_extractions(found))


def same_excerpts(store: Store, *tracks: UUID, spec: str = "s") -> list[tuple[UUID, UUID]]:
    """The pairs of which all decoded samples are compared next."""
    look = lambda s: [(pair.one, pair.other) for pair in DuplicateRepository(s).list_same_excerpt(tracks, spec=spec)]  # noqa: E731
    return store.transact("test.same_excerpt", look)


def test_the_same_excerpt_in_tracks_of_the_same_length_is_compared_further(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Other"))
    analysed(store, one)
    analysed(store, other, duration_s=200.05)
    assert same_excerpts(store, other) == [(other, one)]


@pytest.mark.parametrize("duration_s", [198.5, 200.5, 260.0])
def test_the_same_excerpt_in_tracks_of_two_lengths_is_not_one_track(store: Store, duration_s: float) -> None:
    """The hash is of an excerpt: two songs may be equal in it and differ before or behind it."""
    one, other = crawl(store, collected("a"), collected("b", title="Other"))
    analysed(store, one)
    analysed(store, other, duration_s=duration_s)
    assert same_excerpts(store, one, other) == []


def test_another_excerpt_or_none_is_not_one_track(store: Store) -> None:
    one, other, third, fourth = crawl(store, *(collected(ref, title=f"Ode {ref}") for ref in "abcd"))
    analysed(store, one)
    analysed(store, other, audio_sha256="b" * 64)
    analysed(store, third, fourth, audio_sha256=None)
    assert same_excerpts(store, one, other, third, fourth) == []


def test_a_synthetic_track_and_features_of_another_spec_are_no_same_excerpt(store: Store) -> None:
    one, other, made = crawl(
        store, collected("a"), collected("b", title="Other"), collected("c", title="Made", synthetic=True)
    )
    analysed(store, one, made)
    analysed(store, other, spec="another")
    for spec in ("s", "another"):
        assert same_excerpts(store, one, other, made, spec=spec) == []


def test_only_tracks_that_may_be_one_and_are_not_yet_are_candidates(store: Store) -> None:
    mine, *others = crawl(
        store,
        collected("mine", isrc=ISRC),
        collected("near", title="Ode!", duration_s=203.0),
        collected("far", duration_s=204.0),
        collected("isrc", isrc=ISRC, title="Hymn", duration_s=None),
        collected("far isrc", isrc=ISRC, title="Hymn", duration_s=260.0),
        collected("made", synthetic=True),
        collected("merged", isrc=ISRC),
    )
    near, _, by_isrc, _, _, merged = others
    assert survivors(store, [merged]) == [mine]
    with store.read() as session:
        found = DuplicateRepository(session).list_candidates([mine], near_s=3.0)
    assert {(track, other.id) for track, other in found} == {(mine, near), (mine, by_isrc)}


def test_a_pair_is_asked_about_once_in_either_order_and_only_while_there_are_two(store: Store) -> Any:
    one, other = crawl(store, collected("a"), collected("b", title="Other"))

    def suggest(first: UUID, second: UUID) -> int:
        asked = [DuplicateSuggestion(one=first, other=second, score=0.5, why="the tests")]
        return store.transact("test.suggest", lambda session: DuplicateRepository(session).suggest_pairs(asked))

    assert [suggest(other, one), suggest(one, other)] == [1, 0]
    assert questions(store) == [{one, other}]
    (merge,) = unite(store, one, other)
    assert questions(store) == []
    undo(store, merge)
    assert questions(store, "dismissed") == [{one, other}], "who parts two tracks has answered"


def test_pages_of_questions_begin_behind_the_last_one_the_likeliest_first(store: Store) -> None:
    a, b, c = crawl(store, *(collected(ref, title=f"Ode {ref}") for ref in "abc"))
    asked = [
        DuplicateSuggestion(one=x, other=y, score=s, why="") for x, y, s in ((a, b, 0.5), (a, c, 0.7), (b, c, 0.5))
    ]
    store.transact("test.suggest", lambda session: DuplicateRepository(session).suggest_pairs(asked))
    with store.read() as session:
        whole = [row for row, _, _ in DuplicateRepository(session).list_page()]
        behind = [row.id for row, _, _ in DuplicateRepository(session).list_page(after=(whole[1].score, whole[1].id))]
    assert [row.score for row in whole] == [0.7, 0.5, 0.5]
    assert behind == [whole[2].id]


def test_the_track_that_a_person_keeps_stands_for_both_and_is_the_first_of_its_members(store: Store) -> None:
    old, new = crawl(store, collected("a"), collected("b"))
    with store.read() as session:
        ((row, _, _),) = DuplicateRepository(session).list_page()
    store.transact("test.keep", lambda s: DuplicateRepository(s).resolve_pair(row.id, merge=True, who="ada", keep=new))
    assert survivors(store, [old, new]) == [new, new]
    with store.read() as session:
        assert [track.id for track in MergeRepository(session).list_members([new])[new]] == [new, old]
        (merge,) = MergeRepository(session).list_by_track([new])[new]
    undo(store, merge.id)
    with store.read() as session:
        assert MergeRepository(session).list_by_track([new, old]) == {new: [], old: []}


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
    with store.read() as session:
        return set(session.scalars(select(Prediction.track_id)))


def test_kept_predictions_of_a_recording_are_forgotten_when_it_is_merged_and_when_it_is_parted(store: Store) -> None:
    a, b, other = crawl(store, *(collected(ref, title=f"Ode {ref}") for ref in "abc"))
    model_id = store.transact("test.model", lambda session: a_model(session).id)

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
        store.transact("test.predict", lambda session: ModelRepository(session).save_predictions(rows))

    predict(a, b, other)
    (merge,) = unite(store, a, b)
    assert predicted(store) == {other}
    predict(a)
    undo(store, merge)
    assert predicted(store) == {other}


def test_a_frozen_training_set_does_not_change_when_its_tracks_are_merged(store: Store) -> Any:
    a, b = crawl(store, collected("a"), collected("b", title="Other"))

    def freeze(session: Session) -> Any:
        job = Job(kind="train", params={})
        session.add(job)
        session.flush()
        row = {
            "taxonomy": "mood4",
            "inputs": ["catalogue"],
            "spec": "s",
            "synthetic": False,
            "n_folds": 5,
            "seed": 0,
            "counts": {},
            "leak_check": {},
        }
        items = [{"track_id": t, "target": "calm", "artist_group": "vox", "fold": 0} for t in (a, b)]
        return SnapshotRepository(session).freeze_snapshot(job.id, row, items).id

    snapshot_id = store.transact("test.freeze", freeze)
    unite(store, a, b)
    with store.read() as session:
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
    store: Store, steps: list[tuple[float, float]]
) -> Any:
    """The model: a forest of standing edges. Every state agrees with it, and its end is the beginning."""
    store.transact("test.clear", lambda session: session.execute(delete(Track)))
    tracks = crawl(store, *(collected(f"{n}", title=f"Ode {n}") for n in range(6)))
    for n, track in enumerate(tracks):
        who = Annotator(AnnotatorKind.IMPORT, f"table {n % 2}")
        store.transact(
            "test.word",
            lambda s, t=track, w=who: AnnotationRepository(s).append_annotation(t, w, taxonomy="mood4", emotion="sad"),
        )
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
