"""A network that answers: from what the featurizer stored, and from songs that are sent in."""

from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from services.api.deps import ApiPorts
from services.featurizer.analysis import ClipAnalysis
from services.featurizer.persistence import npy_bytes
from services.featurizer.uploads import analyse_uploads
from services.scorer.scoring import score_tracks
from shared.domain.emotion import MOOD4
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import NETWORK_CHUNK, ScoreRepository
from shared.store.similarity.embeddings import EmbeddingRepository
from shared.store.tables import Upload
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support import drawn_networks
from tests.support.clip_analyses import clip_analysis
from tests.support.drawn_networks import embedding_of, heard_in
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.support.queued_items import queued_items


@pytest.mark.parametrize("place", range(4))
def test_a_network_hears_the_whole_clip(client: TestClient, ports: ApiPorts, add_track: AddTrack, place: int) -> None:
    track_id = add_track()
    db = heard_in(place, n_excerpts=2 + place)
    featurize_track(ports, track_id, excerpts=db)
    model_id = publish(ports, drawn_networks.candidate(), judged=track_id)
    said = client.get(f"/tracks/{track_id}/emotion").json()
    assert (said["emotion"], said["model"]["id"]) == (MOOD4.emotions[place], str(model_id))
    assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    with ports.store.read_session() as session:
        kept = EmbeddingRepository(session).get_vector(track_id, model_id)
    assert kept is not None
    np.testing.assert_allclose(kept, embedding_of(db), atol=1e-4)


def test_a_track_that_lacks_what_the_network_reads_is_refused_with_what_to_do(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_track()
    model_id = publish(ports, drawn_networks.candidate(), judged=track_id)
    problem(client.get(f"/tracks/{track_id}/emotion"), 422, "no_audio")
    featurize_track(ports, track_id)
    assert "/features/recompute" in problem(client.get(f"/tracks/{track_id}/emotion"), 422, "no_spectrogram")
    other = publish(ports, drawn_networks.candidate(inputs="waveform"), judged=track_id, promote=False)
    answer = client.get(f"/tracks/{track_id}/emotion", params={"model": str(other)})
    assert "MER_STORE_WAVEFORMS" in problem(answer, 422, "no_waveform")
    assert client.get(f"/models/{model_id}").json()["card"]["n_features"] == 128 * 216


def test_a_library_is_scored_in_small_items_and_a_damaged_track_costs_no_other_its_answer(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext
) -> None:
    tracks = [add_track(title=f"song {i}") for i in range(5)]
    for i, track_id in enumerate(tracks[:4]):
        stored = featurize_track(ports, track_id, excerpts=heard_in(i, n_excerpts=1 + i, seed=i))
        if i == 2:
            assert stored is not None
            ports.blobs.put(stored.blob_key, b"damaged")
    model_id = publish(ports, drawn_networks.candidate(), judged=tracks[0])
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
    assert model is not None
    job_id, items = ports.store.transact_session(
        "test.schedule", lambda s: ScoreRepository(s).schedule_library(model, why="test")
    )
    assert len(items) == 1
    assert NETWORK_CHUNK < 2000
    score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
    (item,) = client.get(f"/jobs/{job_id}/items").json()["items"]
    assert item["state"] == "done"
    assert item["detail"].startswith("3 tracks scored anew, 1 left out")
    with ports.store.read_session() as session:
        said = [ModelRepository(session).get_prediction(track_id, model_id) for track_id in tracks]
        placed = [EmbeddingRepository(session).get_vector(track_id, model_id) is not None for track_id in tracks]
    assert [row.emotion if row else None for row in said] == [
        MOOD4.emotions[0],
        MOOD4.emotions[1],
        None,
        MOOD4.emotions[3],
        None,
    ]
    assert placed == [True, True, False, True, False]


def test_a_network_beside_descriptors_reads_both_of_a_track(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext
) -> None:
    tracks = [add_track(title=f"song {i}") for i in range(4)]
    featurize_track(ports, tracks[0], excerpts=heard_in(1), descriptors=(0.0, 0.0, 0.0))
    featurize_track(ports, tracks[1], excerpts=heard_in(1), descriptors=(9.0, 0.0, 0.0))
    featurize_track(ports, tracks[2], descriptors=(9.0, 0.0, 0.0))
    model_id = publish(ports, drawn_networks.candidate(inputs="sound"), judged=tracks[0])
    assert client.get(f"/tracks/{tracks[1]}/emotion").json()["emotion"] == MOOD4.emotions[0]
    assert "/features/recompute" in problem(client.get(f"/tracks/{tracks[2]}/emotion"), 422, "no_sound")
    problem(client.get(f"/tracks/{tracks[3]}/emotion"), 422, "no_audio")
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        assert ScoreRepository(session).count_scorable(model) == 1, "one is answered, two lack what it reads"
    ports.store.transact_session("test.schedule", lambda s: ScoreRepository(s).schedule_library(model, why="test"))
    score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
    with ports.store.read_session() as session:
        said = [ModelRepository(session).get_prediction(track_id, model_id) for track_id in tracks]
        placed = EmbeddingRepository(session).get_vector(tracks[0], model_id)
    assert [row.emotion if row else None for row in said] == [MOOD4.emotions[1], MOOD4.emotions[0], None, None]
    assert placed is not None
    np.testing.assert_allclose(placed, embedding_of(heard_in(1)), atol=1e-4)


BOTH_HEADS = ("embedding", "valence_arousal")


def place_in(db: np.ndarray) -> dict[str, Any]:
    """Where the network with both heads places a track, to a tolerance."""
    valence, arousal = np.tanh(embedding_of(db)[:2])
    signs = {(True, True): "Q1", (False, True): "Q2", (False, False): "Q3", (True, False): "Q4"}
    return {
        "valence": pytest.approx(valence, abs=1e-4),
        "arousal": pytest.approx(arousal, abs=1e-4),
        "quadrant": signs[valence > 0, arousal > 0],
    }


@pytest.mark.parametrize("asked", ["before the library is scored", "after it"])
def test_valence_and_arousal_beside_the_classes_are_kept_and_shown_with_the_emotion(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext, asked: str
) -> None:
    tracks = [add_track() for _ in range(3)]
    heard = [heard_in(place, seed=place) for place in range(3)]
    for track_id, db in zip(tracks, heard, strict=True):
        featurize_track(ports, track_id, excerpts=db)
    model_id = publish(ports, drawn_networks.candidate(outputs=BOTH_HEADS), judged=tracks[0])
    if asked == "after it":
        with ports.store.read_session() as session:
            model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        ports.store.transact_session(
            "test.schedule", lambda session: ScoreRepository(session).schedule_library(model, why="test")
        )
        score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
    for track_id, db in zip(tracks, heard, strict=True):
        for _ in range(2):
            said = client.get(f"/tracks/{track_id}/emotion").json()
            assert said["valence_arousal"] == place_in(db)
        with ports.store.read_session() as session:
            kept = ModelRepository(session).get_prediction(track_id, model_id)
        assert kept is not None
        assert kept.valence_arousal == pytest.approx(tuple(np.tanh(embedding_of(db)[:2])), abs=1e-4)


def test_a_person_decides_the_emotion_and_the_models_place_stands_beside_it(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id, db = add_track(), heard_in(1)
    featurize_track(ports, track_id, excerpts=db)
    publish(ports, drawn_networks.candidate(outputs=BOTH_HEADS), judged=track_id)
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "happy"})
    said = client.get(f"/tracks/{track_id}/emotion").json()
    assert (said["emotion"], said["decided_by"], said["valence_arousal"]) == ("happy", "person", place_in(db))


def test_a_model_of_classes_alone_places_nothing(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    featurize_track(ports, track_id, excerpts=heard_in(0))
    publish(ports, drawn_networks.candidate(), judged=track_id)
    said = client.get(f"/tracks/{track_id}/emotion").json()
    assert said["valence_arousal"] is None
    schema = client.get("/openapi.json").json()["components"]["schemas"]
    for name in ("EmotionResponse", "UploadEmotionResponse"):
        assert {"$ref": "#/components/schemas/ValenceArousalResponse"} in schema[name]["properties"]["valence_arousal"][
            "anyOf"
        ]


def test_a_song_that_is_sent_in_is_placed_too(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext
) -> None:
    publish(ports, drawn_networks.candidate(outputs=BOTH_HEADS), judged=add_track())
    said = sent(client, ports, bench).json()
    assert said["emotion"] == MOOD4.emotions[2]
    assert said["valence_arousal"] == place_in(heard_in(2, n_excerpts=3))
    publish(ports, drawn_networks.candidate(), judged=add_track())
    assert sent(client, ports, bench).json()["valence_arousal"] is None


def analyse(path: Path) -> ClipAnalysis:
    """Stands in for the decoder: the file says in which stretch of the mel scale it is loud."""
    excerpts = 10.0 ** (heard_in(int(path.read_text()), n_excerpts=3).astype(np.float32) / 10)
    return clip_analysis(mel=excerpts[0], excerpts=excerpts, excerpt_starts_s=(0.0, 5.0, 10.0))


def sent(client: TestClient, ports: ApiPorts, bench: WorkerContext, **query: Any) -> Any:
    files = {"file": ("a song.mp3", b"2")}
    answer = client.post("/predict", params={"wait_s": 0, **query}, files=files)
    assert answer.status_code == 202, answer.text
    message = queued_items(ports, Stage.UPLOAD)
    analyse_uploads(message, bench=bench, blobs=ports.blobs, spec=FeatureSpec(), analyse=analyse)
    return client.get(answer.headers["Location"])


def test_a_song_that_is_sent_in_is_heard_by_a_network_too(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext
) -> None:
    model_id = publish(ports, drawn_networks.candidate(), judged=add_track())
    said = sent(client, ports, bench)
    assert said.status_code == 200, said.text
    assert said.json()["emotion"] == MOOD4.emotions[2]
    assert said.json()["model"]["id"] == str(model_id)
    reads_both = publish(ports, drawn_networks.candidate(inputs="sound"), judged=add_track(), promote=False)
    assert sent(client, ports, bench, model=str(reads_both)).json()["emotion"] == MOOD4.emotions[2]
    reads_samples = publish(ports, drawn_networks.candidate(inputs="waveform"), judged=add_track(), promote=False)
    problem(sent(client, ports, bench, model=str(reads_samples)), 422, "other_features")


def test_samples_of_a_song_that_is_sent_in_are_heard_where_they_are_kept(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, bench: WorkerContext
) -> None:
    model_id = publish(ports, drawn_networks.candidate(inputs="waveform"), judged=add_track(), promote=False)
    answer = client.post("/predict", params={"wait_s": 0, "model": str(model_id)}, files={"file": ("a song.mp3", b"2")})
    job_id = UUID(answer.json()["id"])
    message = queued_items(ports, Stage.UPLOAD)
    analyse_uploads(message, bench=bench, blobs=ports.blobs, spec=FeatureSpec(), analyse=analyse)
    loud = npy_bytes(np.full(drawn_networks.N_SAMPLES, 16_384, dtype=np.int16))
    keep = update(Upload).where(Upload.job_id == job_id).values(waveform=loud)
    ports.store.transact_session("test.samples", lambda session: session.execute(keep))
    said = client.get(f"/predict/{job_id}").json()
    powers = np.exp([0.5, 0, 0, 0])
    assert list(said["probabilities"].values()) == pytest.approx((powers / powers.sum()).tolist(), abs=1e-5)
