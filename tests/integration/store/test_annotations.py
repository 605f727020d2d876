"""Judgements as rows: appended once, each in its taxonomy, read for the track that stands for them."""

from collections.abc import Sequence
from typing import TypedDict, Unpack
from uuid import UUID

import pytest
from sqlalchemy import func, select

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.tables import AnnotationRow
from shared.store.tracks.annotations import AnnotationRepository, select_annotated_ids, select_ids_annotated_as
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from shared.store.tracks.withdrawals import WithdrawalRepository

ADA, BEN = (Annotator(AnnotatorKind.PERSON, name) for name in ("ada", "ben"))


def add(store: Store, name: str = "a", *, synthetic: bool = False) -> UUID:
    piece = CollectedTrack(refs=(SourceRef("table", name),), title=name, synthetic=synthetic)
    return store.transact_session("test.track", lambda session: TrackRepository(session).register_track(piece).track_id)


class Said(TypedDict, total=False):
    """What an annotator may say of a track."""

    taxonomy: str
    emotion: str
    tags: Sequence[str]
    valence: float
    arousal: float


def append(store: Store, track_id: UUID, who: Annotator = ADA, **said: Unpack[Said]) -> bool:
    return store.transact_session(
        "test.append", lambda session: AnnotationRepository(session).append_annotation(track_id, who, **said)
    )


def mood(store: Store, track_id: UUID, emotion: str, who: Annotator = ADA, *, taxonomy: str = "mood4") -> bool:
    return append(store, track_id, who, taxonomy=taxonomy, emotion=emotion)


def said_of(store: Store, track_id: UUID) -> list[tuple[str, str | None, str | None]]:
    with store.read_session() as session:
        return [
            (one.annotator.name, one.taxonomy, one.emotion)
            for one in AnnotationRepository(session).list_by_track([track_id])[track_id]
        ]


def test_a_word_that_stands_already_is_not_added_again(store: Store) -> None:
    track = add(store)
    assert [mood(store, track, emotion) for emotion in ("calm", "calm", "sad", "sad", "calm")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert [emotion for _, _, emotion in said_of(store, track)] == ["calm", "sad", "calm"]


def test_the_word_of_another_annotator_track_or_taxonomy_is_a_word_of_its_own(store: Store) -> None:
    track, other = add(store), add(store, "b")
    assert mood(store, track, "calm")
    assert mood(store, track, "calm", BEN)
    assert mood(store, other, "calm")
    assert mood(store, track, "Q1", taxonomy="quadrant4")
    assert not mood(store, track, "calm"), "a word in another taxonomy does not take back the first"
    assert said_of(store, track) == [("ada", "mood4", "calm"), ("ben", "mood4", "calm"), ("ada", "quadrant4", "Q1")]


@pytest.mark.parametrize("said", [{"tags": ["slow"]}, {"valence": 0.5, "arousal": -0.5}])
def test_tags_and_places_are_of_no_taxonomy_and_are_added_once(store: Store, said: Said) -> None:
    track = add(store)
    with_taxonomy: Said = {**said, "taxonomy": "mood4"}
    assert append(store, track, **with_taxonomy)
    assert not append(store, track, **said)
    assert said_of(store, track) == [("ada", None, None)]


def test_what_was_said_of_a_merged_track_is_read_for_its_survivor(store: Store) -> None:
    one, other = add(store), add(store, "b")
    mood(store, other, "sad")
    pair = MergePair(one=one, other=other, reason=MergeReason.PERSON, who="the tests")
    store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    assert said_of(store, one) == [("ada", "mood4", "sad")]
    with store.read_session() as session:
        assert session.scalars(select(AnnotationRow.track_id)).all() == [other]


def test_judgements_of_real_and_of_synthetic_tracks_are_read_apart(store: Store) -> None:
    real, made = add(store), add(store, "b", synthetic=True)
    mood(store, real, "sad")
    mood(store, made, "calm")
    with store.read_session() as session:
        annotations = AnnotationRepository(session)
        for synthetic, track, emotion in ((False, real, "sad"), (True, made, "calm")):
            assert set(annotations.list_annotated(synthetic=synthetic)) == {track}
            found = annotations.list_label_consensus(taxonomy="mood4", synthetic=synthetic)
            assert {at: one.label.emotion for at, one in found.items() if one.label} == {track: emotion}


def test_a_track_with_free_words_alone_is_not_annotated(store: Store) -> None:
    tagged, placed, calm, sad = (add(store, name) for name in "abcd")
    append(store, tagged, tags=["slow"])
    append(store, placed, valence=0.1, arousal=0.2)
    mood(store, calm, "calm")
    mood(store, sad, "sad")
    with store.read_session() as session:
        assert set(session.scalars(select_annotated_ids())) == {placed, calm, sad}
        assert set(session.scalars(select_ids_annotated_as(["sad"]))) == {sad}


def test_annotators_are_counted_with_everything_that_they_said(store: Store) -> None:
    one, other = add(store), add(store, "b", synthetic=True)
    mood(store, one, "sad")
    append(store, other, tags=["slow"])
    mood(store, one, "calm", BEN)
    with store.read_session() as session:
        found = AnnotationRepository(session).measure_agreements(taxonomy="mood4")
    assert [(annotator.name, count) for annotator, count, _ in found] == [("ada", 2), ("ben", 1)]


def test_what_is_withdrawn_is_no_judgement_and_may_be_said_again(store: Store) -> None:
    track = add(store)
    append(store, track, valence=0.5, arousal=0.5)
    mood(store, track, "calm")
    for _ in range(2):
        store.transact_session(
            "test.withdraw", lambda session: WithdrawalRepository(session).withdraw(track, ADA, taxonomy="mood4")
        )
    assert said_of(store, track) == [("ada", None, None)]
    assert (
        store.transact_session("test.withdraw", lambda session: WithdrawalRepository(session).withdraw(track, ADA)) == 1
    )
    assert (
        store.transact_session("test.withdraw", lambda session: WithdrawalRepository(session).withdraw(track, ADA)) == 0
    )
    assert said_of(store, track) == []
    with store.read_session() as session:
        assert session.scalars(select_annotated_ids()).all() == []
        assert session.scalars(select_ids_annotated_as(["calm"])).all() == []
        assert session.scalar(select(func.count()).select_from(AnnotationRow)) == 4, "rows are only added"
    assert mood(store, track, "calm")
    assert said_of(store, track) == [("ada", "mood4", "calm")]
