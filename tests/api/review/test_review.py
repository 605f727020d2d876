"""Tracks that a person is asked to label, and what the labels say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.dataset import AUDIO_TAGS
from shared.domain.emotion import get_taxonomy
from shared.domain.job import Stage
from shared.domain.review import REASON_TEXTS, UNIFORM_SHARE, ReviewReason
from shared.domain.taggers import MUSICNN, YAMNET, list_versions
from shared.domain.track import AudioFile, SourceRef
from shared.store.repositories import Repositories
from shared.store.tables import AnnotationRow, ReviewDraw, TaggerOutputRow
from shared.store.tracks.merges import MergePair, MergeReason
from shared.store.tracks.missing_tracks import MissingTracks
from shared.store.tracks.review_draws import NewDraw
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish
from tests.support.queued_items import queued_items

Library = Callable[[int], list[UUID]]
MOODS = get_taxonomy("mood4").emotions


@pytest.fixture
def library(ports: ApiPorts, add_track: AddTrack) -> Library:
    """`library(n)`: tracks with files, two an artist, each with the descriptors of an emotion, in turn."""

    def fill(n: int) -> list[UUID]:
        tracks = []
        for i in range(n):
            name = f"music/{i}.wav"
            audio = AudioFile(locator=name, size_bytes=1, mtime_ns=1)
            refs = (SourceRef("folder", name),)
            tracks.append(add_track(refs=refs, title=f"song {i}", artist=f"artist {i // 2}", audio=audio))
            featurize_emotion(ports, tracks[-1], MOODS[i % 4])
        return tracks

    return fill


def review(client: TestClient, **query: Any) -> Any:
    answer = client.get("/review", params={"annotator": "ann", **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def ids(found: Any) -> list[UUID]:
    return [UUID(item["track_id"]) for item in found["items"]]


def label(client: TestClient, track_id: UUID, emotion: str, *, who: str = "ann") -> None:
    body = {"emotion": emotion, "taxonomy": "mood4"}
    assert client.put(f"/tracks/{track_id}/annotations/{who}", json=body).status_code in {200, 201}


def list_draws(ports: ApiPorts) -> list[ReviewDraw]:
    with ports.store.read_session() as session:
        return list(session.scalars(select(ReviewDraw).order_by(ReviewDraw.id)))


def age_labels(ports: ApiPorts) -> None:
    """A week and more passes."""
    older = AnnotationRow.at - timedelta(days=8)
    ports.store.transact_session("test.age", lambda session: session.execute(update(AnnotationRow).values(at=older)))


def test_tracks_are_drawn_one_an_artist_and_kept_with_the_answer_of_the_moment(
    client: TestClient, ports: ApiPorts, library: Library, mood4: TrainedCandidate
) -> None:
    tracks = library(24)
    model = publish(ports, mood4, judged=tracks[0])
    found = review(client, n=8, seed=1)
    assert (found["annotator"], found["taxonomy"], found["n_tracks"], found["n_labelled"]) == ("ann", "mood4", 24, 0)
    assert len({item["artist"] for item in found["items"]}) == len(found["items"]) == 8
    assert {item["reason"] for item in found["items"]} <= {ReviewReason.SPREAD, ReviewReason.CHANCE}
    assert all(item["reason_text"] == REASON_TEXTS[item["reason"]] for item in found["items"])
    assert not {"emotion", "predicted", "probabilities"} & found["items"][0].keys()
    assert ids(review(client, n=8, seed=1)) == ids(found)
    draws = list_draws(ports)[:8]
    assert [draw.track_id for draw in draws] == ids(found)
    assert all(UNIFORM_SHARE / 24 <= draw.probability <= 1 and draw.n_tracks == 24 for draw in draws)
    for draw in draws:
        mood = MOODS[tracks.index(draw.track_id) % 4]
        assert (draw.model_id, draw.predicted, draw.basis) == (model, mood, "held_out")
        assert draw.probabilities is not None
        assert max(draw.probabilities.items(), key=lambda pair: pair[1])[0] == mood
    emotions = {word for item in found["items"] for word in item["reason_text"].split()} & set(MOODS)
    assert not emotions


def test_without_a_model_and_a_name_tracks_are_drawn_for_who_labelled_last(
    client: TestClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = library(6)
    monkeypatch.setattr("getpass.getuser", lambda: "user of this machine")
    assert client.get("/review").json()["annotator"] == "user of this machine"
    label(client, tracks[0], "sad", who="bo")
    found = client.get("/review").json()
    assert (found["annotator"], found["n_tracks"], found["n_labelled"]) == ("bo", 5, 1)
    assert tracks[0] not in ids(found)


def test_n_counts_analysed_tracks_with_a_file_also_what_is_held_not_to_be_music(
    client: TestClient, ports: ApiPorts, library: Library, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    tracks = library(10)
    publish(ports, mood4, judged=tracks[0])
    featurize_emotion(ports, add_track(title="of a table"), "sad")  # analysed, without a file
    audio = AudioFile(locator="music/new.wav", size_bytes=1, mtime_ns=1)
    add_track(refs=(SourceRef("folder", audio.locator),), title="not analysed", audio=audio)
    featurize_emotion(ports, add_track(title="demo", synthetic=True), "sad")
    speech = TaggerOutputRow(
        track_id=tracks[1], tagger=YAMNET.name, fingerprint=YAMNET.fingerprint, values=b"", content_kind="speech"
    )
    ports.store.transact_session("test.kind", lambda session: session.add(speech))
    assert review(client)["n_tracks"] == 10
    label(client, tracks[2], "sad")
    label(client, tracks[3], "sad", who="somebody else")
    ports.store.transact_session("test.gone", lambda session: MissingTracks(session).mark_missing(["music/4.wav"]))
    found = review(client, n=20)
    assert found["n_tracks"] == 8
    while tracks[1] not in ids(found):
        found = review(client, n=20)
    spoken = next(draw for draw in reversed(list_draws(ports)) if draw.track_id == tracks[1])
    assert (spoken.reason, spoken.predicted) == (ReviewReason.CHANCE, None)


def test_a_label_is_joined_to_its_draw_and_weighs_by_it(client: TestClient, ports: ApiPorts, library: Library) -> None:
    tracks = library(12)
    first = ids(review(client, n=3))[0]
    label(client, first, "sad")
    label(client, first, "happy")  # corrected: the draw keeps what it led to
    other = next(track_id for track_id in tracks if track_id not in {draw.track_id for draw in list_draws(ports)})
    label(client, other, "calm")
    (draw,) = (draw for draw in list_draws(ports) if draw.label is not None)
    assert (draw.track_id, draw.label) == (first, "sad")
    with ports.store.read() as repositories:
        weights = repositories.review_draws.list_weights(tracks)
    assert weights == {first: pytest.approx(1 / (12 * draw.probability))}  # all others count 1


def test_a_label_that_is_taken_back_opens_its_draw_again(client: TestClient, ports: ApiPorts, library: Library) -> None:
    tracks = library(12)
    drawn = ids(review(client, n=3))
    for track_id in drawn[:2]:
        label(client, track_id, "sad")
    assert client.delete(f"/tracks/{drawn[0]}/annotations/ann").status_code == 200
    assert [draw.track_id for draw in list_draws(ports) if draw.label is not None] == [drawn[1]]
    with ports.store.read() as repositories:
        assert set(repositories.review_draws.list_weights(tracks)) == {drawn[1]}
    label(client, drawn[0], "calm")
    labels = {draw.track_id: draw.label for draw in list_draws(ports) if draw.label}
    assert labels == {
        drawn[0]: "calm",
        drawn[1]: "sad",
    }


def test_who_only_looked_at_a_review_has_annotated_nothing(client: TestClient, library: Library) -> None:
    (track_id, *_) = library(4)
    review(client, annotator="typo")
    problem(client.get(f"/tracks/{track_id}/emotion", params={"annotator": "typo"}), 404, "not_found")


def test_tracks_that_are_one_recording_are_one_song_to_label(
    client: TestClient, ports: ApiPorts, library: Library
) -> None:
    tracks = library(6)
    drawn = NewDraw(track_id=tracks[1], probability=0.5, n_tracks=6, reason=ReviewReason.CHANCE)
    pair = MergePair(one=tracks[0], other=tracks[1], reason=MergeReason.PERSON, who="ann")

    def draw_and_merge(repositories: Repositories) -> None:
        repositories.review_draws.save_draws(Annotator(AnnotatorKind.PERSON, "ann"), "mood4", [drawn])
        repositories.merges.unite_pairs([pair])

    ports.store.transact("test.merge", draw_and_merge)
    assert review(client, annotator="bo")["n_tracks"] == 5
    label(client, tracks[0], "sad")
    assert review(client)["n_tracks"] == 4
    (draw,) = (draw for draw in list_draws(ports) if draw.label is not None)
    assert (draw.track_id, draw.label) == (tracks[1], "sad")
    with ports.store.read() as repositories:
        assert repositories.review_draws.list_weights(tracks) == {tracks[0]: pytest.approx(1 / 3)}
        assert repositories.review_draws.list_weights(tracks, taxonomy="quadrant4") == {}


def test_one_in_twenty_is_asked_again_after_a_week_also_where_the_label_stays_the_same(
    client: TestClient, ports: ApiPorts, library: Library
) -> None:
    tracks = library(60)
    for track_id in tracks[:20]:
        label(client, track_id, "sad")
    assert not [item for item in review(client, n=20)["items"] if item["reason"] == ReviewReason.ASKED_AGAIN]
    age_labels(ports)
    found = review(client, n=20)
    (again,) = (UUID(item["track_id"]) for item in found["items"] if item["reason"] == ReviewReason.ASKED_AGAIN)
    assert again in tracks[:20]
    assert len({item["artist"] for item in found["items"]}) == 20
    label(client, again, "sad")
    (second,) = (
        UUID(item["track_id"]) for item in review(client, n=20)["items"] if item["reason"] == ReviewReason.ASKED_AGAIN
    )
    assert second != again
    label(client, second, "calm")
    progress = client.get("/review/progress", params={"annotator": "ann", "taxonomy": "mood4"}).json()
    agreement = progress["own_agreement"]
    assert (agreement["n_asked"], agreement["n_labelled"], agreement["n_agreed"]) == (2, 2, 1)
    assert agreement["share"]["value"] == 0.5
    assert agreement["share"]["low"] < 0.2
    with ports.store.read() as repositories:  # being asked again is no reason to weigh less
        assert repositories.review_draws.list_weights(tracks) == {}


def test_the_windows_of_drawn_tracks_are_queued_for_their_curves(
    client: TestClient, ports: ApiPorts, library: Library, mood4: TrainedCandidate
) -> None:
    library(12)
    review(client, n=2)  # no model answers yet, so that there is no curve
    card = replace(mood4.card, inputs=AUDIO_TAGS, stage_fingerprints=list_versions([MUSICNN]))
    publish(ports, replace(mood4, card=card), judged=uuid4())
    drawn = {draw.id for draw in list_draws(ports)}
    review(client, n=4)
    new = [draw for draw in list_draws(ports) if draw.id not in drawn]
    assert len(new) == len(queued_items(ports, Stage.WINDOWS).item_ids) == 4
    assert all(
        draw.probabilities is None for draw in new
    )  # they have no tags yet, of which the model could say anything


@pytest.mark.slow
def test_progress_compares_the_kept_answers_with_the_new_model_out_of_fold(
    client: TestClient, ports: ApiPorts, library: Library, mood4: TrainedCandidate
) -> None:
    tracks = library(60)
    publish(ports, mood4, judged=uuid4())
    other_way_round = {"sad": "happy", "happy": "sad"}  # the person hears these two the other way round
    heard = {track_id: other_way_round.get(MOODS[i % 4], MOODS[i % 4]) for i, track_id in enumerate(tracks)}
    n_before = 0
    while n_before < 30:
        for track_id in ids(review(client, n=20, seed=n_before)):  # figures of other draws may lie farther off
            label(client, track_id, heard[track_id])
        progress = client.get("/review/progress", params={"annotator": "ann"}).json()
        assert (progress["before"] is None) == (progress["n_before"] < 30)
        n_before = progress["n_before"]
    assert progress["n_after"] == 0
    assert progress["comparison"] is None
    judged = [
        Judged(
            track_id=track_id,
            target=heard[track_id],
            group=f"artist {i // 2}",
            probabilities=[float(mood == heard[track_id]) for mood in MOODS],
        )
        for i, track_id in enumerate(tracks)
    ]
    publish(ports, mood4, judged=judged)
    progress = client.get("/review/progress", params={"annotator": "ann"}).json()
    comparison = progress["comparison"]
    assert progress["n_after"] == comparison["n_tracks"] == n_before
    assert comparison["after"]["accuracy"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert comparison["before"]["accuracy"]["value"] == pytest.approx(0.5, abs=0.25)
    assert comparison["difference"]["accuracy"]["low"] > 0
    assert np.isclose(
        comparison["difference"]["macro_f1"]["value"],
        comparison["after"]["macro_f1"]["value"] - comparison["before"]["macro_f1"]["value"],
        atol=1e-3,
    )


@pytest.mark.parametrize("query", ["n=0", "n=201", "taxonomy=none", "seed=-1", "annotator="])
def test_bad_requests_are_refused(shared_client: TestClient, query: str) -> None:
    assert shared_client.get(f"/review?{query}").status_code == 422


def test_an_empty_library_has_nothing_to_label(shared_client: TestClient) -> None:
    found = shared_client.get("/review?annotator=ann").json()
    assert (found["n_tracks"], found["items"]) == (0, [])
    assert shared_client.get("/review/progress?annotator=ann").json()["n_drawn"] == 0
