"""How a recording is written: titles and artists without the ways in which sources differ about them. Pure.

Conventions. Names are folded by `names`. A title is read as its words, its *versions* (what makes it another recording:
live, remix, sped up …) and things that say nothing about the recording (guests, remasters, "official video"), which are
dropped. Versions count only where a title sets them apart, in brackets or behind a dash: "Live Forever" is no live
recording.
"""

import hashlib
import re
from dataclasses import dataclass

from shared.domain.names import credited_artists, fold_text, fold_title


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERSION_WORDS = _word_set(
    "8d acapella accapella acoustic alternate alternative arrangement bootleg cappella censored choir "
    "clean club cover covered demo drumless dub edit edition extended flip instrumental intro karaoke "
    "live lofi lullaby mashup medley megamix mix mixed mono nightcore orchestral outro outtake piano "
    "radio recorded reggae rehearsal remake remix remixed reprise reverb rework reworked rmx session "
    "sessions short single slow slowed sped speed strings studio symphonic take tribute unplugged version "
    "vip vocal vocals wip"
)
"""A part of a title with one of these names another recording than the title without it."""

_NOISE = _word_set(
    "album anniversary audio bonus clip deluxe digital digitally explicit hd hq lyric lyrics music "
    "official original stereo the track video visualiser visualizer"
)
_REMASTER = re.compile(r"^re?mast(?:er|ered|ering)$")
_YEAR = re.compile(r"^(?:(?:19|20)\d\d|\d+th)$")
_GUEST = re.compile(r"^\s*(?:feat|ft|featuring|with|w/)\b", re.IGNORECASE)
_GUEST_TAIL = re.compile(r"(?<=\S)\s+(?:feat|ft|featuring)\b\.?.*$", re.IGNORECASE)
_PRODUCED = re.compile(r"^\s*(?:prod|produced)\b", re.IGNORECASE)
_SCORE = re.compile(r"^\s*(?:from|theme from|music from)\b", re.IGNORECASE)
_PART = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_DASH = re.compile(r"\s+[-–—~|]\s+")


@dataclass(frozen=True, kw_only=True)
class RecordingKey:
    """What a title and an artist come to. Equal fields: the same recording, as far as words can tell."""

    title: str
    """The title's name, without its versions."""
    versions: frozenset[str]
    """Every word of the parts that set this recording apart: live, at, wembley."""
    kinds: frozenset[str]
    """Those of `versions` that are in `VERSION_WORDS`."""
    artists: frozenset[str]
    """Names of the main artists, each alone and all together. Empty where nobody is named."""

    @property
    def lookup_keys(self) -> tuple[int, ...]:
        """Signed 64-bit numbers, one an artist, sorted: recordings that may be the same share one. Empty: unknown."""
        if not self.title:
            return ()
        kinds = " ".join(sorted(self.kinds))
        return tuple(sorted(_hash_to_int(f"{artist}\x1f{self.title}\x1f{kinds}") for artist in self.artists))


@dataclass(frozen=True, kw_only=True)
class ParsedTitle:
    """A title as it is read, before its words become one name."""

    words: tuple[str, ...]
    """Folded, without the versions; none for a title of signs alone."""
    versions: frozenset[str]
    """Every word of the parts that set this recording apart."""

    @property
    def version_kinds(self) -> frozenset[str]:
        """Those of `versions` that are in `VERSION_WORDS`."""
        return self.versions & VERSION_WORDS


def read_recording(title: str | None, artist: str | None) -> RecordingKey:
    """Read a title and an artist as a source writes them."""
    read = read_title(title or "", artist or "")
    return RecordingKey(
        title="".join(read.words) or fold_title(title or ""),
        versions=read.versions,
        kinds=read.version_kinds,
        artists=credited_artists(artist),
    )


def read_title(title: str, artist: str = "") -> ParsedTitle:
    """The words and the versions of a title. `artist` tells which head ("Vox - Ode") is no part of it."""
    versions: set[str] = set()

    def read(part: str) -> str:
        kept, apart = _read_part(part)
        versions.update(apart)
        return kept

    plain = _PART.sub(lambda match: f" {read(match[1])} ", title)
    head, *tails = _DASH.split(plain)
    if tails and artist and fold_text(head) == fold_text(artist):
        head, *tails = tails
    words = " ".join([_GUEST_TAIL.sub("", head), *(read(tail) for tail in tails)])
    return ParsedTitle(words=tuple(fold_text(words).split()), versions=frozenset(versions))


def _read_part(part: str) -> tuple[str, set[str]]:
    """`(words of the title, words that set the read_recording apart)`; both empty where the part says nothing."""
    if _GUEST.match(part) or _PRODUCED.match(part) or _SCORE.match(part):
        return "", set()
    tokens = fold_text(_GUEST_TAIL.sub("", part)).split()
    if any(_REMASTER.match(token) for token in tokens):
        plain = [t for t in tokens if not (_REMASTER.match(t) or _YEAR.match(t) or t in {"version", "edition"})]
        tokens = [token for token in plain if token not in _NOISE]
        if not tokens:
            return "", set()
    telling = [token for token in tokens if token not in _NOISE]
    if not telling or (telling in (["version"], ["mix"]) and len(tokens) > 1):
        # "Official Video", "Album Version", "Original Mix": the recording itself
        return "", set()
    if not VERSION_WORDS & set(telling):
        return part, set()
    apart = set(telling) - {"version"}
    return "", apart if apart & VERSION_WORDS else apart | {"version"}


def _hash_to_int(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
