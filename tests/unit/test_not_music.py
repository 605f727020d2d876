"""How the benchmark of what is no music fits thresholds, and what its sounds are."""

import numpy as np
import pytest

from benchmarks.not_music import HeardItem, fit_thresholds
from benchmarks.not_music_audio import MUSIC_LIKE, SYNTHESISED
from benchmarks.synthetic_signals import SR

MADE = {name: make for name, (_, make) in {**SYNTHESISED, **MUSIC_LIKE}.items() if name != "espeak"}
"""`espeak-ng` is no dependency."""


def heard(*shares: float, dispersion: float = 0.05) -> HeardItem:
    """A sound with these shares by rising threshold, and none at higher ones."""
    return HeardItem(shares=shares + (0.0,) * (12 - len(shares)), dispersion=dispersion, kind=None)


def test_the_largest_threshold_that_refuses_no_music_is_taken_and_the_dispersion_is_kept_well_below() -> None:
    window, dispersion = fit_thresholds([heard(1.0, 0.9, 0.5), heard(0.9, 0.2, 0.19, dispersion=0.1)])
    assert window == 0.1
    assert dispersion == pytest.approx(0.44 * 0.05)
    assert heard(1.0, 0.19).is_refused(window, dispersion)
    assert heard(1.0, 0.2, dispersion=0.02).is_refused(window, dispersion)
    assert not heard(1.0, 0.2).is_refused(window, dispersion)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_a_seed_names_a_sound_of_half_a_minute(name: str) -> None:
    first, again, other = (MADE[name](np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.size == 30 * SR
    assert np.abs(first).max() <= 0.981
    assert np.isfinite(first).all()
