import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from shared.domain.model_card import ModelCard
from shared.errors import PermanentError, Reason
from shared.inference.predictor import Predictor
from shared.registry.parity import max_difference

CARD = ModelCard(
    name="mood-svm",
    version="3",
    estimator="svm",
    hyperparameters={"C": 1.0},
    inputs="descriptors",
    taxonomy="binary",
    classes=("negative", "positive"),
    feature_fingerprint="0123456789ab",
    feature_names=("tempo_bpm", "centroid_hz", "rms_dbfs"),
    n_features=3,
    snapshot_id="s1",
    seed=7,
    synthetic=False,
    origins=(),
    data_counts={
        "n_items": 10,
        "n_artist_groups": 8,
        "by_emotion": {"negative": 4, "positive": 6},
        "set_aside": {"duplicate": 0, "ambiguous": 0},
        "without_inputs": {},
    },
    split="Five artist-grouped folds.",
    metrics={"macro_f1": {"value": 0.61, "low": 0.5, "high": 0.7}},
    leak_report={"clean": True},
    limits=("Trained on ten tracks – “not enough”.",),
    library_versions={"scikit-learn": "1.9.1"},
    created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)


def softmax_artefact(*, classes: tuple[str, ...] = CARD.classes, n_features: int = 3) -> bytes:
    """A graph that answers the softmax of the first features."""
    weights = np.eye(n_features, len(classes), dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("Softmax", ["z"], ["p"], axis=1)],
        "softmax",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, n_features])],
        [helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, len(classes)])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"classes": json.dumps(classes)})
    artefact: bytes = model.SerializeToString()
    return artefact


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def expected(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x[:, :2].astype(np.float64))
    probabilities: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)


def test_a_published_artefact_answers_in_the_order_of_its_card(x: np.ndarray) -> None:
    artefact = softmax_artefact()
    answer = Predictor.from_artefact(artefact, sha256=sha256(artefact), card=CARD).predict_probabilities(x)
    assert answer.dtype == np.float32
    np.testing.assert_allclose(answer, expected(x), atol=1e-6)
    assert max_difference(artefact, x, expected(x)) < 1e-6


def test_no_rows_give_no_rows() -> None:
    artefact = softmax_artefact()
    scorer = Predictor.from_artefact(artefact, sha256=sha256(artefact), card=CARD)
    assert scorer.predict_probabilities(np.zeros((0, 3), dtype=np.float32)).shape == (0, 2)


def test_bytes_with_another_hash_are_refused() -> None:
    artefact = softmax_artefact()
    corrupted = artefact[:-1] + bytes([artefact[-1] ^ 1])
    with pytest.raises(PermanentError, match="another hash") as raised:
        Predictor.from_artefact(corrupted, sha256=sha256(artefact), card=CARD)
    assert raised.value.reason is Reason.CORRUPT_ARTEFACT


@pytest.mark.parametrize(
    "content",
    [b"", b"no graph at all", softmax_artefact()[:40], softmax_artefact(classes=())],
    ids=["empty", "text", "cut off", "no classes"],
)
def test_bytes_that_are_no_model_are_refused_even_with_their_own_hash(content: bytes) -> None:
    with pytest.raises(PermanentError) as raised:
        Predictor.from_artefact(content, sha256=sha256(content), card=CARD)
    assert raised.value.reason is Reason.CORRUPT_ARTEFACT


@pytest.mark.parametrize(
    "artefact",
    [softmax_artefact(classes=("positive", "negative")), softmax_artefact(n_features=4)],
    ids=["classes in another order", "another number of features"],
)
def test_an_artefact_beside_the_card_of_another_model_is_refused(artefact: bytes) -> None:
    with pytest.raises(PermanentError, match="does not belong to its card") as raised:
        Predictor.from_artefact(artefact, sha256=sha256(artefact), card=CARD)
    assert raised.value.reason is Reason.CORRUPT_ARTEFACT


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(3, dtype=np.float32),
        np.zeros((2, 4), dtype=np.float32),
        np.zeros((2, 3)),
        np.full((2, 3), np.nan, dtype=np.float32),
    ],
    ids=["one dimension", "another width", "float64", "not finite"],
)
def test_features_of_another_kind_are_refused(wrong: np.ndarray) -> None:
    artefact = softmax_artefact()
    with pytest.raises(ValueError, match="features must be"):
        Predictor.from_artefact(artefact, sha256=sha256(artefact), card=CARD).predict_probabilities(wrong)


def test_threads_may_share_a_scorer() -> None:
    artefact = softmax_artefact()
    scorer = Predictor.from_artefact(artefact, sha256=sha256(artefact), card=CARD)
    tables = [np.random.default_rng(i).normal(size=(20, 3)).astype(np.float32) for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(scorer.predict_probabilities, tables))
    for table, answer in zip(tables, answers, strict=True):
        np.testing.assert_allclose(answer, expected(table), atol=1e-6)


def test_a_card_survives_the_round_trip() -> None:
    assert ModelCard.from_json(CARD.to_json()) == CARD
    assert ModelCard.from_document(json.loads(json.dumps(CARD.to_document()))) == CARD


def test_a_card_of_before_it_named_its_stages_is_read_all_the_same() -> None:
    named = replace(CARD, stage_fingerprints={"descriptors": "0123456789ab"})
    assert ModelCard.from_json(named.to_json()) == named
    document = named.to_document()
    del document["stage_fingerprints"], document["taggers"]
    assert ModelCard.from_document(document) == CARD


def test_a_card_with_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match=r"unknown keys \['mood'\]"):
        ModelCard.from_document({**CARD.to_document(), "mood": "good"})


@pytest.mark.parametrize("key", sorted(CARD.to_document().keys() - {"stage_fingerprints", "taggers"}))
def test_a_card_with_a_missing_key_is_refused(key: str) -> None:
    document = {name: value for name, value in CARD.to_document().items() if name != key}
    with pytest.raises(ValueError, match=key):
        ModelCard.from_document(document)


@pytest.mark.parametrize("key", sorted(CARD.to_document()))
def test_a_card_with_a_value_of_another_type_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"{key} has a value of the wrong type"):
        ModelCard.from_document({**CARD.to_document(), key: None})


def test_a_card_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="3 feature names for 4"):
        replace(CARD, n_features=4)
    with pytest.raises(ValueError, match="twice"):
        replace(CARD, classes=("calm", "calm"))
    with pytest.raises(ValueError, match="time zone"):
        replace(CARD, created_at=datetime(2026, 1, 2))  # noqa: DTZ001


def test_a_metric_that_is_no_number_is_not_written_as_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        replace(CARD, metrics={"macro_f1": float("nan")}).to_json()
