"""Musical keys as people and DJ programs write them: `Am`, `F♯`, `E flat minor`, Camelot's `8A`, Open Key's `1m`. Pure.

Camelot and Open Key number the circle of fifths: 8B and 1d are C major, 8A and 1m are A minor, and each step is a
fifth.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType

_NATURALS = MappingProxyType({"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11})
_ACCIDENTALS = MappingProxyType({"": 0, "#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1})
_MODES = MappingProxyType({"major": 1, "maj": 1, "dur": 1, "minor": 0, "min": 0, "moll": 0, "m": 0})
_NOTE = re.compile(r"([A-Ga-g])[ -]?(#|♯|b|♭|sharp|flat)?[ -]?(major|maj|dur|minor|min|moll|m)?", re.IGNORECASE)
_WHEEL = re.compile(r"(0?[1-9]|1[0-2])([ABdm])", re.IGNORECASE)
_FIFTH, _OCTAVE = 7, 12
_CAMELOT_OF_C = 8
_A = 9


@dataclass(frozen=True)
class MusicalKey:
    """A pitch class and, where it is written, a mode."""

    pitch_class: int
    """0 is C, 1 is C sharp, … 11 is B."""
    mode: int | None
    """1 major, 0 minor, None where only the note is written."""


def parse_key(text: str) -> MusicalKey | None:
    """The key that `text` names; None for anything else, plain numbers among it."""
    stripped = text.strip()
    if wheel := _WHEEL.fullmatch(stripped):
        return _on_the_wheel(int(wheel[1]), wheel[2].casefold())
    note = _NOTE.fullmatch(stripped)
    if note is None:
        return None
    pitch_class = (_NATURALS[note[1].casefold()] + _ACCIDENTALS[(note[2] or "").casefold()]) % _OCTAVE
    return MusicalKey(pitch_class, parse_mode(note[3] or ""))


def parse_mode(text: str) -> int | None:
    """1 for a word that means major, 0 for minor, None for any other. A single `M` is major, as chords are written."""
    word = text.strip()
    return 1 if word == "M" else _MODES.get(word.casefold())


def _on_the_wheel(number: int, side: str) -> MusicalKey:
    steps = number - (_CAMELOT_OF_C if side in {"a", "b"} else 1)
    is_major = side in {"b", "d"}
    return MusicalKey((steps * _FIFTH + (0 if is_major else _A)) % _OCTAVE, int(is_major))
