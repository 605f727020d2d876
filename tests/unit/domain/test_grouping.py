"""Whose songs a track without an artist is kept together with."""

from uuid import UUID

import pytest

from shared.domain.grouping import (
    MAX_FILES,
    ArtistGrouping,
    FolderFile,
    classify_group,
    classify_track_grouping,
    group_sort_key,
    groups_without_artist,
)


def file(n: int, *, album: str | None = None, artist: str | None = None) -> FolderFile:
    return FolderFile(track_id=UUID(int=n), album=album, artist_group=artist)


def groups(*files: FolderFile) -> list[str]:
    found = groups_without_artist("music/a/", files)
    assert set(found) == {one.track_id for one in files if one.artist_group is None}
    return [found[one.track_id] for one in files if one.artist_group is None]


def kinds(*files: FolderFile) -> list[ArtistGrouping]:
    return [classify_group(group) for group in groups(*files)]


def test_tracks_of_an_album_in_a_folder_are_together_however_it_is_spelled() -> None:
    one, same, other = groups(file(1, album="Élan"), file(2, album="ELAN"), file(3, album="Other"))
    assert one == same != other
    assert [classify_group(group) for group in (one, other)] == [ArtistGrouping.ALBUM] * 2
    assert groups_without_artist("music/b/", [file(1, album="Élan")])[UUID(int=1)] != one, "the album with its folder"


def test_an_album_is_together_in_a_large_folder_of_many_artists_too() -> None:
    others = [file(100 + n, artist=f"artist {n}") for n in range(40)]
    assert kinds(file(1, album="Elan"), file(2), *others) == [ArtistGrouping.ALBUM, ArtistGrouping.UNKNOWN]


@pytest.mark.parametrize(
    ("n_files", "kind"), [(MAX_FILES, ArtistGrouping.FOLDER), (MAX_FILES + 1, ArtistGrouping.UNKNOWN)]
)
def test_a_small_folder_is_together_and_a_large_one_is_not(n_files: int, kind: ArtistGrouping) -> None:
    found = groups(*(file(n) for n in range(n_files)))
    assert {classify_group(group) for group in found} == {kind}
    assert len(set(found)) == (1 if kind is ArtistGrouping.FOLDER else n_files)


def test_a_folder_of_two_known_artists_says_nothing_of_the_others() -> None:
    assert kinds(file(1), file(2, artist="vox"), file(3, artist="nox")) == [ArtistGrouping.UNKNOWN]


def test_a_folder_or_an_album_of_one_known_artist_is_by_that_artist() -> None:
    assert groups(file(1), file(2, artist="vox"), file(3, artist="vox")) == ["vox"]
    album = [file(1, album="Elan"), file(2, album="Elan", artist="vox"), file(3, album="Other", artist="nox")]
    assert groups(*album) == ["vox"]


def test_an_album_that_is_not_known_is_none() -> None:
    assert kinds(file(1, album="Unknown Album"), file(2, album="[unknown]")) == [ArtistGrouping.FOLDER] * 2


def test_what_a_track_was_given_is_told_from_what_it_names() -> None:
    assert classify_track_grouping(group="vox", album=None, is_named=True) is ArtistGrouping.ARTIST
    assert classify_track_grouping(group="vox", album=None, is_named=False) is ArtistGrouping.FOLDER
    assert classify_track_grouping(group="vox", album="Elan", is_named=False) is ArtistGrouping.ALBUM
    assert classify_track_grouping(group="track:1", album="Elan", is_named=False) is ArtistGrouping.UNKNOWN


def test_an_artist_stands_before_whatever_stands_in_for_one() -> None:
    mixed = ["track:1", "zappa", "folder:a/", "album:a/x", "abba"]
    assert sorted(mixed, key=group_sort_key) == ["abba", "zappa", "album:a/x", "folder:a/", "track:1"]
