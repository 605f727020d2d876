"""How fast a library of 20,000 tracks answers `GET /tracks/<id>/similar`, and how near the answers are.

    python -m benchmarks similar [--tracks 20000] [--labelled DIR] --json FILE

Synthetic rows in a real, durable PostgreSQL, the API as `mer up` starts it. Measured in one run:

- the whole request, by a network's embeddings and by standardised descriptors, with and without an emotion filter;
- the query alone: exact, as it is, and through an HNSW index of pgvector, whose recall@20 against the exact answer is
  counted (decision 0039 chose by these figures);
- the floor: the same cosine over an array that is already in memory, by numpy;
- what it takes once: the standard, and the vectors of all tracks.

With `--labelled DIR` (tracks.csv with quadrants, as `audio_emotion` reads it) the neighbours of real clips are judged:
how many of the ten nearest share the quadrant, by raw descriptors, by standardised ones, and by their 64 dimensions.

Goal: a request takes at most 250 ms (median), and the descriptor of 64 dimensions shares the quadrant as often as all.
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from benchmarks.arguments import existing_path
from benchmarks.running import RunningSystem, servers
from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.emotion import MOOD4
from shared.domain.features import FeatureSpec
from shared.similarity.projection import DescriptorProjection
from shared.store.features.repository import FeatureRepository
from shared.store.tables import Model, SnapshotRow

N_TRACKS = 20_000
N_ASKED = 60
N_NEAREST = 20
MAX_MS = 250.0
_WIDTH = 100
"""Of an embedding: the talk's rectangular network has a layer of that size."""
_SPEC = FeatureSpec().fingerprint

Floats = NDArray[np.float32]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--tracks", type=int, default=N_TRACKS)
    parser.add_argument(
        "--labelled", type=existing_path, help="a folder with tracks.csv: real clips, to judge the neighbours by"
    )


def run(tracks: int = N_TRACKS, labelled: Path | None = None) -> dict[str, Any]:
    """Milliseconds, recall and shares; `ok` if the goals are reached."""
    with servers() as (home, postgres, redis):
        system = RunningSystem(home, postgres, redis, music=home.cache)
        try:
            track_ids, model_id, vectors = _fill(system, tracks)
            system.start("api", "scorer", "beat")
            system.wait_for_api()
            standard_s = _placed(system, track_ids[0])
            asked = np.random.default_rng(1).choice(tracks, size=min(N_ASKED, tracks), replace=False)
            found = {
                "by_descriptors_ms": _request_ms(system, track_ids, asked, by="descriptors"),
                "by_model_ms": _request_ms(system, track_ids, asked, by=str(model_id)),
                "of_an_emotion_ms": _request_ms(system, track_ids, asked, by=str(model_id), emotion="sad"),
                **_floor(vectors, asked),
                **_query(system, model_id, vectors, asked),
            }
        finally:
            system.close()
    found |= {"n_tracks": tracks, "standard_s": standard_s}
    if labelled is not None:
        found["neighbours"] = _neighbours(labelled)
    return _judged(found)


def _fill(system: RunningSystem, n: int) -> tuple[list[UUID], UUID, Floats]:
    """Tracks whose descriptors and embeddings follow 30 hidden tastes; a third of them have predictions."""
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(n, 30))
    described = _mixed(hidden, len(DESCRIPTORS), rng) * 10.0 ** rng.uniform(-3, 3, size=len(DESCRIPTORS))
    vectors = _mixed(hidden, _WIDTH, rng).astype(np.float32)
    track_ids = [uuid7() for _ in range(n)]

    def write(session: Session) -> UUID:
        model_id = _model(session)
        FeatureRepository(session, spec=_SPEC).declare_spec(
            {}, descriptor_names=[d.name for d in DESCRIPTORS], descriptor_units=[d.unit for d in DESCRIPTORS]
        )
        _copy(
            session,
            "tracks (id, title, artist, artist_group, synthetic)",
            (f"{track_id}\ttrack {i}\tartist {i // 5}\tartist{i // 5}\tf\n" for i, track_id in enumerate(track_ids)),
        )
        _copy(
            session,
            "feature_sets (track_id, spec, state, descriptors)",
            (
                f"{track_id}\t{_SPEC}\tready\t{{{','.join([f'{v:.7g}' for v in row])}}}\n"
                for track_id, row in zip(track_ids, described.tolist(), strict=True)
            ),
        )
        _copy(
            session,
            "embeddings (track_id, model_id, vector)",
            (
                f"{track_id}\t{model_id}\t[{','.join([f'{v:.7g}' for v in row])}]\n"
                for track_id, row in zip(track_ids, vectors.tolist(), strict=True)
            ),
        )
        _copy(
            session,
            "predictions (track_id, model_id, emotion, probabilities)",
            (f"{track_id}\t{model_id}\t{MOOD4.emotions[i % 4]}\t{{1,0,0,0}}\n" for i, track_id in enumerate(track_ids)),
        )
        return model_id

    model_id = system.store.transact_session("bench.fill", write)
    system.store.transact_session("bench.analyze", lambda session: session.execute(text("analyze")))
    return track_ids, model_id, vectors


def _mixed(hidden: NDArray[np.float64], width: int, rng: np.random.Generator) -> NDArray[np.float64]:
    mixed: NDArray[np.float64] = hidden @ rng.normal(size=(hidden.shape[1], width))
    noise: NDArray[np.float64] = rng.normal(size=(len(hidden), width))
    return mixed + float(0.5 * mixed.std()) * noise


def _copy(session: Session, table: str, lines: Any) -> None:
    session.connection().connection.cursor().copy_expert(f"copy {table} from stdin", io.StringIO("".join(lines)))


def _model(session: Session) -> UUID:
    """A champion that has placed everything; its artefact is never run."""
    snapshot = SnapshotRow(
        taxonomy="mood4",
        inputs=["spectrogram"],
        spec=_SPEC,
        synthetic=False,
        n_folds=5,
        seed=0,
        counts={},
        leak_check={},
    )
    session.add(snapshot)
    session.flush()
    model = Model(
        estimator="svm",
        inputs="spectrogram",
        taxonomy="mood4",
        synthetic=False,
        version=1,
        spec=_SPEC,
        snapshot_id=snapshot.id,
        state="champion",
        is_default=True,
        metrics={},
        card={"classes": MOOD4.emotions},
        artefact_key="none",
        artefact_sha256="none",
    )
    session.add(model)
    session.flush()
    return model.id


def _placed(system: RunningSystem, track_id: UUID) -> float:
    """Seconds from the first question to the first answer by descriptors."""
    started = time.perf_counter()
    while "items" not in (said := system.client.get(f"/tracks/{track_id}/similar", by="descriptors")) or (
        "kind" in said
    ):
        if time.perf_counter() - started > 600:
            raise TimeoutError(f"the library was not placed: {said}")
        time.sleep(0.05)
    return time.perf_counter() - started


def _request_ms(
    system: RunningSystem, track_ids: list[UUID], asked: NDArray[np.intp], **query: str
) -> dict[str, float]:
    return _times(lambda i: system.client.get(f"/tracks/{track_ids[i]}/similar", limit=N_NEAREST, **query), asked)


def _floor(vectors: Floats, asked: NDArray[np.intp]) -> dict[str, Any]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def look(i: int) -> None:
        near = unit @ unit[i]
        at = np.argpartition(-near, N_NEAREST + 1)[: N_NEAREST + 1]
        at[np.argsort(-near[at])]

    return {"numpy_ms": _times(look, asked)}


def _query(system: RunningSystem, model_id: UUID, vectors: Floats, asked: NDArray[np.intp]) -> dict[str, Any]:
    """The statement alone, exact and by an index, and what the index misses."""
    near = f"vector::vector({_WIDTH}) <=> cast(:point as vector({_WIDTH}))"
    statement = f"""
        select e.track_id from embeddings e join tracks t on t.id = e.track_id
        where e.model_id = '{model_id}' and not t.synthetic and t.merged_into is null order by {near} limit {N_NEAREST}
    """  # noqa: S608 - names and ids of ours
    answers: dict[str, dict[int, set[UUID]]] = {"exact": {}, "hnsw": {}}

    def look(session: Session, how: str) -> Callable[[int], None]:
        def ask(i: int) -> None:
            point = "[" + ",".join(map(str, vectors[i].tolist())) + "]"
            answers[how][i] = set(session.scalars(text(statement), {"point": point}))

        return ask

    with system.store.read_session() as session:
        exact_ms = _times(look(session, "exact"), asked)
    started = time.perf_counter()
    system.store.transact_session(
        "bench.index",
        lambda s: s.execute(
            text(
                f"create index bench_hnsw on embeddings using hnsw ((vector::vector({_WIDTH})) vector_cosine_ops) "
                f"where model_id = '{model_id}'"
            )
        ),
    )
    built_s = time.perf_counter() - started
    with system.store.read_session() as session:
        session.execute(text("set local hnsw.ef_search = 100"))
        hnsw_ms = _times(look(session, "hnsw"), asked)
        plan = "".join(session.scalars(text(f"explain {statement}"), {"point": str(vectors[0].tolist())}))
    shares = [len(answers["exact"][int(i)] & answers["hnsw"][int(i)]) / N_NEAREST for i in asked]
    return {
        "query_ms": exact_ms,
        "hnsw_ms": hnsw_ms,
        "hnsw_recall": statistics.mean(shares),
        "hnsw_built_s": built_s,
        "hnsw_is_used": "bench_hnsw" in plan,
    }


def _neighbours(folder: Path) -> dict[str, float]:
    """Of the ten nearest clips by other artists: the share of the same quadrant, and how many are the same ten."""
    from benchmarks.audio_emotion import read  # noqa: PLC0415 - the featurizer, for this part only

    clips = read(folder.resolve())
    quadrants, artists = np.array(clips.quadrants), np.array(clips.artists)
    x = clips.x.astype(np.float64)
    deviation = x.std(axis=0)
    standardised = (x - x.mean(axis=0)) / np.where(deviation > 0, deviation, 1)
    ten = {
        "raw": _ten(x, artists),
        "standardised": _ten(standardised, artists),
        "placed": _ten(DescriptorProjection.from_sample(clips.x).project_rows(clips.x).astype(np.float64), artists),
    }
    shares = [np.mean(quadrants == quadrant) for quadrant in np.unique(quadrants)]
    same = [len(set(a) & set(b)) / 10 for a, b in zip(ten["standardised"], ten["placed"], strict=True)]
    return {
        "n_clips": len(quadrants),
        "chance": float(np.square(shares).sum()),
        **{name: float((quadrants[at] == quadrants[:, np.newaxis]).mean()) for name, at in ten.items()},
        "the_same_ten": float(np.mean(same)),
    }


def _ten(rows: NDArray[np.float64], artists: NDArray[np.str_]) -> NDArray[np.intp]:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    near = unit @ unit.T
    near[artists[:, np.newaxis] == artists] = -9
    return np.argsort(-near, axis=1)[:, :10]


def _times(ask: Callable[[int], Any], asked: NDArray[np.intp]) -> dict[str, float]:
    """Median and 95th percentile of milliseconds; the first question is not counted."""
    ask(int(asked[0]))
    took = []
    for i in asked.tolist():
        started = time.perf_counter()
        ask(i)
        took.append(1000 * (time.perf_counter() - started))
    return {"median": statistics.median(took), "p95": float(np.percentile(took, 95))}


def _judged(found: dict[str, Any]) -> dict[str, Any]:
    requests = ("by_descriptors_ms", "by_model_ms", "of_an_emotion_ms")
    near = found.get("neighbours")
    ok = all(found[name]["median"] <= MAX_MS for name in requests)
    ok = ok and (near is None or near["placed"] >= near["standardised"] - 0.02)
    said = ", ".join(f"{name.removesuffix('_ms')} {found[name]['median']:.0f}" for name in requests)
    summary = (
        f"{found['n_tracks']} tracks, medians in ms\nGET /similar: {said} (goal: at most {MAX_MS:.0f})\n"
        f"the query alone: exact {found['query_ms']['median']:.1f}, HNSW {found['hnsw_ms']['median']:.1f} with recall "
        f"{found['hnsw_recall']:.3f}, built in {found['hnsw_built_s']:.1f} s; numpy in memory "
        f"{found['numpy_ms']['median']:.1f}\nstandard and all vectors, once: {found['standard_s']:.1f} s"
    )
    if near is not None:
        summary += (
            f"\nof the ten nearest of {near['n_clips']} clips share the quadrant: {near['placed']:.3f} in 64 "
            f"dimensions, {near['standardised']:.3f} in all, {near['raw']:.3f} unstandardised, {near['chance']:.3f} by "
            f"chance; {near['the_same_ten']:.2f} of the ten are the same"
        )
    return {"summary": summary, "ok": ok, **found}
