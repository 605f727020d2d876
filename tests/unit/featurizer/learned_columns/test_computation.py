"""What the learned columns say of values whose answer is known."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from services.featurizer.learned_columns.computation import (
    compute_learned_columns,
    compute_named_score,
    compute_speechiness,
    join_scores,
    name_outputs,
    scale_as_spotify,
)
from services.featurizer.learned_columns.weights import (
    BLOCKS_READ,
    DESCRIPTOR_BLOCKS,
    join_values,
    list_block_sizes,
    load_stacked_weights,
    load_weights,
    standardise_values,
)
from shared.arrays import Floats, Tensor
from shared.domain.content_kind import LEAST_MUSIC_SHARE
from shared.domain.learned_columns import LEARNED_NULL_REASONS, LEARNED_SPEC, LEARNED_VALUES
from shared.domain.taggers import YAMNET
from tests.support.tagger_values import STEADY

RNG = np.random.default_rng(0)
MUSIC_SHARE = "yamnet_music_share_music"


def make_outputs(**named: float) -> dict[str, Tensor]:
    """Outputs of all taggers; those that are named have these values, the others are as in the mean clip."""
    means = load_weights().means
    outputs = {}
    for spec in LEARNED_SPEC.taggers:
        values = np.zeros(spec.n_values, dtype=np.float32)
        for block in spec.blocks:
            if f"{spec.name}.{block.name}" in means:
                values[spec.block_slice(block.name)] = means[f"{spec.name}.{block.name}"]
        for name, value in {MUSIC_SHARE: 1.0, **named}.items():
            if name in spec.value_names:
                values[spec.value_names.index(name)] = value
        outputs[spec.name] = values
    return outputs


def mean_descriptors() -> Tensor:
    return join_families(load_weights().means)


def join_families(by_block: Mapping[str, Sequence[float] | Floats]) -> Tensor:
    return np.concatenate([by_block[block] for block in DESCRIPTOR_BLOCKS]).astype(np.float32)


def moved_along(score: str, amount: float) -> tuple[Tensor, dict[str, Tensor]]:
    """A clip like any other, moved by so much along the weights of a score."""
    weights, rng = load_weights(), np.random.default_rng(1)
    moved = {
        block: np.array(weights.means[block])
        + np.array(weights.scales[block])
        * (rng.normal(size=size) + amount * np.sign(weights.scores[score].weights[block]))
        for block, size in list_block_sizes().items()
    }
    outputs = make_outputs()
    for block in BLOCKS_READ[len(DESCRIPTOR_BLOCKS) :]:
        tagger, name = block.split(".")
        spec = next(one for one in LEARNED_SPEC.taggers if one.name == tagger)
        outputs[tagger][spec.block_slice(name)] = moved[block]
    return join_families(moved), outputs


@pytest.mark.parametrize("column", ["valence", "energy"])
def test_a_clip_further_along_the_weights_of_an_axis_has_a_higher_probability(column: str) -> None:
    values = [compute_learned_columns(*moved_along(column, amount))[column] for amount in (-1, -0.2, 0, 0.2, 1)]
    assert all(value is not None and 0 <= value <= 1 for value in values)
    assert values == sorted({value for value in values if value is not None})
    assert values[0] < 0.05  # type: ignore[operator]
    assert values[-1] > 0.95  # type: ignore[operator]


def test_valence_on_the_scale_of_spotify_rises_with_the_probability_and_is_no_probability() -> None:
    by_clip = [compute_learned_columns(*moved_along("valence", amount)) for amount in (-1, -0.1, 0, 0.1, 1)]
    scaled = [one["valence_spotify_scale"] for one in by_clip]
    assert scaled == sorted({value for value in scaled if value is not None})
    knots = load_weights().spotify_knots
    assert scaled == [scale_as_spotify(float(one["valence"] or 0), knots=knots) for one in by_clip]
    assert scale_as_spotify(0.5, knots=[[0, 0], [0.4, 0.2], [1, 0.8]]) == pytest.approx(0.3)


def test_speech_is_above_two_thirds_music_below_one_third_and_rap_between() -> None:
    speech, music, rap = (
        compute_speechiness(
            name_outputs(
                make_outputs(
                    yamnet_event_speech_mean=speech, yamnet_event_music_mean=music, yamnet_event_singing_mean=singing
                )
            )
        )
        for speech, music, singing in ((0.95, 0.01, 0.0), (0.002, 0.88, 0.01), (0.25, 0.5, 0.2))
    )
    assert speech > 0.66
    assert music < 0.1
    assert music < rap < 0.5
    sung = name_outputs(make_outputs(yamnet_event_speech_mean=0.3, yamnet_event_singing_mean=0.9))
    assert compute_speechiness(sung) < 0.33, "singing counts against speech as music does"


RAISES = {
    "instrumentalness": {"musicnn_tag_mean_instrumental"},
    "acousticness": {"musicnn_tag_mean_acoustic"},
    "danceability": {"musicnn_tag_mean_dance", "musicnn_tag_mean_party"},
}
"""By column what speaks for it; all else that it reads speaks against it, such as voices and electronic tags."""


@pytest.mark.parametrize("column", RAISES)
def test_what_speaks_for_a_column_raises_it_and_all_else_that_it_reads_lowers_it(column: str) -> None:
    score = load_weights().named_scores[column]
    start = {one.name: one.mean for one in score.inputs}
    middle = compute_named_score(score, start)
    raises = {name for name, mean in start.items() if compute_named_score(score, start | {name: mean + 3}) > middle}
    assert raises == RAISES[column]


def test_nothing_that_only_music_has_is_said_of_what_is_no_music() -> None:
    said = compute_learned_columns(mean_descriptors(), make_outputs(**{MUSIC_SHARE: LEAST_MUSIC_SHARE}))
    assert None not in said.values()
    assert tuple(said) == LEARNED_VALUES
    little = compute_learned_columns(mean_descriptors(), make_outputs(**{MUSIC_SHARE: LEAST_MUSIC_SHARE - 0.01}))
    assert {name for name, value in little.items() if value is None} == LEARNED_NULL_REASONS.keys()
    hum = make_outputs()
    hum["yamnet"][YAMNET.block_slice("embedding_std")] = STEADY
    steady = compute_learned_columns(mean_descriptors(), hum)
    assert {name for name, value in steady.items() if value is None} == LEARNED_NULL_REASONS.keys()


def test_blocks_are_joined_in_the_order_of_the_weights_and_scaled_to_their_lengths() -> None:
    descriptors = RNG.normal(size=mean_descriptors().size).astype(np.float32)
    outputs = {spec.name: RNG.normal(size=spec.n_values).astype(np.float32) for spec in LEARNED_SPEC.taggers}
    joined = join_values(descriptors, outputs)
    np.testing.assert_array_equal(joined[: descriptors.size], descriptors)
    np.testing.assert_array_equal(joined[-outputs["chords"].size :], outputs["chords"])
    far = np.ones_like(joined)
    far[descriptors.size :: 2] = 1000
    standardised = standardise_values(far, mean=0 * far, scale=far * 0 + 1)
    start, lengths = 0, []
    for size in list_block_sizes().values():
        block = standardised[start : start + size]
        assert np.abs(block).max() <= 5.01 * np.abs(block).min(), "cut at five deviations"
        lengths.append(np.linalg.norm(block))
        start += size
    assert lengths == pytest.approx([0.5] * len(DESCRIPTOR_BLOCKS) + [1.0] * (len(lengths) - len(DESCRIPTOR_BLOCKS)))
    assert not standardise_values(0 * far, mean=0 * far, scale=far).any(), "a track like the mean of all"
    stacked = load_stacked_weights()
    by_hand = stacked.matrix @ standardise_values(joined, mean=stacked.mean, scale=stacked.scale) + stacked.intercepts
    assert stacked.compute_scores(joined) == pytest.approx(dict(zip(stacked.names, by_hand, strict=True)))


def test_the_score_of_an_axis_is_the_mean_of_two_log_odds() -> None:
    scores = {"valence": 1.0, "energy": 0.0, "Q1": 2.0, "Q2": 0.0, "Q3": 0.0, "Q4": 2.0}
    assert join_scores(scores, "valence") == pytest.approx(0.5 * (1.0 + 2.0))
    assert join_scores(scores, "energy") == pytest.approx(0.0)
