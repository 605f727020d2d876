"""Tags of a container and of its sound, whose bytes FFmpeg hands over as Latin-1."""

from dataclasses import dataclass, field

from services.featurizer.audio.container_tags import METADATA_ENCODING, tags_of_container


@dataclass
class Tagged:
    """A container or a stream."""

    metadata: dict[str, str] = field(default_factory=dict)


def misread(text: str, encoding: str) -> str:
    return text.encode(encoding).decode(METADATA_ENCODING)


def test_text_in_utf8_and_in_an_old_encoding_is_read_as_it_was_meant() -> None:
    container = Tagged(metadata={"title": misread("Песня о любви", "cp1251"), "ARTIST": misread("Beyoncé", "utf-8")})
    tags = tags_of_container(container, Tagged(metadata={"album": misread("Лучшие песни", "cp1251")}))
    assert (tags.title, tags.artist, tags.album) == ("Песня о любви", "Beyoncé", "Лучшие песни")


def test_the_container_stands_over_its_stream() -> None:
    stream = Tagged(metadata={"title": "of the stream", "artist": "Vox"})
    tags = tags_of_container(Tagged(metadata={"title": "of the container"}), stream)
    assert (tags.title, tags.artist) == ("of the container", "Vox")
