"""From notes to sound: each demo artist owns a timbre, and plays every emotion with it.

Additive synthesis through wavetables with a little phase modulation (Chowning, *The synthesis of complex audio spectra
by means of frequency modulation*, 1973), an attack-decay-sustain-release envelope, noise, and a reverb of decaying
noise. Timbre and emotion are drawn from separate streams, so that the artist says nothing about the emotion.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from services.crawler.demo.composition import HAT, KICK, SNARE, ComposedPiece, DemoNote, NoteVoice
from shared.arrays import Signal
from shared.errors import PermanentError, Reason

MIN_SR = 8_000
N_PARTIALS = 24
TABLE_SIZE = 4096
FADE_S = 0.02

_ARTIST_STREAM, _SOUND_STREAM = 7_001, 7_002
_LEVELS = {NoteVoice.MELODY: 0.8, NoteVoice.CHORDS: 0.35, NoteVoice.BASS: 0.6, NoteVoice.DRUMS: 0.45}


@dataclass(frozen=True, kw_only=True)
class _ArtistTimbre:
    """How an artist sounds, whatever is played."""

    partials: NDArray[np.float64]
    """(N_PARTIALS,) gains on top of the fall-off that brightness asks for."""
    slope: float
    """Added to the exponent of the fall-off."""
    fm_ratio: float
    fm_index: float
    attack_s: float
    decay_per_s: float
    level_db: float
    """How loud the artist masters."""
    noise_db: float
    """Relative to the music."""
    reverb_s: float
    wetness: float


def render_piece(piece: ComposedPiece, *, sr: int = 22_050, duration_s: float = 16.0) -> Signal:
    """The sound of `piece`: float32 of shape `(round(sr * duration_s),)` in [-1, 1], mono.

    The loop of the score is repeated until `duration_s`. On one machine and one version of numpy the same arguments
    give the same samples, bit for bit.

    Raises PermanentError (`unsupported`) for a rate below 8 kHz or a duration that holds no sample.
    """
    n_samples = round(sr * duration_s) if duration_s > 0 else 0
    if sr < MIN_SR or n_samples < 1:
        raise PermanentError(
            Reason.UNSUPPORTED, f"sr {sr}, duration {duration_s} s: use at least {MIN_SR} Hz and a positive duration"
        )
    timbre = _draw_timbre(piece.artist)
    rng = np.random.default_rng([_SOUND_STREAM, piece.artist, piece.seed])
    y = _mix_voices(piece, timbre=timbre, sr=sr, n_samples=n_samples, rng=rng)
    y = _add_reverb(y, timbre=timbre, sr=sr, rng=rng)
    return _master_mix(y, timbre=timbre, loudness_db=piece.cues.loudness_db, sr=sr, rng=rng)


def _draw_timbre(artist: int) -> _ArtistTimbre:
    rng = np.random.default_rng([_ARTIST_STREAM, artist])
    even = rng.uniform(0.25, 1.0)  # a clarinet has hardly any even partials, a string has them all
    partials = np.exp(rng.normal(0, 0.45, N_PARTIALS)) * np.where(np.arange(N_PARTIALS) % 2, even, 1.0)
    partials[0] = 1.0
    return _ArtistTimbre(
        partials=partials,
        slope=rng.normal(0, 0.2),
        fm_ratio=float(rng.choice([1.0, 2.0, 3.0, 1.41])),
        fm_index=rng.uniform(0.0, 0.8),
        attack_s=rng.uniform(0.004, 0.05),
        decay_per_s=rng.uniform(0.3, 3.5),
        level_db=rng.normal(0, 1.2),
        noise_db=rng.uniform(-58, -42),
        reverb_s=rng.uniform(0.2, 0.9),
        wetness=rng.uniform(0.1, 0.35),
    )


def _mix_voices(
    piece: ComposedPiece, *, timbre: _ArtistTimbre, sr: int, n_samples: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """All voices together, dry, at any level: (n_samples,)."""
    tables = _build_wavetables(timbre, brightness=piece.cues.brightness)
    play = partial(_render_note, tables=tables, timbre=timbre, articulation=piece.cues.articulation, sr=sr)
    drums = _drum_kit(sr=sr, brightness=piece.cues.brightness, rng=rng)
    y = np.zeros(n_samples)
    for note in _repeat_loop(piece, duration_s=n_samples / sr):
        sound = drums[note.midi] if note.voice is NoteVoice.DRUMS else play(note)
        start = round(note.onset_s * sr)
        samples = sound[: n_samples - start]
        y[start : start + samples.size] += _LEVELS[note.voice] * note.velocity * samples
    return y


def _repeat_loop(piece: ComposedPiece, *, duration_s: float) -> Iterator[DemoNote]:
    """The notes of as many loops as start before `duration_s`."""
    for loop in range(int(duration_s // piece.loop_s) + 1):
        for note in piece.notes:
            onset_s = note.onset_s + loop * piece.loop_s
            if onset_s < duration_s:
                yield replace(note, onset_s=onset_s)


def _build_wavetables(timbre: _ArtistTimbre, *, brightness: float) -> NDArray[np.float32]:
    """One period with the lowest `k + 1` partials in row `k`: (N_PARTIALS, TABLE_SIZE)."""
    order = np.arange(1, N_PARTIALS + 1)
    gains = timbre.partials * order ** -(2.9 - 1.9 * brightness + timbre.slope)
    phase = 2 * np.pi * np.arange(TABLE_SIZE) / TABLE_SIZE
    return np.cumsum(gains[:, None] * np.sin(order[:, None] * phase), axis=0).astype(np.float32)


def _render_note(
    note: DemoNote, *, tables: NDArray[np.float32], timbre: _ArtistTimbre, articulation: float, sr: int
) -> NDArray[np.float64]:
    """One note with its release: (n,)."""
    attack_s = min(timbre.attack_s + 0.06 * (1 - articulation), note.duration_s / 2)
    release_s = 0.03 + 0.12 * (1 - articulation)
    t = np.arange(round((note.duration_s + release_s) * sr)) / sr
    frequency = 440.0 * 2.0 ** ((note.midi - 69) / 12)
    # Partials above the Nyquist frequency would fold back: high notes read a row with fewer of them.
    row = int(np.clip(0.45 * sr / frequency, 1, N_PARTIALS)) - 1
    sway = timbre.fm_index / (2 * np.pi) * np.sin(2 * np.pi * timbre.fm_ratio * frequency * t)
    position = ((frequency * t + sway) * TABLE_SIZE).astype(np.int64) % TABLE_SIZE
    envelope = np.interp(t, [0, attack_s, note.duration_s, note.duration_s + release_s], [0, 1, 1, 0])
    return np.asarray(tables[row][position] * envelope * np.exp(-timbre.decay_per_s * t))


def _drum_kit(*, sr: int, brightness: float, rng: np.random.Generator) -> dict[int, NDArray[np.float64]]:
    """A stroke of each drum, by its MIDI number: (n,) each."""
    t = np.arange(round(0.25 * sr)) / sr
    noise = rng.standard_normal(t.size)
    hiss = np.diff(noise, prepend=0.0)
    kick = np.sin(2 * np.pi * (50 * t + 2.5 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.07)
    snare = (0.5 * noise + np.sin(2 * np.pi * 185 * t)) * np.exp(-t / 0.05)
    hat = hiss * np.exp(-t / 0.02)
    soft = 0.3 + 0.5 * brightness
    return {KICK: 1.4 * kick, SNARE: soft * snare, HAT: 0.5 * soft * hat}


def _add_reverb(
    y: NDArray[np.float64], *, timbre: _ArtistTimbre, sr: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """`y` with the room of the artist around it: same shape."""
    t = np.arange(round(timbre.reverb_s * sr)) / sr
    room = rng.standard_normal(t.size) * np.exp(-6.9 * t / timbre.reverb_s)  # -60 dB at its end
    room *= timbre.wetness / np.sqrt((room**2).sum())
    n_fft = 1 << (y.size + room.size - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(y, n_fft) * np.fft.rfft(room, n_fft), n_fft)[: y.size]
    return np.asarray(y + wet)


def _master_mix(
    y: NDArray[np.float64], *, timbre: _ArtistTimbre, loudness_db: float, sr: int, rng: np.random.Generator
) -> Signal:
    """Noise, loudness, limiter, and a fade at both ends: float32 in [-1, 1]."""
    rms = float(np.sqrt(np.mean(y**2))) or 1.0
    y = y / rms + 10 ** (timbre.noise_db / 20) * rng.standard_normal(y.size)
    y = np.tanh(y * 10 ** ((loudness_db + timbre.level_db) / 20))
    fade = np.minimum(np.arange(y.size), np.arange(y.size)[::-1]) / (FADE_S * sr)
    return np.asarray(y * np.minimum(fade, 1.0), dtype=np.float32)
