"""Tags of a container and of its sound, whose bytes FFmpeg hands over as Latin-1."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.featurizer.audio.container_tags import METADATA_ENCODING, tags_of_container
from services.featurizer.audio.decode import open_clip
from shared.domain.file_tags import FileTags
from tests.support import tagged_files as made


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


def tags_of_wav(tmp_path: Path, content: bytes) -> FileTags:
    path = tmp_path / "a.wav"
    path.write_bytes(made.wav(content))
    return open_clip(path, reach_s=1).tags


@pytest.mark.parametrize(
    ("title", "charset"), [("Beyoncé", "utf-8"), ("Песня о любви", "cp1251"), ("Motörhead", "latin-1")]
)
def test_the_title_of_a_wav_is_read_in_the_encoding_of_its_bytes(tmp_path: Path, title: str, charset: str) -> None:
    assert tags_of_wav(tmp_path, made.info(charset, INAM=title)).title == title


def test_the_utf8_of_a_text_that_programs_took_for_latin_1_twice_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """The repair takes back two such mistakes and no more, so the bytes of the file must be read as UTF-8 before."""
    mistaken = misread(misread("Beyoncé", "utf-8"), "utf-8")
    assert tags_of_wav(tmp_path, made.info(INAM=mistaken)).title == "Beyoncé"
