"""Text of tags: only names tell how names are written."""

from shared.tags.tag_text import list_names, repair_tags


def test_names_are_listed_once_and_without_lyrics_and_comments_however_those_are_spelled() -> None:
    tags = [{"TITLE": ["Ode"], "Comment": ["bought"], "LYRICS": ["la la"]}, {"title": ["Ode"], "artist": ["Ada"]}]
    assert list_names(tags) == ["Ode", "Ada"]


def test_lyrics_in_another_language_do_not_keep_a_name_from_being_repaired() -> None:
    cp1251_as_latin1 = "Песня о любви".encode("cp1251").decode("latin-1")
    lyrics = "Über schöne Straßen, für größere Bären"
    assert repair_tags([{"title": [cp1251_as_latin1], "lyrics": [lyrics]}]) == [
        {"title": ["Песня о любви"], "lyrics": [lyrics]}
    ]
