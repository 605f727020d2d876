"""From an emotion to cues and notes: a chord progression, a bass, a melody and sometimes drums.

The score is one loop of whole bars; `rendering` repeats it for as long as the recording lasts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil

import numpy as np

from services.crawler.demo.cues import MusicalCues, draw_cues
from shared.domain.emotion import MOOD4
from shared.errors import PermanentError, Reason

LOOP_S = 16.0
"""The score lasts at least this long before it repeats."""
BEATS_PER_BAR = 4
KICK, SNARE, HAT = 36, 38, 42
"""General MIDI's numbers for the three drums."""

_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
# Scale degrees of the chords, a bar each; 0 is the tonic.
_PROGRESSIONS = {
    "major": ((0, 4, 5, 3), (0, 3, 4, 0), (0, 5, 3, 4), (0, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 4, 0), (0, 6, 5, 4), (0, 3, 5, 4)),
}


class NoteVoice(StrEnum):
    """Who plays a note."""

    MELODY = "melody"
    CHORDS = "chords"
    BASS = "bass"
    DRUMS = "drums"


@dataclass(frozen=True, kw_only=True)
class DemoNote:
    """One note. `midi` is a pitch, but names the drum (`KICK`, `SNARE`, `HAT`) where the voice is drums."""

    onset_s: float
    duration_s: float
    midi: int
    velocity: float
    """Above 0, at most 1."""
    voice: NoteVoice


@dataclass(frozen=True, kw_only=True)
class ComposedPiece:
    """A composed piece. It holds everything that `render` needs, and equal pieces sound equal."""

    emotion: str
    title: str
    artist_name: str
    artist: int
    seed: int
    cues: MusicalCues
    loop_s: float
    notes: tuple[DemoNote, ...]
    """In order of onset, all within `[0, loop_s)`."""


def compose_piece(emotion: str, *, artist: int, seed: int, number: int = 1) -> ComposedPiece:
    """The piece that `(emotion, artist, seed)` stands for: the same arguments give an equal piece.

    `artist` (from 1) decides the timbre at rendering, never the cues. `number` only appears in the title.

    Raises PermanentError: `unknown_label` for an emotion outside `mood4`, `unsupported` for an artist below 1 or a
    negative seed.
    """
    if artist < 1 or seed < 0:
        raise PermanentError(Reason.UNSUPPORTED, f"artist {artist}, seed {seed}: count artists from 1, seeds from 0")
    if emotion not in MOOD4.emotions:
        raise PermanentError(Reason.UNKNOWN_LABEL, f"{emotion!r} is not one of {', '.join(MOOD4.emotions)}")
    rng = np.random.default_rng([MOOD4.emotion_index(emotion), artist, seed])
    cues = draw_cues(emotion, rng=rng)
    loop_s, notes = _compose_loop(cues, rng=rng)
    return ComposedPiece(
        emotion=emotion,
        title=f"{emotion.capitalize()} study {number:02d}",
        artist_name=f"Demo artist {artist} (synthetic)",
        artist=artist,
        seed=seed,
        cues=cues,
        loop_s=loop_s,
        notes=notes,
    )


def _compose_loop(cues: MusicalCues, *, rng: np.random.Generator) -> tuple[float, tuple[DemoNote, ...]]:
    """The length of the loop in seconds, and its notes."""
    beat_s = 60.0 / cues.tempo_bpm
    progressions = _PROGRESSIONS[cues.mode]
    progression = progressions[int(rng.integers(len(progressions)))]
    rounds = ceil(LOOP_S / (beat_s * BEATS_PER_BAR * len(progression)))
    bars = _BarLayout(cues=cues, degrees=progression * rounds, pitch_class=int(rng.integers(12)), rng=rng)
    voices = [
        *bars.chord_notes(),
        *bars.bass_notes(),
        *bars.melody_notes(),
        *(bars.drum_notes() if cues.percussion else ()),
    ]
    return len(bars.degrees) * BEATS_PER_BAR * beat_s, tuple(sorted(voices, key=lambda n: (n.onset_s, n.voice, n.midi)))


@dataclass(frozen=True, kw_only=True)
class _BarLayout:
    """The voices over one chord a bar. Positions and lengths are in beats until `_note` turns them into seconds."""

    cues: MusicalCues
    degrees: tuple[int, ...]
    pitch_class: int
    rng: np.random.Generator

    def chord_notes(self) -> Iterator[DemoNote]:
        pattern = self._pick_pattern(((0,), (0, 2), (0, 1, 2, 3), (0, 1.5, 2, 3.5), (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)))
        for bar, degree in enumerate(self.degrees):
            midis = [self._midi_pitch(degree + third, centre=self.cues.register_midi - 10) for third in (0, 2, 4)]
            if self.rng.random() < self.cues.dissonance:
                midis.append(midis[int(self.rng.integers(3))] + 1)
            for at, until in pairwise((*pattern, BEATS_PER_BAR)):
                for midi in midis:
                    yield self._make_note(bar * BEATS_PER_BAR + at, until - at, midi, 0.6, NoteVoice.CHORDS)

    def bass_notes(self) -> Iterator[DemoNote]:
        pattern = self._pick_pattern(((0,), (0, 2), (0, 1.5, 2), (0, 1, 2, 3), (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)))
        centre = max(self.cues.register_midi - 27, 36)
        for bar, degree in enumerate(self.degrees):
            for at, until in pairwise((*pattern, BEATS_PER_BAR)):
                yield self._make_note(
                    bar * BEATS_PER_BAR + at, until - at, self._midi_pitch(degree, centre=centre), 0.8, NoteVoice.BASS
                )

    def melody_notes(self) -> Iterator[DemoNote]:
        lengths = np.array([2.0, 1.0, 0.5, 0.25])
        weights = np.exp(-0.5 * ((np.arange(4) - 3 * self.cues.activity) / 0.7) ** 2)
        weights /= weights.sum()
        step = 0
        for bar, degree in enumerate(self.degrees):
            at = 0.0
            while at < BEATS_PER_BAR:
                length = min(float(self.rng.choice(lengths, p=weights)), BEATS_PER_BAR - at)
                step = int(np.clip(step + self.rng.integers(-2, 3), -5, 6))
                if at % 2 == 0:
                    step = _nearest_chord_tone(step, degree=degree)
                midi = self._midi_pitch(step, centre=self.cues.register_midi)
                if self.rng.random() < 0.9:  # noqa: PLR2004 - now and then a rest
                    yield self._make_note(bar * BEATS_PER_BAR + at, length, midi, 0.9, NoteVoice.MELODY)
                at += length

    def drum_notes(self) -> Iterator[DemoNote]:
        hats = self._pick_pattern(((1, 3), (0, 1, 2, 3), (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)))
        for bar in range(len(self.degrees)):
            for drum, beats in ((KICK, (0, 2)), (SNARE, (1, 3)), (HAT, hats)):
                for at in beats:
                    yield self._make_note(bar * BEATS_PER_BAR + at, 0.25, drum, 0.7, NoteVoice.DRUMS)

    def _pick_pattern(self, patterns: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
        """One of `patterns`, which stand in order of density: around the one that `activity` points to."""
        aim = self.cues.activity * (len(patterns) - 1) + self.rng.normal(0, 0.6)
        return patterns[int(np.clip(round(aim), 0, len(patterns) - 1))]

    def _midi_pitch(self, degree: int, *, centre: float) -> int:
        """The MIDI number of a scale degree, counted from the tonic nearest to `centre`."""
        tonic = self.pitch_class + 12 * round((centre - self.pitch_class) / 12)
        octave, within = divmod(degree, 7)
        return tonic + 12 * octave + _SCALES[self.cues.mode][within]

    def _make_note(self, at: float, length: float, midi: int, velocity: float, voice: NoteVoice) -> DemoNote:
        beat_s = 60.0 / self.cues.tempo_bpm
        onset_s = at * beat_s + abs(self.rng.normal(0, 0.004))
        held = 1.0 if voice is NoteVoice.DRUMS else 1.0 - 0.75 * self.cues.articulation
        return DemoNote(
            onset_s=float(onset_s),
            duration_s=max(length * beat_s * held, 0.04),
            midi=midi,
            velocity=float(np.clip(velocity + self.rng.normal(0, 0.06), 0.2, 1.0)),
            voice=voice,
        )


def _nearest_chord_tone(step: int, *, degree: int) -> int:
    """The scale step next to `step` that belongs to the chord on `degree`: where a melody may rest."""
    tones = [degree + third + octave for third in (0, 2, 4) for octave in (-14, -7, 0, 7)]
    return min(tones, key=lambda tone: abs(tone - step))
