import numpy as np
import pytest

from shared.similarity.index import is_outgrown
from shared.similarity.projection import MOST, N_DIMENSIONS, DescriptorProjection
from shared.store.tables import ProjectionRow


def library(n: int = 400, *, p: int = 90, rank: int = 20, seed: int = 0) -> np.ndarray:
    """Descriptors on all scales that really have `rank` directions."""
    rng = np.random.default_rng(seed)
    scales = 10.0 ** rng.uniform(-4, 4, size=p)
    return ((rng.normal(size=(n, rank)) @ rng.normal(size=(rank, p))) * scales + 7 * scales).astype(np.float32)


def cosines(rows: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    between: np.ndarray = (rows / length) @ (rows / length).T
    return between


def standardised(x: np.ndarray) -> np.ndarray:
    rows: np.ndarray = (x - x.mean(axis=0, dtype=np.float64)) / x.std(axis=0, dtype=np.float64)
    return rows


def test_the_angle_between_two_tracks_stays_what_it_was() -> None:
    x = library()
    placed = DescriptorProjection.from_sample(x).project_rows(x)
    assert placed.shape == (400, N_DIMENSIONS)
    assert placed.dtype == np.float32
    np.testing.assert_allclose(cosines(placed), cosines(standardised(x)), atol=0.05)


def test_the_unit_of_a_descriptor_changes_nothing() -> None:
    x = library()
    in_other_units = x * np.where(np.arange(x.shape[1]) % 2, 1000.0, 1.0).astype(np.float32)
    one, other = (
        DescriptorProjection.from_sample(x).project_rows(x),
        DescriptorProjection.from_sample(in_other_units).project_rows(in_other_units),
    )
    np.testing.assert_allclose(cosines(one), cosines(other), atol=1e-3)


def test_a_descriptor_that_never_changes_changes_nothing() -> None:
    x = library()
    with_constants = np.concatenate([x, np.full((len(x), 5), 3.3, dtype=np.float32)], axis=1)
    np.testing.assert_allclose(
        cosines(DescriptorProjection.from_sample(with_constants).project_rows(with_constants)),
        cosines(DescriptorProjection.from_sample(x).project_rows(x)),
        atol=1e-3,
    )


def test_one_strange_value_does_not_decide() -> None:
    x = library()
    strange = x[:1].copy()
    strange[0, 0] = 1e12 * x[:, 0].std()
    standard = DescriptorProjection.from_sample(x)
    moved = np.linalg.norm(standard.project_rows(strange) - standard.project_rows(x[:1]))
    assert 0 < moved <= 2 * MOST


def test_a_small_library_has_a_standard_too_and_a_new_track_a_place() -> None:
    x = library(3)
    standard = DescriptorProjection.from_sample(x)
    placed = standard.project_rows(library(5, seed=1))
    assert placed.shape == (5, N_DIMENSIONS)
    assert np.isfinite(placed).all()
    assert not placed[:, 3:].any()
    assert not DescriptorProjection.from_sample(x[:1]).project_rows(x[:1]).any(), "one track is its own mean"


def test_the_same_library_gives_the_same_standard_and_its_bytes_give_it_back() -> None:
    x = library()
    standard, again = DescriptorProjection.from_sample(x), DescriptorProjection.from_sample(x.copy())
    assert standard.to_bytes() == again.to_bytes()
    np.testing.assert_array_equal(
        DescriptorProjection.from_bytes(standard.to_bytes()).project_rows(x), standard.project_rows(x)
    )


def test_a_track_without_all_descriptors_is_passed_over_and_has_no_place() -> None:
    x = library()
    holes = np.concatenate([x, np.full((1, x.shape[1]), np.nan, dtype=np.float32)])
    standard = DescriptorProjection.from_sample(holes)
    assert standard.to_bytes() == DescriptorProjection.from_sample(x).to_bytes()
    assert np.isnan(standard.project_rows(holes)[-1]).all()
    with pytest.raises(ValueError, match="at least one track"):
        DescriptorProjection.from_sample(holes[-1:])


def test_a_library_gets_a_projection_and_a_new_one_when_it_has_grown_by_half() -> None:
    fitted = ProjectionRow(n_tracks=100)
    assert is_outgrown(None, n_tracks=1)
    assert [is_outgrown(fitted, n_tracks=n) for n in (50, 149, 150)] == [False, False, True]


def test_blocks_weigh_alike_whatever_their_width() -> None:
    rng = np.random.default_rng(3)
    hidden = rng.normal(size=(300, 2))
    wide, narrow = np.repeat(hidden[:, :1], 40, axis=1), hidden[:, 1:]
    x = np.concatenate([wide, narrow], axis=1).astype(np.float32)
    alike = DescriptorProjection.from_sample(x, widths=(40, 1)).project_rows(x)
    np.testing.assert_allclose(cosines(alike), cosines(standardised(hidden)), atol=0.01)
    by_column = DescriptorProjection.from_sample(x).project_rows(x)
    assert np.abs(cosines(by_column) - cosines(standardised(hidden))).max() > 0.5
    with pytest.raises(ValueError, match="blocks of 40 columns for 41"):
        DescriptorProjection.from_sample(x, widths=(40,))


def test_a_sample_of_fewer_tracks_than_values_gives_the_same_angles() -> None:
    x = library(60, p=90, rank=20)
    placed = DescriptorProjection.from_sample(x).project_rows(x)
    assert placed.shape == (60, N_DIMENSIONS)
    np.testing.assert_allclose(cosines(placed), cosines(standardised(x)), atol=0.05)
    alone = DescriptorProjection.from_sample(x[:1])
    assert not alone.project_rows(x).any(), "one track has no axes"
