"""The tags of a container as FFmpeg reads them, for what the crawler's readers do not know (Matroska, CAF, W64 …).

Read when the file is opened for its sound. FFmpeg hands over bytes: of ID3 it makes UTF-8, of RIFF's text nothing. So
they are taken as they are and read as the crawler reads what is undeclared.
"""

from typing import Protocol

from shared.domain.file_tags import FileTags, merge_tags, tags_of, with_album_artist
from shared.tags.tag_text import Values, read_undeclared, repair_tags

METADATA_ENCODING = "latin-1"
"""With which a container is opened, so that no byte of its tags is lost."""


class TaggedMedia(Protocol):
    """A container or a stream of PyAV, of which only the tags are read."""

    @property
    def metadata(self) -> dict[str, str]:
        """Tags by name, as FFmpeg gives them."""


def tags_of_container(container: TaggedMedia, stream: TaggedMedia) -> FileTags:
    """The tags of the container and of its sound. The container stands over the stream, as in Ogg and Matroska."""
    read = map(tags_of, repair_tags([_fields(container.metadata), _fields(stream.metadata)]))
    return with_album_artist(merge_tags(*read))


def _fields(metadata: dict[str, str]) -> Values:
    return {name: [read_undeclared(value.encode(METADATA_ENCODING))] for name, value in metadata.items()}
