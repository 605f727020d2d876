"""From a file to a mono signal at its own rate: PyAV, and nothing else.

Mono is the mean of the channels in float32. A resampler's own down-mix is up to 3 dB louder and would shift every
loudness feature, so no resampler is let near the channels. The channels themselves are heard by the loudness meter on
the way, and forgotten. Where the channels cancel each other in the mean (one of them has its polarity inverted, by a
wrong cable or a widening effect), mono is the strongest channel instead.

How long a clip is. A clip that ends while we decode has the length that was decoded, whatever its container says.
Decoding stops at `reach_s`; a clip that is longer has the length that its container promises. So a recording of hours
costs no more than its first minutes. Where these are silent, decoding goes on to the first sound and reaches as far
from there; it gives up after `SILENCE_REACH_S`.

What is lost. Every frame says when it sounds. Where a frame comes later than the last one ended, what lay between did
not decode; where a container that counts its samples promises more than came, the end is missing. An MP3 without a
count that ends within a frame has lost something, nobody knows how much: that is one damaged packet more.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from services.featurizer.audio.archives import archive_name
from services.featurizer.audio.container_tags import METADATA_ENCODING, tags_of_container
from services.featurizer.audio.declared_length import (
    breaks_off,
    counts_samples,
    missing_from_wav_s,
    promised_length_s,
    whole_length_s,
)
from services.featurizer.audio.loudness import LoudnessMeter
from shared.domain.file_tags import NO_TAGS, FileTags
from shared.errors import PermanentError, Reason

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,oga,ogg,"
    "oma,rm,shn,tak,tta,w64,wav,webm,wv"
)
"""Formats that hold their sound themselves. Playlists, which make the decoder open other files or addresses, do not."""

_LOUDEST = 1e6
"""A float sample beyond this is damage (its power would overflow float32) and becomes 0, as NaN and Inf do."""
_RATES_HZ = (2_000, 768_000)
_MOST_SAMPLES = 60_000_000
"""240 MB of float32: five minutes at 192 kHz."""
SILENCE_REACH_S = 1200.0
"""How far the first sound of a clip is looked for, seconds from its start: hidden tracks begin after minutes."""
_CHUNK = 65_536
"""Samples that are joined and heard at once."""
_PLANAR: dict[str, Any] = {"u8p": np.uint8, "s16p": np.int16, "s32p": np.int32, "fltp": np.float32, "dblp": np.float64}
_GAP_S = (0.002, 3600.0)
"""Shorter ones are rounding of time stamps, longer ones damage to them."""
_PAGED = {"ogg"}
"""Formats that time whole pages, so that frames within one are placed by guess."""
_SLACK_S = 0.2
"""Encoders pad and round: a promise missed by less is kept."""
_CANCELLED = 1e-3
"""Power of the mean over that of the channels, -30 dB: uncorrelated channels have 1/2, a correlation of -.99 has 1/200.
Below, the mean is what rounding and lossy coding left: -39 dB was measured of AAC, nothing at all of FLAC and MP3.
"""

Downmix = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From `(n_channels, n)` to mono `(n,)`."""


@dataclass(frozen=True, kw_only=True)
class DecodedAudio:
    """The decoded beginning of a file, at its native rate."""

    y: NDArray[np.float32]
    """`(n_samples,)`, mono (the mean of the channels, or the strongest where they cancel), full scale 1.0, finite."""
    sr_native: int
    """Hz."""
    duration_s: float
    """Length of the whole clip: decoded, or as its container states it where decoding stopped early."""
    n_damaged_packets: int
    """Packets that did not decode and were left out; the signal is shorter by them."""
    seconds_lost: float
    """What stood or was promised between the clip's start and where decoding ended, and did not decode."""
    starts_s: float
    """Where `y` begins in the clip: 0, or behind silence that is longer than the reach."""
    loudness_lufs: float | None
    """Integrated over what was decoded; None where nothing is loud enough to be measured."""
    loudness_dbfs: float | None
    """Root mean square over all samples and channels; None for digital silence."""
    tags: FileTags = NO_TAGS
    """What the container says of it."""


def open_clip(path: Path, *, reach_s: float, silence_dbfs: float | None = None) -> DecodedAudio:
    """Decode the best audio stream of `path` from its start, `reach_s` seconds at most.

    Pictures, video and further audio streams are ignored. With `silence_dbfs` (dB re full scale) a clip whose first
    `reach_s` are all below it is decoded from the first sample, of any channel, that is not.

    Raises:
        PermanentError: `silent` (nothing sounds within `SILENCE_REACH_S`), `not_found`, `forbidden`, `no_audio` (a
            readable container without sound), `unsupported` (an archive), or `undecodable` (not a sound file, an
            unsupported codec or rate, or no single sample).

    """
    with open_container(path) as container:
        clip, powers = _decode_stream(
            container, path=path, reach_s=reach_s, downmix=mix_down, silence_dbfs=silence_dbfs
        )
    if not is_cancelled_out(clip.y, channel_powers=powers):
        return clip
    strongest = max(range(len(powers)), key=powers.__getitem__)
    with open_container(path) as container:
        channel = partial(_pick_channel, at=strongest)
        clip, _ = _decode_stream(container, path=path, reach_s=reach_s, downmix=channel, silence_dbfs=silence_dbfs)
    return clip


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


def _decode_stream(
    container: InputContainer, *, path: Path, reach_s: float, downmix: Downmix, silence_dbfs: float | None
) -> tuple[DecodedAudio, tuple[float, ...]]:
    """The clip, and the mean power of each channel."""
    frames = _FrameReader(container)
    kept: _KeptSamples | None = None
    for channels in frames:
        kept = kept or _KeptSamples(frames, reach_s=reach_s, downmix=downmix, silence_dbfs=silence_dbfs)
        kept.add_samples(channels)
        if kept.is_full or kept.is_given_up:
            break
    if kept is None:
        raise PermanentError(Reason.UNDECODABLE, "the file holds no sound that can be decoded: replace it")
    if kept.n_samples == 0:
        detail = f"the clip is silent in the {kept.n_skipped / frames.sr_native / 60:.0f} minutes that were looked at"
        raise PermanentError(Reason.SILENT, f"{detail}: give one in which something is heard")
    decoded_s = (kept.n_skipped + kept.n_samples) / frames.sr_native
    stopped_early = kept.is_full
    form = container.format.name
    promised_s = promised_length_s(container, frames.stream, starts_at_s=frames.starts_at_s)
    if stopped_early:
        promised_s = whole_length_s(container, frames.stream, path, promised_s=promised_s, decoded_s=frames.length_s)
    missing_s = 0.0
    if not stopped_early and counts_samples(form, path):
        missing_s = promised_s - decoded_s - frames.gap_s
    if not stopped_early and form == "wav":
        missing_s = max(missing_s, missing_from_wav_s(path))
    is_cut = not stopped_early and form == "mp3" and breaks_off(path, last_frame=frames.last_at)
    clip = DecodedAudio(
        y=kept.samples[: kept.n_samples],
        sr_native=frames.sr_native,
        duration_s=max(promised_s, decoded_s) if stopped_early else decoded_s,
        n_damaged_packets=frames.n_damaged_packets + is_cut,
        seconds_lost=frames.gap_s + (missing_s if missing_s > _SLACK_S else 0.0),
        starts_s=kept.n_skipped / frames.sr_native,
        loudness_lufs=kept.meter.integrated_lufs,
        loudness_dbfs=kept.meter.rms_dbfs,
        tags=tags_of_container(container, frames.stream),
    )
    return clip, kept.meter.channel_powers


class _KeptSamples:
    """The mono samples of a clip within its reach, and the meter that heard their channels."""

    def __init__(self, frames: "_FrameReader", *, reach_s: float, downmix: Downmix, silence_dbfs: float | None) -> None:
        self._frames, self._downmix = frames, downmix
        self._limit = min(int(reach_s * frames.sr_native), _MOST_SAMPLES)
        self._level = 0.0 if silence_dbfs is None else 10 ** (silence_dbfs / 20)
        self._has_sounded = silence_dbfs is None
        self._is_seeking = False
        self.samples = np.empty(self._limit, np.float32)  # its pages cost nothing before they are written
        self.n_samples = 0
        self.n_skipped = 0
        """Samples of silence before the first of `samples`."""
        self.meter = LoudnessMeter()

    @property
    def is_full(self) -> bool:
        """Whether the reach ends here."""
        return self.n_samples >= self._limit

    @property
    def is_given_up(self) -> bool:
        """Whether nothing sounded for so long that nothing more is looked at."""
        return self._is_seeking and self.n_skipped >= SILENCE_REACH_S * self._frames.sr_native

    def add_samples(self, channels: NDArray[np.float32]) -> None:
        """Keep what is within reach of `(n_channels, n)`; a reach without any sound begins anew behind it."""
        rest = channels
        while rest.shape[1] and not self.is_full:
            if self._is_seeking:
                onset = _first_above(rest, level=self._level)
                self.n_skipped += onset
                rest = rest[:, onset:]
                self._is_seeking = not rest.shape[1]
                self._has_sounded = not self._is_seeking
                continue
            part = rest[:, : self._limit - self.n_samples]
            rest = rest[:, part.shape[1] :]
            self._keep_samples(part)
            if self.is_full and not self._has_sounded:
                self.n_skipped, self.n_samples = self.n_samples, 0
                self.meter, self._is_seeking = LoudnessMeter(), True

    def _keep_samples(self, channels: NDArray[np.float32]) -> None:
        self._has_sounded = self._has_sounded or _first_above(channels, level=self._level) < channels.shape[1]
        self.meter.add_samples(channels, sr=self._frames.sr_native, names=self._frames.channel_names)
        self.samples[self.n_samples : self.n_samples + channels.shape[1]] = self._downmix(channels)
        self.n_samples += channels.shape[1]


def _first_above(channels: NDArray[np.float32], *, level: float) -> int:
    """Index of the first sample of any channel that reaches `level`; n where none of `(n_channels, n)` does."""
    is_above = np.max(np.abs(channels), axis=0, initial=0.0) >= level
    return int(is_above.argmax()) if is_above.any() else channels.shape[1]


class _FrameReader:
    """The best audio stream in chunks `(n_channels, n)` of float32, and what was met on the way."""

    def __init__(self, container: InputContainer) -> None:
        self._container, self.stream = container, best_audio_stream(container)
        self.sr_native = 0
        self.starts_at_s = 0.0
        """When the first frame sounds."""
        self.channel_names: tuple[str, ...] = ()
        self.n_damaged_packets = 0
        self.gap_s = 0.0
        self.last_at = 0
        """The byte at which the last packet begins, where its container says."""
        self._tick_s = float(self.stream.time_base)  # a fraction for every frame would cost a tenth of decoding
        self._least_gap_s = _SLACK_S if container.format.name in _PAGED else _GAP_S[0]
        self._ends_at: float | None = None

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        queue = FrameBuffer()
        for frame in self._iterate_frames():
            self.channel_names = self.channel_names or tuple(channel.name for channel in frame.layout.channels)
            if not queue.accepts_frame(frame):
                yield queue.take_samples()
            queue.put_frame(frame)
            if queue.n_samples >= _CHUNK:
                yield queue.take_samples()
        if queue.n_samples:
            yield queue.take_samples()

    def _iterate_frames(self) -> Iterator[av.AudioFrame]:
        for packet in self._iterate_packets():
            self.last_at = packet.pos or self.last_at  # the last one of all is empty and has no place
            try:
                frames = packet.decode()
            except av.FFmpegError:
                self.n_damaged_packets += 1
                continue
            for frame in frames:
                assert isinstance(frame, av.AudioFrame)
                if not self.sr_native:
                    self.sr_native = self._frame_rate(frame)
                if frame.sample_rate == self.sr_native:
                    self._count_gap(frame)
                    yield frame
                else:  # a false frame header, or another recording glued to the first
                    self.n_damaged_packets += 1

    def _count_gap(self, frame: av.AudioFrame) -> None:
        """Count the gap between this frame and the one before."""
        length_s = frame.samples / self.sr_native
        if frame.pts is None:
            self._ends_at = None if self._ends_at is None else self._ends_at + length_s
            return
        starts_at = frame.pts * self._tick_s
        if self._ends_at is None:
            self.starts_at_s = starts_at
        elif self._least_gap_s < starts_at - self._ends_at < _GAP_S[1]:
            self.gap_s += starts_at - self._ends_at
        self._ends_at = starts_at + length_s

    @property
    def length_s(self) -> float:
        """From the first frame to the end of the last one, seconds."""
        return (self._ends_at or 0.0) - self.starts_at_s

    def _frame_rate(self, frame: av.AudioFrame) -> int:
        lowest, highest = _RATES_HZ
        if not lowest <= frame.sample_rate <= highest:
            detail = f"its rate of {frame.sample_rate} Hz is not that of a recording: convert it"
            raise PermanentError(Reason.UNDECODABLE, detail)
        return int(frame.sample_rate)

    def _iterate_packets(self) -> Iterator["av.Packet[Any]"]:
        try:
            yield from self._container.demux(self.stream)
        except av.FFmpegError:
            self.n_damaged_packets += 1  # the container breaks off here: keep what came before


class FrameBuffer:
    """Frames of one format, joined outside of Python: an array for every frame would cost a quarter of decoding."""

    def __init__(self) -> None:
        self._fifo = av.AudioFifo()
        self._kind: tuple[str, int] | None = None
        self.n_samples = 0
        """By channel."""

    def accepts_frame(self, frame: av.AudioFrame) -> bool:
        """Whether `frame` is like those that are waiting, so that it can join them."""
        return self._kind is None or self._kind == (frame.format.name, frame.layout.nb_channels)

    def put_frame(self, frame: av.AudioFrame) -> None:
        """Append a frame that it `takes`; the frame loses its time stamp."""
        self._kind = self._kind or (frame.format.name, frame.layout.nb_channels)
        frame.pts = None  # else the queue would insist on stamps without gaps
        self._fifo.write(frame)
        self.n_samples += frame.samples

    def take_samples(self) -> NDArray[np.float32]:
        """All that waits, as float32 `(n_channels, n)` of full scale 1.0; what is no number becomes 0."""
        joined = self._fifo.read()
        self._fifo, self._kind, self.n_samples = av.AudioFifo(), None, 0
        return _as_float(_frame_channels(joined)) if joined else np.zeros((1, 0), np.float32)


def _frame_channels(frame: av.AudioFrame) -> NDArray[Any]:
    """The samples of a frame in their own format, `(n_channels, n)`."""
    dtype = _PLANAR.get(frame.format.name)
    if dtype is None:
        return np.ascontiguousarray(frame.to_ndarray().reshape(-1, frame.layout.nb_channels).T)
    return np.stack([np.frombuffer(memoryview(plane), dtype, frame.samples) for plane in frame.planes])


def _as_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - np.float32(128)) / np.float32(128)
    if samples.dtype.kind == "i":
        return samples.astype(np.float32) / np.float32(2 ** (8 * samples.itemsize - 1))
    y: NDArray[np.float32] = samples.astype(np.float32, copy=False)
    if not float(np.vdot(y, y)) <= _LOUDEST**2:  # holds if one sample is beyond, and for NaN as well
        y[~(np.abs(y) <= _LOUDEST)] = 0
    return y


def mix_down(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mono: the mean of `(n_channels, n)`."""
    mean: NDArray[np.float32] = np.add.reduce(channels, axis=0) / np.float32(len(channels))
    return mean


def is_cancelled_out(mean: NDArray[np.float32], *, channel_powers: Sequence[float]) -> bool:
    """Whether the channels cancelled each other in their `mean` `(n,)`; `channel_powers` are mean squares, by channel.

    False for silence and for mono.
    """
    power = float(np.vdot(mean, mean)) / max(mean.size, 1)
    return power < _CANCELLED * sum(channel_powers) / max(len(channel_powers), 1)


def _pick_channel(channels: NDArray[np.float32], *, at: int) -> NDArray[np.float32]:
    """One channel of `(n_channels, n)`; the last where the format changed to fewer."""
    channel: NDArray[np.float32] = channels[min(at, len(channels) - 1)]
    return channel
