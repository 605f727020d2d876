"""How well two descriptions fit one recording."""

import pytest

from services.crawler.matching import GOOD, normal, score
from shared.domain.track import Collected, SourceRef

WANTED = Collected(refs=(SourceRef("spotify", "x"),), title="Clair de Lune", artist="Björk", duration_s=200.0)


@pytest.mark.parametrize(
    ("title", "artist", "duration_s"),
    [
        ("Clair de Lune", "Björk", 200.0),
        ("CLAIR DE LUNE", "Bjork", 202.0),
        ("Clair de lune (feat. Somebody)", "Björk", 199.0),
        ("Clair de Lune - Remastered", "Björk", 201.0),
    ],
)
def test_the_same_recording_fits_however_it_is_written(title, artist, duration_s):
    assert score(WANTED, title=title, artist=artist, duration_s=duration_s) >= GOOD


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
def test_another_version_length_artist_or_title_does_not_fit(title, artist, duration_s):
    assert score(WANTED, title=title, artist=artist, duration_s=duration_s) < GOOD


def test_accents_case_and_guests_do_not_count():
    assert normal("Café (feat. Zoë) NOIR") == normal("cafe noir")
