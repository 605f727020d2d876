"""Titles and artists of tracks: a person stands over tables, these over tags, these over playlists and file names."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.track_names import resolve_names
from shared.store.tables import Track, TrackSource
from shared.store.tracks.names import TrackNaming
from tests.integration.identity.library import SoundLibrary, retag


def test_corrected_tags_are_shown_and_the_label_stays(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1, title="Wrong", artist="Nobody")
    library.crawl()
    track_id = library.label("song.flac", "sad")
    retag(path, path, title="Right", artist="Vox", album="Songs")
    library.crawl()
    track = library.get(track_id)
    assert (track.title, track.artist, track.album) == ("Right", "Vox", "Songs")
    assert track.artist_group == "vox"
    assert library.track("song.flac") == track_id
    assert library.emotions(track_id) == ["sad"]
    assert len(library.tracks()) == 1


def test_a_name_that_the_tags_say_no_more_is_gone_and_the_files_name_stands_in(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1, title="Ode", artist="Vox")
    library.crawl()
    retag(path, path)
    library.crawl()
    track = library.get(library.track("song.flac"))
    assert (track.title, track.artist) == ("song", None)


def test_a_persons_correction_stands_over_a_table_and_that_over_tags(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1, title="Tagged", artist="Tag Artist", album="Tag Album")
    library.crawl()
    track_id = library.track("song.flac")
    (library.music / "t.csv").write_text("path,title\nsong.flac,Tabled\n")
    library.crawl("t.csv", source="table")
    assert library.title("song.flac") == "Tabled"
    correct(library, track_id, title="Corrected")
    retag(path, path, title="Tagged anew", artist="New Artist")
    library.crawl()
    track = library.get(track_id)
    assert (track.title, track.artist, track.album) == ("Corrected", "New Artist", None)
    correct(library, track_id, title=None)
    assert library.title("song.flac") == "Tabled"


def test_what_a_playlist_says_stands_below_tags_and_above_the_files_name(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1)
    (library.music / "list.m3u").write_text("#EXTM3U\n#EXTINF:8,Vox - Listed\nsong.flac\n")
    library.crawl("list.m3u", source="m3u")
    assert (library.title("song.flac"), library.get(library.track("song.flac")).artist) == ("Listed", "Vox")
    retag(path, path, title="Tagged")
    library.crawl()
    assert (library.title("song.flac"), library.get(library.track("song.flac")).artist) == ("Tagged", "Vox")


def test_a_track_from_before_keeps_its_title_until_the_tags_say_more(library: SoundLibrary) -> None:
    library.write("untagged.flac", 1)
    library.write("tagged.flac", 2, title="Tagged")
    library.crawl()

    def forget(session: Session) -> None:
        for row in session.scalars(select(TrackSource)):
            row.tags = None
        for name in ("untagged.flac", "tagged.flac"):
            session.get_one(Track, library.track(name)).title = "From long ago"

    library.store.transact_session("test.forget", forget)
    library.crawl(reread=True)
    assert (library.title("untagged.flac"), library.title("tagged.flac")) == ("From long ago", "Tagged")


def correct(library: SoundLibrary, track_id: UUID, **names: str | None) -> None:
    library.store.transact_session("test.correct", lambda session: TrackNaming(session).correct(track_id, names))


def test_the_order_of_names_is_one_rule() -> None:
    layers = {
        "corrected": {"title": "person"},
        "given": {"title": "table", "artist": "table"},
        "tags": {"title": "tag", "artist": "tag", "album": "tag"},
        "listed": {"title": "list", "artist": "list", "album": "list"},
    }
    names = resolve_names(**layers, file_name="file")
    assert (names.title, names.artist, names.album, names.isrc) == ("person", "table", "tag", None)
    assert resolve_names(file_name="file").title == "file"
