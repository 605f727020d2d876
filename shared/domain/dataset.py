"""Examples, the items of a training set, and the folds to which they belong."""

import hashlib
from dataclasses import dataclass
from types import MappingProxyType

from shared.domain.grouping import ArtistGrouping, classify_group

SOUND = "sound"
"""Descriptors, and beside them the mel spectrograms of the whole clip: all that is computed from a track's audio."""

AUDIO_TAGS = "audio_tags"
"""The values that the audio taggers give for a track."""
TAGGED_DESCRIPTORS = "descriptors+audio_tags"
"""Descriptors, followed by the values of the taggers."""
TAGGER_INPUTS = (AUDIO_TAGS, TAGGED_DESCRIPTORS)
"""The inputs that end with the values of taggers: of those that the model's card names."""

TAGGER_POOL = "tagger_pool"
"""What the dense layers of a tagger read, where it is stored: for an estimator that fits these layers anew."""
TAGGER_READERS = (*TAGGER_INPUTS, TAGGER_POOL)
"""The inputs that are read from what was stored of taggers."""

INPUTS = ("descriptors", "catalogue", "mel", "fusion", "spectrogram", "waveform", SOUND, *TAGGER_READERS)
"""What a model may read of a track: computed descriptors, catalogue columns, a summary of the mel spectrogram,
descriptors followed by catalogue columns; networks read the mel spectrograms of the whole clip, or samples; a network
beside descriptors reads both; the values of audio taggers, alone or after the descriptors, or what is inside of one.
"""

ARRAY_OF = MappingProxyType({"mel": "talk", "spectrogram": "excerpts", "waveform": "waveform", SOUND: "excerpts"})
"""The stored array that an input is read from, by the name under which it is stored."""

NETWORK_INPUTS = ("spectrogram", "waveform", SOUND)
"""The inputs with arrays of a track, not only a row of a table: read one at a time, never all at once."""

CATALOGUE_READERS = ("catalogue", "fusion")
"""The inputs that end with catalogue columns."""


@dataclass(frozen=True, kw_only=True)
class LabelledTrack:
    """One labelled track, before duplicates are looked for."""

    track_id: str
    target: str
    """An emotion of the snapshot's taxonomy."""
    artist_group: str
    """Whose songs it is kept together with; see `grouping`."""
    audio_sha256: str | None
    """Hash of the decoded audio; None where no audio was ever decoded."""
    values: tuple[float, ...] = ()
    """For a head that is no taxonomy, in the order of its outputs: 1 or 0 for each tag, or a number in [-1, 1]. Then
    `target` says the same in words.
    """
    grouping: ArtistGrouping = ArtistGrouping.ARTIST
    """By what `artist_group` was told: a track without an artist may have been given the artist of its folder."""
    origin: str | None = None
    """Who decided the target: the kind and name of an annotator. None where that was not kept."""


@dataclass(frozen=True, kw_only=True)
class DatasetItem:
    """An example that is kept, with its place in the split."""

    example: LabelledTrack
    group: str
    """The artist group after groups that share a recording were united."""
    fold: int
    """In [0, n_folds)."""

    @property
    def grouping(self) -> ArtistGrouping:
        """By what its group was told, after groups were united: an artist of any of its copies counts."""
        has_an_artists_group = classify_group(self.example.artist_group) is ArtistGrouping.ARTIST
        return self.example.grouping if has_an_artists_group else classify_group(self.group)


def assign_fold(group: str, n_folds: int) -> int:
    """The fold of an artist group, in [0, n_folds): the same on every machine and in every snapshot.

    Raises ValueError for fewer than two folds.
    """
    if n_folds < 2:  # noqa: PLR2004 - one fold is no split
        raise ValueError("a split needs at least two folds")
    return int.from_bytes(hashlib.sha256(group.encode()).digest()[:8], "big") % n_folds
