"""What sources call a track: kept by source, so that each can take its own word back."""

from typing import Any

from shared.domain.track_names import UNKNOWN_SOURCE, replace_given


def test_the_latest_word_is_first_and_replaces_what_its_source_said_before() -> None:
    given = replace_given((), "table a", {"title": "Ode", "artist": "Vox"})
    given = replace_given(given, "table b", {"title": "Hymn"})
    assert [entry["source"] for entry in given] == ["table b", "table a"]
    assert replace_given(given, "table a", {"title": "Ode"}) == [
        {"source": "table a", "title": "Ode"},
        {"source": "table b", "title": "Hymn"},
    ]
    assert replace_given(given, "table a", {}) == [{"source": "table b", "title": "Hymn"}]


def test_what_nobody_is_known_to_have_given_comes_last_until_a_source_says_it() -> None:
    old: list[dict[str, Any]] = [{"source": UNKNOWN_SOURCE, "title": "Ode", "artist": "Vox"}]
    given = replace_given(old, "table a", {"title": "Ode"})
    assert given == [{"source": "table a", "title": "Ode"}, {"source": UNKNOWN_SOURCE, "artist": "Vox"}]
    assert replace_given(given, UNKNOWN_SOURCE, {"album": "Songs"})[-1] == {"source": UNKNOWN_SOURCE, "album": "Songs"}
    assert replace_given(old, "table a", {"title": "Ode", "artist": "Vox"})[1:] == []
