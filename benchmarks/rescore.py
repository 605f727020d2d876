"""How fast a library is scored anew after a promotion, while the API goes on answering.

Synthetic rows in a real, durable PostgreSQL; the API and the scorer run as `mer up` starts them; a support vector
machine on descriptors was trained by the system itself. Each round forgets all predictions, promotes the other one of
two models, and ends with the last commit of the scoring job. Compared in the same run:

- what a user would write: rows as objects in chunks, the same ONNX graph, an insert of many rows;
- the floor: the graph alone, over an array that is already there, in one process (the scorer has two).

During every round a client asks for tracks at random. No answer may come from any but the two champions, and none from
the old one after the promotion was answered (beyond the second for which the API may remember a champion).

Goal: at least 5,000 tracks a second.
"""

import io
import os
import statistics
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from benchmarks.running import RunningSystem, servers
from services.featurizer.descriptors import DESCRIPTORS
from shared.blobs.folder import FolderBlobs
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.domain.features import FeatureSpec
from shared.inference.predictor import OnnxModel
from shared.store.features.repository import FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.tables import FeatureSet, Model, Prediction
from shared.store.tracks.annotations import AnnotationRepository

N_TRACKS = int(os.environ.get("MER_BENCH_N_TRACKS", "40000"))
N_LABELLED = 600
N_ROUNDS = 3
MIN_PER_S = 5000
_CHUNK = 2000
_REMEMBERED_S = 1.5
_SPEC = FeatureSpec().fingerprint


def run() -> dict[str, Any]:
    """Figures in tracks a second; `ok` if the goal is reached and no answer was inconsistent."""
    with servers() as (home, postgres, redis):
        system = RunningSystem(home, postgres, redis, music=home.cache)
        try:
            track_ids = _fill(system)
            system.start("api", "trainer", "scorer", "beat")
            system.wait_for_api()
            models = [_train(system, seed) for seed in (0, 1)]
            system.stop("trainer", "beat")
            rounds = [_round(system, models[n % 2], track_ids, home.blobs) for n in (1, 0, 1)[:N_ROUNDS]]
        finally:
            system.close()
    return _judge(rounds)


def _fill(system: RunningSystem) -> list[UUID]:
    """Tracks with descriptors that lie around their emotion; the first ones are labelled."""
    rng = np.random.default_rng(0)
    n = len(DESCRIPTORS)
    centres = rng.normal(size=(4, n))
    track_ids = [uuid7() for _ in range(N_TRACKS)]

    def write(session: Session) -> None:
        cursor = session.connection().connection.cursor()
        for start in range(0, N_TRACKS, _CHUNK):
            tracks, features = io.StringIO(), io.StringIO()
            for i, track_id in enumerate(track_ids[start : start + _CHUNK], start=start):
                values = (centres[i % 4] + 2 * rng.normal(size=n)).astype(np.float32)
                tracks.write(f"{track_id}\ttrack {i}\tartist {i // 4}\tartist{i // 4}\tf\n")
                features.write(f"{track_id}\t{_SPEC}\tready\t{{{','.join(map(str, values.tolist()))}}}\n")
            tracks.seek(0)
            features.seek(0)
            cursor.copy_expert("copy tracks (id, title, artist, artist_group, synthetic) from stdin", tracks)
            cursor.copy_expert("copy feature_sets (track_id, spec, state, descriptors) from stdin", features)
        FeatureRepository(session, spec=_SPEC).declare_spec(
            {}, descriptor_names=[d.name for d in DESCRIPTORS], descriptor_units=[d.unit for d in DESCRIPTORS]
        )
        who = Annotator(AnnotatorKind.IMPORT, "benchmark")
        for i, track_id in enumerate(track_ids[:N_LABELLED]):
            AnnotationRepository(session).append_annotation(
                track_id, who, taxonomy="mood4", emotion=MOOD4.emotions[i % 4]
            )

    system.store.transact_session("bench.fill", write)
    return track_ids


def _train(system: RunningSystem, seed: int) -> str:
    body = {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "mood4", "seed": seed}
    _ended(system, system.client.post("/train", body))
    model = system.client.get("/models", limit=1)["items"][0]
    for job in system.client.list_rows("/jobs", limit=50):
        _ended(system, job)  # also the scoring that a promotion began
    return str(model["id"])


def _round(system: RunningSystem, model_id: str, track_ids: list[UUID], blobs: Path) -> dict[str, Any]:
    with system.store.read_session() as session:
        model = ModelRepository(session).get_by_id(UUID(model_id))
    assert model is not None
    _forget(system)
    theirs_s = _naively(system, model, track_ids, blobs)
    _forget(system)
    floor_s = _floor(system, model, track_ids, blobs)
    asking = _Asking(system, track_ids)
    asking.start()
    started = time.time()
    said = system.client.post(f"/models/{model_id}/promote", {"force": True})
    asking.promoted(model_id)
    job = _ended(system, system.client.get(said["job_href"]))
    ended = _time(job["finished_at"])
    answers = asking.stop()
    with system.store.read_session() as session:
        scored = len(session.scalars(select(Prediction.track_id).where(Prediction.model_id == model.id)).all())
    return {
        "ours_s": ended - started,
        "naive_s": theirs_s,
        "floor_s": floor_s,
        "complete": scored == len(track_ids),
        **answers,
    }


def _naively(system: RunningSystem, model: Model, track_ids: list[UUID], blobs: Path) -> float:
    """What one would write: objects in, the graph, objects out."""
    graph = OnnxModel(FolderBlobs(blobs).get(model.artefact_key))
    classes = model.card["classes"]
    started = time.perf_counter()
    for start in range(0, len(track_ids), _CHUNK):

        def chunk(session: Session, ids: list[UUID] = track_ids[start : start + _CHUNK]) -> None:
            query = select(FeatureSet).where(FeatureSet.spec == model.spec, FeatureSet.track_id.in_(ids))
            rows = session.scalars(query).all()
            said = graph.run(np.array([row.descriptors for row in rows], dtype=np.float32))
            ModelRepository(session).save_predictions(
                {
                    "track_id": row.track_id,
                    "model_id": model.id,
                    "emotion": classes[int(answer.argmax())],
                    "probabilities": answer.tolist(),
                }
                for row, answer in zip(rows, said, strict=True)
            )

        system.store.transact_session("bench.naive", chunk)
    return time.perf_counter() - started


def _floor(system: RunningSystem, model: Model, track_ids: list[UUID], blobs: Path) -> float:
    """The graph alone."""
    graph = OnnxModel(FolderBlobs(blobs).get(model.artefact_key))
    with system.store.read_session() as session:
        rows = session.scalars(select(FeatureSet.descriptors).limit(_CHUNK)).all()
    x = np.array(rows, dtype=np.float32)
    graph.run(x)
    started = time.perf_counter()
    for _ in range(0, len(track_ids), _CHUNK):
        graph.run(x)
    return time.perf_counter() - started


class _Asking:
    """A client that asks for tracks at random all the time, and remembers who answered when."""

    def __init__(self, system: RunningSystem, track_ids: list[UUID]) -> None:
        self._client, self._track_ids = system.client, track_ids
        self._over = threading.Event()
        self._answers: list[tuple[float, float, str]] = []
        self._promoted: tuple[float, str] = (0.0, "")
        self._thread = threading.Thread(target=self._ask)

    def start(self) -> None:
        self._thread.start()
        while len(self._answers) < 5:
            time.sleep(0.01)

    def promoted(self, model_id: str) -> None:
        self._promoted = (time.monotonic(), model_id)

    def stop(self) -> dict[str, Any]:
        self._over.set()
        self._thread.join()
        at, model_id = self._promoted
        late = [who for began, _, who in self._answers if began > at + _REMEMBERED_S and who != model_id]
        return {
            "answers": len(self._answers),
            "models_that_answered": len({who for *_, who in self._answers}),
            "answers_of_the_old_champion_too_late": len(late),
            "answer_ms": 1000 * statistics.median(took for _, took, _ in self._answers),
        }

    def _ask(self) -> None:
        rng = np.random.default_rng(1)
        while not self._over.is_set():
            track_id = self._track_ids[int(rng.integers(len(self._track_ids)))]
            began = time.monotonic()
            said = self._client.get(f"/tracks/{track_id}/emotion", taxonomy="mood4")
            self._answers.append((began, time.monotonic() - began, said["model"]["id"]))
            time.sleep(0.02)


def _judge(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    ours, naive, floor = ([N_TRACKS / found[name] for found in rounds] for name in ("ours_s", "naive_s", "floor_s"))
    consistent = all(
        found["complete"] and found["models_that_answered"] <= 2 and not found["answers_of_the_old_champion_too_late"]
        for found in rounds
    )
    speed = statistics.median(ours)
    summary = (
        f"{N_TRACKS} tracks of {len(DESCRIPTORS)} descriptors, {N_ROUNDS} rounds, medians, from the promotion to the "
        f"last commit\ntracks a second: {speed:.0f} (goal: at least {MIN_PER_S}; rounds "
        f"{', '.join(f'{value:.0f}' for value in ours)}), rows as objects {statistics.median(naive):.0f}, "
        f"the graph alone {statistics.median(floor):.0f}\nwhile the API answered {sum(f['answers'] for f in rounds)} "
        f"questions in {statistics.median(f['answer_ms'] for f in rounds):.0f} ms each (median), "
        f"{'each from one of the two champions' if consistent else 'INCONSISTENTLY'}"
    )
    return {
        "summary": summary,
        "ok": speed >= MIN_PER_S and consistent,
        "n_tracks": N_TRACKS,
        "n_descriptors": len(DESCRIPTORS),
        "tracks_per_s": {"median": speed, "rounds": ours},
        "naive_per_s": {"median": statistics.median(naive), "rounds": naive},
        "floor_per_s": {"median": statistics.median(floor), "rounds": floor},
        "consistent": consistent,
        "rounds": rounds,
    }


def _forget(system: RunningSystem) -> None:
    system.store.transact_session("bench.forget", lambda session: session.execute(delete(Prediction)))


def _ended(system: RunningSystem, job: dict[str, Any]) -> dict[str, Any]:
    deadline = time.monotonic() + 600
    while job["state"] not in {"done", "failed", "cancelled"}:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the job did not end: {job}")
        time.sleep(0.1)
        job = system.client.get(f"/jobs/{job['id']}")
    if job["state"] != "done" or job["items"]["failed"]:
        raise RuntimeError(f"the job ended as {job}")
    return job


def _time(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()
