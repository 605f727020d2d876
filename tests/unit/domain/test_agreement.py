"""Golden cases, worked out by hand."""

import pytest

from shared.domain.agreement import measure_agreements

CALM, SAD, HAPPY = "calm", "sad", "happy"


def test_whom_nobody_can_be_compared_with_weighs_a_half_and_has_no_agreement() -> None:
    alone = measure_agreements([{"a": CALM}, {"a": SAD}])["a"]
    assert (alone.n_tracks, alone.n_shared, alone.weight) == (2, 0, 0.5)
    assert alone.agreement is alone.chance is alone.kappa is None


def test_two_who_agree_on_two_of_three_tracks() -> None:
    found = measure_agreements([{"a": CALM, "b": CALM}, {"a": SAD, "b": SAD}, {"a": SAD, "b": CALM}, {"b": SAD}])
    a = found["a"]
    assert (a.n_tracks, a.n_shared) == (3, 3)
    assert a.agreement == pytest.approx(2 / 3)
    # a: calm 1/3, sad 2/3; b on the shared tracks: calm 2/3, sad 1/3
    assert a.chance == pytest.approx(1 / 3 * 2 / 3 + 2 / 3 * 1 / 3)
    assert a.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert a.weight == pytest.approx(3 / 5)
    assert found["b"].n_tracks == 4
    assert found["b"].agreement == a.agreement


def test_cohens_example_of_two_by_two() -> None:
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: 70 % agreement, 50 % by chance, kappa .4."""
    table = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    found = measure_agreements([{"a": a, "b": b} for (a, b), count in table.items() for _ in range(count)])["a"]
    assert (found.agreement, found.chance, found.kappa) == pytest.approx((0.7, 0.5, 0.4))


def test_of_three_the_odd_one_out_weighs_least() -> None:
    found = measure_agreements([{"a": CALM, "b": CALM, "c": HAPPY}] * 4)
    assert found["a"].agreement == found["b"].agreement == pytest.approx(1 / 2)
    assert found["c"].agreement == 0
    assert found["a"].weight == pytest.approx(3 / 6)
    assert found["c"].weight == pytest.approx(1 / 6)


def test_who_always_says_the_one_thing_that_all_say_has_no_kappa() -> None:
    found = measure_agreements([{"a": CALM, "b": CALM}] * 5)["a"]
    assert (found.agreement, found.chance, found.kappa) == (1.0, 1.0, None)
    assert found.weight == pytest.approx(6 / 7)
