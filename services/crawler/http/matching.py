"""How well two descriptions fit one recording. Pure.

A remix, a live version and a sped-up one are other recordings: what makes them so is read as for duplicates, wherever
it stands in the title, while who is featured does not count.
"""

from difflib import SequenceMatcher

from shared.domain.identity import VERSION_WORDS, Title, read_title
from shared.domain.names import fold_artist, without_guests
from shared.domain.track import Collected

GOOD = 0.8
"""From here on a match is used."""
_CLOSE_S = 3.0
_FAR_S = 10.0


def score(wanted: Collected, *, title: str | None, artist: str | None, duration_s: float | None) -> float:
    """0…1: title counts half, artist three tenths, length the rest. 0 where one says another version than the other."""
    if not title or not wanted.title:
        return 0.0
    ours, theirs = read_title(wanted.title, wanted.artist or ""), read_title(title, artist or "")
    length = _closeness(wanted.duration_s, duration_s)
    if _are_other_versions(ours, theirs) or length == 0.0:
        return 0.0
    titles = _alike(" ".join(ours.words) or wanted.title, " ".join(theirs.words) or title)
    return round(0.5 * titles + 0.3 * _alike(_artist(wanted.artist), _artist(artist)) + 0.2 * length, 3)


def _are_other_versions(one: Title, other: Title) -> bool:
    """Also "Ode Live" beside "Ode", where no bracket sets it apart; both may be called "Live Forever"."""
    return one.kinds != other.kinds or bool((set(one.words) ^ set(other.words)) & VERSION_WORDS)


def _artist(name: str | None) -> str:
    return fold_artist(without_guests(name or "")) or ""


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _closeness(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.5
    apart_s = abs(one - other)
    if apart_s <= _CLOSE_S:
        return 1.0
    return 0.0 if apart_s > _FAR_S else 1 - (apart_s - _CLOSE_S) / (_FAR_S - _CLOSE_S)
