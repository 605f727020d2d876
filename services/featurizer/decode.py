"""From a file to a mono signal at its own rate: PyAV, and nothing else.

Mono is the mean of the channels in float32. A resampler's own down-mix is up to 3 dB louder and would shift every
loudness feature, so no resampler is let near the channels.

How long a clip is. A clip that ends while we decode has the length that was decoded, whatever its container says. A
container that promises `settled_s` or more is believed, and decoding stops at `reach_s`: beyond `settled_s` the windows
no longer depend on the length, so a wrong promise moves no window. Everything else is decoded up to `settled_s`. So a
recording of hours costs no more than a song.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from shared.errors import PermanentError, Reason

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,oga,ogg,"
    "oma,rm,shn,tak,tta,w64,wav,webm,wv"
)
"""Formats that hold their sound themselves. Playlists, which make the decoder open other files or addresses, do not."""

_LOUDEST = 1e6
"""A float sample beyond this is damage (its power would overflow float32) and becomes 0, as NaN and Inf do."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """The decoded beginning of a file, at its native rate."""

    y: NDArray[np.float32]
    """`(n_samples,)`, mono, full scale 1.0, always finite."""
    sr_native: int
    """Hz."""
    duration_s: float
    """Length of the whole clip: decoded, or as its container states it where decoding stopped early."""
    n_damaged_packets: int
    """Packets that did not decode and were left out; the signal is shorter by them."""


def open_clip(path: Path, *, reach_s: float, settled_s: float) -> Clip:
    """Decode the best audio stream of `path` from its start, as far as needed.

    Where the container promises at least `settled_s` (seconds), `reach_s` are decoded, otherwise up to
    `max(reach_s, settled_s)`. Pictures, video and further audio streams are ignored.

    Raises:
        PermanentError: `not_found`, `forbidden`, `no_audio` (a readable container without sound), or `undecodable`
            (not a sound file, an unsupported codec, or no single sample).

    """
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for ever
            raise PermanentError(Reason.UNDECODABLE, f"{path.name} is not a file: name the sound file itself")
        return _decode(path, reach_s=reach_s, settled_s=settled_s)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PermanentError(Reason.NOT_FOUND, f"there is no file {path.name}: was it moved or renamed?") from error
    except PermissionError as error:
        detail = f"{path.name} may not be read by this service: give it read permission"
        raise PermanentError(Reason.FORBIDDEN, detail) from error
    except av.FFmpegError as error:
        detail = f"{path.name} is not a sound file that can be read ({error.strerror}): replace or convert it"
        raise PermanentError(Reason.UNDECODABLE, detail) from error


def _decode(path: Path, *, reach_s: float, settled_s: float) -> Clip:
    options = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
    # the prefix keeps a name such as "concat:a|b" a name
    with av.open(f"file:{path}", "r", container_options=options, metadata_errors="replace") as container:
        promised_s = (container.duration or 0) / av.time_base
        limit_s = reach_s if promised_s >= settled_s else max(reach_s, settled_s)
        frames = _Frames(container)
        kept: list[NDArray[np.float32]] = []
        n_samples = 0
        for samples in frames:
            kept.append(samples)
            n_samples += samples.size
            if n_samples >= limit_s * frames.sr_native:
                break
    if n_samples == 0:
        raise PermanentError(Reason.UNDECODABLE, "the file holds no sound that can be decoded: replace it")
    y = np.concatenate(kept)[: int(limit_s * frames.sr_native)]
    y[~(np.abs(y) <= _LOUDEST)] = 0  # negated, so that NaN counts as beyond
    decoded_s = n_samples / frames.sr_native
    stopped_early = decoded_s >= limit_s
    return Clip(
        y=y,
        sr_native=frames.sr_native,
        duration_s=max(promised_s, decoded_s) if stopped_early else decoded_s,
        n_damaged_packets=frames.n_damaged_packets,
    )


class _Frames:
    """The frames of the best audio stream, each as mono float32 `(n,)`, and what was met on the way."""

    def __init__(self, container: InputContainer) -> None:
        stream = container.streams.best("audio")
        if stream is None and container.streams.audio:
            detail = "the file says that it holds sound, but not even its rate can be read: replace it"
            raise PermanentError(Reason.UNDECODABLE, detail)
        if stream is None:
            raise PermanentError(Reason.NO_AUDIO, "the file has no sound, only pictures or data: choose another file")
        if stream.codec_context is None:
            raise PermanentError(Reason.UNDECODABLE, "its codec is not supported: convert it to FLAC or MP3")
        stream.codec_context.thread_count = 1  # the workers are the parallelism
        self._container, self._stream = container, stream
        self.sr_native = 0
        self.n_damaged_packets = 0

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        for packet in self._packets():
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self.n_damaged_packets += 1
                continue
            for frame in frames:
                assert isinstance(frame, av.AudioFrame)
                self.sr_native = self.sr_native or frame.sample_rate
                if frame.sample_rate == self.sr_native:
                    yield mono(frame)
                else:  # a false frame header, or another recording glued to the first
                    self.n_damaged_packets += 1

    def _packets(self) -> Iterator["av.Packet[Any]"]:
        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError:
            self.n_damaged_packets += 1  # the container breaks off here: keep what came before


def mono(frame: av.AudioFrame) -> NDArray[np.float32]:
    """Mean of the channels, float32 `(n_samples,)`, full scale 1.0; not yet freed of NaN."""
    samples: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    y: NDArray[Any]
    if samples.dtype == np.uint8:
        y = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype.kind == "i":
        y = samples.astype(np.float32) / np.float32(2 ** (8 * samples.itemsize - 1))
    else:
        y = samples.astype(np.float32, copy=False)
    # what np.mean does, without its overhead per frame
    mean: NDArray[np.float32] = np.add.reduce(y, axis=0) / np.float32(len(y))
    return mean
