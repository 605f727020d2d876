import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identity import recording
from shared.domain.names import fold


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
    assert recording(one, "Vox") == recording(other, "Vox")


VERSIONS = """
Remix, DJ Nox Remix, Live, Live at Wembley, Sped Up, Slowed + Reverb, Acoustic, Instrumental, Karaoke Version, Demo,
Radio Edit, Extended Mix, Cover, Nightcore, Taylor's Version, A Cappella Version, 8D Audio, VIP, Mono
"""


@pytest.mark.parametrize("version", [version.strip() for version in VERSIONS.split(",")])
@pytest.mark.parametrize("form", ["Ode ({})", "Ode - {}", "Ode [{}]"])
def test_a_version_is_kept_apart_in_brackets_and_behind_a_dash(version: str, form: str) -> None:
    plain, versioned = recording("Ode", "Vox"), recording(form.format(version), "Vox")
    assert versioned.title == plain.title
    assert versioned.kinds
    assert not set(versioned.keys) & set(plain.keys)


@pytest.mark.parametrize("title", ["Live Forever", "Cover Me", "Radio Ga Ga", "Demo", "The Mix"])
def test_a_version_word_that_is_the_title_makes_no_version(title: str) -> None:
    assert recording(title, "Vox").kinds == frozenset()


def test_two_remixes_are_two_recordings() -> None:
    assert recording("Ode (Nox Remix)", "Vox").versions != recording("Ode (Pax Remix)", "Vox").versions


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
    assert recording("Ode", one).artists & recording("Ode", other).artists
    assert set(recording("Ode", one).keys) & set(recording("Ode", other).keys)


@pytest.mark.parametrize("nobody", [None, "", "Various Artists", "Unknown Artist"])
def test_nobody_has_no_key(nobody: str | None) -> None:
    assert recording("Ode", nobody).keys == ()
    assert recording(None, "Vox").keys == ()


def test_signs_of_other_scripts_are_kept_whole() -> None:
    assert fold("が") != fold("か")
    assert recording("春天", "王").title == "春天"
    assert recording("!!!", "!!!").title == "!!!"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read_and_its_keys_fit_a_big_integer(title: str, artist: str) -> None:
    read = recording(title, artist)
    assert all(-(2**63) <= key < 2**63 for key in read.keys)
    assert len(read.keys) <= 5
