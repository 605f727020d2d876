"""How well two descriptions fit one recording."""

import pytest

from services.crawler.sources.recording_match import GOOD, match_score
from shared.domain.track import CollectedTrack, SourceRef

WANTED = CollectedTrack(refs=(SourceRef("spotify", "x"),), title="Clair de Lune", artist="Björk", duration_s=200.0)


@pytest.mark.parametrize(
    ("title", "artist", "duration_s"),
    [
        ("Clair de Lune", "Björk", 200.0),
        ("CLAIR DE LUNE", "Bjork", 202.0),
        ("Clair de lune (feat. Somebody)", "Björk", 199.0),
        ("Clair de Lune - Remastered", "Björk", 201.0),
    ],
)
def test_the_same_recording_fits_however_it_is_written(title: str, artist: str, duration_s: float) -> None:
    assert match_score(WANTED, title=title, artist=artist, duration_s=duration_s) >= GOOD


@pytest.mark.parametrize(
    ("title", "artist", "duration_s"),
    [
        ("Clair de Lune (Live)", "Björk", 200.0),
        ("Clair de Lune - Sped Up", "Björk", 200.0),
        ("Clair de Lune (Some Remix)", "Björk", 200.0),
        ("Clair de Lune", "Björk", 230.0),
        ("Clair de Lune", "Quite Another Orchestra", 200.0),
        ("Something Else", "Björk", 200.0),
        (None, "Björk", 200.0),
    ],
)
def test_another_version_length_artist_or_title_does_not_fit(title: str | None, artist: str, duration_s: float) -> None:
    assert match_score(WANTED, title=title, artist=artist, duration_s=duration_s) < GOOD


def test_accents_case_guests_and_articles_do_not_count() -> None:
    wanted = CollectedTrack(
        refs=(SourceRef("spotify", "x"),), title="Café (feat. Zoë) NOIR", artist="The Vox", duration_s=9.0
    )
    assert match_score(wanted, title="cafe noir", artist="Vox feat. Zoë", duration_s=9.0) == 1.0
    assert match_score(wanted, title="CAFÉ NOIR", artist="Vox, The", duration_s=9.0) == 1.0


@pytest.mark.parametrize(
    "other",
    ["Creep (Orchestral Version)", "Creep - 8D", "Creep [VIP]", "Creep (Piano)", "Creep Live", "Creep - Radio Edit"],
)
def test_every_version_that_parts_duplicates_parts_audio_too(other: str) -> None:
    wanted = CollectedTrack(refs=(SourceRef("spotify", "x"),), title="Creep", artist="Vox", duration_s=200.0)
    assert match_score(wanted, title=other, artist="Vox", duration_s=200.0) == 0.0
    assert match_score(wanted, title="Creep (Remastered 2011)", artist="Vox", duration_s=200.0) == 1.0


@pytest.mark.parametrize("title", ["Live Forever", "Radio Ga Ga", "!!!"])
def test_a_version_word_or_signs_that_are_the_title_fit_themselves(title: str) -> None:
    wanted = CollectedTrack(refs=(SourceRef("spotify", "x"),), title=title, artist="Vox", duration_s=200.0)
    assert match_score(wanted, title=title.upper(), artist="Vox", duration_s=200.0) == 1.0
