import pytest

from services.crawler.tables.columns import canonical_name
from services.crawler.tables.rows import TableRow, parse_row
from shared.domain.track import CATALOGUE_COLUMNS, SourceLabel
from shared.errors import PermanentError, Reason


def row_of(taxonomy: str | None = None, **cells: str) -> TableRow:
    return parse_row(cells, line=7, taxonomy=taxonomy)


def refusal_of(taxonomy: str | None = None, **cells: str) -> PermanentError:
    with pytest.raises(PermanentError) as caught:
        row_of(taxonomy, **cells)
    assert caught.value.detail.startswith("line 7: ")
    return caught.value


@pytest.mark.parametrize(("code", "emotion"), [("1", "sad"), ("2", "calm"), ("3", "happy"), ("4.0", "energetic")])
def test_the_talks_four_codes_name_its_moods(code: str, emotion: str) -> None:
    assert row_of(multiclass_label=code).label == SourceLabel("mood4", emotion)


@pytest.mark.parametrize(("code", "emotion"), [("-1", "negative"), ("1", "positive"), ("+1", "positive")])
def test_the_talks_binary_codes_are_negative_and_positive(code: str, emotion: str) -> None:
    assert row_of(binary_label=code).label == SourceLabel("binary", emotion)


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("Sad", SourceLabel("mood4", "sad")),
        (" ENERGETIC ", SourceLabel("mood4", "energetic")),
        ("healing", SourceLabel("mood3", "healing")),
        ("Positive", SourceLabel("binary", "positive")),
        ("q2", SourceLabel("quadrant4", "Q2")),
    ],
)
def test_an_emotion_is_understood_in_any_case_and_in_the_words_of_any_taxonomy(word: str, label: SourceLabel) -> None:
    assert row_of(emotion=word).label == label


def test_the_quadrant_stands_before_the_emotion_that_renames_it() -> None:
    assert row_of(quadrant="Q2", emotion="energetic").label == SourceLabel("quadrant4", "Q2")


def test_the_emotion_stands_before_the_codes_that_agree_with_it() -> None:
    assert row_of(emotion="sad", multiclass_label="1", binary_label="-1").label == SourceLabel("mood4", "sad")


def test_a_taxonomy_that_was_asked_for_chooses_among_the_labels_of_a_row() -> None:
    cells = {"quadrant": "Q2", "emotion": "energetic", "binary_label": "1"}
    assert row_of("mood4", **cells).label == SourceLabel("mood4", "energetic")
    assert row_of("binary", **cells).label == SourceLabel("binary", "positive")
    assert row_of("mood3", **cells).label == SourceLabel("mood3", "joyful"), "mood4 says enough to be read as mood3"


def test_a_word_that_two_taxonomies_share_is_read_in_the_one_asked_for() -> None:
    assert row_of("mood3", emotion="sad").label == SourceLabel("mood3", "sad")
    assert row_of("mood4", emotion="sad").label == SourceLabel("mood4", "sad")


@pytest.mark.parametrize(
    "cells",
    [
        {"emotion": "happy", "multiclass_label": "1"},
        {"emotion": "calm", "binary_label": "1"},
        {"multiclass_label": "3", "binary_label": "-1"},
        {"emotion": "healing", "multiclass_label": "3"},
        {"emotion": "negative", "multiclass_label": "3"},
    ],
)
def test_labels_that_cannot_both_hold_are_refused(cells: dict[str, str]) -> None:
    assert refusal_of(None, **cells).reason is Reason.CONTRADICTORY_LABELS


@pytest.mark.parametrize(
    ("cells", "known"),
    [
        ({"emotion": "melancholy"}, "energetic"),
        ({"quadrant": "Q5"}, "Q4"),
        ({"multiclass_label": "0"}, "2 calm"),
        ({"multiclass_label": "5"}, "4 energetic"),
        ({"multiclass_label": "1.5"}, "1 sad"),
        ({"multiclass_label": "inf"}, "1 sad"),
        ({"binary_label": "0"}, "-1 negative"),
        ({"binary_label": "yes"}, "1 positive"),
    ],
)
def test_a_label_that_nobody_knows_is_refused_naming_the_known_ones(cells: dict[str, str], known: str) -> None:
    refusal = refusal_of(None, **cells)
    assert refusal.reason is Reason.UNKNOWN_LABEL
    assert known in refusal.detail
    words = refusal.detail.rpartition("known are ")[2].split(", ")
    assert len(words) == len(set(words))


@pytest.mark.parametrize("column", CATALOGUE_COLUMNS)
@pytest.mark.parametrize("cell", ["loud", "0,5", "inf", "-Infinity", "1e999", "1e300", "--1"])
def test_what_is_no_number_that_a_model_can_read_is_refused_with_its_column(column: str, cell: str) -> None:
    refusal = refusal_of(None, **{column: cell})
    assert refusal.reason is Reason.UNREADABLE_ROW
    assert column in refusal.detail
    assert cell in refusal.detail


MISSING = ("", " ", "NaN", "nan", "null", "NULL", "None", "NA", "n/a", "#N/A", "<NA>", "-", "–", "\\N")


@pytest.mark.parametrize("cell", [*MISSING, "0", "0.0"])
def test_a_missing_id_is_no_id(cell: str) -> None:
    assert row_of(id=cell).track_id is None


@pytest.mark.parametrize("cell", MISSING)
def test_a_missing_mood_path_or_tag_is_none(cell: str) -> None:
    row = row_of(emotion=cell, quadrant=cell, multiclass_label=cell, moodify_label=cell, path=cell, tags=cell)
    assert (row.label, row.path, row.tags) == (None, None, ())


def test_songs_and_artists_may_be_called_none() -> None:
    row = row_of(title="None", artist="Null")
    assert (row.title, row.artist) == ("None", "Null")


def test_a_path_keeps_its_two_spaces() -> None:
    assert row_of(path="a  b.flac").path == "a  b.flac"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("danceability", "63"),
        ("valence", "-0.9"),
        ("energy", "1.01"),
        ("loudness", "55"),
        ("loudness", "-90"),
        ("key", "12"),
        ("key", "5.5"),
        ("mode", "2"),
        ("tempo", "-98"),
        ("tempo", "5000"),
        ("duration_ms", "-1"),
        ("time_signature", "-1"),
        ("speechiness", "2"),
        ("acousticness", "2"),
        ("instrumentalness", "2"),
        ("liveness", "2"),
    ],
)
def test_a_value_outside_its_range_is_refused_with_the_range(column: str, cell: str) -> None:
    refusal = refusal_of(None, **{column: cell})
    assert refusal.reason is Reason.UNREADABLE_ROW
    assert f"{column} is {cell!r}, which is outside its range of" in refusal.detail


@pytest.mark.parametrize(
    ("column", "cell"), [("loudness", "1.342"), ("loudness", "-60"), ("valence", "0"), ("valence", "1"), ("key", "11")]
)
def test_the_ends_of_a_range_belong_to_it(column: str, cell: str) -> None:
    assert row_of(None, **{column: cell}).catalogue == {column: float(cell)}


@pytest.mark.parametrize(("column", "cell"), [("key", "-1"), ("tempo", "0.0"), ("duration_ms", "0")])
def test_what_a_catalogue_writes_where_it_found_nothing_is_missing(column: str, cell: str) -> None:
    assert row_of(None, **{column: cell}).catalogue == {}


@pytest.mark.parametrize(
    ("cell", "length_ms"), [("3:45", 225_000), ("0:03.5", 3_500), ("1:02:03", 3_723_000), ("03:45", 225_000)]
)
def test_a_length_may_stand_as_a_clock_shows_it(cell: str, length_ms: float) -> None:
    assert row_of(duration_ms=cell).catalogue == {"duration_ms": length_ms}


def test_a_key_with_a_mode_says_both_and_a_column_for_the_mode_stands_above_it() -> None:
    assert row_of(key="Am").catalogue == {"key": 9.0, "mode": 0.0}
    assert row_of(key="8B").catalogue == {"key": 0.0, "mode": 1.0}
    assert row_of(key="F♯").catalogue == {"key": 6.0}
    assert row_of(key="Am", mode="Major").catalogue == {"key": 9.0, "mode": 1.0}


@pytest.mark.parametrize("cell", MISSING)
def test_a_number_that_is_not_there_is_no_error(cell: str) -> None:
    row = row_of(energy=cell, tempo="120.5", multiclass_label=cell)
    assert row.catalogue == {"tempo": 120.5}
    assert row.label is None


def test_texts_are_made_one_clean_line_each() -> None:
    row = row_of(title=" Ode\n to\x00 Joy ", artist="", id="42", isrc="USRC17607839")
    assert (row.title, row.artist, row.track_id, row.isrc) == ("Ode to Joy", None, "42", "USRC17607839")


@pytest.mark.parametrize(
    ("spelling", "column"),
    [
        ("Track Name", "title"),
        ("SONG", "title"),
        ("artists", "artist"),
        ("Spotify-ID", "id"),
        ("file", "path"),
        ("artist(s)_name", "artist"),
        ("danceability_%", "danceability"),
        ("Loudness (dB)", "loudness"),
        ("song_id", "id"),
        ("musicId", "id"),
        ("duration", "duration_ms"),
        ("mood", "emotion"),
        (" time signature ", "time_signature"),
        ("valence", "valence"),
        ("shoe size", "shoe_size"),
    ],
)
def test_a_column_is_known_by_its_usual_spellings(spelling: str, column: str) -> None:
    assert canonical_name(spelling) == column


@pytest.mark.parametrize(
    ("code", "emotion"), [("0", "sad"), ("1", "happy"), ("2", "energetic"), ("3", "calm"), ("3.0", "calm")]
)
def test_the_codes_of_the_278k_labelled_songs_are_not_the_talks(code: str, emotion: str) -> None:
    assert row_of(moodify_label=code).label == SourceLabel("mood4", emotion)


@pytest.mark.parametrize(
    ("column", "cell", "number"),
    [
        ("key", "C#", 1.0),
        ("key", "Bb", 10.0),
        ("key", "7", 7.0),
        ("mode", "Major", 1.0),
        ("mode", "minor", 0.0),
        ("time_signature", "3/4", 3.0),
        ("time_signature", "4", 4.0),
    ],
)
def test_keys_modes_and_meters_in_words_are_the_numbers_they_stand_for(column: str, cell: str, number: float) -> None:
    assert row_of(None, **{column: cell}).catalogue == {column: number}


@pytest.mark.parametrize(
    ("cell", "artist"),
    [("['Vox', 'Nox']", "Vox, Nox"), ("Vox;Nox", "Vox, Nox"), ("[untitled]", "[untitled]"), ("['Vox'", "['Vox'")],
)
def test_several_artists_are_one_line_however_a_table_wrote_them(cell: str, artist: str) -> None:
    assert row_of(artist=cell).artist == artist
