"""A few seconds out of a file, without decoding what lies before them. For whoever needs the talk's array alone.

The packets before the window are counted, by their headers alone where these say how long they are, which costs a
thousandth of decoding them; so it is known, and not guessed from a bit rate, which sample a packet begins with.
Decoding starts some packets early, because a lossy frame builds on those before it. If a packet is not where the one
before it ended, or a frame is not where its packet is, the alignment is in doubt, and the file is decoded from its
start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from services.featurizer.audio.container import best_audio_stream, open_container
from services.featurizer.audio.decode import open_clip
from services.featurizer.audio.downmix import is_cancelled_out, mix_down
from services.featurizer.audio.frames import FrameBuffer
from services.featurizer.audio.mpeg import LONGEST_FRAME, frame_start

_LEAD_IN_S = 0.3
"""What is decoded and dropped before the window: more than an MP3's bit reservoir and overlap."""
_SEEKABLE = {"mp3", "mp3float", "aac"}
"""Codecs whose packets all hold the same number of samples and whose frames carry their packet's time."""
_FRAMED = "mp3"
"""The format that is nothing but frames that say themselves how long they are."""
_WORTH_A_LEAP = 20


@dataclass(frozen=True, kw_only=True)
class AudioCut:
    """A stretch of a file, mono, at its own rate."""

    y: NDArray[np.float32]
    """`(n,)`; shorter than asked for where the file ends."""
    sr_native: int
    was_sought: bool
    """False where the file was decoded from its start."""


class _DoubtError(Exception):
    """The alignment is not certain."""


def cut_audio(path: Path, *, start_s: float, duration_s: float) -> AudioCut:
    """The samples that decoding all of `path` and cutting would give.

    Raises:
        PermanentError: as `open_clip`.

    """
    with open_container(path) as container:
        try:
            return _seek_and_cut(container, path=path, start_s=start_s, duration_s=duration_s)
        except (_DoubtError, av.FFmpegError):
            pass
    clip = open_clip(path, reach_s=start_s + duration_s)
    start, length = int(start_s * clip.sr_native), int(duration_s * clip.sr_native)
    return AudioCut(y=clip.y[start : start + length], sr_native=clip.sr_native, was_sought=False)


def _seek_and_cut(container: InputContainer, *, path: Path, start_s: float, duration_s: float) -> AudioCut:
    stream = best_audio_stream(container)
    sr = stream.codec_context.sample_rate
    if stream.codec_context.name not in _SEEKABLE or not sr or stream.time_base is None:
        raise _DoubtError
    clock = _SampleClock.from_stream(stream, sr=sr)
    start, length = int(start_s * sr), int(duration_s * sr)
    kept = FrameBuffer()
    first = position = -1
    lead_in = start - int(_LEAD_IN_S * sr)
    headers = path if container.format.name == _FRAMED else None
    # near the end FFmpeg cuts off what the encoder added, for which it must have counted itself
    leaps = clock.sample_to_pts(start + length + sr) < clock.zero + (stream.duration or 0)
    packets = _counted_packets(container, stream, clock=clock, from_sample=lead_in, headers=headers, leaps=leaps)
    for packet, at in packets:
        for frame in packet.decode():
            assert isinstance(frame, av.AudioFrame)
            begins = clock.pts_to_sample(frame.pts)
            if frame.sample_rate != sr or begins < at - frame.samples or not kept.accepts_frame(frame):
                raise _DoubtError
            if kept.n_samples and begins != position:
                raise _DoubtError
            position = begins + frame.samples
            if position > start:
                first = first if kept.n_samples else begins
                kept.put_frame(frame)
        if position >= start + length:
            break
    if not kept.n_samples or first > start:
        raise _DoubtError
    y = _mix_to_mono(kept.take_samples()[:, start - first : start - first + length])
    if y.size < length:
        raise _DoubtError
    return AudioCut(y=y, sr_native=sr, was_sought=True)


def _mix_to_mono(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of `(n_channels, n)`. In doubt where they cancel: which channel then stands for all, all of it says."""
    mono = mix_down(channels)
    powers = [float(np.vdot(channel, channel)) / max(mono.size, 1) for channel in channels]
    if is_cancelled_out(mono, channel_powers=powers):
        raise _DoubtError
    return mono


def _counted_packets(
    container: InputContainer,
    stream: Any,
    *,
    clock: "_SampleClock",
    from_sample: int,
    headers: Path | None,
    leaps: bool,
) -> Iterator[tuple["av.Packet[Any]", int]]:
    """The packets from `from_sample` on with the sample that each begins with; all before must follow each other.

    Where `headers` names the file, the headers up to there must follow each other too, as a damaged one costs more
    frames than FFmpeg's demuxer counts. What was counted so need not be read again.
    """
    expected = leap_to = None
    from_pts = clock.sample_to_pts(from_sample)
    late = 0
    for packet in container.demux(stream):
        if packet.pts is None:
            continue
        if leap_to is not None:  # the time stamps begin anew behind a leap
            if packet.pos != leap_to or expected is None:
                raise _DoubtError
            late, leap_to = expected - packet.pts, None
        pts = packet.pts = packet.pts + late
        duration = packet.duration
        if (expected is not None and pts != expected) or not duration or packet.is_corrupt:
            raise _DoubtError
        if expected is None and headers is not None:
            n_before = max((from_pts - pts) // duration, 0)
            at = _frame_start(headers, first=packet.pos, n=n_before)
            if leaps and n_before > _WORTH_A_LEAP:
                container.seek(at, unsupported_byte_offset=True)
                leap_to, expected = at, pts + n_before * duration
                continue
        expected = pts + duration
        if pts >= from_pts:
            yield packet, clock.pts_to_sample(pts)


def _frame_start(path: Path, *, first: int | None, n: int) -> int:
    if first is None:
        raise _DoubtError
    with path.open("rb") as file:
        start = frame_start(file.read(first + (n + 1) * LONGEST_FRAME), first=first, n=n)
    if start is None:
        raise _DoubtError
    return start


@dataclass(frozen=True, kw_only=True)
class _SampleClock:
    """Time stamps as samples of the decoded signal, in whole numbers: fractions would cost as much as decoding."""

    zero: int
    samples: int
    ticks: int

    @classmethod
    def from_stream(cls, stream: Any, *, sr: int) -> "_SampleClock":
        """The clock of a stream whose signal has `sr` Hz."""
        return cls(
            zero=stream.start_time or 0, samples=sr * stream.time_base.numerator, ticks=stream.time_base.denominator
        )

    def pts_to_sample(self, pts: int | None) -> int:
        """The sample, nearest to a time stamp."""
        if pts is None:
            raise _DoubtError
        return (2 * (pts - self.zero) * self.samples + self.ticks) // (2 * self.ticks)

    def sample_to_pts(self, sample: int) -> int:
        """The time stamp of a sample, rounded down."""
        return self.zero + sample * self.ticks // self.samples
