"""The tags of a container as FFmpeg reads them, for what the crawler's readers do not know (Matroska, CAF, W64 …).

Read when the file is opened for its sound. FFmpeg hands over bytes: of ID3 it makes UTF-8, of RIFF's text nothing. So
they are taken as they are and read as the crawler reads what is undeclared.
"""

from collections import defaultdict
from typing import Any

from av.container import InputContainer

from shared.domain.file_tags import FileTags, merge_tags, tags_of, with_album_artist
from shared.tags.charsets import repair_texts

METADATA_ENCODING = "latin-1"
"""With which a container is opened, so that no byte of its tags is lost."""


def tags_of_container(container: InputContainer, stream: Any) -> FileTags:
    """What the container and its sound say. The container stands over the stream, as in Ogg and Matroska."""
    said = [_fields(container.metadata), _fields(stream.metadata)]
    texts = list(dict.fromkeys(value for fields in said for values in fields.values() for value in values))
    mended = dict(zip(texts, repair_texts(texts), strict=True))
    read = [tags_of({name: [mended[value] for value in values] for name, values in fields.items()}) for fields in said]
    return with_album_artist(merge_tags(*read))


def _fields(metadata: dict[str, str]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = defaultdict(list)
    for name, value in metadata.items():
        fields[_utf8(name)].append(_utf8(value))
    return fields


def _utf8(text: str) -> str:
    try:
        return text.encode(METADATA_ENCODING).decode("utf-8")
    except UnicodeDecodeError:
        return text
