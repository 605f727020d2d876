"""After a batch is registered: which of its tracks were there before, under another name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.dedup import NEAR_S, KnownTrack, MatchCertainty, classify_pair
from shared.fingerprints.matching import GROUP, Fingerprint, align_fingerprints
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.sounds import list_known_hashes
from shared.store.tables import Track
from shared.store.tracks.duplicates import DuplicateRepository, DuplicateSuggestion
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """How many tracks were merged, and how many questions were asked."""

    n_merged: int
    n_suggested: int


def resolve_duplicates(
    session: Session, track_ids: Sequence[UUID], *, named_together: Sequence[tuple[UUID, UUID]] = ()
) -> Resolution:
    """Merge what is certainly one recording, and ask a person about what is likely one.

    `track_ids` are tracks that are new or that something was learned of; `named_together` are tracks to which one
    collected piece pointed by two of its source ids: one recording, unless they are known to sound otherwise (the path
    of a row may hold another song by now). Each track is compared with those that share a key with it, and
    with no others.
    """
    duplicates = DuplicateRepository(session)
    tracks = {track.id: track for track in duplicates.list_tracks(track_ids)}
    duplicates.lock_keys(key for track in tracks.values() for key in _blocking_keys(track))
    known: dict[UUID, KnownTrack] = {}
    pairs = [
        MergePair(one=one, other=other, reason=MergeReason.SAME_SOURCE, who="crawler", why="one row names both sources")
        for one, other in _of_one_sound(session, named_together)
    ]
    likely: list[DuplicateSuggestion] = []
    for track_id, other in duplicates.list_candidates(list(tracks), near_s=NEAR_S):
        for track in (tracks[track_id], other):
            if track.id not in known:
                known[track.id] = _to_known_track(track)
        match = classify_pair(known[track_id], known[other.id])
        if match.certainty is MatchCertainty.CERTAIN:
            pair = MergePair(
                one=track_id,
                other=other.id,
                reason=MergeReason.SAME_ISRC,
                who="crawler",
                score=match.score,
                why=match.why,
            )
            pairs.append(pair)
        elif match.certainty is MatchCertainty.LIKELY:
            likely.append(DuplicateSuggestion(one=track_id, other=other.id, score=match.score, why=match.why))
    merged = MergeRepository(session).unite_pairs(sorted(pairs, key=lambda pair: sorted((pair.one, pair.other))))
    return Resolution(n_merged=len(merged), n_suggested=duplicates.suggest_pairs(_best_suggestions(likely)))


def _of_one_sound(session: Session, pairs: Sequence[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    """The pairs but those whose sounds are both known and differ."""
    if not pairs:
        return []
    track_ids = {track_id for pair in pairs for track_id in pair}
    hashes = list_known_hashes(session, track_ids)
    prints = {
        key: one for key, one in FingerprintRepository(session).list_by_track(track_ids).items() if one.is_comparable
    }
    return [pair for pair in pairs if not _sound_otherwise(pair, hashes, prints)]


def _sound_otherwise(
    pair: tuple[UUID, UUID], hashes: Mapping[UUID, set[str]], prints: Mapping[UUID, Fingerprint]
) -> bool:
    one, other = pair
    if one not in hashes or other not in hashes or hashes[one] & hashes[other]:
        return False
    if one in prints and other in prints:
        match = align_fingerprints(prints[one], prints[other])
        return match is None or not GROUP.is_met_by(match)
    return True


def _blocking_keys(track: Track) -> list[str]:
    return [*map(str, track.identity_keys or ()), *([f"isrc/{track.isrc}"] if track.isrc else [])]


def _to_known_track(track: Track) -> KnownTrack:
    return KnownTrack(
        title=track.title,
        artist=track.artist,
        isrc=track.isrc,
        duration_s=track.duration_s,
        track_number=track.track_number,
    )


def _best_suggestions(likely: Sequence[DuplicateSuggestion]) -> list[DuplicateSuggestion]:
    """One question a track: the likeliest partner, the oldest among equals. A crowd of equals stays a star."""
    best: dict[UUID, DuplicateSuggestion] = {}
    for suggestion in sorted(likely, key=lambda s: (-s.score, s.other)):
        best.setdefault(suggestion.one, suggestion)
    return list(best.values())
