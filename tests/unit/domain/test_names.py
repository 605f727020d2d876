"""The table of names: whose songs stay together, and which spellings are one artist."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.names import (
    KnownArtists,
    artist_group,
    credited_artists,
    fold_album,
    fold_artist,
    fold_text,
    fold_title,
    strip_guests,
)

LIBRARY = ("Jay-Z", "Simon", "Daft Punk", "Björk", "Tuck", "Nas", "Miles Davis", "The The", "Prince")
"""Artists that are credited by themselves."""

WHOLE = [
    ("Earth, Wind & Fire", "earthwindandfire"),
    ("Tyler, The Creator", "tylerthecreator"),
    ("Hall & Oates", "hallandoates"),
    ("Crosby, Stills, Nash & Young", "crosbystillsnashandyoung"),
    ("Peter, Paul and Mary", "peterpaulandmary"),
    ("AC/DC", "acdc"),
    ("Lil Nas X", "lilnasx"),
    ("X Japan", "xjapan"),
    ("The X Factor", "xfactor"),
    ("Malcolm x Diana", "malcolmxdiana"),
    ("Sleeping with Sirens", "sleepingwithsirens"),
    ("Belle and Sebastian", "belleandsebastian"),
    ("The Jesus and Mary Chain", "jesusandmarychain"),
    ("...And Oceans", "andoceans"),
    ("The Sir Douglas Quintet + 2", "sirdouglasquintetand2"),
    ("Sammy Davis, Jr.", "sammydavisjr"),
    ("Sammy Davis; Jr.", "sammydavisjr"),
    ("Feat. One", "featone"),
    ("Ft. Worth Five", "ftworthfive"),
    ("R&B Allstars", "randballstars"),
    ("Daft Punkers & Sons", "daftpunkersandsons"),
    ("Kraftwerk", "kraftwerk"),
    ("中島みゆき", "中島みゆき"),
    ("!!!", "!!!"),
]
FIRST = [
    ("Jay-Z feat. Alicia Keys", "jayz"),
    ("JAY Z ft. Someone", "jayz"),
    ("Kanye West featuring Jay-Z", "kanyewest"),
    ("Vox (feat. Nox)", "vox"),
    ("Vox [ft. Nox]", "vox"),
    ("Kramer vs. Kramer", "kramer"),
    ("Vox vs Nox", "vox"),
    ("Vox; Nox", "vox"),
    ("Vox;Nox;Pax", "vox"),
    ("Vox / Nox", "vox"),
    ("Jay-Z & Kanye West", "jayz"),
    ("Jay-Z, Kanye West", "jayz"),
    ("Jay-Z and Linkin Park", "jayz"),
    ("Jay-Z + Nobody", "jayz"),
    ("Jay-Z x Nobody", "jayz"),
    ("Jay-Z × Nobody", "jayz"),
    ("Björk with Thom Yorke", "bjork"),
    ("BJORK w/ Thom Yorke", "bjork"),
    ("Simon & Garfunkel", "simon"),
    ("Daft Punk, Earth, Wind & Fire", "daftpunk"),
    ("Tuck & Patti", "tuck"),
    ("The The & Friends", "the"),
    ("Miles Davis feat. Simon & Tuck", "milesdavis"),
    ("Various Artists; Vox", "vox"),
    ("Various Artists feat. Vox", "vox"),
]
LEADER = [
    ("Eddie Heywood and His Orchestra", "eddieheywood"),
    ("Jay McShann & His Band", "jaymcshann"),
    ("Mitchell Ayres & His Fashions in Music", "mitchellayres"),
    ("Benny Goodman with His Orchestra", "bennygoodman"),
    ("Ina Ray Hutton and Her Melodears", "inarayhutton"),
    ("Siouxsie and the Banshees", "siouxsie"),
    ("Robin Lane & The Chartbusters", "robinlane"),
    ("Alvin + the Chipmunks", "alvin"),
    ("Prince and the Revolution", "prince"),
    ("The Mamas & the Papas", "mamas"),
]
NOBODY = [
    None,
    "",
    "   ",
    "Unknown",
    "[unknown]",
    "Unknown Artist",
    "<Unknown Artist>",
    "Various",
    "Various Artists",
    "VARIOUS ARTISTS",
    "VA",
    "V.A.",
    "V/A",
]


@pytest.mark.parametrize(("name", "group"), [*WHOLE, *FIRST, *LEADER])
def test_songs_are_kept_together_by_the_first_credited_artist(name: str, group: str) -> None:
    assert artist_group(name, LIBRARY) == group


@pytest.mark.parametrize(
    "name",
    [
        "Simon & Garfunkel",
        "Jay-Z & Kanye West",
        "Tuck & Patti",
        "Björk with Thom Yorke",
        "Jay-Z x Nobody",
        "Tuck, Patti",
    ],
)
def test_a_name_with_a_joint_stays_whole_where_nobody_in_the_library_is_called_like_its_beginning(name: str) -> None:
    assert artist_group(name, ()) == fold_artist(name)


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_no_artist_in_either_answer(name: str | None) -> None:
    assert fold_artist(name) is None
    assert artist_group(name, LIBRARY) is None
    assert credited_artists(name) == frozenset()


@pytest.mark.parametrize(
    "spellings",
    [
        ("The Beatles", "Beatles", "BEATLES, THE", "beatles"),
        ("Björk", "  BJÖRK!", "Bjork", "Bjo\u0308rk"),
        ("Simon & Garfunkel", "Simon and Garfunkel", "Simon + Garfunkel"),
        ("Røyksopp", "Royksopp"),
        ("Łona", "Lona"),
        ("Đorđe Balašević", "Dorde Balasevic"),
        ("Jay-Z", "JAY Z", "JayZ"),
        ("Guns N' Roses", "Guns N’ Roses"),
        ("AC/DC", "ac dc"),
        ("Ｐｅｒｆｕｍｅ", "Perfume"),
    ],
)
def test_spellings_of_one_artist_have_one_fold_and_one_group(spellings: tuple[str, ...]) -> None:
    assert len({fold_artist(name) for name in spellings}) == 1
    assert len({artist_group(name, ()) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("が", "か"), ("Vox", "Nox"), ("+", "&"), ("!!!", "???"), ("The The", "The X")]
)
def test_other_artists_have_other_folds(one: str, other: str) -> None:
    assert fold_artist(one) != fold_artist(other)


def test_a_leader_and_whoever_stands_before_a_guest_are_known_by_themselves() -> None:
    library = KnownArtists.from_names(["Prince and the Revolution", "Jay-Z feat. Alicia Keys", "Simon & Garfunkel"])
    assert library == frozenset({"prince", "jayz", "simonandgarfunkel"})
    assert artist_group("Prince & Sheila E.", library) == "prince"
    assert artist_group("Jay-Z & Kanye West", library) == "jayz"
    assert artist_group("Simon & Garfunkel & Friends", library) == "simonandgarfunkel"
    assert artist_group("Simon & Nobody", library) == "simonandnobody"


@given(st.lists(st.sampled_from([name for name, _ in (*WHOLE, *FIRST, *LEADER)]), max_size=12), st.randoms())
def test_the_order_of_the_library_does_not_matter(names: list[str], random: Any) -> None:
    shuffled = names.copy()
    random.shuffle(shuffled)
    assert [artist_group(name, names) for name in names] == [artist_group(name, shuffled) for name in names]


def test_credits_in_any_order_have_a_name_in_common_and_guests_are_left_out() -> None:
    assert credited_artists("Vox, Nox feat. Pax") == {"vox", "nox", "voxnox"}
    assert credited_artists("Nox x Vox") & credited_artists("Vox & Nox") == {"vox", "nox"}
    assert strip_guests("Vox (feat. Nox)").startswith("Vox")
    assert strip_guests("Feat. One") == "Feat. One"


def test_titles_and_albums_are_folded_by_the_same_letters() -> None:
    assert fold_title("Für Elise!") == fold_title("FUR  ELISE") == "furelise"
    assert fold_title("!!!") == "!!!"
    assert fold_album("Abbey Road") == "abbeyroad"
    assert [fold_album(album) for album in (None, "", "Unknown Album", "[unknown]")] == [None] * 4


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_has_a_fold_and_a_group_or_is_nobody(name: str, library: list[str]) -> None:
    for answer in (fold_artist(name), artist_group(name, library)):
        assert answer is None or (answer == "".join(answer.split()) and answer)
    assert len(credited_artists(name)) <= 5


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=30))
def test_plain_letters_are_folded_as_all_others_are(text: str) -> None:
    assert fold_text(text) == fold_text(f"{text} é").removesuffix("e").strip()


@given(st.text(alphabet="abc éÜ&-'(", max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
