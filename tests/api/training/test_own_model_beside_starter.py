"""60 labelled pieces by 40 artists against the starter: they take the place of a worse one, and not of a better one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.crawler.demo import compose_demo, demo_catalogue, render_piece, write_wav
from services.featurizer.analysis import ClipAnalysis, analyse_clip
from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.handlers import train_candidates
from shared.arrays import Features
from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.messages import JobMessage
from shared.domain.names import artist_group
from shared.domain.track import CollectedTrack, SourceRef
from shared.registry import promotion
from shared.registry.champions import AnsweringRule
from shared.registry.gate import PromotionDecision
from shared.starter import overlaps
from shared.starter.installation import install_starters
from shared.starter.models import StarterModel
from shared.starter.overlaps import TrainingClips
from shared.starter.rows import StarterRows
from shared.store.features.repository import ExtractedFeatures
from shared.store.repositories import Repositories
from shared.store.tracks.review_draws import NewDraw
from shared.worker.context import WorkerContext
from tests.support.fake_starters import fit_starter, starter_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280)]

QUADRANT_OF = {"happy": "Q1", "energetic": "Q2", "sad": "Q3", "calm": "Q4"}
TURNED = {"Q1": "Q2", "Q2": "Q3", "Q3": "Q4", "Q4": "Q1"}
WANTED = frozenset({"descriptors", "acoustic_fingerprint"})
ADA = Annotator(AnnotatorKind.PERSON, "ada")
SLOT = {"taxonomy": "quadrant4", "inputs": "descriptors"}


@dataclass(frozen=True, eq=False)
class Piece:
    """One of the demo's synthesiser, as an ordinary file."""

    file: Path
    title: str
    artist: str
    quadrant: str
    analysis: ClipAnalysis


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[Piece]:
    folder, found = tmp_path_factory.mktemp("pieces"), []
    for n, entry in enumerate(demo_catalogue(n_artists=40, per_emotion=15)):
        composed, file = compose_demo(entry), folder / f"{entry.id}.wav"
        write_wav(file, render_piece(composed), 22_050)
        analysis = analyse_clip(file, spec=FeatureSpec(), wanted=WANTED)
        found.append(Piece(file, f"Ode {n}", composed.artist_name, QUADRANT_OF[entry.emotion], analysis))
    return found


@pytest.fixture(scope="module")
def x(pieces: list[Piece]) -> Features:
    return np.array([piece.analysis.descriptors for piece in pieces], dtype=np.float32)


@pytest.fixture(scope="module")
def worse(pieces: list[Piece], x: Features) -> StarterModel:
    """Takes every quadrant for the next one."""
    return fit_starter(x, [TURNED[piece.quadrant] for piece in pieces])


@pytest.fixture(scope="module")
def better(pieces: list[Piece], x: Features) -> StarterModel:
    """Knows all pieces by heart, which no row of it tells."""
    return fit_starter(x, [piece.quadrant for piece in pieces])


@pytest.fixture(autouse=True)
def starter_is_on(ports: ApiPorts) -> None:
    """The suite runs without the starter."""
    ports.champions.rule = AnsweringRule(starter=True)


@pytest.fixture
def tracks(ports: ApiPorts, pieces: list[Piece]) -> list[UUID]:
    """The pieces as tracks of a folder, analysed and labelled by a person."""

    def write(repositories: Repositories) -> list[UUID]:
        features = repositories.features(spec=ports.spec.fingerprint)
        features.declare_spec(
            asdict(ports.spec),
            descriptor_names=[descriptor.name for descriptor in DESCRIPTORS],
            descriptor_units=[descriptor.unit for descriptor in DESCRIPTORS],
        )
        return [register(repositories, piece) for piece in pieces]

    return ports.store.transact("test.pieces", write)


def register(repositories: Repositories, piece: Piece) -> UUID:
    analysis = piece.analysis
    collected = CollectedTrack(
        refs=(SourceRef("folder", f"music/{piece.file.name}"),), title=piece.title, artist=piece.artist
    )
    track_id = repositories.tracks.register_track(collected).track_id
    found = ExtractedFeatures(
        track_id=track_id,
        descriptors=analysis.descriptors.tolist(),
        audio_sha256=analysis.audio_sha256,
        duration_s=analysis.duration_s,
        n_damaged_packets=0,
        arrays=(),
    )
    repositories.features(spec=FeatureSpec().fingerprint).save_extractions([found])
    assert analysis.fingerprint is not None
    repositories.fingerprints.save_fingerprints({track_id: analysis.fingerprint})
    repositories.annotations.append_annotation(track_id, ADA, taxonomy="quadrant4", emotion=piece.quadrant)
    return track_id


def group_of(piece: Piece) -> str:
    group = artist_group(piece.artist, ())
    assert group is not None
    return group


def rows_near(pieces: Sequence[Piece], x: Features, *, fingerprint_of: int | None = None) -> StarterRows:
    """Rows as those of these pieces would be in another recording, by the same artists."""
    near = x + np.random.default_rng(0).normal(scale=1e-3, size=x.shape).astype(np.float32) * x.std(axis=0)
    own = [piece.analysis.fingerprint for piece in pieces]
    rows = starter_rows(near, [piece.quadrant for piece in pieces], [group_of(piece) for piece in pieces])
    if fingerprint_of is None:
        return rows
    known = own[fingerprint_of]
    assert known is not None
    names = [f"somebody else {n}" for n in range(len(pieces))]
    return starter_rows(near, rows.quadrants, names, fingerprints=[known, *rows.fingerprints[1:]])


def train(client: TestClient, bench: WorkerContext, ports: ApiPorts, rows: StarterRows | None = None) -> dict[str, Any]:
    """The model of a training of kernel ridge regression on the descriptors, as `/models/<id>` shows it."""
    body = {"estimators": ["kernel_ridge"], "inputs": ["descriptors"], "taxonomy": "quadrant4"}
    job = client.post("/train", json=body)
    assert job.status_code == 202, job.text
    train_candidates(JobMessage(job.json()["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec, starter_rows=rows)
    (model,) = client.get(f"/jobs/{job.json()['id']}/leaderboard").json()["models"]
    document: dict[str, Any] = client.get(f"/models/{model['model_id']}").json()
    return document


def states(client: TestClient) -> dict[str, str]:
    """Name → state of every model of quadrants, with a star where it answers."""
    items = client.get("/models", params={"taxonomy": "quadrant4"}).json()["items"]
    return {row["id"]: row["state"] + ("*" if row["is_default"] else "") for row in items}


def examine(ports: ApiPorts, model_id: str, rows: StarterRows | None) -> PromotionDecision:
    with ports.store.read() as repositories:
        model = repositories.models.get_by_id(UUID(model_id))
        assert model is not None
        return promotion.examine_model(repositories, model, blobs=ports.blobs, load_rows=lambda: rows)


def test_own_labels_replace_a_worse_starter_which_answers_again_after_a_roll_back(
    client: TestClient,
    ports: ApiPorts,
    bench: WorkerContext,
    pieces: list[Piece],
    x: Features,
    tracks: list[UUID],
    worse: StarterModel,
) -> None:
    install_starters(ports.store, ports.blobs, enabled=True, starters=[worse])
    (starter,) = states(client)
    known = [n for n, piece in enumerate(pieces) if piece.artist in {pieces[i].artist for i in range(8)}]
    rows = rows_near([pieces[n] for n in known], x[known])
    own = train(client, bench, ports, rows)
    assert states(client) == {own["id"]: "champion*", starter: "starter"}
    why = own["metrics"]["promotion"]
    assert "against the starter's" in why
    assert f"on {len(tracks) - len(known)} labelled tracks" in why
    assert f"{len(known)} tracks left out because the starter was trained on them or on their artists" in why
    card = own["card"]
    assert card["hyperparameters"]["starter_rows"]["n"] == len(known)
    assert any(f"{len(known)} rows" in limit and "starter" in limit for limit in card["limits"])
    assert card["data_counts"]["n_items"] == len(tracks)
    assert sum(card["metrics"]["confusion"][0]) == sum(piece.quadrant == "Q1" for piece in pieces)

    back = client.post("/models/rollback", json={**SLOT, "why": "it felt off"})
    assert back.status_code == 200, back.text
    assert back.json()["id"] == starter
    assert states(client) == {own["id"]: "retired", starter: "starter*"}
    last = client.get("/models/history").json()["items"][0]
    assert (last["kind"], last["from_model_id"], last["to_model_id"]) == ("rollback", own["id"], starter)
    assert last["why"] == "it felt off"
    assert client.post("/models/rollback", json=SLOT).status_code == 409
    assert client.post(f"/models/{own['id']}/promote").status_code == 200
    assert states(client) == {own["id"]: "champion*", starter: "starter"}


def test_own_labels_do_not_replace_a_better_starter_unless_a_person_insists(
    client: TestClient,
    ports: ApiPorts,
    bench: WorkerContext,
    pieces: list[Piece],
    x: Features,
    tracks: list[UUID],
    better: StarterModel,
) -> None:
    install_starters(ports.store, ports.blobs, enabled=True, starters=[better])
    (starter,) = states(client)
    own = train(client, bench, ports)
    assert states(client) == {own["id"]: "candidate", starter: "starter*"}
    assert "against the starter's 1.000 on 60 labelled tracks" in own["metrics"]["promotion"]
    assert "starter_rows" not in own["card"]["hyperparameters"]

    artists = list(dict.fromkeys(piece.artist for piece in pieces))
    eleven = [n for n, piece in enumerate(pieces) if piece.artist in artists[:11]]
    verdict = examine(ports, own["id"], rows_near([pieces[n] for n in eleven], x[eleven]))
    assert not verdict.promote
    assert "these tracks have 29 of the 30 that a promotion takes, 1 is missing" in verdict.why
    by_sound = examine(ports, own["id"], rows_near([pieces[n] for n in eleven], x[eleven], fingerprint_of=0))
    assert "1 track left out because the starter was trained on it" in by_sound.why

    def draw(repositories: Repositories) -> None:
        drawn = NewDraw(track_id=tracks[0], probability=0.001, n_tracks=60, reason="chance")
        repositories.review_draws.save_draws(ADA, "quadrant4", [drawn])
        label = Annotation(annotator=ADA, at=datetime.now(UTC), taxonomy="quadrant4", emotion="Q1")
        repositories.review_draws.record_label(tracks[0], label)

    assert "its review" not in by_sound.why
    ports.store.transact("test.draw", draw)
    assert "each track counted by how likely its review was" in examine(ports, own["id"], None).why

    assert client.post(f"/models/{own['id']}/promote", json={"force": True}).status_code == 200
    assert states(client) == {own["id"]: "champion*", starter: "starter"}


def test_the_answer_of_the_starter_to_a_recording_of_its_own_is_in_sample(
    client: TestClient,
    ports: ApiPorts,
    monkeypatch: pytest.MonkeyPatch,
    pieces: list[Piece],
    x: Features,
    tracks: list[UUID],
    worse: StarterModel,
) -> None:
    install_starters(ports.store, ports.blobs, enabled=True, starters=[worse])
    clips = TrainingClips.from_rows(rows_near(pieces[:3], x[:3], fingerprint_of=0))
    monkeypatch.setattr(overlaps, "load_training_clips", lambda: clips)
    (starter,) = states(client)
    found = [client.get(f"/tracks/{track}/emotion", params={"model": starter}).json() for track in tracks[:2]]
    assert [one["basis"] for one in found] == ["in_sample", "held_out"]
