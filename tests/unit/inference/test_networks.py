"""Graphs on arrays: as the contract of published networks says, a few tracks at a time."""

import hashlib
import weakref
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import onnx
import pytest

from shared.errors import PermanentError, Reason
from shared.inference.lazy_arrays import LazyArray, LazyArrays
from shared.inference.predictor import Predictor
from tests.support import drawn_networks
from tests.support.drawn_networks import N_SAMPLES, card, embedding_of, heard_in, network


def scorer_of(artefact: bytes, **said: Any) -> Predictor:
    return Predictor.from_artefact(artefact, sha256=hashlib.sha256(artefact).hexdigest(), card=card(**said))


def recording(array: np.ndarray, *, row: np.ndarray | None = None) -> LazyArray:
    return LazyArray(array.shape, lambda: array, row=row)


def recordings(arrays: list[np.ndarray]) -> LazyArrays:
    return LazyArrays([recording(array) for array in arrays])


def gone() -> np.ndarray:
    raise PermanentError(Reason.CORRUPT_ARTEFACT, "it is gone")


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    probabilities: np.ndarray = powers / powers.sum()
    return probabilities


@pytest.fixture
def heard() -> list[np.ndarray]:
    """Tracks of all lengths, each loud somewhere else."""
    lengths = [6, 1, 6, 24, 2, 6, 6, 6, 1, 6, 6, 6]
    return [heard_in(i % 8, n_excerpts=e, seed=i) for i, e in enumerate(lengths)]


def test_tracks_of_different_lengths_are_answered_in_their_order(heard: list[np.ndarray]) -> None:
    answer = scorer_of(network()).predict_outputs(recordings(heard))
    expected = np.array([embedding_of(db) for db in heard])
    assert answer.embedding is not None
    np.testing.assert_allclose(answer.embedding, expected, atol=1e-4)
    np.testing.assert_allclose(answer.probabilities, [softmax(row[:4]) for row in expected], atol=1e-4)
    assert answer.valence_arousal is None


def test_a_track_is_answered_the_same_alone_and_among_others(heard: list[np.ndarray]) -> None:
    scorer = scorer_of(network())
    together = scorer.predict_probabilities(recordings(heard))
    alone = np.concatenate([scorer.predict_probabilities(recordings([db])) for db in heard])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_all_outputs_of_the_contract_are_given_by_their_names(heard: list[np.ndarray]) -> None:
    answer = scorer_of(network(outputs=("valence_arousal", "embedding"))).predict_outputs(recordings(heard))
    assert answer.embedding is not None
    assert answer.valence_arousal is not None
    np.testing.assert_allclose(answer.valence_arousal, np.tanh(answer.embedding[:, :2]), atol=1e-5)


def test_only_some_of_the_tracks_are_read_by_a_mask(heard: list[np.ndarray]) -> None:
    read: list[int] = []

    def load(i: int) -> np.ndarray:
        read.append(i)
        return heard[i]

    all_of_them = LazyArrays([LazyArray(db.shape, partial(load, i)) for i, db in enumerate(heard)])
    wanted = np.arange(len(heard)) % 3 == 0
    answer = scorer_of(network()).predict_probabilities(all_of_them[wanted])
    assert sorted(read) == np.flatnonzero(wanted).tolist()
    assert len(answer) == wanted.sum()


def test_a_library_is_never_in_memory_at_once() -> None:
    alive: list[weakref.ref[np.ndarray]] = []
    most = 0

    def load() -> np.ndarray:
        nonlocal most
        array = heard_in(1)
        alive.append(weakref.ref(array))
        most = max(most, sum(ref() is not None for ref in alive))
        return array

    scorer_of(network()).predict_probabilities(LazyArrays([LazyArray((6, 128, 216), load) for _ in range(40)]))
    assert len(alive) == 40
    assert most <= 2, "one clip of 30 s, and the one that is being read"


def test_a_damaged_array_costs_no_other_track_its_answer(heard: list[np.ndarray]) -> None:
    broken = heard[2].copy()
    broken[0, 0, 0] = np.nan
    arrays = [recording(db) for db in heard]
    arrays[1] = LazyArray(heard[1].shape, gone)
    arrays[2] = LazyArray(broken.shape, lambda: broken)
    scorer = scorer_of(network())
    answer = scorer.predict_outputs(LazyArrays(arrays), lenient=True)
    missing = np.isnan(answer.probabilities).any(axis=1)
    assert np.flatnonzero(missing).tolist() == [1, 2]
    np.testing.assert_allclose(
        answer.probabilities[~missing], scorer.predict_probabilities(recordings(heard))[~missing], atol=1e-6
    )
    for strict in (LazyArrays([arrays[1]]), LazyArrays([arrays[2]])):
        with pytest.raises(PermanentError) as raised:
            scorer.predict_outputs(strict)
        assert raised.value.reason is Reason.CORRUPT_ARTEFACT


def test_samples_are_read_in_full_scale() -> None:
    loud, quiet = np.full(N_SAMPLES, -16_384, dtype=np.int16), np.zeros(N_SAMPLES, dtype=np.int16)
    artefact = network(inputs="waveform")
    answer = scorer_of(artefact, inputs="waveform").predict_outputs(recordings([quiet, loud] * 4))
    assert answer.embedding is not None
    np.testing.assert_allclose(answer.embedding[:, 0], [0, 0.5] * 4, atol=1e-6)


def beside(heard: list[np.ndarray], rows: np.ndarray) -> LazyArrays:
    return LazyArrays([recording(db, row=row) for db, row in zip(heard, rows, strict=True)])


def test_descriptors_are_read_beside_the_excerpts_of_their_own_track(heard: list[np.ndarray]) -> None:
    rows = np.arange(3 * len(heard), dtype=np.float32).reshape(-1, 3) / 9
    answer = scorer_of(network(inputs="sound"), inputs="sound").predict_outputs(beside(heard, rows))
    placed = np.array([embedding_of(db) for db in heard])
    assert answer.embedding is not None
    np.testing.assert_allclose(answer.embedding, placed, atol=1e-4)
    expected = [softmax(np.add(place[:4], [*row, 0])) for place, row in zip(placed, rows, strict=True)]
    np.testing.assert_allclose(answer.probabilities, expected, atol=1e-4)


def test_damaged_descriptors_cost_no_other_track_its_answer(heard: list[np.ndarray]) -> None:
    rows = np.zeros((len(heard), 3), dtype=np.float32)
    rows[4, 1] = np.nan
    scorer = scorer_of(network(inputs="sound"), inputs="sound")
    answer = scorer.predict_outputs(beside(heard, rows), lenient=True)
    assert np.flatnonzero(np.isnan(answer.probabilities).any(axis=1)).tolist() == [4]
    with pytest.raises(PermanentError, match="featurize it again"):
        scorer.predict_outputs(beside(heard[4:5], rows[4:5]))


def test_rows_stand_beside_excerpts_where_the_graph_reads_both_and_only_there(heard: list[np.ndarray]) -> None:
    both, alone = scorer_of(network(inputs="sound"), inputs="sound"), scorer_of(network())
    rows = np.zeros((len(heard), 3), dtype=np.float32)
    for scorer, x in ((both, recordings(heard)), (alone, beside(heard, rows))):
        with pytest.raises(ValueError, match="only there"):
            scorer.predict_probabilities(x)
    with pytest.raises(ValueError, match="rows must be float32"):
        both.predict_probabilities(beside(heard, np.zeros((len(heard), 2), dtype=np.float32)))


def test_two_inputs_of_other_names_are_refused() -> None:
    model = onnx.compose.add_prefix(onnx.load_from_string(network(inputs="sound")), "the_", rename_outputs=False)
    with pytest.raises(PermanentError, match="the_features") as raised:
        scorer_of(model.SerializeToString(), inputs="sound")
    assert raised.value.reason is Reason.CORRUPT_ARTEFACT


def test_no_tracks_give_no_rows() -> None:
    answer = scorer_of(network()).predict_outputs(LazyArrays([]))
    assert answer.probabilities.shape == (0, 4)


@pytest.mark.parametrize(
    ("artefact", "said"),
    [
        (network(outputs=("embedding",), names={"embedding": "vector"}), "emotion_probabilities, vector"),
        (network(outputs=("embedding",), names={"emotion_probabilities": "p"}), "p, embedding"),
    ],
    ids=["an output that nobody knows", "no probabilities"],
)
def test_a_graph_of_other_outputs_is_refused(artefact: bytes, said: str) -> None:
    with pytest.raises(PermanentError, match=said) as raised:
        scorer_of(artefact)
    assert raised.value.reason is Reason.CORRUPT_ARTEFACT


def test_one_output_needs_no_name(heard: list[np.ndarray]) -> None:
    only = scorer_of(network(outputs=(), names={"emotion_probabilities": "p"}))
    np.testing.assert_allclose(
        only.predict_probabilities(recordings(heard)), scorer_of(network()).predict_probabilities(recordings(heard))
    )


def test_a_network_beside_a_card_of_other_spectrograms_is_refused() -> None:
    artefact = network()
    with pytest.raises(PermanentError, match="does not belong to its card"):
        Predictor.from_artefact(
            artefact, sha256=hashlib.sha256(artefact).hexdigest(), card=replace(card(), n_features=64 * 216)
        )


@pytest.mark.parametrize("shape", [(2, 128, 216), (2, 3, 128, 215), (2, 27_648)])
def test_arrays_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="features must be"):
        scorer_of(network()).predict_probabilities(np.zeros(shape, dtype=np.float32))


def test_the_little_network_hears_what_it_says() -> None:
    assert embedding_of(heard_in(3)).argmax() == 3
    assert embedding_of(heard_in(3))[3] == pytest.approx(40 / drawn_networks._SCALE, abs=0.01)
