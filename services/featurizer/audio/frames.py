"""The frames of the best audio stream as chunks of float32, with the gaps and the damaged packets between them."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from services.featurizer.audio.container import best_audio_stream
from shared.errors import PermanentError, Reason

_LOUDEST = 1e6
"""A float sample beyond this is damage (its power would overflow float32) and becomes 0, as NaN and Inf do."""
_RATES_HZ = (2_000, 768_000)
_CHUNK = 65_536
"""Samples that are joined and handed on at once."""
_PLANAR: dict[str, Any] = {"u8p": np.uint8, "s16p": np.int16, "s32p": np.int32, "fltp": np.float32, "dblp": np.float64}
_GAP_S = (0.002, 3600.0)
"""Shorter ones are rounding of time stamps, longer ones damage to them."""
_PAGED = {"ogg"}
"""Formats that time whole pages, so that frames within one are placed by guess."""
SLACK_S = 0.2
"""Encoders pad and round: a promise missed by less is kept."""


class FrameReader:
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
        self._least_gap_s = SLACK_S if container.format.name in _PAGED else _GAP_S[0]
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
            self.last_at = packet.pos or self.last_at  # the last one of all is empty and has no position
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
        """Append a frame that `accepts_frame` allows; the frame loses its time stamp."""
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
