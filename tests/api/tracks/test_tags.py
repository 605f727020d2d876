"""Tags of tracks: what a tagger hears, what people say, and lists of the tracks that have some."""

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from services.featurizer.recompute import tag_library
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.taggers import MUSICNN
from shared.domain.track_tags import GIVEN_TAGS, TAG_RULES
from shared.store import Store
from shared.store.tables import TaggerOutputRow, TrackTagRow
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.integration.store.merging import unite
from tests.support.problem_answers import problem
from tests.support.tagged_tracks import tag_track
from tests.support.tagger_values import MUSIC, SPEECH, save_yamnet


def titles(client: TestClient, tags: Any, **query: Any) -> list[str]:
    answer = client.get("/tracks", params={"tags": tags, **query})
    assert answer.status_code == 200, answer.text
    return [track["title"] for track in answer.json()["items"]]


def annotate(client: TestClient, track_id: UUID, *tags: str, annotator: str = "ann") -> None:
    answer = client.put(f"/tracks/{track_id}/annotations/{annotator}", json={"tags": list(tags)})
    assert answer.status_code in {200, 201}, answer.text


def annotate_by_table(store: Store, track_id: UUID, *tags: str) -> None:
    store.transact(
        "test.annotate",
        lambda repositories: repositories.annotations.append_annotation(
            track_id, Annotator(AnnotatorKind.IMPORT, "tags.csv"), tags=tags
        ),
    )


def test_what_is_no_music_has_no_tags_but_those_that_people_give(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    talk, ode = add_track(title="talk"), add_track(title="ode")
    for track_id in (talk, ode):
        tag_track(store, track_id, {"mellow": 3.0})
    save_yamnet(store, talk, SPEECH)
    assert titles(client, "mellow") == ["ode"]
    annotate(client, talk, "mellow")
    assert titles(client, "mellow") == ["talk", "ode"]


def test_of_merged_tracks_the_own_outputs_say_whether_it_is_music(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    for title, survivor_says, copy_says in (("ode", MUSIC, SPEECH), ("talk", SPEECH, MUSIC)):
        survivor, copy = add_track(title=title), add_track(title="a copy")
        tag_track(store, survivor, {"mellow": 3.0})
        save_yamnet(store, survivor, survivor_says)
        save_yamnet(store, copy, copy_says)
        unite(store, copy, survivor)
    assert titles(client, "mellow") == ["ode"]


def test_tracks_with_all_tags_are_listed_by_their_mean_logit(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    for title, scores in {
        "clear": {"mellow": 2.5, "acoustic": 2.5},
        "clearer in one": {"mellow": 4.0, "acoustic": 1.9},
        "weak": {"mellow": 2.0, "acoustic": 2.0, "metal": 3.0},
        "mellow only": {"mellow": 3.5},
        "neither": {"metal": 3.0},
    }.items():
        tag_track(store, add_track(title=title), scores)
    add_track(title="not analysed")
    assert titles(client, "mellow,acoustic") == ["clearer in one", "clear", "weak"]
    assert titles(client, ["Mellow", "acoustic"]) == ["clearer in one", "clear", "weak"]
    assert titles(client, "mellow") == ["clearer in one", "mellow only", "clear", "weak"]
    assert titles(client, "acoustic", q="clear") == ["clear", "clearer in one"]
    assert titles(client, "punk") == []


def test_what_people_say_comes_first_and_counts_in_any_spelling(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    heard, said, both, imported = (add_track(title=title) for title in ("heard", "said", "both", "imported"))
    tag_track(store, heard, {"mellow": 3.0})
    tag_track(store, both, {"mellow": 2.0})
    annotate(client, said, " MELLOW ", "Straße")
    annotate(client, both, "mellow")
    annotate_by_table(store, imported, "Mellow")
    assert titles(client, "mellow") == ["both", "said", "heard", "imported"]
    assert titles(client, "strasse") == ["said"]
    assert titles(client, "mellow", labelled=True) == []


def test_only_annotations_that_decide_give_tags(client: TestClient, store: Store, add_track: AddTrack) -> None:
    corrected, overruled, withdrawn, imported = (
        add_track(title=title) for title in ("corrected", "overruled", "withdrawn", "imported")
    )
    for track_id in (corrected, withdrawn):
        annotate(client, track_id, "rainy")
    annotate(client, corrected, "sunny", annotator="bob")
    assert client.delete(f"/tracks/{withdrawn}/annotations/ann").status_code == 200
    annotate_by_table(store, overruled, "rainy")
    annotate(client, overruled, "sunny")
    annotate_by_table(store, imported, "rainy")
    assert titles(client, "rainy") == ["imported"]
    assert sorted(titles(client, "sunny")) == ["corrected", "overruled"]
    for track_id in (corrected, overruled, withdrawn, imported):
        shown = {one["tag"] for one in client.get(f"/tracks/{track_id}").json()["tags"]}
        assert ("rainy" in shown) == (track_id == imported), "the list and the track agree"


def test_pages_hold_every_track_once_in_order(client: TestClient, store: Store, add_track: AddTrack) -> None:
    ids = [add_track(title=f"track {i}") for i in range(9)]
    for i, track_id in enumerate(ids):
        tag_track(store, track_id, {"sad": 2.0 + 0.1 * (i // 3), "mellow": 2.0})
    for track_id in ids[:2]:
        annotate(client, track_id, "sad")
    whole = [track["id"] for track in client.get("/tracks", params={"tags": "sad,mellow"}).json()["items"]]
    assert whole == [str(ids[i]) for i in (0, 1, 6, 7, 8, 3, 4, 5, 2)]
    paged: list[str] = []
    query = {"tags": "sad,mellow", "limit": "2"}
    for _ in range(len(ids)):
        page = client.get("/tracks", params=query).json()
        paged += [track["id"] for track in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert paged == whole


def test_a_list_by_tags_can_be_narrowed_to_an_emotion(client: TestClient, store: Store, add_track: AddTrack) -> None:
    ids = [add_track(title=f"track {i}") for i in range(6)]
    for i, track_id in enumerate(ids):
        tag_track(store, track_id, {"mellow": 2.0 + 0.1 * i})
        emotion = "sad" if i % 2 else "happy"
        assert client.put(f"/tracks/{track_id}/annotations/ann", json={"emotion": emotion}).status_code == 201
    assert titles(client, "mellow", emotion="sad") == ["track 5", "track 3", "track 1"]
    page = client.get("/tracks", params={"tags": "mellow", "emotion": "sad", "limit": 2}).json()
    assert [track["title"] for track in page["items"]] == ["track 5", "track 3"]
    assert titles(client, "mellow", emotion="sad", cursor=page["next"]) == ["track 1"]


def test_a_track_shows_its_tags_with_their_origin(client: TestClient, store: Store, add_track: AddTrack) -> None:
    track_id = add_track(title="Ode")
    assert client.get(f"/tracks/{track_id}").json()["tags"] == []
    tag_track(store, track_id, {"jazz": 3.25, "mellow": 2.0, "female vocalists": 2.5})
    annotate(client, track_id, "mellow", "rainy")
    shown = client.get(f"/tracks/{track_id}").json()["tags"]
    assert [(one["tag"], one["origin"], one["score"]) for one in shown] == [
        ("mellow", "person", pytest.approx(2.0, abs=0.01)),
        ("rainy", "person", None),
        ("jazz", "tagger", pytest.approx(3.25, abs=0.01)),
        ("female vocalists", "tagger", pytest.approx(2.5, abs=0.01)),
    ]
    assert client.get("/tracks").json()["items"][0]["tags"] == shown


def test_both_spellings_of_female_vocalists_are_one_tag(client: TestClient, store: Store, add_track: AddTrack) -> None:
    heard, said = add_track(title="heard"), add_track(title="said")
    tag_track(store, heard, {"female vocalists": 2.5})
    annotate(client, said, "female vocalist")
    for spelling in ("female vocalist", "female vocalists"):
        assert titles(client, spelling) == ["said", "heard"]
    (shown,) = client.get(f"/tracks/{said}").json()["tags"]
    assert shown == {"tag": "female vocalists", "origin": "person", "score": None}


def test_an_unknown_tag_is_refused_with_those_that_are_known(client: TestClient, add_track: AddTrack) -> None:
    annotate(client, add_track(), "rainy")
    detail = problem(client.get("/tracks", params={"tags": "mellow,80s"}), 422, "unknown_tag")
    assert "80s" in detail
    assert all(tag in detail for tag in (*GIVEN_TAGS, "rainy"))
    problem(client.get("/tracks", params={"tags": ",".join(GIVEN_TAGS)}), 422, "too_many_tags")
    for cursor in ("rubbish", str(UUID(int=1)), "0_x_" + str(UUID(int=1)), "1_NaN_" + str(UUID(int=1))):
        problem(client.get("/tracks", params={"tags": "mellow", "cursor": cursor}), 422, "invalid_cursor")
    problem(client.get("/tracks", params={"cursor": "rubbish"}), 422, "invalid_cursor")


def test_tags_follow_the_values_and_go_with_them(client: TestClient, store: Store, add_track: AddTrack) -> None:
    track_id = add_track(title="Ode")
    tag_track(store, track_id, {"mellow": 2.0})
    tag_track(store, track_id, {"metal": 2.0})
    assert (titles(client, "mellow"), titles(client, "metal")) == ([], ["Ode"])
    tag_track(store, track_id, {"punk": 3.0}, versions={MUSICNN.name: "another one"})
    assert titles(client, "punk") == [], "the thresholds are those of one version of the tagger"
    store.transact_session("test.drop", lambda session: session.execute(delete(TaggerOutputRow)))
    with store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(TrackTagRow)) == 0


def test_values_of_before_are_read_in_the_background(
    client: TestClient, store: Store, add_track: AddTrack, bench: WorkerContext
) -> None:
    old, other = add_track(title="old"), add_track(title="by other rules")
    for track_id in (old, other):
        tag_track(store, track_id, {"mellow": 2.0})

    def forget_tags(session: Session) -> None:
        session.execute(delete(TrackTagRow))
        for track_id, rules in ((old, None), (other, "of before")):
            session.execute(update(TaggerOutputRow).where(TaggerOutputRow.track_id == track_id).values(tag_rules=rules))

    store.transact_session("test.forget", forget_tags)
    assert titles(client, "mellow") == []
    tag_library(bench=bench, taggers=())
    assert sorted(titles(client, "mellow")) == ["by other rules", "old"]
    with store.read_session() as session:
        assert set(session.scalars(select(TaggerOutputRow.tag_rules))) == {TAG_RULES.fingerprint}


def test_tags_of_a_recording_are_those_of_one_of_its_tracks(
    client: TestClient, store: Store, add_track: AddTrack
) -> None:
    unheard, heard, behind, older, younger = (
        add_track(title=title) for title in ("unheard", "heard", "behind", "older", "younger")
    )
    tag_track(store, heard, {"mellow": 2.0})
    tag_track(store, behind, {"mellow": 3.0, "acoustic": 3.0})
    tag_track(store, older, {"jazz": 2.0, "mellow": 2.5})
    tag_track(store, younger, {"jazz": 3.0, "metal": 3.0})
    annotate(client, younger, "rainy")

    def unite(survivor: UUID, *others: UUID) -> None:
        pairs = [MergePair(one=survivor, other=other, reason=MergeReason.PERSON, who="ada") for other in others]
        store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs(pairs, keep=survivor))

    unite(heard, behind)
    unite(unheard, older, younger)
    assert titles(client, "mellow") == ["unheard", "heard"]
    assert titles(client, "acoustic") == titles(client, "metal") == []
    assert titles(client, "jazz,mellow,rainy") == titles(client, "jazz,mellow") == ["unheard"]
    shown = [(one["tag"], one["score"]) for one in client.get(f"/tracks/{unheard}").json()["tags"]]
    assert shown == [
        ("rainy", None),
        ("mellow", pytest.approx(2.5, abs=0.01)),
        ("jazz", pytest.approx(2.0, abs=0.01)),
    ]
