"""One pass over the sound of a file: the peaks of its waveform and, where it is wanted, a copy in Opus."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from services.featurizer.audio.container import open_container
from services.featurizer.audio.frames import FrameReader
from services.featurizer.media.opus_copy import OpusWriter
from services.featurizer.media.peaks import PeakMeter
from shared.errors import PermanentError, Reason


@dataclass(frozen=True, kw_only=True)
class SoundPeaks:
    """The waveform of a whole file."""

    peaks: bytes
    """One byte each, of full scale 255."""
    duration_s: float


def read_sound(path: Path, *, copy_to: Path | None = None) -> SoundPeaks:
    """The peaks of the best audio stream of `path`, the whole of it; `copy_to` is written in Opus meanwhile.

    Samples pass in chunks: a recording of hours takes no more memory than a song.

    Raises:
        PermanentError: `not_found`, `forbidden`, `no_audio`, `unsupported` or `undecodable` as `open_clip`;
            `too_large` where the sound is too long to be copied.
        RetryableError: the copy could not be written.

    """
    meter: PeakMeter | None = None
    with open_container(path) as container, ExitStack() as closing:
        frames = FrameReader(container)
        writer: OpusWriter | None = None
        for channels in frames:
            if meter is None:
                meter = PeakMeter(sr=frames.sr_native)
                if copy_to is not None:
                    writer = closing.enter_context(
                        OpusWriter(copy_to, sr=frames.sr_native, channel_names=frames.channel_names)
                    )
            meter.add_samples(channels)
            if writer is not None:
                writer.add_samples(channels)
    if meter is None or meter.n_samples == 0:
        raise PermanentError(Reason.UNDECODABLE, "the file holds no sound that can be decoded: replace it")
    return SoundPeaks(peaks=meter.compute_peaks().tobytes(), duration_s=meter.duration_s)
