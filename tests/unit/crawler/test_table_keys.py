import pytest

from services.crawler.tables.keys import MusicalKey, parse_key, parse_mode


@pytest.mark.parametrize(
    ("text", "pitch_class", "mode"),
    [
        ("C", 0, None),
        ("c", 0, None),
        ("b", 11, None),
        ("Bb", 10, None),
        ("ab", 8, None),
        ("F♯", 6, None),
        ("E♭", 3, None),
        ("Cb", 11, None),
        ("B#", 0, None),
        ("Am", 9, 0),
        ("Bm", 11, 0),
        ("F♯m", 6, 0),
        ("Bbm", 10, 0),
        ("A minor", 9, 0),
        ("C# Major", 1, 1),
        ("E flat minor", 3, 0),
        ("Ebmaj", 3, 1),
        ("gis", None, None),
        ("D-Dur", 2, 1),
        ("CM", 0, 1),
    ],
)
def test_notes_are_read_with_any_accidental_and_mode(text: str, pitch_class: int | None, mode: int | None) -> None:
    assert parse_key(text) == (None if pitch_class is None else MusicalKey(pitch_class, mode))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("8A", (9, 0)),
        ("8B", (0, 1)),
        ("9a", (4, 0)),
        ("1A", (8, 0)),
        ("12B", (4, 1)),
        ("5A", (0, 0)),
        ("05A", (0, 0)),
        ("1d", (0, 1)),
        ("1m", (9, 0)),
        ("2d", (7, 1)),
        ("12m", (2, 0)),
    ],
)
def test_camelot_and_open_key_number_the_circle_of_fifths(text: str, key: tuple[int, int]) -> None:
    assert parse_key(text) == MusicalKey(*key)


@pytest.mark.parametrize("text", ["", "7", "-1", "H", "13A", "0A", "8C", "major", "Amy", "NA"])
def test_anything_else_is_no_key(text: str) -> None:
    assert parse_key(text) is None


def test_modes_are_words_of_several_languages() -> None:
    assert [parse_mode(word) for word in ("Major", "dur", "minor", "moll", "dorian")] == [1, 1, 0, 0, None]
