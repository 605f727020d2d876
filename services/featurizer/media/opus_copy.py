"""A copy of a sound in Opus, which all browsers play: stereo, 48 kHz, about 128 kbit/s, in Ogg, without metadata."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from numpy.typing import NDArray

from shared.errors import PermanentError, Reason, RetryableError

BIT_RATE = 128_000
"""Bits a second, on average."""
MAX_COPY_S = 6 * 3600.0
"""A longer sound is not copied: one minute of work is about two hours of sound."""
_SR = 48_000
_FRAME = 960
"""Samples, 20 ms: what the encoder reads at once."""
_ENCODER = {"compression_level": "5", "vbr": "on"}
_CONTAINER = {"fflags": "+bitexact"}
"""The same sound gives the same bytes, so that a copy that is made twice is one blob."""


@contextmanager
def _blaming_the_copy() -> Iterator[None]:
    """What fails in the block is not the fault of the file that is copied. Raises RetryableError."""
    try:
        yield
    except (av.FFmpegError, OSError) as error:
        raise RetryableError(f"the copy in Opus could not be written: {error}") from error


class OpusWriter:
    """Writes samples as they pass to a file of Ogg Opus. For a block, whose end completes the file."""

    def __init__(self, path: Path, *, sr: int, channel_names: tuple[str, ...]) -> None:
        self._path, self._sr, self._names = path, sr, channel_names
        self._resampler: av.AudioResampler | None = None
        self._n_channels = 0
        self._n_samples = 0
        self._container: Any = None
        self._stream: Any = None

    def add_samples(self, channels: NDArray[np.float32]) -> None:
        """Append `(n_channels, n)` of full scale 1.0.

        Raises PermanentError(`too_large`) beyond `MAX_COPY_S`, RetryableError where the copy cannot be written.
        """
        if self._n_samples > MAX_COPY_S * _SR:
            detail = f"a sound of more than {MAX_COPY_S / 3600:.0f} hours is not copied for browsers: cut it into parts"
            raise PermanentError(Reason.TOO_LARGE, detail)
        # an equal sound on both sides: a mix of one channel into two would change how loud it is
        sound = np.repeat(channels, 2, axis=0) if len(channels) == 1 else channels
        with _blaming_the_copy():
            if len(sound) != self._n_channels:
                self._write_rest()
                self._n_channels = len(sound)
                # 16 bits: of more than two channels the mix is then made so that it stays within full scale
                self._resampler = av.AudioResampler(format="s16", layout="stereo", rate=_SR, frame_size=_FRAME)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound), format="fltp", layout=self._layout())
            frame.sample_rate = self._sr
            assert self._resampler is not None
            self._encode(self._resampler.resample(frame))

    def __enter__(self) -> Self:
        with _blaming_the_copy():
            self._container = av.open(str(self._path), "w", format="ogg", container_options=_CONTAINER)
        self._stream = self._container.add_stream("libopus", rate=_SR, layout="stereo", options=_ENCODER)
        self._stream.bit_rate = BIT_RATE
        self._stream.thread_count = 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(av.FFmpegError, OSError):
                self._container.close()
            return
        with _blaming_the_copy(), closing(self._container):
            if self._n_channels:
                self._write_rest()
                self._container.mux(self._stream.encode(None))

    def _layout(self) -> str:
        if self._n_channels == 2:  # noqa: PLR2004
            return "stereo"
        named = self._n_channels == len(self._names) == len(set(self._names))
        layout = "+".join(self._names) if named else f"{self._n_channels}c"
        try:
            av.AudioLayout(layout)
        except ValueError:
            return f"{self._n_channels}c"
        return layout

    def _write_rest(self) -> None:
        if self._resampler is not None:
            self._encode(self._resampler.resample(None))

    def _encode(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            frame.pts = self._n_samples
            self._n_samples += frame.samples
            self._container.mux(self._stream.encode(frame))
