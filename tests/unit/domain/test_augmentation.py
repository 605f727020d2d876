"""What is drawn for a variant follows from the request alone, and lies in its range."""

from typing import Any

import pytest

from shared.domain.augmentation import RANGES, TRANSFORMS, AugmentRequest, draw_variant


def test_the_same_request_draws_the_same_variants() -> None:
    assert list(AugmentRequest(seed=3, copies=2).draw_variants("a")) == list(
        AugmentRequest(seed=3, copies=2).draw_variants("a")
    )


def test_seed_track_transform_and_copy_each_change_the_draw() -> None:
    drawn = {
        draw_variant(track, "pitch_shift", seed=seed, copy=copy).parameters["semitones"]
        for track in "ab"
        for seed in (0, 1)
        for copy in (0, 1)
    }
    assert len(drawn) == 8


def test_more_copies_keep_the_variants_that_there_were() -> None:
    few, many = (list(AugmentRequest(copies=copies).draw_variants("a")) for copies in (1, 3))
    assert len(many) == 3 * len(few)
    assert all(variant in many for variant in few)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_every_amount_lies_in_its_range_and_the_range_is_used(transform: str) -> None:
    for name, (low, high) in RANGES[transform].items():
        drawn = [draw_variant(str(n), transform, seed=0, copy=0).parameters[name] for n in range(300)]
        assert low <= min(drawn) < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < max(drawn) <= high


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"variants": ("reverse",)}, "reverse"),
        ({"variants": ()}, "none"),
        ({"variants": ("pitch_shift", "pitch_shift")}, "twice"),
        ({"copies": 0}, "1 to 10"),
        ({"copies": 11}, "1 to 10"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_in_words(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        AugmentRequest(**said)


def test_a_request_survives_its_job() -> None:
    request = AugmentRequest(variants=("compression",), seed=9, copies=4)
    assert AugmentRequest.from_params(request.to_params()) == request
