"""After a batch is registered: which of its tracks were there before, under another name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.crawler.dedup import NEAR_S, Certainty, Known, judge
from shared.store.duplicates import Duplicates, Suggestion
from shared.store.merges import MergeReason, Merges, Pair
from shared.store.tables import Track


@dataclass(frozen=True, kw_only=True)
class Settled:
    """How many tracks were merged, and how many questions were asked."""

    n_merged: int
    n_suggested: int


def settle(session: Session, track_ids: Sequence[UUID], *, named_together: Sequence[tuple[UUID, UUID]] = ()) -> Settled:
    """Merge what is certainly one recording, and ask a person about what is likely one.

    `track_ids` are tracks that are new or that something was learned of; `named_together` are tracks to which one
    collected piece pointed by two of its source ids. Each track is compared with those that share a key with it, and
    with no others.
    """
    duplicates = Duplicates(session)
    tracks = {track.id: track for track in duplicates.tracks(track_ids)}
    duplicates.hold(key for track in tracks.values() for key in _keys(track))
    known: dict[UUID, Known] = {}
    pairs = [
        Pair(one=one, other=other, reason=MergeReason.SAME_SOURCE, who="crawler", why="one row names both sources")
        for one, other in named_together
    ]
    likely: list[Suggestion] = []
    for track_id, other in duplicates.candidates(list(tracks), near_s=NEAR_S):
        for track in (tracks[track_id], other):
            if track.id not in known:
                known[track.id] = _known(track)
        verdict = judge(known[track_id], known[other.id])
        if verdict.certainty is Certainty.CERTAIN:
            pair = Pair(
                one=track_id, other=other.id, reason=MergeReason.SAME_ISRC, who="crawler", score=verdict.score,
                why=verdict.why,
            )  # fmt: skip
            pairs.append(pair)
        elif verdict.certainty is Certainty.LIKELY:
            likely.append(Suggestion(one=track_id, other=other.id, score=verdict.score, why=verdict.why))
    merged = Merges(session).unite(sorted(pairs, key=lambda pair: sorted((pair.one, pair.other))))
    return Settled(n_merged=len(merged), n_suggested=duplicates.suggest(_best(likely)))


def _keys(track: Track) -> list[str]:
    return [*map(str, track.identity_keys or ()), *([f"isrc/{track.isrc}"] if track.isrc else [])]


def _known(track: Track) -> Known:
    return Known(
        title=track.title, artist=track.artist, isrc=track.isrc, duration_s=track.duration_s,
        track_number=track.track_number,
    )  # fmt: skip


def _best(likely: Sequence[Suggestion]) -> list[Suggestion]:
    """One question a track: the likeliest partner, the oldest among equals. A crowd of equals stays a star."""
    best: dict[UUID, Suggestion] = {}
    for suggestion in sorted(likely, key=lambda s: (-s.score, s.other)):
        best.setdefault(suggestion.one, suggestion)
    return list(best.values())
