"""Spotify's search syntax, as far as a library can answer it."""

import pytest

from services.api.spotify_compat.search_query import SearchQuery, parse_search_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("ode to joy", SearchQuery(words="ode to joy")),
        ('track:"Ode to Joy" artist:Vox', SearchQuery(words="Ode to Joy Vox")),
        ("ode Artist:Vox year:1824", SearchQuery(words="ode Vox", years=(1824, 1824))),
        ("year:1955-1960", SearchQuery(words="", years=(1955, 1960))),
        ("isrc:de-abc-04-00001", SearchQuery(words="", isrc="DEABC0400001")),
        ("soundtrack:9 re:mind", SearchQuery(words="soundtrack:9 re:mind")),
    ],
)
def test_words_and_filters_are_told_apart(text: str, query: SearchQuery) -> None:
    assert parse_search_query(text) == query


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "No search query"), ('" "', "No search query"), ("ode genre:jazz", "genre:"), ("year:old", "year:old")],
)
def test_what_cannot_be_looked_for_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_search_query(text)
