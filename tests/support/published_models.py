"""Real little models: fitted by the trainer's rooms, published as the trainer publishes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate, train_candidate
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.fitting.cross_validation import OnFold
from shared.blobs.port import content_key
from shared.domain.catalogue import list_input_columns
from shared.domain.dataset import CATALOGUE_READERS, DatasetItem, LabelledTrack, assign_fold
from shared.domain.emotion import get_taxonomy
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TrainRequest
from shared.store.models.repository import ModelRepository
from shared.store.tables import Model, SnapshotItem, SnapshotRow

N_TRACKS = 64
SPEC = FeatureSpec().fingerprint


def features_of(emotion: str, *, taxonomy: str, rng: np.random.Generator) -> list[float]:
    """Thirteen numbers that lie around the emotion's own place."""
    place = 8 * np.eye(len(get_taxonomy(taxonomy).emotions), len(CATALOGUE_COLUMNS))
    values = place[get_taxonomy(taxonomy).emotion_index(emotion)] + rng.normal(size=len(CATALOGUE_COLUMNS))
    return [float(value) for value in values]


_trained: dict[str, TrainedCandidate] = {}


def train(**asked: Any) -> TrainedCandidate:
    """`fit_candidate`, fitted once in a session for the same request: what it gives does not change."""
    if "on_fold" in asked:
        return fit_candidate(**asked)
    request = repr(sorted(asked.items()))
    if request not in _trained:
        _trained[request] = fit_candidate(**asked)
    return _trained[request]


def fit_candidate(
    *,
    taxonomy: str = "mood4",
    inputs: str = "descriptors",
    synthetic: bool = False,
    seed: int = 0,
    swapped: Mapping[str, str] = MappingProxyType({}),
    estimator: str = "svm",
    origin: str | None = None,
    on_fold: OnFold = lambda _: None,
    finished: Mapping[int, Any] = MappingProxyType({}),
    chosen: Mapping[int, Any] = MappingProxyType({}),
    **asked: Any,
) -> TrainedCandidate:
    """A support vector machine that tells the emotions of `features_of` apart; `swapped` ones it takes for others.

    Catalogue columns, alone or behind the descriptors of a fusion, are those that `origin` has (`table` by default).
    `asked` is what else a training request may ask for; `finished` and `chosen` are of folds done before.
    """
    rng = np.random.default_rng(seed)
    emotions = get_taxonomy(taxonomy).emotions
    targets = [emotions[n % len(emotions)] for n in range(N_TRACKS)]
    groups = [f"artist{n // 4}" for n in range(N_TRACKS)]
    items = tuple(
        DatasetItem(
            example=LabelledTrack(track_id=str(uuid7()), target=target, artist_group=group, audio_sha256=None),
            group=group,
            fold=assign_fold(group, 5),
        )
        for target, group in zip(targets, groups, strict=True)
    )
    snapshot = SnapshotRow(
        id=uuid7(),
        taxonomy=taxonomy,
        inputs=[inputs],
        spec=SPEC,
        synthetic=synthetic,
        n_folds=5,
        seed=seed,
        counts={"by_emotion": {emotion: targets.count(emotion) for emotion in emotions}},
        leak_check={"clean": True},
    )
    x = np.array(
        [features_of(swapped.get(target, target), taxonomy=taxonomy, rng=rng) for target in targets], dtype=np.float32
    )
    origin = origin or ("table" if inputs in CATALOGUE_READERS else "audio")
    columns = x[:, [CATALOGUE_COLUMNS.index(name) for name in list_input_columns(origin)]]
    x = {"catalogue": columns, "fusion": np.hstack([x, columns])}.get(inputs, x)
    data = TrainingSet(
        snapshot=snapshot,
        items=items,
        x={inputs: x},
        origins={inputs: (origin,)},
        descriptor_names=tuple(f"descriptor_{n}" for n in range(len(CATALOGUE_COLUMNS))),
    )
    request = TrainRequest(estimators=(estimator,), inputs=(inputs,), taxonomy=taxonomy, **asked)
    return train_candidate(
        data, estimator=estimator, inputs=inputs, request=request, on_fold=on_fold, finished=finished, chosen=chosen
    )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An out-of-fold row: what a model said of a track, and what the track is."""

    track_id: UUID
    target: str
    group: str
    probabilities: list[float]
    numbers: list[float] | None = None


def publish(
    ports: ApiPorts, candidate: TrainedCandidate, *, judged: UUID | Sequence[Judged], promote: bool = True
) -> UUID:
    """The model's row, its artefact, and its championship. `judged` is any track, or the out-of-fold rows."""
    return publish_card(ports, candidate.card, artefact=candidate.artefact, judged=judged, promote=promote)


def publish_card(
    ports: ApiPorts, card: ModelCard, *, artefact: bytes, judged: UUID | Sequence[Judged], promote: bool = True
) -> UUID:
    """The same of a card that no training made."""
    rows = judged if not isinstance(judged, UUID) else []
    out_of_fold = {judged: [1.0]} if isinstance(judged, UUID) else {row.track_id: row.probabilities for row in judged}
    key, sha256 = content_key("models", artefact, suffix=".onnx")
    ports.blobs.put(key, artefact)

    def write(session: Session) -> UUID:
        models = ModelRepository(session)
        snapshot = SnapshotRow(
            taxonomy=card.taxonomy,
            inputs=[card.inputs],
            spec=SPEC,
            synthetic=card.synthetic,
            n_folds=5,
            seed=0,
            counts={},
            leak_check={},
        )
        session.add(snapshot)
        session.flush()
        session.add_all(
            SnapshotItem(
                snapshot_id=snapshot.id,
                track_id=row.track_id,
                target=row.target,
                artist_group=row.group,
                fold=assign_fold(row.group, 5),
                numbers=row.numbers,
            )
            for row in rows
        )
        version = models.lock_next_version(taxonomy=card.taxonomy, synthetic=card.synthetic)
        model: Model = models.add_model(
            {
                "id": uuid7(),
                "estimator": card.estimator,
                "inputs": card.inputs,
                "taxonomy": card.taxonomy,
                "synthetic": card.synthetic,
                "version": version,
                "spec": SPEC,
                "snapshot_id": snapshot.id,
                "metrics": card.metrics,
                "card": replace(card, version=str(version)).to_document(),
                "artefact_key": key,
                "artefact_sha256": sha256,
            },
            oof=out_of_fold,
        )
        if promote:
            models.promote_model(model, who="the tests", why="there is no other")
        return model.id

    return ports.store.transact_session("test.publish", write)
