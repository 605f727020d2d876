from services.trainer.leakage import check
from shared.domain.dataset import Example, Item


def item(track_id: str, target: str, group: str, *, fold: int, audio: str | None = None) -> Item:
    example = Example(track_id=track_id, target=target, artist_group=group, audio_sha256=audio)
    return Item(example=example, group=group, fold=fold)


def test_items_that_share_nothing_are_clean() -> None:
    report = check([item("1", "calm", "a", fold=0, audio="h"), item("2", "sad", "b", fold=1, audio="k")])
    assert report.clean
    assert report.as_dict() == {
        "n_items": 2,
        "n_folds": 2,
        "shared_track_ids": [],
        "shared_groups": [],
        "shared_audio": [],
        "shared_recordings": [],
        "clean": True,
    }


def test_sharing_within_a_fold_is_no_leak() -> None:
    assert check([item("1", "calm", "a", fold=2, audio="h"), item("2", "calm", "a", fold=2, audio="h")]).clean


def test_a_track_in_two_folds_is_found() -> None:
    report = check([item("1", "calm", "a", fold=0), item("1", "calm", "b", fold=1)])
    assert not report.clean
    assert report.shared_track_ids == ("1",)


def test_a_group_in_two_folds_is_found() -> None:
    report = check([item("1", "calm", "a", fold=0), item("2", "calm", "a", fold=1)])
    assert not report.clean
    assert report.shared_groups == ("a",)


def test_an_artist_in_two_folds_is_found_behind_different_groups() -> None:
    example = Example(track_id="1", target="calm", artist_group="a", audio_sha256=None)
    report = check([Item(example=example, group="b", fold=0), item("2", "calm", "a", fold=1)])
    assert not report.clean
    assert report.shared_groups == ("a",)


def test_an_audio_hash_in_two_folds_is_found() -> None:
    report = check([item("1", "calm", "a", fold=0, audio="h"), item("2", "calm", "b", fold=1, audio="h")])
    assert not report.clean
    assert report.as_dict()["shared_audio"] == ["h"]


def test_a_pair_that_sounds_the_same_in_two_folds_is_a_leak() -> None:
    items = [item("1", "calm", "a", fold=0), item("2", "sad", "b", fold=1), item("3", "sad", "b", fold=1)]
    report = check(items, same_recordings=[("1", "2"), ("2", "3"), ("1", "not in the set")])
    assert report.shared_recordings == ("1/2",)
    assert not report.clean
    assert report.as_dict()["shared_recordings"] == ["1/2"]
