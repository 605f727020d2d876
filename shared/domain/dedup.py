"""Whether two tracks are one recording: certainly, likely, or not. Pure.

*Certain* merges by itself, so it must never be wrong: the same ISRC is not enough (labels reuse them), title, versions,
artist and duration have to agree as well. *Likely* is only ever a suggestion to a person, with a score. A remix, a live
take or a sped-up version stays apart, whatever else agrees.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from shared.domain.identity import RecordingKey, read_recording
from shared.domain.movements import is_movement

CLOSE_S = 2.0
"""Durations of one recording differ by less between catalogues: they round, and pad with silence."""
NEAR_S = 3.0
"""The widest difference at which a person is still asked."""
SAME_S = 0.5
"""Copies of one movement differ by less: by what an encoder pads."""


class MatchCertainty(StrEnum):
    """What can be said of a pair."""

    CERTAIN = "certain"
    LIKELY = "likely"
    APART = "apart"


@dataclass(frozen=True, kw_only=True)
class KnownTrack:
    """What is known of a track, as its source wrote it."""

    title: str | None
    artist: str | None
    isrc: str | None
    duration_s: float | None
    track_number: int | None = None
    """Its place on its record, where that is known."""
    recording_key: RecordingKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read title and artist once, however many pairs follow."""
        object.__setattr__(self, "recording_key", read_recording(self.title, self.artist))


@dataclass(frozen=True, kw_only=True)
class PairMatch:
    """What a pair is, how sure that is, and why."""

    certainty: MatchCertainty
    score: float
    """In [0, 1]: 1 for certain, 0 for apart. An order in which to ask a person, not a probability."""
    why: str = ""


APART = PairMatch(certainty=MatchCertainty.APART, score=0.0)


def classify_pair(one: KnownTrack, other: KnownTrack) -> PairMatch:
    """The verdict on a pair; the same in either order."""
    if (
        not one.recording_key.title
        or one.recording_key.title != other.recording_key.title
        or one.recording_key.kinds != other.recording_key.kinds
    ):
        return APART
    if not one.recording_key.artists & other.recording_key.artists:
        return APART
    same_isrc = one.isrc is not None and one.isrc == other.isrc
    gap_s = _gap_s(one, other)
    if (
        same_isrc
        and one.recording_key.versions == other.recording_key.versions
        and gap_s is not None
        and gap_s <= CLOSE_S
    ):
        return PairMatch(certainty=MatchCertainty.CERTAIN, score=1.0, why="same ISRC, title, artist and duration")
    if _are_unlike(one, other, gap_s, same_isrc=same_isrc):
        return APART
    return PairMatch(
        certainty=MatchCertainty.LIKELY, score=_pair_score(one, other, gap_s), why=_explain_match(one, other, gap_s)
    )


def _are_unlike(one: KnownTrack, other: KnownTrack, gap_s: float | None, *, same_isrc: bool) -> bool:
    """Whether lengths, or what is missing of them, speak against one recording of this title."""
    if gap_s is not None and gap_s > NEAR_S:
        return True
    if same_isrc:
        return False
    return gap_s is None or (is_movement(one.title) and _are_unlike_movements(one, other, gap_s))


def _are_unlike_movements(one: KnownTrack, other: KnownTrack, gap_s: float) -> bool:
    """Whether number or length tell two movements of one title apart: every sonata has an "I. Allegro"."""
    numbers = {one.track_number, other.track_number} - {None}
    return len(numbers) > 1 or gap_s > SAME_S


def _gap_s(one: KnownTrack, other: KnownTrack) -> float | None:
    if one.duration_s is None or other.duration_s is None:
        return None
    return abs(one.duration_s - other.duration_s)


def _pair_score(one: KnownTrack, other: KnownTrack, gap_s: float | None) -> float:
    """Half for title and artist; the rest for what agrees beside them."""
    score = 0.5 + (0.25 * (1 - gap_s / NEAR_S) if gap_s is not None else 0.0)
    score += 0.1 if one.recording_key.artists == other.recording_key.artists else 0.0
    score += 0.1 if one.recording_key.versions == other.recording_key.versions else -0.2
    if one.isrc and other.isrc:
        score += 0.05 if one.isrc == other.isrc else -0.15
    return round(score, 3)


def _explain_match(one: KnownTrack, other: KnownTrack, gap_s: float | None) -> str:
    clauses = [
        "same title",
        "same artist" if one.recording_key.artists == other.recording_key.artists else "an artist in common",
    ]
    clauses.append(f"{gap_s:.1f} s apart" if gap_s is not None else "a duration is unknown")
    if one.recording_key.versions != other.recording_key.versions:
        clauses.append("versions named differently")
    if one.isrc and other.isrc:
        clauses.append("same ISRC" if one.isrc == other.isrc else "different ISRCs")
    return ", ".join(clauses)
