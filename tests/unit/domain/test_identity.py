import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identity import read_recording
from shared.domain.names import fold_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Für Elise", "FUR ELISE!"),
        ("Rock & Roll", "Rock and Roll"),
        ("Don't Stop", "Dont Stop"),
        ("Good-bye", "Goodbye"),
        ("Søren", "Soren"),
        ("Ode (feat. Nox)", "Ode"),
        ("Ode ft. Nox", "Ode"),
        ("Ode - Remastered 2011", "Ode"),
        ("Ode (2009 Digital Remaster)", "Ode [Official Video]"),
        ("Ode (Original Mix)", "Ode (Album Version)"),
        ("Vox - Ode", "Ode"),
        ("(Sittin' On) The Dock", "Sittin On The Dock"),
        ("Ode (Live, Remastered 1999)", "Ode - Live"),
    ],
)
def test_the_same_recording_is_read_from_different_spellings(one: str, other: str) -> None:
    assert read_recording(one, "Vox") == read_recording(other, "Vox")


VERSIONS = """
Remix, DJ Nox Remix, Live, Live at Wembley, Sped Up, Slowed + Reverb, Acoustic, Instrumental, Karaoke Version, Demo,
Radio Edit, Extended Mix, Cover, Nightcore, Taylor's Version, A Cappella Version, 8D Audio, VIP, Mono
"""


@pytest.mark.parametrize("version", [version.strip() for version in VERSIONS.split(",")])
@pytest.mark.parametrize("form", ["Ode ({})", "Ode - {}", "Ode [{}]"])
def test_a_version_is_kept_apart_in_brackets_and_behind_a_dash(version: str, form: str) -> None:
    plain, versioned = read_recording("Ode", "Vox"), read_recording(form.format(version), "Vox")
    assert versioned.title == plain.title
    assert versioned.kinds
    assert not set(versioned.lookup_keys) & set(plain.lookup_keys)


@pytest.mark.parametrize("title", ["Live Forever", "Cover Me", "Radio Ga Ga", "Demo", "The Mix"])
def test_a_version_word_that_is_the_title_makes_no_version(title: str) -> None:
    assert read_recording(title, "Vox").kinds == frozenset()


def test_two_remixes_are_two_recordings() -> None:
    assert read_recording("Ode (Nox Remix)", "Vox").versions != read_recording("Ode (Pax Remix)", "Vox").versions


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Beatles", "Beatles"),
        ("Simon & Garfunkel", "Garfunkel and Simon"),
        ("Vox feat. Nox", "Vox"),
        ("Vox, Nox", "Nox x Vox"),
        ("AC/DC", "ac dc"),
        ("Beyoncé", "BEYONCE"),
        ("Jay-Z", "Jay Z"),
    ],
)
def test_artists_written_differently_have_a_name_in_common(one: str, other: str) -> None:
    assert read_recording("Ode", one).artists & read_recording("Ode", other).artists
    assert set(read_recording("Ode", one).lookup_keys) & set(read_recording("Ode", other).lookup_keys)


@pytest.mark.parametrize("nobody", [None, "", "Various Artists", "Unknown Artist"])
def test_nobody_has_no_key(nobody: str | None) -> None:
    assert read_recording("Ode", nobody).lookup_keys == ()
    assert read_recording(None, "Vox").lookup_keys == ()


def test_signs_of_other_scripts_are_kept_whole() -> None:
    assert fold_text("が") != fold_text("か")
    assert read_recording("春天", "王").title == "春天"
    assert read_recording("!!!", "!!!").title == "!!!"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read_and_its_keys_fit_a_big_integer(title: str, artist: str) -> None:
    read = read_recording(title, artist)
    assert all(-(2**63) <= key < 2**63 for key in read.lookup_keys)
    assert len(read.lookup_keys) <= 5
