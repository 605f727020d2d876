"""Networks that answer tags, and valence with arousal: one for all outputs, through the same way as any candidate."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.trainer.candidates.training import TrainedCandidate, train_candidate
from services.trainer.heads.joint_network import tune_thresholds
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.heads.tags import TagHead
from shared.domain.dataset import DatasetItem
from shared.domain.head import PLANE, TAG_SET, TAGS, VALENCE_AROUSAL, ModelHead
from shared.domain.training import TrainRequest
from shared.inference.predictor import OnnxModel
from shared.registry.parity import TOLERANCE
from tests.support.markers import marked_long
from tests.support.networks.small import spectrograms
from tests.unit.trainer.heads import ignore, training_set

pytestmark = pytest.mark.slow

N = 48
QUICK = {
    "epochs": 12,
    "width": 4,
    "batch": 4,
    "dropout": 0.0,
    "spec_augment": "off",
    "learning_rate": 0.01,
    "jitter_bands": 0,
    "patience": 0,
}
BANDS = np.arange(N) % 4
"""Which band of a clip is loud."""
SAID = {
    "tags": (("low", "even"), np.stack([BANDS < 2, BANDS % 2 == 0], axis=1).astype(np.float64)),
    "dimensions": (VALENCE_AROUSAL.outputs, np.stack([BANDS / 4 - 0.4, np.where(BANDS < 2, 0.5, -0.5)], axis=1)),
}


def _in_two_folds(item: DatasetItem, i: int) -> DatasetItem:
    """Every band in each fold, and two tracks an artist."""
    return replace(item, group=f"artist{i % 4}-{i // 8}", fold=i // 8 % 2)


def request(kind: str) -> TrainRequest:
    told = {"cnn_attention": QUICK | ({"epochs": 2} if kind == "tags" else {})}  # five networks, and what they learn
    return TrainRequest(estimators=("cnn_attention",), inputs=("spectrogram",), kind=kind, hyperparameters=told)


def trained(kind: str) -> tuple[TrainedCandidate, Any]:
    outputs, y = SAID[kind]
    data = training_set(np.zeros((N, 1), np.float32), y, kind=kind, outputs=outputs, n_artists=12)
    x = spectrograms(N, n_excerpts=(1, 2))
    data.x["spectrogram"], data.origins["spectrogram"] = x, ("audio",)
    data = replace(data, items=tuple(_in_two_folds(item, i) for i, item in enumerate(data.items)))
    made = train_candidate(data, estimator="cnn_attention", inputs="spectrogram", on_fold=ignore, request=request(kind))
    return made, x


@pytest.mark.parametrize("kind", ["tags", *marked_long("dimensions")])
def test_one_network_learns_all_outputs_of_a_head_and_its_artefact_says_the_same(kind: str) -> None:
    made, x = trained(kind)
    assert made.card.taxonomy == (TAG_SET if kind == "tags" else PLANE)
    assert made.card.metrics["export_max_difference"] <= TOLERANCE
    assert made.card.hyperparameters["network"]["n_parameters"] > 0
    said = OnnxModel(made.artefact).predict_outputs(x.read(0)[np.newaxis])
    assert said.probabilities.shape == (1, 2)
    assert said.embedding is not None
    if kind == "tags":
        assert set(made.card.metrics["thresholds"]) == {"low", "even"}
    else:
        assert np.abs(made.oof).max() <= 1
        assert np.corrcoef(made.oof[:, 1], SAID[kind][1][:, 1])[0, 1] > 0.5


def test_thresholds_of_a_networks_tags_are_found_without_the_rows_that_are_judged() -> None:
    y = SAID["tags"][1]
    data = training_set(np.zeros((N, 1), np.float32), y, kind="tags", outputs=SAID["tags"][0], n_artists=12)
    x = spectrograms(N, n_excerpts=(1,))
    head = ModelHead(kind=TAGS, name=TAG_SET, outputs=SAID["tags"][0])
    train = np.arange(N // 2)
    found = [
        tune_thresholds(
            CandidateSpec(
                request=request("tags"),
                estimator="cnn_attention",
                inputs="spectrogram",
                x=x,
                seed=0,
                head=head,
                items=[*data.items[: N // 2], *rest],
            ),
            train,
        )
        for rest in (data.items[N // 2 :], data.items[: N // 2])
    ]
    np.testing.assert_array_equal(found[0], found[1])


def test_a_fold_is_answered_by_networks_and_thresholds_that_saw_none_of_its_tags() -> None:
    outputs, y = SAID["tags"]
    data = training_set(np.zeros((N, 1), np.float32), y, kind="tags", outputs=outputs, n_artists=12)
    items = [_in_two_folds(item, i) for i, item in enumerate(data.items)]
    held_out = np.array([item.fold == 0 for item in items])
    other = [
        replace(item, example=replace(item.example, values=tuple(1 - v for v in item.example.values)))
        if item.fold == 0
        else item
        for item in items
    ]
    x = np.random.default_rng(0).normal(size=(N, 5)).astype(np.float32)
    as_they_are, flipped = (
        TagHead().cross_fit(
            CandidateSpec(
                request=TrainRequest(
                    kind="tags",
                    estimators=("simple_nn",),
                    inputs=("catalogue",),
                    hyperparameters={"simple_nn": {"epochs": 3, "patience": 0}},
                ),
                estimator="simple_nn",
                inputs="catalogue",
                x=x,
                items=its,
                seed=0,
                head=ModelHead(kind=TAGS, name=TAG_SET, outputs=outputs),
            ),
            on_fold=ignore,
            finished={},
        )[held_out]
        for its in (items, other)
    )
    assert as_they_are.shape == (held_out.sum(), 4)
    np.testing.assert_allclose(as_they_are, flipped, atol=1e-5)


@pytest.mark.parametrize("asked", [{"imbalance": "weights"}, {"search": "random"}])
def test_what_a_network_cannot_do_with_tags_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="learns all tags at once"):
        TrainRequest(estimators=("cnn_attention",), inputs=("spectrogram",), kind="tags", **asked)
