"""Twenty trainings, each with its worker killed at a random moment; part of `make soak`, or alone:

python -m tests.soak_training

Whatever the moment, the job must end: done, with a whole model for each candidate, or failed with its reason. There is
never a second champion or default of one slot, never a model whose artefact is missing, damaged or does not answer,
and nothing is left of folds. Writes its own table into docs/explain/reliability.md. Seeded by MER_SOAK_SEED (1);
MER_SOAK_KILLS (20) says how many.
"""

import csv
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, select

from shared.blobs.port import get_verified
from shared.domain.emotion import MOOD4
from shared.domain.model_card import ModelCard
from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.predictor import Predictor
from shared.store.tables import FoldResult, Model
from tests.support.catalogue_values import value_in_range
from tests.support.running_system import System

BEGIN, END = "<!-- soak of trainings: begin -->", "<!-- soak of trainings: end -->"
ESTIMATORS = ("svm", "forest", "tree")
N_ROWS = 200
LONGEST_S = 300.0


def main() -> int:
    """0 if nothing was found."""
    from tests.soak import REPORT, running_system  # noqa: PLC0415 - drawing in its fuzzing is for whoever runs it

    seed, n_kills = int(os.environ.get("MER_SOAK_SEED", "1")), int(os.environ.get("MER_SOAK_KILLS", "20"))
    with running_system() as (system, _, _):
        rows, findings = trainings(system, n_kills=n_kills, seed=seed)
    said = [f"{datetime.now(UTC):%Y-%m-%d}, {n_kills} kills, seed {seed}: {len(findings)} findings.", ""]
    said += ["| trial | figure |", "|---|---|", *(f"| {name} | {figure} |" for name, figure in rows)]
    said += ["", *(f"- {finding}" for finding in findings)] if findings else []
    print("\n".join(said))
    before, rest = REPORT.read_text().split(BEGIN)
    REPORT.write_text(f"{before}{BEGIN}\n{chr(10).join(said)}\n{END}{rest.split(END)[1]}")
    return 1 if findings else 0


def trainings(system: System, *, n_kills: int, seed: int) -> tuple[list[tuple[str, object]], list[str]]:
    """Train again and again, and kill the trainer each time; what was counted, and what was found."""
    rng, counted, findings = random.Random(seed), Counter[str](), []
    system.ended(system.post("/crawl", {"source": "table", "path": str(_table(system.music / "soak.csv"))}))
    began = time.monotonic()
    system.ended(_train(system, seed=0), within_s=LONGEST_S)
    whole_s = time.monotonic() - began
    for n in range(1, n_kills + 1):
        job = _train(system, seed=n)
        time.sleep(rng.uniform(0, whole_s))
        counted[f"fault: {_kill(system, rng)}"] += 1
        document = _ended(system, job)
        counted[f"training {document['state']}"] += 1
        counted["killed when it had ended already"] += document["finished_before"]
        findings += [f"training {n}: {problem}" for problem in _violations(system, document)]
    with system.ports.store.read_session() as session:
        counted["models published"] = len(session.scalars(select(Model.id)).all())
    return [("an undisturbed training, s", round(whole_s, 1)), *sorted(counted.items())], findings


def _train(system: System, *, seed: int) -> dict[str, Any]:
    body = {"estimators": list(ESTIMATORS), "inputs": ["catalogue"], "taxonomy": "mood4", "seed": seed}
    return system.post("/train", body)


def _kill(system: System, rng: random.Random) -> str:
    kind = rng.choice(["training child killed", "training worker killed"])
    if kind == "training worker killed":
        system.kill("trainer")
        system.start("trainer")
        return kind
    pid = system.pid("trainer")
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    return kind


def _ended(system: System, job: dict[str, Any]) -> dict[str, Any]:
    """The job when it has ended, or as it stands after `LONGEST_S`; `finished_before`: the kill came too late."""
    killed_at = datetime.now(UTC)
    deadline = time.monotonic() + LONGEST_S
    document: dict[str, Any] = system.api.get(f"/jobs/{job['id']}").json()
    while document["state"] not in {"done", "failed", "cancelled"} and time.monotonic() < deadline:
        system.revive()
        time.sleep(0.5)
        document = system.api.get(f"/jobs/{job['id']}").json()
    finished = document["finished_at"]
    return {**document, "finished_before": bool(finished) and datetime.fromisoformat(finished) < killed_at}


def _violations(system: System, document: dict[str, Any]) -> list[str]:
    found = []
    if document["state"] not in {"done", "failed"}:
        found.append(f"it did not end: {document}")
    if document["state"] == "failed" and not document["reason"]:
        found.append("it failed without a reason")
    with system.ports.store.read_session() as session:
        models = session.scalars(select(Model).order_by(Model.id)).all()
        slots = Counter(
            (model.taxonomy, model.inputs, model.synthetic) for model in models if model.state == "champion"
        )
        n_defaults = sum(model.is_default for model in models)
        n_folds = session.scalar(select(func.count()).select_from(FoldResult))
    if set(slots.values()) != {1} or n_defaults != 1:
        found.append(f"champions {slots}, {n_defaults} defaults")
    if n_folds:
        found.append(f"{n_folds} folds were left")
    board = system.api.get(f"/jobs/{document['id']}/leaderboard").json()["models"]
    if document["state"] == "done" and sorted(row["estimator"] for row in board) != sorted(ESTIMATORS):
        found.append(f"models of {[row['estimator'] for row in board]}")
    return found + [problem for model in models[-len(ESTIMATORS) :] if (problem := _damage(system, model))]


def _damage(system: System, model: Model) -> str | None:
    """What is wrong with a model's artefact, if anything: it must be whole and answer."""
    artefact = get_verified(system.ports.blobs, key=model.artefact_key, sha256=model.artefact_sha256)
    scorer = Predictor.from_artefact(artefact, sha256=model.artefact_sha256, card=ModelCard.from_document(model.card))
    said = scorer.predict_probabilities(np.full((1, len(CATALOGUE_COLUMNS)), 0.5, dtype=np.float32))
    return None if abs(float(said.sum()) - 1) < 1e-4 else f"model {model.id} answers {said}"


def _table(path: Path) -> Path:
    rng = np.random.default_rng(0)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "artist", "emotion", *CATALOGUE_COLUMNS])
        for i in range(N_ROWS):
            values = rng.normal(loc=[(i + j) % 4 / 2 for j in range(len(CATALOGUE_COLUMNS))], scale=0.8)
            levels = np.clip(values / 3 + 0.3, 0.01, 0.99).tolist()
            numbers = [value_in_range(column, level) for column, level in zip(CATALOGUE_COLUMNS, levels, strict=True)]
            writer.writerow([f"soak {i}", f"soak artist {i // 3}", MOOD4.emotions[i % 4], *numbers])
    return path


if __name__ == "__main__":
    sys.exit(main())
