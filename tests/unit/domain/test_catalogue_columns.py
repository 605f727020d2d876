"""The benchmark of the catalogue columns on figures whose answers are known."""

import numpy as np
import pytest

from benchmarks.catalogue_columns import distribution, share_read
from benchmarks.synthetic_signals import SR, coloured_noise
from shared.domain.catalogue import COMPUTED_COLUMNS, COMPUTED_INPUTS


def test_a_distribution_counts_what_is_null_and_spreads_the_others() -> None:
    rows = [{"tempo": value} for value in (None, 100.0, 110.0, 120.0)]

    found = distribution(rows)

    assert set(found) == set(COMPUTED_COLUMNS)
    assert (found["tempo"]["n"], found["tempo"]["null"], found["tempo"]["quantiles"][2]) == (4, 0.25, 110.0)
    assert (found["liveness"]["null"], found["liveness"]["quantiles"]) == (1.0, None)


def test_a_clip_is_read_by_models_if_every_column_that_they_read_is_there() -> None:
    whole: dict[str, float | None] = dict.fromkeys(COMPUTED_COLUMNS, 0.5)

    assert share_read([whole, {**whole, "key": None}, {**whole, COMPUTED_INPUTS[0]: None}]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("decay_db", [0.0, -3.0, -6.0])
def test_coloured_noise_falls_by_its_decay_from_octave_to_octave(decay_db: float) -> None:
    y = coloured_noise(np.random.default_rng(1), decay_db_per_octave=decay_db, duration_s=20)

    power = np.abs(np.fft.rfft(y)) ** 2
    hz = np.fft.rfftfreq(y.size, 1 / SR)
    low, high = (power[(hz >= edge) & (hz < 2 * edge)].mean() for edge in (500, 4000))

    assert 10 * np.log10(high / low) / 3 == pytest.approx(decay_db, abs=0.1)
