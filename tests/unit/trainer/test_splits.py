from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.trainer.dataset.leakage import check_leakage
from services.trainer.splits import inner_splits, split_at_random, split_examples
from shared.domain.dataset import LabelledTrack, assign_fold
from shared.domain.grouping import ArtistGrouping

words = st.sampled_from("abcdefgh")
examples = st.lists(
    st.builds(
        LabelledTrack,
        track_id=st.integers(0, 30).map(lambda i: f"t{i:02}"),
        target=st.sampled_from(["calm", "sad"]),
        artist_group=words,
        audio_sha256=st.none() | words,
    ),
    max_size=25,
)


def example(track_id: str, target: str, group: str, audio: str | None = None) -> LabelledTrack:
    return LabelledTrack(track_id=track_id, target=target, artist_group=group, audio_sha256=audio)


@given(examples, st.integers(2, 5))
def test_no_artist_track_or_audio_stands_on_both_sides(rows: list[LabelledTrack], n_folds: int) -> None:
    made = split_examples(rows, n_folds=n_folds)
    for fold in range(n_folds):
        here = [i for i in made.items if i.fold == fold]
        there = [i for i in made.items if i.fold != fold]
        assert not {i.example.artist_group for i in here} & {i.example.artist_group for i in there}
        assert not {i.group for i in here} & {i.group for i in there}
        assert not {i.example.track_id for i in here} & {i.example.track_id for i in there}
    assert check_leakage(made.items).is_clean


@given(examples)
def test_every_example_is_kept_or_counted_with_its_reason(rows: list[LabelledTrack]) -> None:
    made = split_examples(rows, n_folds=5)
    assert len(made.items) + made.set_aside.duplicate + made.set_aside.ambiguous == len(rows)


@given(examples, st.randoms(use_true_random=False))
def test_the_order_of_the_examples_does_not_matter(rows: list[LabelledTrack], random: Any) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    assert split_examples(shuffled, n_folds=5) == split_examples(rows, n_folds=5)


@given(examples, st.integers(2, 5))
def test_the_fold_of_an_item_is_that_of_its_group(rows: list[LabelledTrack], n_folds: int) -> None:
    assert all(item.fold == assign_fold(item.group, n_folds) for item in split_examples(rows, n_folds=n_folds).items)


def test_one_of_two_equal_recordings_with_the_same_target_is_kept() -> None:
    made = split_examples([example("b", "calm", "x", "h"), example("a", "calm", "x", "h")], n_folds=5)
    assert [i.example.track_id for i in made.items] == ["a"]
    assert made.set_aside.as_dict() == {"duplicate": 1, "ambiguous": 0}


def test_equal_recordings_with_different_targets_are_all_set_aside() -> None:
    rows = [example("a", "calm", "x", "h"), example("b", "sad", "y", "h"), example("c", "sad", "z")]
    made = split_examples(rows, n_folds=5)
    assert [i.example.track_id for i in made.items] == ["c"]
    assert made.set_aside.as_dict() == {"duplicate": 0, "ambiguous": 2}


def test_every_recording_with_different_targets_is_counted() -> None:
    rows = [example(track, target, track) for track in "abc" for target in ("calm", "sad")]
    assert split_examples(rows, n_folds=5).set_aside.as_dict() == {"duplicate": 0, "ambiguous": 6}


def test_a_track_with_two_moods_is_set_aside_without_any_audio() -> None:
    assert split_examples([example("a", "calm", "x"), example("a", "sad", "x")], n_folds=5).items == ()


def test_artists_that_share_a_recording_are_one_group_even_through_a_third() -> None:
    rows = [
        example("1", "calm", "x", "h"),
        example("2", "calm", "y", "h"),
        example("3", "sad", "y", "k"),
        example("4", "calm", "z", "k"),  # ambiguous, and still it joins y and z
        example("5", "sad", "z"),
        example("6", "sad", "other"),
    ]
    groups = {i.example.track_id: i.group for i in split_examples(rows, n_folds=5).items}
    assert groups == {"1": "x", "5": "x", "6": "other"}


def test_the_split_of_the_talk_sets_nothing_aside_and_depends_on_its_seed() -> None:
    rows = [example(track, target, f"artist{track}") for track in "abcdefghij" for target in ("calm", "sad")]
    made, again, other = (split_at_random(rows, n_folds=4, seed=seed) for seed in (0, 0, 1))
    assert made.set_aside.as_dict() == {"duplicate": 0, "ambiguous": 0}
    assert [item.example for item in made.items] == rows
    assert [item.group for item in made.items] == [row.artist_group for row in rows]
    assert made == again
    assert made != other


def test_a_fold_never_moves() -> None:
    assert [assign_fold(name, 5) for name in ("bjork", "abba", "sade", "track:1")] == [4, 3, 2, 4]


def test_folds_hold_about_the_same_number_of_groups() -> None:
    counts = np.bincount([assign_fold(f"artist{i}", 5) for i in range(2000)], minlength=5)
    assert counts.min() > 340
    assert counts.max() < 460


def test_an_artist_names_the_group_that_it_shares_with_an_album_or_a_folder() -> None:
    rows = [
        example("1", "calm", "album:music/a/one", "h"),
        example("2", "calm", "zappa", "h"),
        example("3", "sad", "zappa"),
    ]
    assert {i.group for i in split_examples(rows, n_folds=5).items} == {"zappa"}
    rows = [example("1", "calm", "track:1", "h"), example("2", "calm", "folder:music/a/", "h")]
    assert {i.group for i in split_examples(rows, n_folds=5).items} == {"folder:music/a/"}


def test_an_item_says_by_what_its_group_was_told() -> None:
    def grouping(*rows: LabelledTrack) -> list[ArtistGrouping]:
        return [item.grouping for item in split_examples(rows, n_folds=5).items]

    assert grouping(example("1", "calm", "zappa")) == [ArtistGrouping.ARTIST]
    assert grouping(example("1", "calm", "album:music/a/one")) == [ArtistGrouping.ALBUM]
    assert grouping(example("1", "calm", "folder:music/a/")) == [ArtistGrouping.FOLDER]
    assert grouping(example("1", "calm", "track:1")) == [ArtistGrouping.UNKNOWN]
    given = replace(example("1", "calm", "zappa"), grouping=ArtistGrouping.FOLDER)
    assert grouping(given) == [ArtistGrouping.FOLDER], "the artist of its folder"
    assert grouping(given, example("1", "calm", "zappa")) == [ArtistGrouping.ARTIST], "a copy names it"
    assert grouping(example("1", "calm", "track:1", "h"), example("2", "calm", "zappa", "h")) == [ArtistGrouping.ARTIST]


tables = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcdefghij")), min_size=4, max_size=40)


@given(tables, st.integers(0, 3))
def test_inner_splits_part_the_rows_by_artist_and_train_on_every_class(rows: list[tuple[int, str]], seed: int) -> None:
    rows = [r for r in rows if len({group for target, group in rows if target == r[0]}) > 1]
    if not rows:
        return
    y, groups = np.array([target for target, _ in rows]), np.array([group for _, group in rows])
    made = inner_splits(y, list(groups), seed=seed)
    assert sorted(np.concatenate([test for _, test in made])) == list(range(len(rows)))
    for train, test in made:
        assert not set(groups[train]) & set(groups[test])
        assert set(y[train]) == set(y)


def test_artists_that_no_two_sides_can_part_get_a_split_of_their_own() -> None:
    # each pair of classes shares an artist: whichever two sides are made, one class would stand on one of them only
    y, groups = np.array([0, 1, 1, 2, 0, 2]), ["ab", "ab", "bc", "bc", "ac", "ac"]
    made = inner_splits(y, groups, seed=0, n_splits=2)
    assert len(made) == 3
    assert all(set(y[train]) == {0, 1, 2} for train, _ in made)


def test_a_class_of_one_artist_has_no_inner_splits() -> None:
    with pytest.raises(ValueError, match="two artist groups"):
        inner_splits(np.array([0, 0, 1, 1]), ["a", "b", "c", "c"], seed=0)


def test_tracks_that_sound_the_same_are_one_recording_and_unite_their_artists() -> None:
    examples = [
        example("1", "calm", "a"),
        example("2", "calm", "b"),
        example("3", "sad", "b"),
        example("4", "sad", "c"),
    ]
    found = split_examples(examples, n_folds=5, same_recordings=[("2", "1")])
    assert found.set_aside.duplicate == 1
    assert [(item.example.track_id, item.group) for item in found.items] == [("1", "a"), ("3", "a"), ("4", "c")]
    assert split_examples(examples, n_folds=5).set_aside.duplicate == 0
