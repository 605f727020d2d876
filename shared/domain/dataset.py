"""Examples and the items of a training set, and the folds that they fall into."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

SOUND = "sound"
"""Descriptors, and beside them the mel spectrograms of the whole clip: all that is computed from a track's audio."""

INPUTS = ("descriptors", "catalogue", "mel", "fusion", "spectrogram", "waveform", SOUND)
"""What a model may read of a track: computed descriptors, catalogue columns, a summary of the mel spectrogram,
descriptors followed by catalogue columns; networks read the mel spectrograms of the whole clip, or samples; a network
beside descriptors reads both.
"""

ARRAY_OF = MappingProxyType({"mel": "talk", "spectrogram": "excerpts", "waveform": "waveform", SOUND: "excerpts"})
"""The stored array that an input is read from, by the name under which it is stored."""

NETWORK_INPUTS = ("spectrogram", "waveform", SOUND)
"""The inputs with arrays of a track, not only a row of a table: read one at a time, never all at once."""

CATALOGUE_READERS = ("catalogue", "fusion")
"""The inputs that end with catalogue columns."""

_GUEST_TAIL = re.compile(r"\b(?:feat|ft|featuring|vs)\b|[&,;]")


@dataclass(frozen=True, kw_only=True)
class Example:
    """One labelled track, before duplicates are looked for."""

    track_id: str
    target: str
    """An emotion of the snapshot's taxonomy."""
    artist_group: str
    """What `artist_group` says of the track's artist."""
    audio_sha256: str | None
    """Hash of the decoded audio; None where no audio was ever decoded."""
    values: tuple[float, ...] = ()
    """For a head that is no taxonomy, in the order of its outputs: 1 or 0 for each tag, or a number in [-1, 1]. Then
    `target` says the same in words.
    """


@dataclass(frozen=True, kw_only=True)
class Item:
    """An example that is kept, with its place in the split."""

    example: Example
    group: str
    """The artist group after groups that share a recording were united."""
    fold: int
    """In [0, n_folds)."""


def fold_of(group: str, n_folds: int) -> int:
    """The fold of an artist group, in [0, n_folds): the same on every machine and in every snapshot.

    Raises ValueError for fewer than two folds.
    """
    if n_folds < 2:  # noqa: PLR2004 - one fold is no split
        raise ValueError("a split needs at least two folds")
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % n_folds


def artist_group(artist: str | None, track_id: str) -> str:
    """Whom a track belongs to when it is split: its first artist, however spelled, or the track itself.

    Case, accents, punctuation and spaces are dropped, and everything from the first "feat.", "ft.", "featuring", "vs",
    "&", comma or semicolon on. That puts some different artists together ("Earth, Wind & Fire" is "earth"), which
    costs a little balance; taking one artist for two would cost honesty.
    """
    folded = unicodedata.normalize("NFKD", artist or "").casefold()
    heads = (_GUEST_TAIL.split(folded, maxsplit=1)[0], folded)
    # a name of signs only ("!!!") is still a name, and one that begins with "&" is not empty
    names = [*("".join(filter(str.isalnum, head)) for head in heads), "".join(folded.split())]
    return next(filter(None, names), f"track:{track_id}")
