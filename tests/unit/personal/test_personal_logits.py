"""What one person's labels change of a shared model's probabilities."""

import tracemalloc
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.arrays import Floats
from shared.personal import own_labels
from shared.personal.own_labels import hash_labels
from shared.personal.personal_logits import (
    MIN_LABELS,
    PersonalFit,
    PersonalHead,
    compute_logits,
    fit_personal_head,
    is_within_standard_error,
)
from shared.personal.whitening import N_COMPONENTS, Whitening

N = 60


def softmax(logits: Floats) -> Floats:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    normalised: Floats = shares / shares.sum(axis=1, keepdims=True)
    return normalised


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def draw(rng: np.random.Generator, n: int = N) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Probabilities of a calibrated model, components that tell nothing of it, and the classes."""
    shared = softmax(3 * rng.normal(size=(n, 3)))
    y = np.array([rng.choice(3, p=of_row) for of_row in shared], dtype=np.intp)
    return shared, rng.normal(size=(n, 4)), y


def fit_by_artist(shared: Floats, z: Floats, y: NDArray[np.intp]) -> PersonalFit:
    return fit_personal_head(shared, z, y, [str(i // 2) for i in range(len(y))])


def test_the_shared_model_is_the_head_that_changes_nothing(rng: np.random.Generator) -> None:
    shared, z, _ = draw(rng)
    head = PersonalHead.from_shared(n_classes=3, n_components=4)
    assert head.is_shared
    assert head.predict_probabilities(shared, z) is shared


@pytest.mark.parametrize("n", [0, MIN_LABELS - 1])
def test_without_labels_and_with_few_the_shared_model_answers(rng: np.random.Generator, n: int) -> None:
    shared, z, y = draw(rng, n)
    fit = fit_by_artist(shared, z, 2 - y)
    assert fit.head.is_shared
    assert fit.figures["strengths"] == []


def test_with_labels_of_two_artists_the_shared_model_answers(rng: np.random.Generator) -> None:
    shared, z, y = draw(rng)
    fit = fit_personal_head(shared, z, 2 - y, [str(i % 2) for i in range(N)])
    assert fit.head.is_shared
    assert fit.figures["strengths"] == []


def test_who_agrees_with_the_shared_model_gets_it_unchanged(rng: np.random.Generator) -> None:
    fit = fit_by_artist(*draw(rng))
    assert fit.head.is_shared
    assert fit.figures["personal_log_loss"] == fit.figures["shared_log_loss"]


def test_who_hears_one_side_differently_gets_it_so(rng: np.random.Generator) -> None:
    shared, z, y = draw(rng)
    heard = np.where(z[:, 0] > 0, 2, y)
    fit = fit_by_artist(shared, z, heard)
    assert not fit.head.is_shared
    assert fit.figures["personal_log_loss"] < fit.figures["shared_log_loss"]  # type: ignore[operator]
    others, of_others, truth = draw(rng, 400)
    truth = np.where(of_others[:, 0] > 0, 2, truth)
    personal = fit.head.predict_probabilities(others, of_others)
    assert personal.sum(axis=1) == pytest.approx(1)
    assert (personal.argmax(axis=1) == truth).mean() > (others.argmax(axis=1) == truth).mean() + 0.1


def test_a_class_that_the_shared_model_excludes_may_be_what_somebody_hears(rng: np.random.Generator) -> None:
    shared, z, y = draw(rng)
    shared[:, 2] = 0.0  # as single precision rounds it
    shared /= shared.sum(axis=1, keepdims=True)
    fit = fit_by_artist(shared, z, np.where(z[:, 0] > 0, 2, np.minimum(y, 1)))
    personal = fit.head.predict_probabilities(shared, z)
    assert np.isfinite(personal).all()
    assert (personal.argmax(axis=1) == 2).any()


def test_labels_by_dice_make_it_unsure_and_leave_most_of_its_words(rng: np.random.Generator) -> None:
    shared, z, _ = draw(rng)
    fit = fit_by_artist(shared, z, rng.integers(0, 3, N))
    others, of_others, _ = draw(rng, 400)
    personal = fit.head.predict_probabilities(others, of_others)
    assert others.max(axis=1).mean() > 0.8
    assert personal.max(axis=1).mean() < 0.6
    assert (personal.argmax(axis=1) == others.argmax(axis=1)).mean() > 0.7


@pytest.mark.parametrize("n_of_each", [5, 6])
def test_an_artist_is_left_out_by_one_step_as_by_a_fit_without_it(rng: np.random.Generator, n_of_each: int) -> None:
    # 15 logits of an artist are fewer than the 16 parameters of a head, 18 are more
    shared, z, y = draw(rng)
    heard = np.where(z[:, 0] > 0, 2, y)
    artists = [str(i // n_of_each) for i in range(N)]
    figures = fit_personal_head(shared, z, heard, artists, strengths=(10.0,)).figures
    (approximate,) = [one["log_loss"] for one in figures["strengths"] if one["strength"] == 10.0]
    losses = []
    for artist in sorted(set(artists)):
        test = np.array([one == artist for one in artists])
        head = fit_always(shared[~test], z[~test], heard[~test], strength=10.0)
        probabilities = head.predict_probabilities(shared[test], z[test])
        losses += (-np.log(probabilities[np.arange(test.sum()), heard[test]])).tolist()
    assert approximate == pytest.approx(np.mean(losses), abs=0.01)
    assert approximate != pytest.approx(figures["shared_log_loss"], abs=0.05), "else any number would do"


def test_an_artist_with_many_labels_takes_no_more_memory_than_all_labels_together(rng: np.random.Generator) -> None:
    shared, z, y = draw(rng, 4000)
    artists = ["of many songs"] * 3000 + [str(i // 10) for i in range(1000)]
    tracemalloc.start()
    try:
        fit_personal_head(shared, z, np.where(z[:, 0] > 0, 2, y), artists, strengths=(10.0,))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50e6, "a matrix of the artist's logits by themselves takes 648 MB"


def fit_always(shared: Floats, z: Floats, y: NDArray[np.intp], *, strength: float) -> PersonalHead:
    """Of one strength, by gradient descent: another way to the same minimum."""
    logits, targets = compute_logits(shared), np.eye(3)[y]
    scale, bias, weights = 1.0, np.zeros(3), np.zeros((3, z.shape[1]))
    for _ in range(800):
        residuals = softmax(scale * logits + bias + z @ weights.T) - targets
        scale -= 0.01 * ((residuals * logits).sum() + strength * (scale - 1))
        bias = bias - 0.01 * (residuals.sum(axis=0) + strength * bias)
        weights = weights - 0.01 * (residuals.T @ z + strength * weights)
    return PersonalHead(scale=scale, bias=bias, weights=weights, centre=np.zeros(z.shape[1]), strength=strength)


def test_a_head_is_the_same_after_it_was_stored(rng: np.random.Generator) -> None:
    shared, z, y = draw(rng)
    head = fit_by_artist(shared, z, np.where(z[:, 0] > 0, 2, y)).head
    stored = PersonalHead.from_parameters(head.to_parameters(), strength=head.strength)
    assert np.array_equal(stored.predict_probabilities(shared, z), head.predict_probabilities(shared, z))
    assert PersonalHead.from_parameters(head.to_parameters(), strength=None).is_shared


def test_a_track_without_tagger_outputs_gets_scale_and_bias_only(rng: np.random.Generator) -> None:
    shared, z, _ = draw(rng, 3)
    head = PersonalHead(
        scale=0.5, bias=np.array([1.0, 0, 0]), weights=np.ones((3, 4)) * [[1], [2], [3]], centre=np.ones(4), strength=5
    )
    z[1] = np.nan
    personal = head.predict_probabilities(shared, z)
    alone = head.predict_probabilities(shared[1:2], np.empty((1, 0)))
    assert personal[1] == pytest.approx(alone[0])
    assert alone == pytest.approx(softmax(0.5 * np.log(shared[1:2]) + [1.0, 0, 0]))
    assert personal[0] == pytest.approx(
        softmax(0.5 * np.log(shared[:1]) + [1.0, 0, 0] + np.outer([(z[0] - 1).sum()], [1, 2, 3]))[0]
    )


def test_components_are_whitened_over_the_library_and_weights_are_of_the_vectors(rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(300, 64)) * np.geomspace(9, 0.01, 64) + 3
    whitening = Whitening.from_sample(vectors)
    z = whitening.whiten(vectors)
    assert z.shape == (300, N_COMPONENTS)
    assert z.mean(axis=0) == pytest.approx(0, abs=1e-9)
    assert z.std(axis=0) == pytest.approx(1)
    shared = softmax(rng.normal(size=(300, 3)))
    head = PersonalHead(
        scale=1.2,
        bias=np.zeros(3),
        weights=rng.normal(size=(3, N_COMPONENTS)),
        centre=np.zeros(N_COMPONENTS),
        strength=1,
    )
    of_vectors = whitening.unwhiten(head)
    assert of_vectors.weights.shape == (3, 64)
    assert of_vectors.predict_probabilities(shared, vectors) == pytest.approx(head.predict_probabilities(shared, z))


def test_a_small_or_flat_library_has_fewer_components(rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(40, 64))
    assert Whitening.from_sample(vectors).whiten(vectors).shape == (40, 8)
    vectors[:, 3:] = 0
    whitening = Whitening.from_sample(vectors)
    assert whitening.whiten(vectors).shape == (40, 3)
    assert not whitening.whiten(np.full((1, 64), np.nan)).any()
    assert Whitening.from_sample(np.empty((0, 0))).whiten(np.empty((5, 0))).shape == (5, 0)


def test_the_hash_of_labels_changes_with_every_label_and_not_with_their_order() -> None:
    one, other = UUID(int=1), UUID(int=2)
    labels = {one: "calm", other: "sad"}
    assert hash_labels(labels) == hash_labels({other: "sad", one: "calm"})
    assert (
        len({hash_labels(labels), hash_labels({**labels, one: "sad"}), hash_labels({one: "calm"}), hash_labels({})})
        == 4
    )


def test_another_way_of_fitting_makes_all_heads_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {UUID(int=1): "calm"}
    before = hash_labels(labels)
    monkeypatch.setattr(own_labels, "METHOD_VERSION", own_labels.METHOD_VERSION + 1)
    assert hash_labels(labels) != before


@pytest.mark.parametrize(
    ("differences", "artists", "is_within"),
    [
        ([-0.05, -0.05, 3.0], [0, 1, 2], True),
        ([0.05, 0.05, 3.0], [0, 1, 2], False),
        ([-0.05, -0.05, 3.0] * 2, [0, 1, 2, 3, 4, 5], False),
        ([-0.05, -0.05, 3.0] * 2, [0, 1, 2, 0, 1, 2], True),
        ([0.0, 0.0, 0.0], [0, 1, 2], True),
        ([-1.0, -1.0, -1.0], [0, 1, 2], True),
    ],
)
def test_the_standard_error_is_over_artists_and_not_over_tracks(
    differences: list[float], artists: list[int], is_within: bool
) -> None:
    assert is_within_standard_error(np.array(differences), np.array(artists)) == is_within
