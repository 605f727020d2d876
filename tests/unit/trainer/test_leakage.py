from services.trainer.dataset.leakage import LeakReport, check_leakage
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.leaks import LeakReportCard, LeakState, leak_sentence, leak_state


def item(track_id: str, target: str, group: str, *, fold: int, audio: str | None = None) -> DatasetItem:
    example = LabelledTrack(track_id=track_id, target=target, artist_group=group, audio_sha256=audio)
    return DatasetItem(example=example, group=group, fold=fold)


def test_items_that_share_nothing_are_clean() -> None:
    report = check_leakage([item("1", "calm", "a", fold=0, audio="h"), item("2", "sad", "b", fold=1, audio="k")])
    assert report.is_clean
    assert report.as_card() == {
        "n_items": 2,
        "n_folds": 2,
        "shared_track_ids": [],
        "shared_groups": [],
        "shared_audio": [],
        "n_unknown": 0,
        "shared_recordings": [],
        "state": "clean",
        "clean": True,
    }


def test_sharing_within_a_fold_is_no_leak() -> None:
    assert check_leakage(
        [item("1", "calm", "a", fold=2, audio="h"), item("2", "calm", "a", fold=2, audio="h")]
    ).is_clean


def test_a_track_in_two_folds_is_found() -> None:
    report = check_leakage([item("1", "calm", "a", fold=0), item("1", "calm", "b", fold=1)])
    assert not report.is_clean
    assert report.shared_track_ids == ("1",)


def test_a_group_in_two_folds_is_found() -> None:
    report = check_leakage([item("1", "calm", "a", fold=0), item("2", "calm", "a", fold=1)])
    assert not report.is_clean
    assert report.shared_groups == ("a",)


def test_an_artist_in_two_folds_is_found_behind_different_groups() -> None:
    example = LabelledTrack(track_id="1", target="calm", artist_group="a", audio_sha256=None)
    report = check_leakage([DatasetItem(example=example, group="b", fold=0), item("2", "calm", "a", fold=1)])
    assert not report.is_clean
    assert report.shared_groups == ("a",)


def test_an_audio_hash_in_two_folds_is_found() -> None:
    report = check_leakage([item("1", "calm", "a", fold=0, audio="h"), item("2", "calm", "b", fold=1, audio="h")])
    assert not report.is_clean
    assert report.as_card()["shared_audio"] == ["h"]


def of_unknown(n_unknown: int, n_items: int = 100) -> LeakReport:
    groups = [f"track:{n}" if n < n_unknown else f"artist {n}" for n in range(n_items)]
    return check_leakage([item(str(n), "calm", group, fold=n % 5) for n, group in enumerate(groups)])


def test_above_one_item_in_twenty_without_an_artist_the_check_is_unknown_and_not_clean() -> None:
    few, many = of_unknown(5), of_unknown(6)
    assert (few.state, few.is_clean, few.n_unknown) == (LeakState.CLEAN, True, 5)
    assert (many.state, many.is_clean, many.n_unknown) == (LeakState.UNKNOWN, False, 6)
    assert {key: many.as_card()[key] for key in ("state", "clean", "n_unknown", "n_items")} == {
        "state": "unknown",
        "clean": False,
        "n_unknown": 6,
        "n_items": 100,
    }


def test_a_leak_is_a_leak_however_many_artists_are_unknown() -> None:
    report = check_leakage(
        [item("1", "calm", "track:1", fold=0, audio="h"), item("2", "sad", "track:2", fold=1, audio="h")]
    )
    assert report.state is LeakState.LEAK


def test_albums_and_folders_are_known_enough() -> None:
    report = check_leakage(
        [item("1", "calm", "album:music/a/one", fold=0), item("2", "sad", "folder:music/b/", fold=1)]
    )
    assert report.state is LeakState.CLEAN


def test_a_report_of_an_earlier_version_is_still_read() -> None:
    reports: list[LeakReportCard] = [{"clean": True}, {"clean": False}, {}]
    assert [leak_state(report) for report in reports] == [LeakState.CLEAN, LeakState.LEAK, LeakState.LEAK]
    assert leak_sentence({"clean": True}) == "clean"
    assert leak_sentence(of_unknown(6).as_card()).startswith("unknown: 6 of 100 tracks have no artist")


def test_a_pair_that_sounds_the_same_in_two_folds_is_a_leak() -> None:
    items = [item("1", "calm", "a", fold=0), item("2", "sad", "b", fold=1), item("3", "sad", "b", fold=1)]
    report = check_leakage(items, same_recordings=[("1", "2"), ("2", "3"), ("1", "not in the set")])
    assert report.shared_recordings == ("1/2",)
    assert not report.is_clean
    assert report.as_card()["shared_recordings"] == ["1/2"]
