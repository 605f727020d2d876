"""Text of tags: only names tell how names are written."""

from shared.tags.tag_text import list_names, read_undeclared, repair_tags


def test_names_are_listed_once_and_without_lyrics_and_comments_however_those_are_spelled() -> None:
    tags = [{"TITLE": ["Ode"], "Comment": ["bought"], "LYRICS": ["la la"]}, {"title": ["Ode"], "artist": ["Ada"]}]
    assert list_names(tags) == ["Ode", "Ada"]


def test_lyrics_in_another_language_do_not_keep_a_name_from_being_repaired() -> None:
    cp1251_as_latin1 = "Песня о любви".encode("cp1251").decode("latin-1")
    lyrics = "Über schöne Straßen, für größere Bären"
    assert repair_tags([{"title": [cp1251_as_latin1], "lyrics": [lyrics]}]) == [
        {"title": ["Песня о любви"], "lyrics": [lyrics]}
    ]


def test_undeclared_bytes_are_utf8_where_they_are_valid_and_keep_every_byte_where_not() -> None:
    assert read_undeclared("Beyoncé".encode()) == "Beyoncé"
    assert read_undeclared("Ada".encode("utf-8-sig")) == "Ada"
    cp1251 = "Песня".encode("cp1251")
    assert read_undeclared(cp1251).encode("latin-1") == cp1251
