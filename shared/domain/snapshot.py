"""The shape of a snapshot as it is stored: its row, its items, and the counts that the model card repeats."""

from typing import NotRequired, TypedDict
from uuid import UUID

from shared.domain.leaks import LeakReportCard


class SetAsideCounts(TypedDict):
    """Examples that are not in the snapshot, by reason."""

    duplicate: int
    """The same track or audio again, with the same target: one was kept."""
    ambiguous: int
    """Contradicting annotators or contradicting copies: none was kept."""
    contradictory: NotRequired[int]
    """Those of `ambiguous` whose annotators contradict each other."""


class HeadDescription(TypedDict):
    """The outputs of the head, and what they are."""

    classes: list[str]
    description: str


class ArtistCounts(TypedDict):
    """Artists on either side of a tag."""

    artists_with: int
    artists_without: int


class DimensionSpread(TypedDict):
    """The targets of one dimension, in [-1, 1]."""

    mean: float
    sd: float
    low: float
    high: float


class TargetCounts(TypedDict, total=False):
    """The targets of a snapshot: `by_emotion` of classes, `by_tag` and `tags_left_out` of tags, `by_dimension` of
    dimensions.
    """

    head: HeadDescription
    by_emotion: dict[str, int]
    """Tracks by class; a class without any is absent."""
    by_tag: dict[str, int]
    tags_left_out: dict[str, ArtistCounts]
    by_dimension: dict[str, DimensionSpread]


class TermsFlag(TypedDict):
    """A demand of somebody's terms, and the number of tracks that it is about."""

    flag: str
    tracks: int
    meaning: str


class ProvenanceCounts(TypedDict, total=False):
    """Tracks by source, by licence and by kind of annotator, and what terms demand; a track counts in each of its
    sources.
    """

    by_source: dict[str, int]
    by_licence: dict[str, int]
    by_annotator: dict[str, int]
    terms: list[TermsFlag]


class SnapshotCounts(TargetCounts, ProvenanceCounts):
    """What a snapshot holds: the `counts` of its row and the `data_counts` of a model card.

    A key that may be absent is unknown to snapshots of earlier versions.
    """

    n_items: int
    n_artist_groups: int
    set_aside: SetAsideCounts
    without_inputs: dict[str, int]
    """Labelled tracks that lack an input, by input."""
    grouped_by: NotRequired[dict[str, int]]
    """Items by `ArtistGrouping`."""
    same_recording_pairs: NotRequired[int]
    not_compared: NotRequired[int]
    """Tracks without an acoustic fingerprint."""
    taggers: NotRequired[dict[str, str]]
    """The fingerprints of the audio taggers by name, where an input reads them."""


class SnapshotValues(TypedDict):
    """A row of `snapshots` to be written."""

    taxonomy: str
    inputs: list[str]
    spec: str
    synthetic: bool
    n_folds: int
    seed: int
    counts: SnapshotCounts
    leak_check: LeakReportCard


class SnapshotItemValues(TypedDict):
    """A row of `snapshot_items` to be written; see the columns of `SnapshotItem`."""

    track_id: UUID
    target: str
    artist_group: str
    fold: int
    numbers: list[float] | None
    origin: str | None
