"""Files of unit vectors that are mapped into memory."""

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from shared.similarity.vector_file import OwnedVectors, VectorFile, VectorFileError, write_vector_file

NETWORK, PROJECTION = UUID(int=7), UUID(int=8)
RNG = np.random.default_rng(3)


def make_vectors(n: int, *, n_dimensions: int = 16, owner_id: UUID = PROJECTION) -> OwnedVectors:
    ids = tuple(UUID(int=int(high) << 64 | int(low)) for high, low in RNG.integers(1, 2**62, size=(n, 2)))
    lengths = RNG.uniform(0.01, 100, size=(n, 1))
    vectors = (RNG.normal(size=(n, n_dimensions)) * lengths).astype(np.float32)
    return OwnedVectors(owner_id=owner_id, synthetic=False, track_ids=ids, vectors=vectors)


def write_file(folder: Path, *owned: OwnedVectors) -> VectorFile:
    write_vector_file(folder / "vectors", owned)
    return VectorFile(folder / "vectors")


def list_by_hand(owned: OwnedVectors, point: np.ndarray, n: int) -> list[UUID]:
    x = owned.vectors.astype(np.float64)
    cosines = x @ point / np.linalg.norm(x, axis=1) / np.linalg.norm(point)
    return [owned.track_ids[i] for i in np.argsort(-cosines)[:n]]


@pytest.mark.parametrize(("n_tracks", "n"), [(5000, 20), (5000, 700), (300, 20), (30, 29)])
def test_the_nearest_tracks_are_those_of_the_highest_cosine(tmp_path: Path, n_tracks: int, n: int) -> None:
    owned = make_vectors(n_tracks)
    section = write_file(tmp_path, owned).sections[PROJECTION]
    for point in owned.vectors[:5]:
        nearest = section.list_nearest(point, n=n)
        assert nearest.track_ids == list_by_hand(owned, point, n)
        assert nearest.farthest < 1


def test_where_many_are_equally_near_as_many_as_wanted_are_given(tmp_path: Path) -> None:
    few, many = make_vectors(10), make_vectors(4000)
    alike = OwnedVectors(
        owner_id=PROJECTION, synthetic=False, track_ids=many.track_ids, vectors=np.tile(few.vectors[:1], (4000, 1))
    )
    assert len(write_file(tmp_path, alike).sections[PROJECTION].list_nearest(few.vectors[0], n=50).track_ids) == 50


def test_all_tracks_are_given_where_as_many_are_wanted(tmp_path: Path) -> None:
    owned = make_vectors(12)
    nearest = write_file(tmp_path, owned).sections[PROJECTION].list_nearest(owned.vectors[0], n=12)
    assert set(nearest.track_ids) == set(owned.track_ids)
    assert nearest.farthest == -np.inf


def test_owners_are_apart_and_keep_their_dimensions(tmp_path: Path) -> None:
    of_network, projected = make_vectors(40, n_dimensions=5, owner_id=NETWORK), make_vectors(50)
    file = write_file(tmp_path, of_network, projected)
    assert {owner: section.vectors.shape for owner, section in file.sections.items()} == {
        NETWORK: (5, 40),
        PROJECTION: (16, 50),
    }
    assert set(file.sections[NETWORK].list_nearest(of_network.vectors[0], n=3).track_ids) <= set(of_network.track_ids)
    assert not file.sections[NETWORK].synthetic


def test_a_section_knows_its_tracks(tmp_path: Path) -> None:
    owned = make_vectors(100)
    alike = (UUID(int=1 << 64 | 1), UUID(int=1 << 64 | 3))  # the higher halves are the same
    owned = OwnedVectors(
        owner_id=PROJECTION, synthetic=True, track_ids=(*owned.track_ids[2:], *alike), vectors=owned.vectors
    )
    section = write_file(tmp_path, owned).sections[PROJECTION]
    assert section.synthetic
    for track_id, vector in zip(owned.track_ids, owned.vectors, strict=True):
        kept = section.get_vector(track_id)
        assert kept is not None
        np.testing.assert_allclose(kept, vector / np.linalg.norm(vector), rtol=1e-5)
    others = (UUID(int=1 << 64 | 2), UUID(int=0), UUID(int=2**128 - 1))
    assert [section.get_vector(other) for other in others] == [None] * 3


def test_a_vector_without_a_direction_is_left_out(tmp_path: Path) -> None:
    owned = make_vectors(10)
    owned.vectors[0], owned.vectors[1, 3] = 0, np.nan
    section = write_file(tmp_path, owned).sections[PROJECTION]
    assert section.vectors.shape == (16, 8)
    assert section.get_vector(owned.track_ids[0]) is None
    assert section.get_vector(owned.track_ids[1]) is None


def test_a_file_without_owners_has_no_sections(tmp_path: Path) -> None:
    assert write_file(tmp_path).sections == {}


@pytest.mark.parametrize("content", [b"", b"something else that is long enough"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(VectorFileError):
        VectorFile(tmp_path / "other")
