"""Tracks that sound like a track: by standardised descriptors, and by where a network places them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.api.settings import ApiSettings
from services.featurizer.analysis import ClipAnalysis
from services.featurizer.uploads import analyse_uploads
from services.scorer.projection import project_tracks
from services.scorer.scoring import score_tracks
from services.scorer.similarity import list_bases
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.similarity.index import ProjectedTracks, project_missing
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import ProjectedVector, ProjectionRow
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.duplicates import DuplicateRepository, DuplicateSuggestion
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support import drawn_networks
from tests.support.clip_analyses import clip_analysis
from tests.support.drawn_networks import heard_in
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.support.queued_items import queued_items

Library = Callable[..., list[UUID]]


@pytest.fixture
def circle(ports: ApiPorts, add_track: AddTrack) -> Library:
    """`circle(n)`: tracks of n artists whose descriptors lie on a circle, each nearest to those before and after it."""

    def fill(n: int = 16, **said: Any) -> list[UUID]:
        tracks = [add_track(**{"title": f"song {i}", "artist": f"artist {i}", **said}) for i in range(n)]
        for i, track_id in enumerate(tracks):
            featurize_track(ports, track_id, descriptors=on_circle(i, n))
        return tracks

    return fill


def on_circle(i: float, n: int) -> list[float]:
    angle = 2 * np.pi * i / n
    return [1000 + 500 * float(np.cos(angle)), 0.001 * float(np.sin(angle)), 7.0]


def similar(client: TestClient, track_id: UUID, **query: Any) -> Any:
    answer = client.get(f"/tracks/{track_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(document: Any) -> list[UUID]:
    return [UUID(item["track_id"]) for item in document["items"]]


def test_before_there_is_a_network_tracks_are_compared_by_their_standardised_descriptors(
    client: TestClient, circle: Library
) -> None:
    tracks = circle(16)
    found = similar(client, tracks[0], limit=4)
    assert set(ids(found)[:2]) == {tracks[1], tracks[15]}
    assert set(ids(found)[2:]) == {tracks[2], tracks[14]}
    assert (found["by"]["kind"], found["by"]["model"], found["by"]["dimensions"]) == ("descriptors", None, 64)
    first = found["items"][0]
    assert first["distance"] == pytest.approx(1 - np.cos(2 * np.pi / 16), abs=1e-3)
    assert (first["title"], first["href"]) == (f"song {tracks.index(ids(found)[0])}", f"/tracks/{first['track_id']}")
    all_of_them = similar(client, tracks[0], limit=200)
    assert set(ids(all_of_them)) == set(tracks[1:]), "everything else, never the track itself"


def test_an_artist_has_no_more_tracks_than_asked_for(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    asked = add_track(title="asked", artist="nobody")
    featurize_track(ports, asked, descriptors=on_circle(0, 40))
    others = []
    for i in range(1, 13):
        others.append(add_track(title=f"song {i}", artist=f"artist {i % 3}"))
        featurize_track(ports, others[-1], descriptors=on_circle(i, 40))
    assert ids(similar(client, asked, limit=5)) == others[:3], "one each, the nearest"
    assert ids(similar(client, asked, limit=5, per_artist=2)) == others[:5]
    assert ids(similar(client, asked, limit=5, per_artist=200)) == others[:5]


def test_no_track_is_by_the_artist_that_was_asked_about_where_others_are_wanted(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    asked, twin = add_track(title="asked", artist="The Vox"), add_track(title="twin", artist="Pax")
    by_the_same, by_a_member, other = (
        add_track(title=f"song {n}", artist=artist) for n, artist in enumerate(("Vox feat. Nox", "PAX", "Nox"))
    )
    for i, track_id in enumerate((asked, by_the_same, by_a_member, other)):
        featurize_track(ports, track_id, descriptors=on_circle(i, 40))
    pair = MergePair(one=asked, other=twin, reason=MergeReason.PERSON, who="the tests")
    ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    assert ids(similar(client, asked, limit=5)) == [by_the_same, by_a_member, other]
    assert ids(similar(client, asked, limit=5, per_artist=9, other_artists=True)) == [other]


def test_a_filter_asks_for_the_label_and_where_there_is_none_for_the_champions_word(
    client: TestClient, ports: ApiPorts, circle: Library
) -> None:
    tracks = circle(12)
    model_id = publish(ports, drawn_networks.candidate(), judged=tracks[0])

    def predict(session: Any) -> None:
        for n, emotion in {1: "sad", 2: "calm", 3: "sad", 5: "sad"}.items():
            ModelRepository(session).save_predictions(
                [{"track_id": tracks[n], "model_id": model_id, "probabilities": [1.0], "emotion": emotion}]
            )
        imported, person = Annotator(AnnotatorKind.IMPORT, "a table"), Annotator(AnnotatorKind.PERSON, "ada")
        AnnotationRepository(session).append_annotation(tracks[4], imported, taxonomy="mood4", emotion="sad")
        AnnotationRepository(session).append_annotation(tracks[5], person, taxonomy="mood4", emotion="happy")

    ports.store.transact("test.predict", predict)
    found = similar(client, tracks[0], by="descriptors", emotion="sad")
    assert ids(found) == [tracks[1], tracks[3], tracks[4]]
    assert [item["decided_by"] for item in found["items"]] == ["model", "model", "import"]
    assert {item["emotion"] for item in found["items"]} == {"sad"}
    assert ids(similar(client, tracks[0], by="descriptors", emotion="happy")) == [tracks[5]]
    assert ids(similar(client, tracks[0], by="descriptors", emotion="negative", taxonomy="binary")) == [tracks[4]]
    assert "mood4 has no emotion" in problem(
        client.get(f"/tracks/{tracks[0]}/similar", params={"emotion": "Q1"}), 422, "unknown_emotion"
    )


def test_a_filter_takes_the_word_of_a_quadrant(client: TestClient, circle: Library) -> None:
    tracks = circle(12)
    body = {"emotion": "Q2", "taxonomy": "quadrant4"}
    client.put(f"/tracks/{tracks[3]}/annotations/ada", json=body)
    found = similar(client, tracks[0], by="descriptors", emotion="tense", taxonomy="quadrant4")
    assert (ids(found), found["emotion"], found["emotion_name"]) == ([tracks[3]], "Q2", "tense")
    assert [(item["emotion"], item["emotion_name"]) for item in found["items"]] == [("Q2", "tense")]


def test_duplicates_and_the_other_library_are_never_recommended(
    client: TestClient, ports: ApiPorts, circle: Library
) -> None:
    demo, tracks = circle(4, synthetic=True), circle(12)

    def know(session: Any) -> None:
        pair = MergePair(one=tracks[0], other=tracks[1], reason=MergeReason.PERSON, who="ada")
        MergeRepository(session).unite_pairs([pair])
        DuplicateRepository(session).suggest_pairs(
            [DuplicateSuggestion(one=tracks[11], other=tracks[0], score=0.9, why="alike")]
        )

    ports.store.transact("test.know", know)
    found = similar(client, tracks[0], limit=200)
    assert set(ids(found)) == set(tracks[2:11])
    assert ids(similar(client, demo[0], limit=200)) == ids(similar(client, demo[0], limit=200))
    assert set(ids(similar(client, demo[0], limit=200))) == set(demo[1:])
    assert similar(client, tracks[1])["track_id"] == str(tracks[0]), "asked by its old id"
    assert tracks[1] not in ids(similar(client, tracks[2], limit=200))


def test_a_track_without_features_is_refused_with_what_to_do(
    client: TestClient, add_track: AddTrack, circle: Library
) -> None:
    silent = add_track()
    assert "crawl the folder" in problem(client.get(f"/tracks/{silent}/similar"), 409, "no_features")
    circle(3)
    problem(client.get(f"/tracks/{silent}/similar"), 409, "no_features")
    problem(client.get(f"/tracks/{silent}/similar", params={"by": "a model"}), 404, "not_found")
    problem(client.get("/tracks/nothing/similar"), 404, "not_found")
    for wrong in ({"limit": 0}, {"per_artist": 0}, {"limit": 201}):
        problem(client.get(f"/tracks/{silent}/similar", params=wrong), 422, "invalid_request")


def test_tracks_that_come_later_are_found_and_a_grown_library_gets_a_new_standard(
    client: TestClient, ports: ApiPorts, circle: Library, add_track: AddTrack
) -> None:
    tracks = circle(10)
    similar(client, tracks[0])
    standards = []
    for n in range(6):
        late = add_track(title="late", artist=f"late {n}")
        featurize_track(ports, late, descriptors=on_circle(0.1, 10))
        assert late in ids(similar(client, tracks[0], limit=200)), "it is found at once"
        with ports.store.read_session() as session:
            row = session.scalars(select(ProjectionRow)).one()
            placed = set(session.scalars(select(ProjectedVector.standard_id)))
        assert placed == {row.id}, "vectors of an older standard are gone"
        standards.append(row.id)
    assert len(set(standards)) == 2, "the library has grown by half"


def test_a_large_library_is_placed_by_a_job_before_it_answers(
    ports: ApiPorts, circle: Library, bench: WorkerContext
) -> None:
    tracks = circle(8)
    where = f"/tracks/{tracks[0]}/similar"
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        said, again = client.get(where), client.get(where)
        assert said.status_code == 202, said.text
        assert (said.json()["kind"], said.headers["Location"]) == ("standardise", f"/jobs/{said.json()['id']}")
        assert again.json()["id"] == said.json()["id"], "one job is enough"
        project_tracks(queued_items(ports, Stage.STANDARDISE), bench=bench)
        job = client.get(said.headers["Location"]).json()
        assert (job["state"], job["items"]["done"]) == ("done", 1)
        assert set(ids(similar(client, tracks[0]))) == set(tracks[1:])
        featurize_track(ports, tracks[3], descriptors=on_circle(0.1, 8))
        assert ids(similar(client, tracks[0]))[0] == tracks[3]


def test_a_large_library_without_a_projection_gets_its_first_one_by_a_job(
    ports: ApiPorts, circle: Library, bench: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.api.similar.projections._FITTED_AT_ONCE", 3)
    tracks = circle(8)
    with asking(ports) as client:
        waiting, again = (client.get(f"/tracks/{tracks[0]}/similar") for _ in range(2))
        assert (waiting.status_code, waiting.json()["kind"]) == (202, "standardise")
        assert again.json()["id"] == waiting.json()["id"], "one job is enough"
        with ports.store.read_session() as session:
            assert session.scalars(select(ProjectionRow)).all() == [], "it is not fitted while the request waits"
        project_tracks(queued_items(ports, Stage.STANDARDISE), bench=bench, bases=list_bases(ports.spec, ()))
        assert set(ids(similar(client, tracks[0]))) == set(tracks[1:])


def test_a_job_for_a_standard_that_was_replaced_is_skipped(
    ports: ApiPorts, circle: Library, bench: WorkerContext
) -> None:
    tracks = circle(4)
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        job = client.get(f"/tracks/{tracks[0]}/similar").json()
    circle(4)
    with asking(ports) as client:
        similar(client, tracks[0])
        project_tracks(queued_items(ports, Stage.STANDARDISE), bench=bench)
        ended = client.get(f"/jobs/{job['id']}").json()
    assert (ended["items"]["skipped"], ended["reasons"]) == (1, {"not_found": 1})


def test_a_standard_that_is_replaced_while_its_tracks_are_projected_is_skipped(
    ports: ApiPorts, circle: Library, bench: WorkerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = circle(4)
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        job = client.get(f"/tracks/{tracks[0]}/similar").json()

    def project_and_replace(repositories: Repositories, row: ProjectionRow, span: TrackSpan) -> ProjectedTracks:
        projected = project_missing(repositories, row, span)
        circle(4)
        with asking(ports) as client:
            similar(client, tracks[0])
        return projected

    monkeypatch.setattr("services.scorer.projection.project_missing", project_and_replace)
    project_tracks(queued_items(ports, Stage.STANDARDISE), bench=bench)
    with asking(ports) as client:
        ended = client.get(f"/jobs/{job['id']}").json()
    assert (ended["items"]["skipped"], ended["reasons"]) == (1, {"not_found": 1})


@pytest.fixture
def placed(client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext) -> list[UUID]:
    """Eight tracks, two for each of four stretches of the mel scale, that a network placed after its promotion."""
    tracks = [add_track(title=f"song {i}", artist=f"artist {i}") for i in range(8)]
    for i, track_id in enumerate(tracks):
        # by their descriptors each is nearest to its neighbour on the circle, by the network to its partner
        featurize_track(
            ports, track_id, descriptors=on_circle(i, 8), excerpts=heard_in(i % 4, n_excerpts=1 + i % 3, seed=i)
        )
    return tracks


def test_a_network_that_placed_the_library_is_asked_first_and_the_answer_says_so(
    client: TestClient, ports: ApiPorts, placed: list[UUID], bench: WorkerContext
) -> None:
    model_id = publish(ports, drawn_networks.candidate(), judged=placed[0])
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
    assert model is not None
    ports.store.transact("test.schedule", lambda stored: stored.scores.schedule_library(model, why="test"))
    assert client.get(f"/tracks/{placed[0]}/emotion").json()["emotion"] == "calm"
    assert similar(client, placed[0])["by"]["kind"] == "descriptors", "the library is not placed yet"
    score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
    found = similar(client, placed[0])
    assert ids(found)[0] == placed[4]
    assert (found["by"]["kind"], found["by"]["dimensions"]) == ("model", 8)
    assert found["by"]["model"]["id"] == str(model_id)
    assert found["items"][0]["emotion"] == "calm"
    by_hand = similar(client, placed[0], by=str(model_id))
    assert ids(by_hand) == ids(found)
    assert similar(client, placed[0], by="descriptors")["by"]["kind"] == "descriptors"
    assert set(ids(similar(client, placed[0], emotion="calm"))) == {placed[4]}


def test_a_model_that_places_nothing_cannot_be_asked_for_it(
    client: TestClient, ports: ApiPorts, circle: Library, binary_champion: Callable[[UUID], UUID]
) -> None:
    tracks = circle(3)
    model_id = binary_champion(tracks[0])
    assert similar(client, tracks[0])["by"]["kind"] == "descriptors"
    answer = client.get(f"/tracks/{tracks[0]}/similar", params={"by": str(model_id)})
    problem(answer, 422, "no_embeddings")


@pytest.fixture
def binary_champion(ports: ApiPorts) -> Callable[[UUID], UUID]:
    """A network without the output `embedding`."""

    def make(judged: UUID) -> UUID:
        made = drawn_networks.candidate(classes=("negative", "positive"), taxonomy="binary")
        artefact = drawn_networks.network(classes=("negative", "positive"), outputs=())
        featurize_track(ports, judged, excerpts=heard_in(0), descriptors=on_circle(0, 3))
        return publish(ports, replace(made, artefact=artefact), judged=judged)

    return make


def analyse(path: Path) -> ClipAnalysis:
    """Stands in for the decoder: the file says where on the circle it is, and in which stretch it is loud."""
    at, place = map(int, path.read_text().split())
    return clip_analysis(
        audio_sha256=f"{at}-{place}".ljust(64, "0"),
        descriptors=np.array(on_circle(at, 8), dtype=np.float32),
        excerpts=10.0 ** (heard_in(place, n_excerpts=3).astype(np.float32) / 10),
        excerpt_starts_s=(0.0, 5.0, 10.0),
    )


def test_a_song_that_mer_does_not_know_has_similar_tracks_too(
    client: TestClient, ports: ApiPorts, placed: list[UUID], bench: WorkerContext
) -> None:
    def sends(content: bytes, **query: Any) -> Any:
        said = client.post("/similar", params={"wait_s": 0, **query}, files={"file": ("a song.mp3", content)})
        assert said.status_code == 202, said.text
        message = queued_items(ports, Stage.UPLOAD)
        analyse_uploads(message, bench=bench, blobs=ports.blobs, spec=FeatureSpec(), analyse=analyse)
        found = client.get(said.headers["Location"], params=query)
        assert found.status_code == 200, found.text
        return found.json()

    without_a_model = sends(b"3 2", limit=2)
    assert (without_a_model["name"], without_a_model["track_id"]) == ("a song.mp3", None)
    assert without_a_model["by"]["kind"] == "descriptors"
    assert ids(without_a_model)[0] == placed[3]
    model_id = publish(ports, drawn_networks.candidate(), judged=placed[0])
    for track_id in placed:
        client.get(f"/tracks/{track_id}/emotion")
    heard = sends(b"3 2", limit=2)
    assert heard["by"]["model"]["id"] == str(model_id)
    assert set(ids(heard)) == {placed[2], placed[6]}
    featurize_track(ports, placed[2], excerpts=heard_in(2), audio_sha256="3-2".ljust(64, "0"))
    client.get(f"/tracks/{placed[2]}/emotion")
    assert ids(sends(b"3 2", limit=1)) == [placed[6]], "the same audio is no recommendation"
    problem(client.get(f"/similar/{placed[0]}"), 404, "not_found")


def test_a_track_whose_merge_was_undone_is_found_again(client: TestClient, ports: ApiPorts, circle: Library) -> None:
    tracks = circle(6)
    pair = MergePair(one=tracks[0], other=tracks[1], reason=MergeReason.PERSON, who="ada")
    (merge_id,) = ports.store.transact_session("test.merge", lambda s: MergeRepository(s).unite_pairs([pair]))
    assert tracks[1] not in ids(similar(client, tracks[2]))
    long_ago = update(ProjectionRow).values(caught_up_at=ProjectionRow.created_at)
    ports.store.transact_session("test.long_ago", lambda s: s.execute(long_ago))
    ports.store.transact_session("test.part", lambda s: MergeRepository(s).undo_merge(merge_id, who="ada"))
    assert {tracks[0], tracks[1]} <= set(ids(similar(client, tracks[2])))
