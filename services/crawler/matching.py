"""How well two descriptions fit one recording. Pure.

A remix, a live version and a sped-up one are other recordings: what makes them so stands in brackets or after a dash,
so that is compared as well, while who is featured is not.
"""

import re
import unicodedata
from difflib import SequenceMatcher

from shared.domain.track import Collected

GOOD = 0.8
"""From here on a match is used."""
_CLOSE_S = 3.0
_FAR_S = 10.0
_FEATURED = re.compile(r"[\(\[]?\b(?:feat|ft|featuring)\b\.?[^\)\]]*[\)\]]?", re.IGNORECASE)
_VERSION = re.compile(
    r"\b(remix|mix|live|acoustic|instrumental|karaoke|cover|demo|edit|sped|slowed|nightcore|unplugged|reprise|remaster"
    r"|remastered|version)\b",
    re.IGNORECASE,
)
_HARMLESS = {"remaster", "remastered", "version"}


def score(wanted: Collected, *, title: str | None, artist: str | None, duration_s: float | None) -> float:
    """0…1: title counts half, artist three tenths, length the rest. 0 where one says another version than the other."""
    if not title or not wanted.title or _versions(title) != _versions(wanted.title):
        return 0.0
    length = _closeness(wanted.duration_s, duration_s)
    if length == 0.0:
        return 0.0
    alike = 0.5 * _alike(wanted.title, title) + 0.3 * _alike(wanted.artist or "", artist or "") + 0.2 * length
    return round(alike, 3)


def normal(text: str) -> str:
    """Letters and digits only, without accents, case, and whoever is featured."""
    plain = unicodedata.normalize("NFKD", _FEATURED.sub(" ", text)).casefold()
    return " ".join(re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign))))


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, normal(one), normal(other), autojunk=False).ratio()


def _versions(title: str) -> set[str]:
    return {word.casefold() for word in _VERSION.findall(title)} - _HARMLESS


def _closeness(one: float | None, other: float | None) -> float:
    if one is None or other is None:
        return 0.5
    apart_s = abs(one - other)
    if apart_s <= _CLOSE_S:
        return 1.0
    return 0.0 if apart_s > _FAR_S else 1 - (apart_s - _CLOSE_S) / (_FAR_S - _CLOSE_S)
