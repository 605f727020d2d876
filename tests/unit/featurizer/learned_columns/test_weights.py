"""The weights that are shipped fit what descriptors and taggers declare, and the fingerprint follows from all three."""

from dataclasses import replace

import pytest

from services.featurizer.descriptors import DESCRIPTORS
from services.featurizer.learned_columns import weights as learned_weights
from services.featurizer.learned_columns.weights import (
    BLOCKS_READ,
    DESCRIPTOR_BLOCKS,
    QUADRANTS,
    WEIGHTS_PATH,
    ColumnWeights,
    digest_of,
    list_block_sizes,
    load_weights,
)
from shared.domain.learned_columns import LEARNED_COLUMNS, LEARNED_SPEC
from shared.domain.taggers import CHORDS, MUSICNN, YAMNET
from shared.domain.track import CATALOGUE_COLUMNS

AGAIN = "make them again with `python -m benchmarks learned_columns --train DIR --write`"


def test_the_file_is_the_one_whose_digits_are_in_the_spec() -> None:
    content = WEIGHTS_PATH.read_bytes()
    assert digest_of(content) == LEARNED_SPEC.weights, AGAIN
    assert len(content) < 1_000_000
    assert ColumnWeights.from_json(content.decode()).to_json().encode() == content


def test_the_weights_fit_the_blocks_that_descriptors_and_taggers_declare() -> None:
    weights, sizes = load_weights(), list_block_sizes()
    assert tuple(sizes) == BLOCKS_READ
    assert sum(sizes[block] for block in DESCRIPTOR_BLOCKS) == len(DESCRIPTORS)
    assert weights.scores.keys() == {"valence", "energy", *QUADRANTS}
    for by_block in (weights.means, weights.scales, *(score.weights for score in weights.scores.values())):
        assert {block: len(values) for block, values in by_block.items()} == sizes, AGAIN
    assert min(min(scales) for scales in weights.scales.values()) > 0
    declared = {name for spec in LEARNED_SPEC.taggers for name in spec.value_names}
    read = {one.name for score in weights.named_scores.values() for one in score.inputs}
    assert read <= declared, AGAIN
    assert {*weights.named_scores, "valence", "energy", "speechiness"} == set(LEARNED_COLUMNS)
    assert all(slope > 0 for slope, _ in weights.calibration.values())


def test_the_scale_rises_from_0_to_1_over_all_probabilities() -> None:
    x, y = zip(*load_weights().spotify_knots, strict=True)
    assert (x[0], y[0]) == (0, 0)
    assert x[-1] >= 1
    assert y[-1] <= 1
    assert list(x) == sorted(set(x))
    assert list(y) == sorted(y)
    assert 21 <= len(x) <= 101


def test_the_fingerprint_follows_from_weights_taggers_and_descriptors() -> None:
    assert LEARNED_SPEC.taggers == (MUSICNN, YAMNET, CHORDS)
    other_tagger = replace(CHORDS, version=CHORDS.version + 1)
    fingerprints = [
        LEARNED_SPEC.compute_fingerprint(descriptors="0123456789ab"),
        LEARNED_SPEC.compute_fingerprint(descriptors="another"),
        replace(LEARNED_SPEC, weights="0" * 12).compute_fingerprint(descriptors="0123456789ab"),
        replace(LEARNED_SPEC, version=LEARNED_SPEC.version + 1).compute_fingerprint(descriptors="0123456789ab"),
        replace(LEARNED_SPEC, taggers=(MUSICNN, YAMNET, other_tagger)).compute_fingerprint(descriptors="0123456789ab"),
    ]
    assert len(set(fingerprints)) == len(fingerprints)
    assert all(len(digits) == 12 for digits in fingerprints)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned_weights, "LEARNED_SPEC", replace(LEARNED_SPEC, weights="0" * 12))
    load_weights.cache_clear()
    with pytest.raises(ValueError, match="as the spec says"):
        load_weights()


def test_a_learned_column_is_one_of_the_catalogue() -> None:
    assert set(LEARNED_COLUMNS) <= set(CATALOGUE_COLUMNS)
