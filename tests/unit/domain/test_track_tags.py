"""The tags that the tagger gives: which there are, and the numbers that are kept with them."""

import numpy as np
import pytest

from shared.domain.taggers import MSD_TAGS, MUSICNN
from shared.domain.track_tags import GIVEN_TAGS, TAG_RULES, TagRules, read_tag_logits, read_wanted_tags


def values_with(logits: dict[str, float]) -> list[float]:
    """Values of a track whose mean logits are those; of all other tags they are very low."""
    values = [0.0] * MUSICNN.n_values
    values[MUSICNN.block_slice("tag_mean")] = [logits.get(tag, -50.0) for tag in MSD_TAGS]
    return values


def test_the_thresholds_are_those_of_the_tagger_of_today_and_of_every_tag() -> None:
    assert TAG_RULES.tagger_fingerprint == MUSICNN.fingerprint, "run: python -m benchmarks tag_thresholds --write"
    assert tuple(TAG_RULES.thresholds) == GIVEN_TAGS
    assert TAG_RULES.n_clips == 598
    for rule in TAG_RULES.thresholds.values():
        assert rule.mean < rule.threshold < rule.mean + 3 * rule.deviation
        assert rule.deviation > 0


def test_tags_of_era_and_fandom_are_not_given_and_two_spellings_are_one() -> None:
    assert set(MSD_TAGS) - set(GIVEN_TAGS) == {
        *("60s", "70s", "80s", "90s", "00s", "oldies"),
        *("beautiful", "sexy", "catchy"),
        "female vocalist",
    }


def test_a_tag_is_given_above_its_threshold_with_its_standardised_logit() -> None:
    mellow = TAG_RULES.thresholds["mellow"]
    assert TAG_RULES.give_tags(values_with({"mellow": mellow.threshold - 0.01})) == {}
    given = TAG_RULES.give_tags(values_with({"mellow": mellow.mean + 2 * mellow.deviation}))
    assert given == {"mellow": pytest.approx(2.0, abs=0.002)}


def test_the_two_spellings_count_by_their_mean() -> None:
    values = values_with({"female vocalists": -1.0, "female vocalist": -3.0})
    assert read_tag_logits(values)[GIVEN_TAGS.index("female vocalists")] == pytest.approx(-2.0)


def test_rules_by_clips_are_percentile_mean_and_deviation_and_survive_their_file() -> None:
    rng = np.random.default_rng(0)
    outputs = [values_with({"sad": value}) for value in rng.normal(-5, 2, size=400).tolist()]
    rules = TagRules.from_outputs(outputs)
    sad = rules.thresholds["sad"]
    column = np.array([read_tag_logits(values)[GIVEN_TAGS.index("sad")] for values in outputs])
    assert sad.threshold == pytest.approx(np.quantile(column, 0.9), abs=1e-3)
    assert sad.mean == pytest.approx(column.mean(), abs=1e-3)
    assert sad.deviation == pytest.approx(column.std(), abs=1e-3)
    assert TagRules.from_json(rules.to_json()) == rules
    assert rules.fingerprint != TAG_RULES.fingerprint


def test_wanted_tags_are_read_as_they_are_compared() -> None:
    assert read_wanted_tags(["Mellow, acoustic", " mellow ", "Female  Vocalist", ""]) == (
        "mellow",
        "acoustic",
        "female vocalists",
    )
