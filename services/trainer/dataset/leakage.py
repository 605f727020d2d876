"""The check that no track, artist, audio or recording stands in two folds.

It shares no code with `splits` and trusts none of its unions: it looks at the items alone, so that it can fail.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.domain.dataset import DatasetItem
from shared.domain.grouping import MAX_UNKNOWN_SHARE, ArtistGrouping, classify_group
from shared.domain.leaks import LeakReportCard, LeakState


@dataclass(frozen=True, kw_only=True)
class LeakReport:
    """What stands in more than one fold, each list sorted."""

    n_items: int
    n_folds: int
    """Folds that hold an item."""
    shared_track_ids: tuple[str, ...]
    shared_groups: tuple[str, ...]
    """Of the united groups and of the artists before the union."""
    shared_audio: tuple[str, ...]
    """Hashes of decoded audio."""
    n_unknown: int
    """Items of which nobody can say whose they are: without artist, album and small folder."""
    shared_recordings: tuple[str, ...] = ()
    """Pairs of tracks that are one recording by their acoustic fingerprints, as `track/track`."""

    @property
    def state(self) -> LeakState:
        """A leak; or unknown, where more than `MAX_UNKNOWN_SHARE` of the items are of unknown artists."""
        if self.shared_track_ids or self.shared_groups or self.shared_audio or self.shared_recordings:
            return LeakState.LEAK
        return LeakState.UNKNOWN if self.n_unknown > MAX_UNKNOWN_SHARE * self.n_items else LeakState.CLEAN

    @property
    def is_clean(self) -> bool:
        """No fold has seen anything of another, and enough artists are known to say so."""
        return self.state is LeakState.CLEAN

    def as_card(self) -> LeakReportCard:
        """JSON values, for the snapshot and the card."""
        return {
            "n_items": self.n_items,
            "n_folds": self.n_folds,
            "shared_track_ids": list(self.shared_track_ids),
            "shared_groups": list(self.shared_groups),
            "shared_audio": list(self.shared_audio),
            "n_unknown": self.n_unknown,
            "shared_recordings": list(self.shared_recordings),
            "state": self.state.value,
            "clean": self.is_clean,
        }


def check_leakage(items: Sequence[DatasetItem], *, same_recordings: Iterable[tuple[str, str]] = ()) -> LeakReport:
    """Look for track ids, artist groups, audio hashes and pairs of recordings that stand in more than one fold."""
    fold_of_track = {item.example.track_id: item.fold for item in items}
    artists = [(name, item.fold) for item in items for name in (item.group, item.example.artist_group)]
    return LeakReport(
        n_items=len(items),
        n_folds=len({item.fold for item in items}),
        shared_track_ids=_in_two_folds((item.example.track_id, item.fold) for item in items),
        shared_groups=_in_two_folds(artists),
        shared_audio=_in_two_folds((item.example.audio_sha256, item.fold) for item in items),
        n_unknown=sum(classify_group(item.group) is ArtistGrouping.UNKNOWN for item in items),
        shared_recordings=_in_two_folds(
            (f"{first}/{second}", fold_of_track[end])
            for first, second in same_recordings
            for end in (first, second)
            if end in fold_of_track
        ),
    )


def _in_two_folds(places: Iterable[tuple[str | None, int]]) -> tuple[str, ...]:
    folds: defaultdict[str, set[int]] = defaultdict(set)
    for name, fold in places:
        if name is not None:
            folds[name].add(fold)
    return tuple(sorted(name for name, seen in folds.items() if len(seen) > 1))
