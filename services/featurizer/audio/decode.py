"""From a file to a mono signal at its own rate: PyAV, and nothing else.

Mono is the mean of the channels in float32. A resampler's own down-mix is up to 3 dB louder and would shift every
loudness feature, so no resampler is let near the channels. The loudness meter measures the channels themselves, which
are not kept. Where the channels cancel each other in the mean (one of them has its polarity inverted, by a
wrong cable or a widening effect), mono is the strongest channel instead.

How long a clip is. A clip that ends while we decode has the length that was decoded, whatever its container says.
Decoding stops at `reach_s`; a clip that is longer has the length that its container promises. So a recording of hours
costs no more than its first minutes. Where these are silent, decoding goes on to the first sound and reaches as far
from there; it gives up after `SILENCE_REACH_S`.

What is lost. Every frame says when it sounds. Where a frame comes later than the last one ended, what lay between did
not decode; where a container that counts its samples promises more than came, the end is missing. An MP3 without a
count that ends within a frame has lost an unknown part, which counts as one more damaged packet.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from services.featurizer.audio.container import open_container
from services.featurizer.audio.container_tags import tags_of_container
from services.featurizer.audio.declared_length import (
    breaks_off,
    counts_samples,
    missing_from_wav_s,
    promised_length_s,
    whole_length_s,
)
from services.featurizer.audio.downmix import Downmix, is_cancelled_out, mix_down, pick_channel
from services.featurizer.audio.frames import SLACK_S, FrameReader
from services.featurizer.audio.loudness import LoudnessMeter
from shared.domain.file_tags import NO_TAGS, FileTags
from shared.errors import PermanentError, Reason

_MOST_SAMPLES = 60_000_000
"""240 MB of float32: five minutes at 192 kHz."""
SILENCE_REACH_S = 1200.0
"""How far the first sound of a clip is looked for, seconds from its start: hidden tracks begin after minutes."""


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
        channel = partial(pick_channel, at=strongest)
        clip, _ = _decode_stream(container, path=path, reach_s=reach_s, downmix=channel, silence_dbfs=silence_dbfs)
    return clip


def _decode_stream(
    container: InputContainer, *, path: Path, reach_s: float, downmix: Downmix, silence_dbfs: float | None
) -> tuple[DecodedAudio, tuple[float, ...]]:
    """The clip, and the mean power of each channel."""
    frames = FrameReader(container)
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
        seconds_lost=frames.gap_s + (missing_s if missing_s > SLACK_S else 0.0),
        starts_s=kept.n_skipped / frames.sr_native,
        loudness_lufs=kept.meter.integrated_lufs,
        loudness_dbfs=kept.meter.rms_dbfs,
        tags=tags_of_container(container, frames.stream),
    )
    return clip, kept.meter.channel_powers


class _KeptSamples:
    """The mono samples of a clip within its reach, and the meter that measures their channels."""

    def __init__(self, frames: FrameReader, *, reach_s: float, downmix: Downmix, silence_dbfs: float | None) -> None:
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
