"""How well two descriptions fit one recording. Pure.

A remix, a live version and a sped-up one are other recordings: what makes them so is read as for duplicates, wherever
it stands in the title, while who is featured does not count.
"""

from difflib import SequenceMatcher

from shared.domain.identity import VERSION_WORDS, ParsedTitle, read_title
from shared.domain.names import fold_artist, strip_guests
from shared.domain.track import CollectedTrack

GOOD = 0.8
"""From here on a match is used."""
_CLOSE_S = 3.0
_FAR_S = 10.0


def match_score(wanted: CollectedTrack, *, title: str | None, artist: str | None, duration_s: float | None) -> float:
    """0…1: title counts half, artist three tenths, length the rest. 0 where one says another version than the other."""
    if not title or not wanted.title:
        return 0.0
    ours, theirs = read_title(wanted.title, wanted.artist or ""), read_title(title, artist or "")
    length = _duration_closeness(wanted.duration_s, duration_s)
    if _are_other_versions(ours, theirs) or length == 0.0:
        return 0.0
    titles = _similarity_ratio(" ".join(ours.words) or wanted.title, " ".join(theirs.words) or title)
    return round(
        0.5 * titles
        + 0.3 * _similarity_ratio(_fold_artist_name(wanted.artist), _fold_artist_name(artist))
        + 0.2 * length,
        3,
    )


def _are_other_versions(one: ParsedTitle, other: ParsedTitle) -> bool:
    """Also "Ode Live" beside "Ode", where no bracket sets it apart; both may be called "Live Forever"."""
    return one.version_kinds != other.version_kinds or bool((set(one.words) ^ set(other.words)) & VERSION_WORDS)


def _fold_artist_name(name: str | None) -> str:
    return fold_artist(strip_guests(name or "")) or ""


def _similarity_ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _duration_closeness(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.5
    apart_s = abs(one - other)
    if apart_s <= _CLOSE_S:
        return 1.0
    return 0.0 if apart_s > _FAR_S else 1 - (apart_s - _CLOSE_S) / (_FAR_S - _CLOSE_S)
