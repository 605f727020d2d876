"""Headers as real tools and data sets write them."""

import pytest

from services.crawler.sources.table import spotify_track_id
from services.crawler.tables.columns import KNOWN_COLUMNS, SPELLINGS, resolve_columns, unknown_columns
from shared.domain.track import CATALOGUE_COLUMNS

EXPORTIFY = (
    "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),Album Artist Name(s),"
    "Album Release Date,Album Image URL,Disc Number,Track Number,Track Duration (ms),Track Preview URL,Explicit,"
    "Popularity,ISRC,Added By,Added At,Album Genres,Label,Danceability,Energy,Key,Loudness,Mode,Speechiness,"
    "Acousticness,Instrumentalness,Liveness,Valence,Tempo,Time Signature"
)
OLD_EXPORTIFY = "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity"
DATA_MOODS = (
    "name,album,artist,id,release_date,popularity,length,danceability,acousticness,energy,instrumentalness,liveness,"
    "valence,loudness,speechiness,tempo,key,time_signature,mood"
)
MOODIFY = (
    ",Unnamed: 0,duration (ms),danceability,energy,loudness,speechiness,acousticness,instrumentalness,liveness,"
    "valence,tempo,spec_rate,labels,uri"
)
SPOTIFY_TRACKS = ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,track_genre"


def known(header: str) -> set[str]:
    return set(resolve_columns(header.split(","))) & set(KNOWN_COLUMNS)


def test_an_exportify_export_is_understood_and_its_label_is_the_record_company() -> None:
    assert known(EXPORTIFY) == {"id", "title", "artist", "album", "isrc", *CATALOGUE_COLUMNS}


def test_an_old_exportify_export_is_understood() -> None:
    assert known(OLD_EXPORTIFY) == {"id", "title", "album", "artist", "duration_ms"}


def test_the_mood_tables_of_kaggle_are_understood() -> None:
    numbers = set(CATALOGUE_COLUMNS)
    assert known(DATA_MOODS) == {"id", "title", "artist", "album", "emotion"} | (numbers - {"mode"})
    assert known(MOODIFY) == {"id", "moodify_label"} | (numbers - {"key", "mode", "time_signature"})
    assert known(SPOTIFY_TRACKS) == {"id", "artist", "album", "title", "duration_ms", "danceability"}


def test_what_is_not_understood_is_named() -> None:
    assert unknown_columns(resolve_columns(["title", "Shoe Size", ""])) == ["shoe_size", "(unnamed)"]


def test_of_two_spellings_of_one_column_the_first_of_the_table_counts_wherever_it_stands() -> None:
    assert resolve_columns(["uri", "name", "track_id", "track_name"]) == ("uri", "name", "id", "title")
    assert resolve_columns(["Artists", "Artist"]) == ("artists", "artist")


def test_the_same_spelling_twice_stays_a_column_that_stands_twice() -> None:
    assert resolve_columns(["title", "Title"]) == ("title", "title")


def test_no_spelling_stands_for_two_columns() -> None:
    spellings = [spelling for said in SPELLINGS.values() for spelling in said]
    assert len(set(spellings)) == len(spellings)


@pytest.mark.parametrize(
    "text",
    [
        "0VjIjW4GlUZAMYd2vXMi3b",
        "spotify:track:0VjIjW4GlUZAMYd2vXMi3b",
        "https://open.spotify.com/track/0VjIjW4GlUZAMYd2vXMi3b?si=abc",
        " https://open.spotify.com/intl-de/track/0VjIjW4GlUZAMYd2vXMi3b ",
    ],
)
def test_a_spotify_track_is_known_by_its_id_uri_or_link(text: str) -> None:
    assert spotify_track_id(text) == "0VjIjW4GlUZAMYd2vXMi3b"


@pytest.mark.parametrize("text", ["", "42", "spotify:local:Vox:Album:Ode:180", "spotify:album:0VjIjW4GlUZAMYd2vXMi3b"])
def test_what_is_no_spotify_track_is_none(text: str) -> None:
    assert spotify_track_id(text) is None
