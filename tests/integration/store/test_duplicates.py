"""Which tracks may be one recording: what is asked of a person, and what is compared further."""

from uuid import UUID

import pytest
from sqlalchemy import update

from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.repositories import Repositories
from shared.store.tables import Duplicate, FeatureSet
from shared.store.tracks.duplicates import DuplicateRepository, DuplicateSuggestion
from shared.store.tracks.merges import MergeRepository
from tests.integration.store.merging import ISRC, collected, crawl, questions, survivors, undo, unite


def test_the_same_words_and_length_are_a_question_and_no_merge(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Ode!", duration_s=201.0))
    assert survivors(store, [one, other]) == [one, other]
    assert questions(store) == [{one, other}]
    crawl(store, collected("a"), collected("b", title="Ode!", duration_s=201.0))
    assert questions(store) == [{one, other}], "asked once"


def test_a_crowd_of_equals_is_asked_about_once_a_track(store: Store) -> None:
    crowd = crawl(store, *(collected(f"{n}") for n in range(30)))
    assert len(questions(store)) == len(crowd) - 1


def test_a_dismissed_question_is_not_asked_again_and_blocks_a_certain_merge(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b"))
    with store.read_session() as session:
        ((row, _, _),) = DuplicateRepository(session).list_page()

    def dismiss(repositories: Repositories) -> Duplicate | None:
        return repositories.duplicates.resolve_pair(row.id, merge=False, who="ada")

    dismissed = store.transact("test.dismiss", dismiss)
    assert dismissed is not None
    assert dismissed.state == "dismissed"
    assert store.transact("test.dismiss", dismiss) is None, "answered once"
    crawl(store, collected("a", isrc=ISRC), collected("b", isrc=ISRC))
    assert survivors(store, [one, other]) == [one, other]
    assert questions(store) == []


def analysed(
    store: Store, *tracks: UUID, spec: str = "s", audio_sha256: str = "a" * 64, duration_s: float = 200.0
) -> None:
    """Features of each, as the featurizer writes them, by default of one and the same audio of 200 s."""
    found = [
        ExtractedFeatures(
            track_id=track,
            descriptors=[1.0],
            audio_sha256=audio_sha256,
            duration_s=duration_s,
            n_damaged_packets=0,
            arrays=(),
        )
        for track in tracks
    ]
    store.transact_session(
        "test.features", lambda session: FeatureRepository(session, spec=spec).save_extractions(found)
    )


def same_excerpts(store: Store, *tracks: UUID, spec: str = "s") -> list[tuple[UUID, UUID]]:
    """The pairs of which all decoded samples are compared next."""
    return store.transact(
        "test.same_excerpt",
        lambda repositories: [
            (pair.one, pair.other) for pair in repositories.duplicates.list_same_excerpt(tracks, spec=spec)
        ],
    )


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
    analysed(store, third, fourth)
    without = update(FeatureSet).where(FeatureSet.track_id.in_([third, fourth])).values(audio_sha256=None)
    store.transact_session("test.without_hash", lambda session: session.execute(without))
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
    with store.read_session() as session:
        found = DuplicateRepository(session).list_candidates([mine], near_s=3.0)
    assert {(track, other.id) for track, other in found} == {(mine, near), (mine, by_isrc)}


def test_a_pair_is_asked_about_once_in_either_order_and_only_while_there_are_two(store: Store) -> None:
    one, other = crawl(store, collected("a"), collected("b", title="Other"))

    def suggest(first: UUID, second: UUID) -> int:
        asked = [DuplicateSuggestion(one=first, other=second, score=0.5, why="the tests")]
        return store.transact_session("test.suggest", lambda session: DuplicateRepository(session).suggest_pairs(asked))

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
    store.transact_session("test.suggest", lambda session: DuplicateRepository(session).suggest_pairs(asked))
    with store.read_session() as session:
        whole = [row for row, _, _ in DuplicateRepository(session).list_page()]
        behind = [row.id for row, _, _ in DuplicateRepository(session).list_page(after=(whole[1].score, whole[1].id))]
    assert [row.score for row in whole] == [0.7, 0.5, 0.5]
    assert behind == [whole[2].id]


def test_the_track_that_a_person_keeps_stands_for_both_and_is_the_first_of_its_members(store: Store) -> None:
    old, new = crawl(store, collected("a"), collected("b"))
    with store.read_session() as session:
        ((row, _, _),) = DuplicateRepository(session).list_page()
    store.transact_session(
        "test.keep", lambda s: DuplicateRepository(s).resolve_pair(row.id, merge=True, who="ada", keep=new)
    )
    assert survivors(store, [old, new]) == [new, new]
    with store.read_session() as session:
        assert [track.id for track in MergeRepository(session).list_members([new])[new]] == [new, old]
        (merge,) = MergeRepository(session).list_by_track([new])[new]
    undo(store, merge.id)
    with store.read_session() as session:
        assert MergeRepository(session).list_by_track([new, old]) == {new: [], old: []}
