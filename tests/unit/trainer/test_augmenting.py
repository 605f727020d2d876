"""SpecAugment blanks whole bands and whole stretches, and nothing else."""

import numpy as np
import pytest

from services.trainer.networks.spec_augment import SpecAugment

MEL = np.random.default_rng(0).normal(-40, 12, (128, 216)).astype(np.float32)


def test_what_is_masked_is_a_whole_band_or_a_whole_stretch_at_the_mean() -> None:
    masked = SpecAugment(n_bands=1, max_band=16, n_stretches=1, max_stretch=24)(MEL, rng=np.random.default_rng(3))
    changed = masked != MEL
    bands, stretches = changed.all(axis=1), changed.all(axis=0)
    assert 0 < bands.sum() <= 16
    assert 0 < stretches.sum() <= 24
    np.testing.assert_array_equal(changed, bands[:, np.newaxis] | stretches[np.newaxis])
    np.testing.assert_allclose(masked[changed], MEL.mean(), rtol=1e-6)


def test_the_same_seed_gives_the_same_masks_and_the_array_itself_stays() -> None:
    before = MEL.copy()
    first, second = (SpecAugment()(MEL, rng=np.random.default_rng(7)) for _ in range(2))
    other = SpecAugment()(MEL, rng=np.random.default_rng(8))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(MEL, before)
    assert (first != other).any()


@pytest.mark.parametrize("shape", [(1, 1), (4, 3), (128, 5)])
def test_masks_that_are_wider_than_the_array_stay_inside_it(shape: tuple[int, int]) -> None:
    mel = np.linspace(-80, 0, shape[0] * shape[1], dtype=np.float32).reshape(shape)
    for seed in range(20):
        assert SpecAugment()(mel, rng=np.random.default_rng(seed)).shape == shape


def test_no_masks_change_nothing() -> None:
    np.testing.assert_array_equal(SpecAugment(n_bands=0, n_stretches=0)(MEL, rng=np.random.default_rng(0)), MEL)


def test_the_card_names_every_limit() -> None:
    card = SpecAugment(max_band=8).as_card()
    assert card == {"spec_augment": {"n_bands": 2, "max_band": 8, "n_stretches": 2, "max_stretch": 24}}
