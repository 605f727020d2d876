"""Whose songs tracks are kept together with, in a whole library, and what that makes of a training set."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.grouping import ArtistGrouping, classify_group
from shared.domain.track import CATALOGUE_COLUMNS, AudioFile, CollectedTrack, SourceRef
from shared.store import Store
from shared.store.models.snapshots import SnapshotRepository
from shared.store.repositories import RepositorySession
from shared.store.tables import SnapshotRow, Track
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.artist_groups import ArtistGroups
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from tests.integration.store.snapshots import freeze

TABLE = Annotator(AnnotatorKind.IMPORT, "table")


def add(session: Session, name: str, *, artist: str | None = None, file: str | None = None, **said: Any) -> UUID:
    """A track of a table; with a `file` one of a folder."""
    audio = AudioFile(locator=file, size_bytes=1, mtime_ns=1) if file else None
    ref = SourceRef("folder", file) if file else SourceRef("table", name)
    piece = CollectedTrack(refs=(ref,), title=name, artist=artist, audio=audio, **said)
    track_id = TrackRepository(session).register_track(piece).track_id
    TrackRepository(session).save_catalogue(track_id, dict.fromkeys(CATALOGUE_COLUMNS, 0.5), origin="table")
    AnnotationRepository(session).append_annotation(
        track_id, TABLE, taxonomy="mood4", emotion=("calm", "sad")[len(name) % 2]
    )
    return track_id


def groups(session: Session) -> dict[str, str]:
    """The group of each track, by its title."""
    return {row.title: row.artist_group for row in session.execute(select(Track.title, Track.artist_group))}


CRAWLED = [
    ("one", "Simon"),
    ("three", "Simon & Garfunkel"),
    ("seven", "Jay-Z & Kanye West"),
    ("eleven", "JAY Z feat. Nox"),
    ("thirteen", "Earth, Wind & Fire"),
    ("fifteen", "Prince and the Revolution"),
    ("nineteen", "Prince, Nobody"),
]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_crawling_changes_no_group_and_no_fold(store: Store, folder: Path, order: int) -> None:
    def write(session: RepositorySession) -> SnapshotRow:
        for name, artist in CRAWLED[::order]:
            add(session, name, artist=artist)
        return freeze(session, folder)

    snapshot = store.transact_session("test.freeze", write)
    with store.read_session() as session:
        named = groups(session)
        folds = {item.artist_group: item.fold for item in SnapshotRepository(session).list_items(snapshot.id)}
    assert named == {
        "one": "simon",
        "three": "simon",
        "seven": "jayz",
        "eleven": "jayz",
        "thirteen": "earthwindandfire",
        "fifteen": "prince",
        "nineteen": "prince",
    }
    assert folds == {"simon": 1, "jayz": 1, "earthwindandfire": 1, "prince": 0}
    assert snapshot.leak_check["state"] == "clean"


def test_every_order_of_a_folder_gives_the_same_groups(store: Store) -> None:
    tracks = [("a", None), ("bb", "Vox"), ("c", None)]
    found = []
    for n, order in enumerate(permutations(tracks)):

        def write(session: Session, n: int = n, order: Sequence[tuple[str, str | None]] = order) -> dict[str, str]:
            for name, artist in order:
                add(session, f"{name} {n}", artist=artist, file=f"music/{n}/{name}.mp3")
            ArtistGroups(session).refresh_groups()
            return {title: group for title, group in groups(session).items() if title.endswith(str(n))}

        found.append(sorted(group for group in store.transact_session("test.order", write).values()))
    assert found == [["vox", "vox", "vox"]] * 6


def test_only_what_changes_is_written_and_a_second_time_nothing_does(store: Store) -> None:
    def write(session: Session) -> tuple[int, int, int]:
        add(session, "one", artist="Simon & Garfunkel")
        add(session, "three", file="music/a/three.mp3")
        first = ArtistGroups(session).refresh_groups()
        again = ArtistGroups(session).refresh_groups()
        add(session, "seven", artist="Simon")
        return first, again, ArtistGroups(session).refresh_groups()

    assert store.transact_session("test.refresh", write) == (1, 0, 1)


def test_without_an_artist_the_group_is_the_album_then_the_small_folder_then_the_track_alone(store: Store) -> None:
    def write(session: Session) -> dict[str, str]:
        add(session, "on an album", file="music/a/1.mp3", album="Elan")
        add(session, "on it too", file="music/a/2.mp3", album="ELAN")
        add(session, "in a folder", file="music/b/1.mp3")
        add(session, "in it too", file="music/b/2.mp3", artist="[unknown]")
        for n in range(31):
            add(session, f"of many {n}", file=f"music/flat/{n}.mp3")
        for name, artist in (("of two", None), ("of vox", "Vox"), ("of nox", "Nox")):
            add(session, name, file=f"music/two/{name}.mp3", artist=artist)
        add(session, "of a table", album="Elan")
        add(session, "of various", artist="Various Artists")
        ArtistGroups(session).refresh_groups()
        return groups(session)

    found = store.transact_session("test.refresh", write)
    assert found["on an album"] == found["on it too"]
    assert found["in a folder"] == found["in it too"]
    kinds = {name: classify_group(group) for name, group in found.items()}
    assert [kinds[name] for name in ("on an album", "in a folder")] == [ArtistGrouping.ALBUM, ArtistGrouping.FOLDER]
    alone = {"of two", "of a table", "of various", *(f"of many {n}" for n in range(31))}
    assert {name for name, kind in kinds.items() if kind is ArtistGrouping.UNKNOWN} == alone
    assert len({found[name] for name in alone}) == len(alone)


def test_a_folder_that_gets_a_second_artist_or_a_thirty_first_file_parts_its_tracks(store: Store) -> None:
    def write(session: Session) -> list[ArtistGrouping]:
        seen = []
        for n in range(30):
            add(session, f"piece {n}", file=f"music/a/{n}.mp3")
        for name, artist in (("one more", None), ("of vox", "Vox")):
            ArtistGroups(session).refresh_groups()
            seen.append(classify_group(groups(session)["piece 7"]))
            add(session, name, file=f"music/a/{name}.mp3", artist=artist)
        ArtistGroups(session).refresh_groups()
        return [*seen, classify_group(groups(session)["piece 7"])]

    assert store.transact_session("test.refresh", write) == [
        ArtistGrouping.FOLDER,
        ArtistGrouping.UNKNOWN,
        ArtistGrouping.UNKNOWN,
    ]


def test_a_training_set_of_tracks_without_artists_is_frozen_as_unknown_and_counts_what_it_went_by(
    store: Store, folder: Path
) -> None:
    def write(session: RepositorySession) -> SnapshotRow:
        for n in range(8):
            add(session, f"Ode {'x' * n}", artist=f"vox {n}")
        for n in range(3):
            add(session, f"Hymn {'x' * n}", file=f"music/a/{n}.mp3", album="Elan")
            add(session, f"Song {'x' * n}", file=f"music/b/{n}.mp3")
        add(session, "nobody's")
        return freeze(session, folder)

    snapshot = store.transact_session("test.freeze", write)
    assert snapshot.counts["grouped_by"] == {"artist": 8, "album": 3, "folder": 3, "unknown": 1}
    check = snapshot.leak_check
    assert (check["state"], check["clean"], check["n_unknown"], check["n_items"]) == ("unknown", False, 1, 15)


def test_a_merged_recording_is_grouped_by_whichever_of_its_tracks_names_an_artist(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> SnapshotRow:
        for n in range(8):
            add(session, f"Ode {'x' * n}", artist=f"vox {n}")
        bare, named = add(session, "Hymn"), add(session, "Hymn!", artist="Vox 2")
        add(session, "Song", file="music/a/1.mp3")
        other = add(session, "Song!", file="music/a/2.mp3")
        MergeRepository(session).unite_pairs(
            [
                MergePair(one=bare, other=named, reason=MergeReason.PERSON, who="the tests"),
                MergePair(one=other, other=bare, reason=MergeReason.PERSON, who="the tests"),
            ]
        )
        return freeze(session, folder)

    snapshot = store.transact_session("test.freeze", write)
    with store.read_session() as session:
        items = {
            session.get_one(Track, item.track_id).title: item
            for item in SnapshotRepository(session).list_items(snapshot.id)
        }
    assert {items[name].artist_group for name in ("Hymn", "Song", "Ode xx")} == {"vox2"}
    assert snapshot.counts["grouped_by"]["unknown"] == 0
    assert snapshot.counts["set_aside"]["duplicate"] == 1, (
        "for the artist and the folder; the track of nobody adds none"
    )
    assert snapshot.leak_check["state"] == "clean"
