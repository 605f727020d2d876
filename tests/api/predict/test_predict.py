"""A song that mer does not know: taken in, analysed by the featurizer's own handler, answered, and dropped."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.api.predict.uploads import safe_name
from services.api.settings import ApiSettings
from services.featurizer.analysis import ClipAnalysis
from services.featurizer.handlers import featurize_items
from services.featurizer.recompute import list_stale
from services.featurizer.uploads import analyse_uploads, drop_uploads
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.errors import PermanentError, Reason
from shared.inference.model_inputs import WAVEFORM, load_array
from shared.store.features.repository import FeatureRepository
from shared.store.tables import JobItem, Track, Upload
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support.clip_analyses import clip_analysis
from tests.support.problem_answers import problem
from tests.support.published_models import features_of, publish, train
from tests.support.queued_items import queued_items
from tests.unit.trainer.heads import placed, tagged, trained, training_set

SPEC = FeatureSpec()
Send = Callable[..., Any]
PLANE = ("valence", "arousal")


@pytest.fixture(scope="module")
def catalogue() -> TrainedCandidate:
    return train(inputs="catalogue")


@pytest.fixture
def champion(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate) -> UUID:
    return publish(ports, mood4, judged=add_track())


def sends(client: TestClient, *, content: bytes = b"sad", name: str = "a song.mp3", **query: Any) -> Any:
    return client.post("/predict", params={"wait_s": 0, **query}, files={"file": (name, content)})


def analyse(path: Path) -> ClipAnalysis:
    """Stands in for the decoder, which its own tests are about: the file's content names the emotion that it has."""
    emotion = path.read_text()
    if emotion == "noise":
        raise PermanentError(Reason.UNDECODABLE, f"{path.name} is not a sound file: replace or convert it")
    values = features_of(emotion, taxonomy="mood4", rng=np.random.default_rng(5))
    return clip_analysis(
        duration_s=31.5,
        audio_sha256=emotion.encode().hex().ljust(64, "0"),
        descriptors=np.array(values, dtype=np.float32),
        waveform=np.arange(9, dtype=np.int16),
    )


@pytest.fixture
def featurize(ports: ApiPorts, bench: WorkerContext) -> Callable[[], None]:
    """What a featurizer does when the hint comes."""

    def work() -> None:
        analyse_uploads(queued_items(ports, Stage.UPLOAD), bench=bench, blobs=ports.blobs, spec=SPEC, analyse=analyse)

    return work


def blobs_left(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs" / "uploads").rglob("*") if path.is_file()]


def test_a_song_is_accepted_analysed_answered_and_dropped(
    client: TestClient, champion: UUID, featurize: Callable[[], None], folder: Path, ports: ApiPorts
) -> None:
    waiting = sends(client)
    assert waiting.status_code == 202, waiting.text
    job = waiting.json()
    where = waiting.headers["Location"]
    assert (job["kind"], job["items"]["requested"], where) == ("predict", 1, f"/predict/{job['id']}")
    assert client.get(where).status_code == 202
    assert len(blobs_left(folder)) == 1
    featurize()
    said = client.get(where)
    assert said.status_code == 200, said.text
    answer = said.json()
    assert (answer["emotion"], answer["name"], answer["duration_s"]) == ("sad", "a song.mp3", 31.5)
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert answer["prediction_set"][0] == "sad"
    assert (answer["model"]["id"], answer["track_id"], answer["coverage"]) == (str(champion), None, 0.9)
    assert client.get(f"/jobs/{job['id']}").json()["state"] == "done"
    assert blobs_left(folder) == []
    with ports.store.read_session() as session:
        assert session.scalars(select(Track.id).where(Track.title == "a song")).all() == []


@pytest.mark.slow
def test_the_quadrant_of_a_song_is_answered_with_its_word(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, featurize: Callable[[], None]
) -> None:
    publish(ports, train(taxonomy="quadrant4"), judged=add_track())
    where = sends(client, taxonomy="quadrant4").headers["Location"]
    featurize()
    answer = client.get(where).json()
    assert answer["emotion_name"] == {"Q1": "happy", "Q2": "tense", "Q3": "sad", "Q4": "calm"}[answer["emotion"]]


def test_the_waveform_of_a_song_is_kept_for_whoever_answers_and_for_the_track_that_it_becomes(
    client: TestClient, champion: UUID, featurize: Callable[[], None], ports: ApiPorts
) -> None:
    where = sends(client, content=b"sad", name="Wave.flac", keep=True).headers["Location"]
    featurize()
    track_id = UUID(client.get(where).json()["track_id"])
    with ports.store.read_session() as session:
        upload = session.scalars(select(Upload).where(Upload.track_id == track_id)).one()
        stored = FeatureRepository(session, spec=SPEC.fingerprint).list_arrays([track_id], excerpt=WAVEFORM)[track_id]
    assert upload.waveform is not None
    np.testing.assert_array_equal(np.load(io.BytesIO(upload.waveform)), np.arange(9))
    np.testing.assert_array_equal(load_array(ports.blobs, stored), np.arange(9))
    assert (stored.dtype, stored.scale) == ("int16", "PCM")


def test_a_song_that_does_not_decode_is_refused_with_its_reason_and_dropped(
    client: TestClient, champion: UUID, featurize: Callable[[], None], folder: Path
) -> None:
    where = sends(client, content=b"noise", name="letter.docx").headers["Location"]
    featurize()
    assert "letter.docx" in problem(client.get(where), 422, "undecodable")
    assert blobs_left(folder) == []


def test_a_song_that_is_to_be_kept_becomes_one_track_however_often_it_is_sent(
    client: TestClient, champion: UUID, featurize: Callable[[], None], folder: Path
) -> None:
    tracks = set()
    for _ in range(2):
        where = sends(client, content=b"happy", name="Ode.flac", keep=True).headers["Location"]
        featurize()
        tracks.add(client.get(where).json()["track_id"])
    (track_id,) = tracks
    assert client.get(f"/tracks/{track_id}").json()["title"] == "Ode"
    assert client.get(f"/tracks/{track_id}/emotion").json()["emotion"] == "happy"
    assert len(blobs_left(folder)) == 1, "it is stored once"


def test_a_cancelled_song_is_dropped_too(
    client: TestClient, champion: UUID, ports: ApiPorts, bench: WorkerContext, folder: Path
) -> None:
    job = sends(client).json()
    client.delete(f"/jobs/{job['id']}")
    problem(client.get(f"/predict/{job['id']}"), 422, "cancelled")
    drop_uploads(bench=bench, blobs=ports.blobs)
    assert blobs_left(folder) == []


def test_the_model_and_the_taxonomy_may_be_named(
    client: TestClient, champion: UUID, ports: ApiPorts, add_track: AddTrack, featurize: Callable[[], None]
) -> None:
    other = publish(ports, train(taxonomy="binary", seed=1), judged=add_track(), promote=False)
    where = sends(client, model=str(other), coverage=0.8).headers["Location"]
    featurize()
    answer = client.get(where, params={"coverage": 0.8}).json()
    assert (answer["model"]["id"], answer["taxonomy"], answer["coverage"]) == (str(other), "binary", 0.8)


def test_without_a_model_nothing_is_taken_in(client: TestClient, folder: Path) -> None:
    assert "POST /train" in problem(sends(client), 409, "no_model")
    problem(sends(client, model="nobody"), 404, "not_found")
    assert blobs_left(folder) == []


def test_a_model_that_reads_catalogues_hears_nothing(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, catalogue: TrainedCandidate
) -> None:
    publish(ports, catalogue, judged=add_track())
    problem(sends(client), 422, "no_audio_model")


def chunks(n: int) -> Iterator[bytes]:
    """A form that never says how long it is."""
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="long.wav"\r\n\r\n'
    for _ in range(n):
        yield b"\0" * 65_536
    yield b"\r\n--b--\r\n"


def test_a_song_that_is_too_large_is_refused_whether_it_says_so_or_not(
    ports: ApiPorts, champion: UUID, folder: Path
) -> None:
    with asking(replace(ports, settings=ApiSettings(upload_limit_mb=1))) as client:
        assert "1 MB" in problem(sends(client, content=b"\0" * 1_200_000), 413, "too_large")
        assert "1 MB" in problem(sends(client, content=b"\0" * (2**20 + 1)), 413, "too_large")
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        problem(client.post("/predict", content=chunks(40), headers=headers), 413, "too_large")
    assert blobs_left(folder) == []


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "multipart/form-data"),
        ({"files": {"song": ("a.mp3", b"sad")}}, "field named file"),
        ({"files": {"file": ("a.mp3", b"")}}, "empty"),
        ({"data": {"file": "sad"}, "files": {"other": ("a.mp3", b"sad")}}, "field named file"),
        ({"data": {"taxonomy": "mood4"}, "files": {"file": ("a.mp3", b"sad")}}, "unknown field 'taxonomy'"),
        ({"content": b"--b\r\nnothing", "headers": {"Content-Type": "multipart/form-data; boundary=b"}}, ""),
        ({"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}, "form"),
    ],
)
def test_another_form_is_refused_with_what_is_wanted(
    client: TestClient, champion: UUID, how: dict[str, Any], said: str
) -> None:
    assert said in problem(client.post("/predict", **how), 422, "invalid_request")


@pytest.mark.parametrize("how", [{"content": b"sad"}, {"json": {"file": "sad"}}, {"data": {"file": "sad"}}])
def test_a_body_that_is_no_form_with_files_is_of_another_type(client: TestClient, how: dict[str, Any]) -> None:
    answer = client.post("/predict", **how)
    assert "multipart/form-data" in problem(answer, 415, "unsupported_media_type")
    assert answer.headers["accept"] == "multipart/form-data"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ode.mp3", "Ode.mp3"),
        ("../../etc/passwd", "passwd"),
        ("C:\\music\\Ode.mp3", "Ode.mp3"),
        ("Ode\x00\n.mp3", "Ode.mp3"),
        ("..", "song"),
        ("", "song"),
        (None, "song"),
        ("\ud800.mp3", ".mp3"),
        ("ü" * 500 + ".mp3", "ü" * 75),
    ],
)
def test_a_name_is_only_a_name(sent: str | None, kept: str) -> None:
    found = safe_name(sent)
    assert found == kept
    assert len(found.encode()) <= 150, "a file system would refuse a longer one"


def test_an_answer_is_forgotten_after_a_day(
    client: TestClient, champion: UUID, ports: ApiPorts, bench: WorkerContext, featurize: Callable[[], None]
) -> None:
    where = sends(client).headers["Location"]
    featurize()
    older = update(Upload).values(created_at=Upload.created_at - timedelta(days=2))
    ports.store.transact_session("test.older", lambda session: session.execute(older))
    drop_uploads(bench=bench, blobs=ports.blobs)
    problem(client.get(where), 404, "not_found")


@pytest.mark.parametrize(("head", "outputs"), [("tags", ("dark", "slow", "party")), ("dimensions", PLANE)])
def test_a_song_is_tagged_or_placed_by_a_model_of_that_head(
    client: TestClient,
    ports: ApiPorts,
    add_track: AddTrack,
    featurize: Callable[[], None],
    head: str,
    outputs: tuple[str, ...],
) -> None:
    x, y = tagged() if head == "tags" else placed()
    wide = np.pad(x, [(0, 0), (0, 7)])
    candidate = trained(training_set(wide, y, kind=head, outputs=outputs, synthetic=False), "tree")
    publish(ports, candidate, judged=add_track())
    waiting = sends(client, taxonomy=candidate.card.taxonomy)
    featurize()
    answer = client.get(waiting.headers["Location"]).json()
    assert (answer["taxonomy"], answer["duration_s"]) == (candidate.card.taxonomy, 31.5)
    if head == "tags":
        expected = {tag for tag, p in answer["probabilities"].items() if p >= answer["thresholds"][tag]}
        assert set(answer["tags"]) == expected
        assert list(answer["probabilities"]) == list(outputs)
    else:
        assert -1 <= answer["valence"] <= 1
        assert answer["quadrant"] in {"Q1", "Q2", "Q3", "Q4"}


def test_a_song_that_is_kept_is_computed_anew_when_the_features_change_and_stays(
    client: TestClient,
    champion: UUID,
    featurize: Callable[[], None],
    ports: ApiPorts,
    bench: WorkerContext,
    folder: Path,
) -> None:
    where = sends(client, content=b"happy", name="Ode.flac", keep=True).headers["Location"]
    featurize()
    track_id = UUID(client.get(where).json()["track_id"])
    tomorrow = replace(SPEC, mel=replace(SPEC.mel, n_mels=64))
    with asking(replace(ports, spec=tomorrow)) as later:
        plan = later.get("/features/recompute").json()
        assert (plan["n_to_compute"], plan["n_audio_gone"]) == (1, 0)
        job = later.post("/features/recompute", json={}).json()
    list_stale(JobMessage(job["id"]), bench=bench, spec=tomorrow)
    with ports.store.read_session() as session:
        waiting = tuple(session.scalars(select(JobItem.id).where(JobItem.stage == "featurize")))
    featurize_items(
        ItemsMessage(waiting),
        bench=bench,
        library=ports.library,
        blobs=ports.blobs,
        spec=tomorrow,
        analyse=lambda path, _: analyse(path),
    )
    assert client.get(f"/jobs/{job['id']}").json()["items"]["done"] == 1
    with ports.store.read_session() as session:
        found = FeatureRepository(session, spec=tomorrow.fingerprint).get_own(track_id)
    assert found is not None
    assert found.state == "ready"
    assert blobs_left(folder), "it is kept for the next change too"
