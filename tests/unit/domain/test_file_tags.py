"""What fields of containers come to, and how two readers of one file are joined."""

import pytest

from shared.domain.file_tags import FileTags, merge_tags, tags_of, with_album_artist
from shared.domain.id3_genres import genre_names
from shared.domain.names import artist_group, is_nobody


def test_the_names_of_all_containers_are_known() -> None:
    matroska = {
        "title": ["Ode"],
        "ARTIST": ["Vox"],
        "ALBUM/TITLE": ["Air"],
        "ALBUM/ARTIST": ["All"],
        "PART_NUMBER": ["3"],
    }
    assert tags_of(matroska) == FileTags(
        title="Ode", artist="Vox", artists=("Vox",), album="Air", album_artist="All", track_number=3
    )
    caf = {"track number": ["3/9"], "album artist": ["All"], "year": ["recorded 1987"]}
    assert tags_of(caf) == FileTags(album_artist="All", track_number=3, n_tracks=9, year=1987)
    assert tags_of({"EDITION/TITLE": ["no"], "encoder": ["Lavf"]}) == FileTags()


def test_the_second_reader_fills_gaps_only() -> None:
    first, second = (
        tags_of({"title": ["Ode"]}),
        tags_of({"title": ["Other"], "artist": ["Vox", "Ray"], "mood": ["calm"]}),
    )
    merged = merge_tags(first, second)
    assert (merged.title, merged.artist, merged.artists, merged.moods) == ("Ode", "Vox; Ray", ("Vox", "Ray"), ("calm",))
    assert merge_tags(second, tags_of({"artist": ["Else"]})).artists == ("Vox", "Ray")


def test_tags_come_back_from_json() -> None:
    tags = tags_of({"title": ["Ode"], "artist": ["Vox; Ray"], "genre": ["Rock"], "date": ["2001"]}, duration_s=3.5)
    assert FileTags.from_json(tags.to_json() | {"unknown": 1}) == tags
    assert FileTags.from_json(None) == FileTags()


def test_a_reader_that_joins_credit_and_artists_is_understood() -> None:
    tags = tags_of({"artist": ["Vox feat. Ray", "Vox", "Ray"]})
    assert (tags.artist, tags.artists) == ("Vox feat. Ray", ("Vox", "Ray"))


def test_a_nul_stands_between_values_in_every_container_and_joins_no_words() -> None:
    """Vorbis comments and MP4 come with it, where a program copied the values of an ID3 frame as they were."""
    tags = tags_of(
        {"title": ["Night\0Drive"], "artist": ["Vox\0Ray"], "albumartist": ["Vox\0All"], "genre": ["Rock\0Pop"]}
    )
    assert (tags.title, tags.artist, tags.artists) == ("Night", "Vox; Ray", ("Vox", "Ray"))
    assert (tags.album_artist, tags.genres) == ("Vox; All", ("Rock", "Pop"))


def test_the_group_is_that_of_the_first_credited_artist() -> None:
    assert artist_group(tags_of({"artist": ["2 Unlimited", "Ray", "Anita"]}).artist, ()) == "2unlimited"


NOBODY = [
    "Various",
    "Various Artists",
    "VA",
    "V.A.",
    "V/A",
    "Diverse",
    "Verschiedene Interpreten",
    "Verschiedene Künstler",
    "Artistes divers",
    "Varios",
    "Varios Artistas",
    "Artisti Vari",
    "Различные исполнители",
    "Unknown Artist",
    "Blandade artister",
    "Różni wykonawcy",
]
GENRES = [
    ("17", ["Rock"]),
    ("(17)", ["Rock"]),
    ("(4)(17)Eurodisco", ["Disco", "Rock", "Eurodisco"]),
    ("Rock", ["Rock"]),
    ("(RX)", ["Remix"]),
    ("((not a number)", ["(not a number)"]),
    ("255", []),
    ("80s", ["80s"]),
]


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_no_artist(name: str) -> None:
    assert is_nobody(name)
    assert with_album_artist(FileTags(album_artist=name)).artist is None


@pytest.mark.parametrize("name", ["Vox", "Diverse Systems", "Varius Manx", "Variety Lab"])
def test_somebody_is_one(name: str) -> None:
    assert with_album_artist(FileTags(album_artist=name)).artist == name


@pytest.mark.parametrize(("text", "names"), GENRES)
def test_genres_of_numbers(text: str, names: list[str]) -> None:
    assert list(genre_names(text)) == names
