"""Where each window lies."""

import numpy as np
import pytest

from services.featurizer import excerpts
from services.featurizer.excerpts import Window
from shared.domain.features import DescriptorSpec, FeatureSpec, MelSpec
from shared.errors import PermanentError, Reason
from tests import audio

SPEC = FeatureSpec()


@pytest.mark.parametrize(
    ("duration_s", "start_s"), [(30, 10), (15, 10), (14, 9), (5, 0)], ids=["long", "just enough", "last 5 s", "whole"]
)
def test_the_mel_excerpt_is_the_talks_or_the_last_five_seconds(duration_s: int, start_s: int) -> None:
    window = excerpts.mel_window(n_samples=duration_s * 100, sr_native=100, spec=MelSpec())

    assert window == Window(start=start_s * 100, length=500)


def test_windows_are_rounded_down_to_samples_as_librosa_does() -> None:
    window = excerpts.mel_window(n_samples=10**6, sr_native=11_025, spec=MelSpec(offset_s=0.3, duration_s=0.7))

    assert window == Window(start=3307, length=7717)


@pytest.mark.parametrize(
    ("duration_s", "start_s", "length_s"),
    [(7, 0, 7), (30, 0, 30), (40, 10, 30), (80, 40, 30), (110, 55, 30), (200, 60, 30), (21_600, 60, 30)],
)
def test_the_descriptor_window_starts_in_the_middle_but_never_late(
    duration_s: int, start_s: int, length_s: int
) -> None:
    window = excerpts.descriptor_window(
        n_samples=min(duration_s, 120) * 100, duration_s=duration_s, sr_native=100, spec=DescriptorSpec()
    )

    assert window == Window(start=start_s * 100, length=length_s * 100)


def test_ninety_seconds_reach_every_window_and_two_minutes_settle_them() -> None:
    assert excerpts.reach_s(SPEC) == 90
    assert excerpts.settled_s(SPEC) == 120


def test_five_seconds_are_enough_and_less_is_too_short() -> None:
    excerpts.refuse_short(duration_s=5, n_damaged_packets=0, spec=SPEC)

    with pytest.raises(PermanentError, match=r"4\.99 s without its 2 damaged packets") as raised:
        excerpts.refuse_short(duration_s=4.99, n_damaged_packets=2, spec=SPEC)
    assert raised.value.reason is Reason.TOO_SHORT


@pytest.mark.parametrize("amplitude", [0.0, 0.0003])
def test_a_window_below_the_threshold_is_silent(amplitude: float) -> None:
    with pytest.raises(PermanentError) as raised:
        excerpts.refuse_silent(audio.tone(440, amplitude=amplitude), silence_dbfs=-70, what="the excerpt")
    assert raised.value.reason is Reason.SILENT


def test_one_sample_above_the_threshold_is_not_silent() -> None:
    y = np.zeros(1000, np.float32)
    y[500] = 0.001

    excerpts.refuse_silent(y, silence_dbfs=-70, what="the excerpt")
