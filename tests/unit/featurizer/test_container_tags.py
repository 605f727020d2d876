"""Tags of a container and of its sound, whose bytes FFmpeg hands over as Latin-1."""

from types import SimpleNamespace

from services.featurizer.audio.container_tags import METADATA_ENCODING, tags_of_container


def misread(text: str, encoding: str) -> str:
    return text.encode(encoding).decode(METADATA_ENCODING)


def test_text_in_utf8_and_in_an_old_encoding_is_read_as_it_was_meant() -> None:
    container = SimpleNamespace(
        metadata={"title": misread("Песня о любви", "cp1251"), "ARTIST": misread("Beyoncé", "utf-8")}
    )
    tags = tags_of_container(container, SimpleNamespace(metadata={"album": misread("Лучшие песни", "cp1251")}))
    assert (tags.title, tags.artist, tags.album) == ("Песня о любви", "Beyoncé", "Лучшие песни")


def test_the_container_stands_over_its_stream() -> None:
    stream = SimpleNamespace(metadata={"title": "of the stream", "artist": "Vox"})
    tags = tags_of_container(SimpleNamespace(metadata={"title": "of the container"}), stream)
    assert (tags.title, tags.artist) == ("of the container", "Vox")
