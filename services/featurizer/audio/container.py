"""Opening a file as a container of sound: which formats, and what is said of a file that is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from services.featurizer.audio.archives import archive_name
from services.featurizer.audio.container_tags import METADATA_ENCODING
from shared.errors import PermanentError, Reason

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,oga,ogg,"
    "oma,rm,shn,tak,tta,w64,wav,webm,wv"
)
"""Formats that hold their sound themselves. Playlists, which make the decoder open other files or addresses, do not."""


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """The container of a sound file; what goes wrong in the block becomes a `PermanentError` that says what to do."""
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever
            raise PermanentError(Reason.UNDECODABLE, f"{path.name} is not a file: name the sound file itself")
        options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
        # the prefix keeps a name such as "concat:a|b" a name
        if archive := archive_name(path):
            detail = f"{path.name} is {archive}, not music: unpack it"
            raise PermanentError(Reason.UNSUPPORTED, detail)
        with av.open(f"file:{path}", "r", container_options=options, metadata_encoding=METADATA_ENCODING) as container:
            yield container
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PermanentError(Reason.NOT_FOUND, f"there is no file {path.name}: was it moved or renamed?") from error
    except PermissionError as error:
        detail = f"{path.name} may not be read by this service: give it read permission"
        raise PermanentError(Reason.FORBIDDEN, detail) from error
    except (av.FFmpegError, OSError) as error:
        detail = f"{path.name} is not a sound file that can be read ({error.strerror}): replace or convert it"
        raise PermanentError(Reason.UNDECODABLE, detail) from error


def best_audio_stream(container: InputContainer) -> Any:
    """The best audio stream, set to one thread. Raises `no_audio` or `undecodable`."""
    stream = container.streams.best("audio")
    if stream is None and container.streams.audio:
        detail = "the file says that it holds sound, but not even its rate can be read: replace it"
        raise PermanentError(Reason.UNDECODABLE, detail)
    if stream is None:
        raise PermanentError(Reason.NO_AUDIO, "the file has no sound, only pictures or data: choose another file")
    if stream.codec_context is None:
        raise PermanentError(Reason.UNDECODABLE, "its codec is not supported: convert it to FLAC or MP3")
    stream.codec_context.thread_count = 1  # the workers are the parallelism
    return stream
