"""Where each window lies."""

import numpy as np
import pytest

from services.featurizer.audio import excerpts
from services.featurizer.audio.excerpts import SampleWindow
from shared.domain.features import DescriptorSpec, ExcerptsSpec, FeatureSpec, MelSpec
from shared.errors import PermanentError, Reason
from tests.support import audio

SPEC = FeatureSpec()


@pytest.mark.parametrize(
    ("duration_s", "start_s"), [(30, 10), (15, 10), (14, 9), (5, 0)], ids=["long", "just enough", "last 5 s", "whole"]
)
def test_the_mel_excerpt_is_the_talks_or_the_last_five_seconds(duration_s: int, start_s: int) -> None:
    window = excerpts.mel_window(n_samples=duration_s * 100, sr_native=100, spec=MelSpec())

    assert window == SampleWindow(start=round(start_s * 100), length=500)


def test_windows_are_rounded_down_to_samples_as_librosa_does() -> None:
    window = excerpts.mel_window(n_samples=10**6, sr_native=11_025, spec=MelSpec(offset_s=0.3, duration_s=0.7))

    assert window == SampleWindow(start=3307, length=7717)


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

    assert window == SampleWindow(start=start_s * 100, length=length_s * 100)


def test_five_minutes_reach_every_window() -> None:
    assert excerpts.reach_s(SPEC) == 300


@pytest.mark.parametrize(
    ("duration_s", "starts_s"),
    [
        (5, (0,)),
        (5.4, (0,)),
        (12, (0, 5, 7)),
        (30, (0, 5, 10, 15, 20, 25)),
        (29.2, (0, 5, 10, 15, 20, 24.2)),
    ],
)
def test_excerpts_come_every_five_seconds_and_one_at_the_end(duration_s: float, starts_s: tuple[float, ...]) -> None:
    starts = excerpts.excerpt_starts_s(duration_s=duration_s, mel=MelSpec(), spec=ExcerptsSpec())

    assert starts == pytest.approx(starts_s)


@pytest.mark.parametrize(("duration_s", "last_s"), [(240, 235), (21_600, 295)])
def test_the_excerpts_of_a_song_are_spread_over_it(duration_s: float, last_s: float) -> None:
    starts = excerpts.excerpt_starts_s(duration_s=duration_s, mel=MelSpec(), spec=ExcerptsSpec())

    assert len(starts) == 24
    assert (starts[0], starts[-1]) == pytest.approx((0, last_s))
    np.testing.assert_allclose(np.diff(starts), last_s / 23)


def test_an_excerpt_begins_at_the_nearest_frame_and_is_whole() -> None:
    assert excerpts.first_frame(5.0, n_samples=30 * 22_050, spec=MelSpec()) == 215
    assert excerpts.first_frame(25.0, n_samples=30 * 22_050, spec=MelSpec()) == 1076


def test_five_seconds_are_enough_and_less_is_too_short() -> None:
    excerpts.refuse_short(duration_s=5, n_damaged_packets=0, spec=SPEC)

    with pytest.raises(PermanentError, match=r"4\.99 s without its 2 damaged packets") as raised:
        excerpts.refuse_short(duration_s=4.99, n_damaged_packets=2, spec=SPEC)
    assert raised.value.reason is Reason.TOO_SHORT


@pytest.mark.parametrize("amplitude", [0.0, 0.0003])
def test_a_window_below_the_threshold_is_silent(amplitude: float) -> None:
    assert excerpts.is_silent(audio.tone(440, amplitude=amplitude), silence_dbfs=-70)


def test_one_sample_above_the_threshold_is_not_silent() -> None:
    y = np.zeros(1000, np.float32)
    y[500] = 0.001

    assert not excerpts.is_silent(y, silence_dbfs=-70)


@pytest.mark.parametrize(("sounds_from_s", "start_s"), [(0, 10), (17, 15), (29.5, 25), (4, 10)])
def test_the_mel_excerpt_moves_to_the_first_that_sounds_after_it(sounds_from_s: float, start_s: float) -> None:
    y = np.zeros(3000, np.float32)
    y[int(sounds_from_s * 100) :] = 0.1

    window = excerpts.audible_mel_window(y, sr_native=100, spec=SPEC)

    assert window == SampleWindow(start=round(start_s * 100), length=500)


def test_the_mel_excerpt_moves_back_where_nothing_follows() -> None:
    y = np.zeros(3000, np.float32)
    y[620:700] = 0.1

    assert excerpts.audible_mel_window(y, sr_native=100, spec=SPEC).start == 500


def test_a_clip_without_any_sound_is_silent() -> None:
    with pytest.raises(PermanentError, match="digital silence") as raised:
        excerpts.audible_mel_window(np.zeros(3000, np.float32), sr_native=100, spec=SPEC)
    assert raised.value.reason is Reason.SILENT
