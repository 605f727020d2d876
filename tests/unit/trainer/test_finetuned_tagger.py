"""`audio_tagger_finetuned`: MusiCNN's dense layer, trained on. Its other properties are those of all estimators."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from services.trainer.estimators import load_estimator, pretrained_layer
from services.trainer.estimators.finetuned_tagger import AudioTaggerFinetuned, FinetunedClassifier
from services.trainer.estimators.pretrained_layer import N_POOLED, read_pretrained_layer
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.onnx.export import export_model
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import TAGGER_POOL
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.training import TrainRequest
from shared.errors import PermanentError, Reason
from shared.registry.parity import TOLERANCE, require_parity
from shared.tagger_graphs import GRAPH_FOLDER, WEIGHTS_KEY
from tests.unit.trainer.conftest import Table

MOODS = ("calm", "sad", "energetic", "happy")


def pooled(make_table: Callable[..., Table], classes: tuple[str, ...] = MOODS, *, n: int = 80) -> tuple[Any, Any]:
    """Rows as wide as what is pooled, at its scale."""
    x, items = make_table(classes, n=n, n_features=N_POOLED, signal=2.0)
    layer = read_pretrained_layer()
    return ((x - layer.shift) / layer.scale).astype(np.float32), items


def fitted(x: Any, y: Any, groups: Any, *, imbalance: str = "none", **changes: Any) -> FinetunedClassifier:
    rows = TrainingRows(y=y, groups=groups, n_features=N_POOLED, seed=0, inputs=TAGGER_POOL, imbalance=imbalance)
    classifier = AudioTaggerFinetuned(**{"n_seeds": 1, "epochs": 6} | changes).build_classifier(rows)
    assert isinstance(classifier, FinetunedClassifier)
    return classifier.fit(x, y)


def targets_of(items: Any) -> tuple[Any, Any]:
    y = np.array([MOODS.index(item.example.target) for item in items])
    return y, np.array([item.group for item in items])


def test_the_layer_to_begin_with_is_the_one_between_pooled_values_and_embedding() -> None:
    session = ort.InferenceSession(str(GRAPH_FOLDER / "musicnn.onnx"))
    patches = np.random.default_rng(0).uniform(0, 3, (12, 187, 96)).astype(np.float32)
    values, embedding = session.run(["pooled", "embedding"], {"log_mel": patches})
    layer = read_pretrained_layer()
    hidden = np.maximum((values * layer.scale + layer.shift) @ layer.kernel + layer.bias, 0)
    for one, other in zip(hidden.T, embedding.T, strict=True):  # a normalisation of each column lies between them
        if one.std() > 1e-2:
            np.testing.assert_allclose(np.polyval(np.polyfit(one, other, 1), one), other, atol=1e-3)
    assert (hidden.std(axis=0) > 1e-2).sum() > 20


@pytest.mark.slow
@pytest.mark.parametrize("present", [MOODS, ("sad", "happy")], ids="-".join)
def test_it_is_exported_without_loss_and_learns(present: tuple[str, ...], make_table: Callable[..., Table]) -> None:
    x, items = pooled(make_table, present)
    build = load_estimator("audio_tagger_finetuned", n_seeds=2, epochs=10).build_classifier
    model = fit_final(build, x, items, MOODS, seed=1, inputs=TAGGER_POOL, blocks=(N_POOLED,))
    assert require_parity(export_model(model), x, model.probabilities(x)) <= TOLERANCE
    y, _ = targets_of(items)
    assert (model.probabilities(x).argmax(axis=1) == y).mean() > 0.9


def test_the_dense_layer_stays_where_it_began_without_a_learning_rate(make_table: Callable[..., Table]) -> None:
    x, items = pooled(make_table)
    y, groups = targets_of(items)
    layer = read_pretrained_layer()
    [still] = fitted(x, y, groups, learning_rate=0.0).members_
    np.testing.assert_allclose(still.kernel, layer.scale[:, np.newaxis] * layer.kernel, rtol=1e-5)
    [moved] = fitted(x, y, groups).members_
    distance = np.abs(moved.kernel - still.kernel).mean() / np.abs(still.kernel).mean()
    assert 1e-3 < distance < 0.5, "trained on, and still near"


@pytest.mark.slow
def test_the_same_seed_gives_the_same_and_members_differ(make_table: Callable[..., Table]) -> None:
    x, items = pooled(make_table)
    y, groups = targets_of(items)
    one, other = (fitted(x, y, groups, n_seeds=2) for _ in range(2))
    np.testing.assert_array_equal(one.predict_proba(x), other.predict_proba(x))
    first, second = one.members_
    rows = TrainingRows(y=y, groups=groups, n_features=N_POOLED, seed=0, inputs=TAGGER_POOL)
    n_splits = len(rows.grouped_splits)
    *_, last = fitted(x, y, groups, n_seeds=n_splits + 1, epochs=1).members_
    again = fitted(x, y, groups, epochs=1).members_[0]
    assert np.abs(last.kernel - again.kernel).max() > 0, "of the same artists, by another seed"
    assert np.abs(first.predict_proba(x) - second.predict_proba(x)).max() > 1e-3
    np.testing.assert_allclose(one.predict_proba(x), (first.predict_proba(x) + second.predict_proba(x)) / 2, atol=1e-12)
    for name, value in (("dropout", 0.0), ("mixup", 0.4)):
        changes: dict[str, Any] = {name: value}
        assert np.abs(fitted(x, y, groups, **changes).predict_proba(x) - first.predict_proba(x)).max() > 1e-3


@pytest.mark.slow
def test_a_member_keeps_the_weights_that_were_best_on_artists_left_out(make_table: Callable[..., Table]) -> None:
    x, items = pooled(make_table)
    y, groups = targets_of(items)
    rows = TrainingRows(y=y, groups=groups, n_features=N_POOLED, seed=0, inputs=TAGGER_POOL)
    _, held_out = rows.grouped_splits[0]
    losses = [
        fitted(x, y, groups, epochs=epochs, dropout=0.0)
        .members_[0]
        .log_loss(x[held_out], y[held_out], np.ones(len(held_out)))
        for epochs in (1, 4, 30)
    ]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.slow
@pytest.mark.parametrize("imbalance", ["weights", "smote"])
def test_a_rare_class_is_answered_more_often_where_classes_are_balanced(
    imbalance: str, make_table: Callable[..., Table]
) -> None:
    x, items = make_table(("calm", "sad"), n=160, n_features=N_POOLED, signal=0.15)
    y, groups = targets_of(items)
    kept = np.flatnonzero((y == 0) | (np.arange(len(y)) % 5 == 0))
    x, y, groups = x[kept], y[kept], groups[kept]
    for epochs in {"weights": (1, 12), "smote": (12,)}[imbalance]:  # the first epoch: it counts in training already
        plain, balanced = (
            fitted(x, y, groups, imbalance=one, epochs=epochs).predict_proba(x)[:, 1].mean()
            for one in ("none", imbalance)
        )
        assert balanced > plain + 0.004 * epochs


def test_a_missing_file_and_other_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrained_layer, "GRAPH_FOLDER", tmp_path)
    read = read_pretrained_layer.__wrapped__
    with pytest.raises(PermanentError, match="run `make taggers`") as refused:
        read()
    assert refused.value.reason is Reason.NOT_FOUND
    model = onnx.load(str(GRAPH_FOLDER / "musicnn.onnx"))
    onnx.helper.set_model_props(model, {WEIGHTS_KEY: "000000000000"})
    onnx.save(model, str(tmp_path / "musicnn.onnx"))
    with pytest.raises(PermanentError, match="holds the weights 000000000000") as refused:
        read()
    assert refused.value.reason is Reason.TAGGER_MISMATCH


def test_it_reads_what_is_pooled_and_nothing_else_does() -> None:
    assert [name for name, spec in ESTIMATOR_SPECS.items() if TAGGER_POOL in spec.inputs] == ["audio_tagger_finetuned"]
    TrainRequest(estimators=("audio_tagger_finetuned",), inputs=(TAGGER_POOL,))
    for estimator, inputs in (("audio_tagger_finetuned", "descriptors"), ("svm", TAGGER_POOL)):
        with pytest.raises(ValueError, match=estimator):
            TrainRequest(estimators=(estimator,), inputs=(inputs,))
