"""Networks: what they are, that they learn, and that their artefact answers what they answer."""

import json
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from services.trainer.fitting.cross_validation import cross_fit, fit_final
from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.graph import InputScaling, NetworkGraph
from services.trainer.networks.heads import compute_losses, encode_plane, encode_targets, n_units, score_outputs
from services.trainer.networks.network import NetworkClassifier
from services.trainer.networks.onnx_export import run_exported
from services.trainer.onnx.export import check_parity, export_model
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks
from services.trainer.splits import inner_splits
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, ModelHead
from shared.errors import PermanentError, Reason
from shared.registry.parity import TOLERANCE
from tests.support.networks.parts import losses_of, network_config, network_of, stored_arrays, tuned_of
from tests.support.networks.small import QUADRANTS, SPECTROGRAMS, items_of, plan, rows_of, sounds, spectrograms, table

pytestmark = pytest.mark.slow

BINARY = ModelHead(kind=CLASSES, name="binary", outputs=("negative", "positive"))
MOOD4 = ModelHead(kind=CLASSES, name="mood4", outputs=("calm", "sad", "energetic", "happy"))
N = 32


def built(name: str, head: ModelHead, excerpt: tuple[int, ...]) -> NetworkGraph:
    return NetworkGraph(
        network_config(name), {"emotion_probabilities": head}, excerpt=excerpt, scaling=InputScaling("decibel")
    )


def read_by(name: str, n: int = N) -> Any:
    if name == "simple_nn":
        return table(n)
    return sounds(n) if name == "wave_cnn" else spectrograms(n)


def test_networks_have_the_sizes_of_the_talk() -> None:
    simple = NetworkGraph(network_config("simple_nn"), {"a": MOOD4}, excerpt=(13,), scaling=InputScaling("rows"))
    assert simple.n_parameters == 148
    assert built("cnn_fc", BINARY, (128, 216)).n_parameters == 3_552_513
    assert built("cnn_fc_regularised", BINARY, (128, 216)).n_parameters == 3_552_513
    assert built("cnn_rectangular", BINARY, (128, 216)).n_parameters <= 446_193


@pytest.mark.parametrize("name", [*sorted(set(SPECTROGRAMS) - {"cnn_fc"}), "wave_cnn", "simple_nn"])
def test_the_artefact_of_a_network_answers_what_the_network_answers(name: str) -> None:
    """Clips of one to three excerpts in one set; Q2 was never seen."""
    x, items = read_by(name), items_of(N)
    kept = np.array([item.example.target != "Q2" for item in items])
    seen = [item for item in items if item.example.target != "Q2"]
    fitted = fit_final(plan(name).build_classifier, x[kept], seen, QUADRANTS, seed=1, taxonomy="quadrant4")
    artefact = export_model(fitted)
    difference, n_rows = check_parity(artefact, fitted, x, seed=0)
    assert difference <= TOLERANCE
    assert n_rows >= N
    model = onnx.load_from_string(artefact)
    outputs = [output.name for output in model.graph.output]
    heard = ["embedding", "valence_arousal"]
    assert outputs == ["emotion_probabilities", *([] if name == "simple_nn" else heard)]
    assert [entry.name for entry in model.graph.input] == ["features"]
    assert json.loads(model.metadata_props[0].value) == list(QUADRANTS)
    said = fitted.probabilities(x)
    assert (said[:, 1] == 0).all()
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-5)


def test_a_network_is_cross_fitted_like_any_estimator_and_learns() -> None:
    x, items = spectrograms(48), items_of(48)
    heard = []
    oof = cross_fit(
        plan(
            "cnn_attention",
            epochs=12,
            width=4,
            batch=4,
            dropout=0.1,
            spec_augment="off",
            learning_rate=0.01,
            jitter_bands=0,
        ).build_classifier,
        x,
        items,
        QUADRANTS,
        seed=1,
        on_fold=lambda step: heard.append(step.score),
        taxonomy="quadrant4",
    )
    assert (oof.argmax(axis=1) == np.arange(48) % 4).mean() > 0.8
    assert len(heard) == len({item.fold for item in items})


def test_a_clip_that_repeats_itself_is_answered_like_its_excerpt() -> None:
    x, items = spectrograms(N, n_excerpts=(1,)), items_of(N)
    fitted = fit_final(
        plan("cnn_attention", width=4).build_classifier, x, items, QUADRANTS, seed=1, taxonomy="quadrant4"
    )
    network = network_of(fitted)
    once, thrice = x.stack_batch(np.arange(4)), np.repeat(x.stack_batch(np.arange(4)), 3, axis=1)
    for output, answer in network._run_batch(once).items():
        np.testing.assert_allclose(network._run_batch(thrice)[output], answer, atol=1e-5)


def test_valence_and_arousal_are_learned_beside_the_quadrants_and_exported() -> None:
    x, items = spectrograms(N), items_of(N)
    build = plan("cnn_rectangular", epochs=12, learning_rate=0.01, dropout=0.0, patience=0, plane=1.0).build_classifier
    fitted = fit_final(build, x, items, QUADRANTS, seed=1, taxonomy="quadrant4")
    network = network_of(fitted)
    said = run_exported(export_model(fitted), network, x)["valence_arousal"]
    truth = encode_plane(QUADRANTS, np.arange(N) % 4)
    assert truth is not None
    assert (np.sign(said) == truth).mean() > 0.9
    assert np.abs(said).max() <= 1


def test_tags_are_answered_one_by_one() -> None:
    x = table(60, n_classes=4)
    y = np.stack([np.arange(60) % 4 == 0, np.arange(60) % 4 <= 1], axis=1).astype(np.float32)
    head = ModelHead(kind=TAGS, name="tags", outputs=("dark", "dreamy"))
    rows = rows_of(items_of(60), n_features=13, head=head)
    network = NetworkClassifier(network_config("simple_nn", epochs=60, learning_rate=0.05, patience=0), rows).fit(x, y)
    said = network.predict_proba(x)
    assert ((said > 0.5) == (y > 0)).mean() > 0.95
    assert score_outputs(head, y, said) > 0.9


def test_dimensions_are_answered_between_minus_one_and_one() -> None:
    x = table(60)
    y = np.stack([np.where(np.arange(60) % 4 == 0, 0.8, -0.4), np.where(np.arange(60) % 4 <= 1, 0.5, -0.5)], axis=1)
    head = ModelHead(kind=DIMENSIONS, name="valence_arousal", outputs=("valence", "arousal"))
    rows = rows_of(items_of(60), n_features=13, head=head)
    network = NetworkClassifier(network_config("simple_nn", epochs=80, learning_rate=0.05, patience=5), rows).fit(x, y)
    said = network.predict_proba(x)
    assert np.abs(said).max() <= 1
    assert score_outputs(head, y, said) > 0.7


def test_two_classes_need_one_unit_and_other_heads_one_for_each_output() -> None:
    assert [n_units(head) for head in (BINARY, MOOD4, ModelHead(kind=TAGS, name="t", outputs=("a", "b")))] == [1, 4, 2]


def test_losses_have_known_values() -> None:
    logits = np.array([[np.log(3.0)], [0.0]], dtype=np.float32)
    plain = encode_targets(BINARY, np.array([1, 0]))
    np.testing.assert_allclose(compute_losses(BINARY, plain, logits), [np.log(4 / 3), np.log(2)], rtol=1e-5)
    focal = compute_losses(BINARY, plain, logits, focal=2.0)
    np.testing.assert_allclose(focal, [np.log(4 / 3) / 16, np.log(2) / 4], rtol=1e-5)
    place = ModelHead(kind=DIMENSIONS, name="p", outputs=("v", "a"))
    np.testing.assert_allclose(
        compute_losses(place, np.array([[1.0, -1.0]], np.float32), np.zeros((1, 2), np.float32)), [1.0]
    )
    np.testing.assert_allclose(
        encode_targets(MOOD4, np.array([2]), smoothing=0.2), [[0.05, 0.05, 0.85, 0.05]], rtol=1e-6
    )


def test_quadrants_have_the_signs_of_russells_plane_and_moods_have_none() -> None:
    np.testing.assert_array_equal(encode_plane(QUADRANTS, np.arange(4)), [[1, 1], [-1, 1], [-1, -1], [1, -1]])
    assert encode_plane(MOOD4.outputs, np.arange(4)) is None


def test_a_rare_class_is_answered_more_often_with_weights() -> None:
    items = items_of(80, ("negative", "positive"))
    rng = np.random.default_rng(0)
    keep = np.array([i % 2 == 0 or i % 10 == 1 for i in range(80)])
    few = [item for item, kept in zip(items, keep, strict=True) if kept]
    x = rng.normal(size=(len(few), 4)).astype(np.float32)
    x[[item.example.target == "positive" for item in few], 0] += 0.7
    said = {
        imbalance: fit_final(
            plan("simple_nn", epochs=40, patience=0).build_classifier,
            x,
            few,
            BINARY.outputs,
            seed=1,
            imbalance=imbalance,
        )
        .probabilities(x)[:, 1]
        .mean()
        for imbalance in ("none", "weights")
    }
    assert said["weights"] > said["none"] + 0.1


def test_what_networks_cannot_balance_is_refused_with_what_they_can() -> None:
    with pytest.raises(PermanentError, match="use weights or soft_weights") as caught:
        fit_final(plan("simple_nn").build_classifier, table(N), items_of(N), QUADRANTS, seed=1, imbalance="smote")
    assert caught.value.reason is Reason.NOT_ENOUGH_LABELS


def test_training_stops_when_the_validation_loss_does_and_goes_back_to_the_best_epoch() -> None:
    x = np.random.default_rng(0).normal(size=(60, 13)).astype(np.float32)
    heard: list[EpochReport] = []
    fitted = fit_final(
        plan("simple_nn", epochs=200, patience=4, learning_rate=0.1, schedule="constant").build_classifier,
        x,
        items_of(60),
        QUADRANTS,
        seed=1,
        hooks=TrainingHooks(on_epoch=heard.append),
    )
    state = network_of(fitted).state
    assert len(heard) == state.epoch == state.best_epoch + 4 < 200
    losses = [report.validation_loss for report in heard if report.validation_loss is not None]
    assert len(losses) == len(heard)
    assert state.best_loss == min(losses)
    assert tuned_of(fitted).hyperparameters["network"]["best_epoch"] == state.best_epoch


def noise(n: int = 60) -> NDArray[np.float32]:
    """Nothing to learn: the validation loss soon rises."""
    return np.random.default_rng(0).normal(size=(n, 13)).astype(np.float32)


def held_out_of(n: int = 60, *, seed: int = 1) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """`(learned from, held out)` of `items_of(n)`: whole artists, one in six."""
    items = items_of(n)
    return inner_splits(np.arange(n) % 4, [item.group for item in items], seed=seed, n_splits=6)[0]


def stopped_early(x: Any, *, epochs: int, patience: int, name: str = "simple_nn", **more: Any) -> NetworkClassifier:
    """Fitted to `x` of `items_of(len(x))`, and stopped by the artists of `held_out_of`."""
    build = plan(name, epochs=epochs, patience=patience, **more).build_classifier
    return network_of(fit_final(build, x, items_of(len(x)), QUADRANTS, seed=1, taxonomy="quadrant4"))


def loss_on(network: NetworkClassifier, x: Any, rows: NDArray[np.intp]) -> float:
    """The mean cross-entropy of what `network` answers."""
    said = network.predict_proba(x[rows])
    return float(-np.log(said[np.arange(len(rows)), rows % 4]).mean())


def test_early_stopping_is_decided_by_artists_that_the_network_does_not_learn_from() -> None:
    x = noise()
    learned, held_out = held_out_of()
    network = stopped_early(x, epochs=1, patience=1, learning_rate=0.1)
    assert network.state.best_loss == pytest.approx(loss_on(network, x, held_out), rel=1e-4)
    assert network.state.best_loss != pytest.approx(loss_on(network, x, learned), rel=1e-2)
    moved = x.copy()
    moved[held_out] = moved[held_out][::-1] + 1
    again = stopped_early(moved, epochs=1, patience=1, learning_rate=0.1)
    np.testing.assert_allclose(again.predict_proba(x), network.predict_proba(x), atol=1e-5)


def test_what_is_published_is_the_best_epoch_and_not_the_last() -> None:
    x = noise()
    _, held_out = held_out_of()
    network = stopped_early(x, epochs=200, patience=4, learning_rate=0.1, schedule="constant")
    curve = losses_of(network, "validation_loss")
    assert curve[-1] > min(curve) + 0.01
    assert loss_on(network, x, held_out) == pytest.approx(min(curve), rel=1e-4)


@pytest.mark.parametrize("name", ["simple_nn", "cnn_baseline"])
def test_a_network_is_scaled_by_the_rows_that_it_learns_from_alone(name: str) -> None:
    """What is held out for early stopping stands for the unseen: thrice as large, it changes no answer."""
    _, held_out = held_out_of(N)
    x, larger = ((table(N) if name == "simple_nn" else spectrograms(N, n_excerpts=(1,))) for _ in range(2))
    for i in held_out.tolist():
        if isinstance(larger, np.ndarray):
            larger[i] *= 3
        else:
            stored_arrays(larger)[larger.track_ids[i]] *= 3
    fitted, other = (stopped_early(part, epochs=1, patience=1, name=name) for part in (x, larger))
    np.testing.assert_allclose(other.predict_proba(x), fitted.predict_proba(x), atol=1e-5)


def test_the_same_seed_learns_the_same_and_another_seed_something_else() -> None:
    def said(seed: int) -> Any:
        build = plan("simple_nn", epochs=3, mixup=0.4).build_classifier
        return fit_final(build, table(N), items_of(N), QUADRANTS, seed=seed).probabilities(table(N))

    np.testing.assert_allclose(said(1), said(1), atol=1e-5)
    assert np.abs(said(1) - said(2)).max() > 1e-3


def test_averaging_changes_what_is_kept_and_not_how_it_is_learned() -> None:
    """An average that hardly moves keeps what the first steps left."""
    x, items = table(N), items_of(N)

    def fitted(**more: float) -> tuple[list[float], NDArray[np.float64]]:
        build = plan("simple_nn", epochs=20, patience=0, learning_rate=0.05, **more).build_classifier
        found = fit_final(build, x, items, QUADRANTS, seed=1)
        return losses_of(network_of(found)), found.probabilities(x)

    losses_as_they_are, last = fitted()
    averaged_losses, first = fitted(averaging=0.9999)
    np.testing.assert_allclose(averaged_losses, losses_as_they_are, rtol=1e-4)
    hits, early_hits = ((said.argmax(axis=1) == np.arange(N) % 4).mean() for said in (last, first))
    assert hits > early_hits + 0.2


def test_only_what_runs_within_halves_is_rounded() -> None:
    tf = tensorflow_runtime.load_tensorflow()
    kernel = tf.constant(np.random.default_rng(1).normal(size=(5, 5, 4, 8)), tf.float32)
    convolve = tf.function(lambda x: tf.nn.conv2d(x, kernel, 1, "SAME"), autograph=False)
    x = tf.constant(np.random.default_rng(2).normal(size=(2, 16, 16, 4)), tf.float32)
    exact = convolve(x).numpy()
    with tensorflow_runtime.bfloat16_autocast(on=True):
        np.testing.assert_allclose(convolve(x).numpy(), exact, atol=0.02 * np.abs(exact).max())
    np.testing.assert_array_equal(convolve(x).numpy(), exact)
    with tensorflow_runtime.bfloat16_autocast(on=False):
        np.testing.assert_array_equal(convolve(x).numpy(), exact)


def test_power_is_read_without_a_logarithm_inside_the_graph() -> None:
    scaling = InputScaling("power")
    graph = NetworkGraph(network_config("cnn_baseline"), {"a": BINARY}, excerpt=(16, 24), scaling=scaling)
    decibel = np.full((1, 1, 16, 24), 20.0, dtype=np.float32)
    assert np.isfinite(graph.predict_outputs(decibel)["a"].numpy()).all()
    import keras  # noqa: PLC0415 - TensorFlow, once it is needed

    source = keras.Input((16, 24))
    drawn = keras.Model(source, scaling.scale_tensor(source, has_channel=True))
    np.testing.assert_allclose(drawn(decibel[0]), np.full((1, 16, 24, 1), 100.0), rtol=1e-5)


def test_training_can_be_cancelled_between_two_batches() -> None:
    class CancelledError(Exception):
        pass

    asked = []

    def check() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        fit_final(
            plan("simple_nn", epochs=50).build_classifier,
            table(60),
            items_of(60),
            QUADRANTS,
            seed=1,
            hooks=TrainingHooks(check_cancelled=check),
        )
    assert len(asked) == 3
