"""Stacks and batches: what is random follows from the seed and the epoch, and nothing is read before its turn."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from numpy.typing import NDArray

from services.trainer.networks.batches import BatchStream
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.spec_augment import SpecAugment
from shared.json_objects import JsonObject
from tests.support.networks.parts import stored_arrays
from tests.support.networks.small import EXCERPT, sounds, spectrograms


class Counting(dict[str, NDArray[Any]]):
    """A source that says what was read."""

    read: list[str]

    def __getitem__(self, track_id: str) -> NDArray[Any]:
        self.read.append(track_id)
        return super().__getitem__(track_id)


class Variants:
    """One variant of each track: all its values are the track's number."""

    def __init__(self, numbers: dict[UUID, int]) -> None:
        self.numbers = numbers

    def for_training(
        self, track_ids: Collection[UUID], *, held_out: Collection[UUID]
    ) -> Iterator[tuple[UUID, JsonObject, NDArray[np.float16]]]:
        assert not set(track_ids) & set(held_out)
        for track_id in self.numbers:
            if track_id in track_ids:
                yield track_id, {"transform": "pitch_shift"}, np.full(EXCERPT, self.numbers[track_id], dtype=np.float16)

    def as_card(self) -> JsonObject:
        return {"pitch_shift": {"n": len(self.numbers)}}


def batches(x: ExcerptArrays, *, targets: NDArray[np.float32] | None = None, **how: Any) -> BatchStream:
    n = len(x)
    labels = np.eye(n, dtype=np.float32) if targets is None else targets
    return BatchStream(x=x, targets={"a": labels}, weights=np.ones(n, dtype=np.float32), size=4, seed=5, **how)


def test_a_part_is_a_view_of_which_nothing_was_read() -> None:
    whole = spectrograms(6)
    source = Counting(stored_arrays(whole))
    source.read = []
    x = ExcerptArrays(source, whole.track_ids, excerpt=EXCERPT)
    part = x[np.array([True, False, True, False, False, True])][np.array([2, 0])]
    assert (part.track_ids, source.read) == (("t005", "t000"), [])
    assert part.shape == (2, 16 * 24)
    np.testing.assert_array_equal(part.read(0), stored_arrays(whole)["t005"].astype(np.float32))
    assert source.read == ["t005"]


def test_samples_are_read_between_minus_one_and_one() -> None:
    x = sounds(2)
    assert x.read(0).shape == (1, 4096)
    assert 0.2 < np.abs(x.read(0)).max() <= 1


def test_a_damaged_array_says_what_to_do() -> None:
    x = spectrograms(1)
    stored_arrays(x)["t000"][0, 3, 3] = np.nan
    with pytest.raises(ValueError, match="featurize its track again"):
        x.read(0)


def test_tracks_with_equally_many_excerpts_come_together_and_all_come() -> None:
    x = spectrograms(9, n_excerpts=(1, 2, 3))
    groups = list(x.group_by_length(range(9), most=4))
    assert sorted(i for group in groups for i in group.tolist()) == list(range(9))
    for group in groups:
        assert len({x.count_excerpts(i) for i in group.tolist()}) == 1
        assert x.stack_batch(group).shape[0] * x.stack_batch(group).shape[1] <= 4


def test_an_epoch_has_every_track_once_and_the_next_another_order() -> None:
    made = batches(spectrograms(10))
    orders = [
        np.concatenate([y["a"].argmax(axis=1) for _, y, _ in made.draw_epoch(epoch)]).tolist() for epoch in (0, 1)
    ]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(10))
    assert orders[0] != orders[1]


def test_the_same_seed_and_epoch_give_the_same_batches_whatever_came_before() -> None:
    how: dict[str, Any] = {"n_excerpts": 2, "mixup": 0.4, "spec_augment": SpecAugment(max_band=4, max_stretch=6)}
    one, other = batches(spectrograms(10), **how), batches(spectrograms(10), **how)
    list(one.draw_epoch(0))
    for (x, y, w), (x2, y2, w2) in zip(one.draw_epoch(3), other.draw_epoch(3), strict=True):
        np.testing.assert_array_equal(x, x2)
        np.testing.assert_array_equal(y["a"], y2["a"])
        np.testing.assert_array_equal(w, w2)


def test_other_excerpts_of_a_track_are_heard_in_other_epochs() -> None:
    mel = np.stack([np.full(EXCERPT, n) for n in range(6)]).astype(np.float16)
    made = batches(ExcerptArrays({"a": mel}, ["a"], excerpt=EXCERPT), n_excerpts=2)
    heard = [{float(v) for v in x[0, :, 0, 0]} for epoch in range(8) for x, _, _ in made.draw_epoch(epoch)]
    assert all(len(pair) == 2 for pair in heard)
    assert set.union(*heard) == {0, 1, 2, 3, 4, 5}


def test_a_short_clip_is_heard_again_where_more_excerpts_are_drawn_than_it_has() -> None:
    made = batches(spectrograms(4, n_excerpts=(1,)), n_excerpts=3)
    assert {x.shape for x, _, _ in made.draw_epoch(0)} == {(4, 3, *EXCERPT)}


def test_mixing_mixes_a_track_and_its_target_by_the_same_share() -> None:
    tracks = {f"t{i}": np.full((1, *EXCERPT), i, dtype=np.float16) for i in range(4)}
    values = np.arange(4, dtype=np.float32)[:, np.newaxis]
    [(x, y, _)] = batches(ExcerptArrays(tracks, tracks, excerpt=EXCERPT), targets=values, mixup=1.0).draw_epoch(0)
    np.testing.assert_allclose(x[:, 0, 0, 0], y["a"][:, 0], atol=1e-5)
    assert len(set(y["a"][:, 0].tolist()) - {0.0, 1.0, 2.0, 3.0}) > 0


def test_bands_and_stretches_are_blanked_in_what_is_drawn_and_not_in_what_is_stored() -> None:
    x = spectrograms(4, n_excerpts=(1,))
    stored = {track_id: array.copy() for track_id, array in stored_arrays(x).items()}
    [(heard, _, _)] = batches(x, spec_augment=SpecAugment(max_band=8, max_stretch=12)).draw_epoch(0)
    plain = np.sort(np.stack([x.read(i)[0] for i in range(4)]).reshape(4, -1), axis=0)
    assert not np.allclose(np.sort(heard.reshape(4, -1), axis=0), plain)
    for track_id, array in stored.items():
        np.testing.assert_array_equal(stored_arrays(x)[track_id], array)


def test_variants_are_drawn_of_training_tracks_only() -> None:
    ids = [uuid4() for _ in range(4)]
    tracks = {track_id: np.zeros((1, *EXCERPT), dtype=np.float16) for track_id in ids}
    numbers = {track_id: n for n, track_id in enumerate(ids, start=1)}
    x = ExcerptArrays(tracks, ids, excerpt=EXCERPT, variants=Variants(numbers))
    part = x[np.array([True, False, True, False])]
    made = batches(part, extra=part.list_variants())
    heard = {float(v) for epoch in range(30) for drawn, _, _ in made.draw_epoch(epoch) for v in drawn[:, 0, 0, 0]}
    assert heard == {0, 1, 3}
    assert part.without_variants().list_variants() == {}


def test_machines_that_train_together_have_every_row_of_a_batch_once() -> None:
    x = spectrograms(8)
    whole = [y["a"].argmax(axis=1) for _, y, _ in batches(x).draw_epoch(2)]
    parts = [[y["a"].argmax(axis=1) for _, y, _ in batches(x, rank=r, n_ranks=2).draw_epoch(2)] for r in (0, 1)]
    for step, rows in enumerate(whole):
        assert sorted(np.concatenate([parts[0][step], parts[1][step]]).tolist()) == sorted(rows.tolist())
