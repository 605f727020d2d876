"""How artists and titles are written: the only code that folds names. Pure.

Two answers, for two questions. `fold_artist`: are these two spellings of one artist? Used to find duplicates and to
match audio. `artist_group`: whose songs are kept together wherever one artist's songs must not stand on two sides
(folds, evaluations, similar tracks)? That is the fold of the first credited artist.

A fold is letters and digits only: case, accents, punctuation and spaces are gone, "&" and "+" are "and", a leading or
trailing "the" is dropped. A name of signs alone ("!!!") keeps its signs.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
"""Letters that Unicode does not take apart into a plain letter and an accent."""
_APOSTROPHES = re.compile(r"['’‘`´]")
_NO_ASCII_WORD = re.compile(r"[^a-z0-9]+")
_NO_ARTIST = frozenset(
    {
        "unknown",
        "unknownartist",
        "various",
        "variousartists",
        "variousartist",
        "va",
        "verschiedeneinterpreten",
        "verschiedenekunstler",
        "diverseinterpreten",
        "diversekunstler",
        "artistesdivers",
        "artistesvaries",
        "diversartistes",
        "variosartistas",
        "variosinterpretes",
        "artistasvarios",
        "variosartists",
        "artistivari",
        "vvaa",
        "aavv",
        "variinterpreti",
        "diverseartiesten",
        "diverseartister",
        "blandadeartister",
        "diversekunstnere",
        "eriesittajia",
        "rozniwykonawcy",
        "разныеисполнители",
        "различныеисполнители",
        "unbekannt",
        "unbekannterinterpret",
        "unbekannterkunstler",
        "artisteinconnu",
        "artistadesconocido",
        "artistasconosciuto",
        "onbekend",
        "неизвестныиисполнитель",
    }
)
"""Folds of what stands where nobody is named, in the words of taggers and rippers."""
_NO_ALBUM_ARTIST = _NO_ARTIST | {
    "diverse",
    "divers",
    "diversen",
    "varios",
    "vari",
    "vary",
    "varie",
    "verschiedene",
    "sampler",
    "compilation",
    "compilations",
    "soundtrack",
    "originalsoundtrack",
    "ost",
    "сборник",
    "群星",
    "オムニバス",
    "合輯",
    "合辑",
}
"""And of what stands there on a compilation; as the artist of a track it may be a name."""
_NO_ALBUM = frozenset({"unknown", "unknownartist", "various", "variousartists", "va", "unknownalbum"})

_GUESTS = re.compile(r"\b(?:feat|ft|featuring)\b", re.IGNORECASE)
_CREDITS = re.compile(r"\s*(?:[,;&+/、]|\b(?:and|x|vs|with|feat|ft|featuring)\b\.?)\s*", re.IGNORECASE)
"""Wherever one name may end and the next begin: between the names of a duo too."""

_NOT_JUNIOR = r"(?!\s*(?:jr|sr)\b)"
_ALWAYS_ENDS = re.compile(
    rf"\b(?:feat|ft|featuring|vs)\b\.?|;{_NOT_JUNIOR}|(?<=\s)/(?=\s)",
    re.IGNORECASE,
)
"""What no artist has in the middle of a name. ("AC/DC" has no spaces, "Sammy Davis; Jr." is one person.)"""
_MAY_END = re.compile(
    rf"\s*[,、]{_NOT_JUNIOR}\s*|(?:\s*[&+]\s*|\s+and\s+)(?P<band>(?:his|her|their|the)\s+(?=\w))?"
    r"|\s+with\s+(?P<orchestra>(?:his|her|their)\s+(?=\w))?|\s+w/\s*|\s+[x×]\s+",
    re.IGNORECASE,
)
"""What also stands within names ("Earth, Wind & Fire"). Before "and his …" or "and the …" stands a leader."""
_PUNCTUATION = " ()[]{}.,-–"
_MAX_CREDITS = 4


class KnownArtists(frozenset[str]):
    """The folds of the artists that are credited by themselves somewhere in a library."""

    __slots__ = ()

    @classmethod
    def from_names(cls, names: Iterable[str]) -> "KnownArtists":
        """From the artists of all tracks, as their sources write them."""
        folds = (_fold_leader(_first_credit(name)) for name in names)
        return cls(folded for folded in folds if folded is not None)


def fold_text(text: str) -> str:
    """Lower case, without accents; everything but letters and digits is one space.

    Only accents of the Latin, Greek and Cyrillic kind go: a sign that changes a syllable (が, か) stays.
    """
    if text.isascii():  # most names, in a tenth of the time
        plain = _APOSTROPHES.sub("", text.lower()).replace("&", " and ").replace("+", " and ")
        return _NO_ASCII_WORD.sub(" ", plain).strip()
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    kept = "".join(sign for sign in plain if not "\u0300" <= sign <= "\u036f")
    kept = _APOSTROPHES.sub("", kept).replace("&", " and ").replace("+", " and ")
    return " ".join("".join(sign if _is_kept(sign) else " " for sign in unicodedata.normalize("NFC", kept)).split())


def fold_title(title: str) -> str:
    """Letters and digits only; of a title of signs alone ("!!!") the signs. Empty for an empty one."""
    return _join_words(fold_text(title).split(), title)


def fold_album(album: str | None) -> str | None:
    """As a title; None where no album is named."""
    folded = fold_title(album or "")
    return None if not folded or folded in _NO_ALBUM else folded


def fold_artist(name: str | None) -> str | None:
    """One word for all spellings of an artist; None where nobody is named ("Various Artists", "[unknown]", "")."""
    words = fold_text(name or "").split()
    if "".join(words) in _NO_ARTIST:
        return None
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] == "the":
        words = words[:-1]
    return _join_words(words, name or "") or None


def is_nobody(album_artist: str | None) -> bool:
    """Whether an album is credited to nobody, or to many: *Various Artists* and its like in other languages."""
    folded = fold_artist(album_artist)
    return folded is None or folded in _NO_ALBUM_ARTIST


def artist_group(name: str | None, library_artists: Collection[str]) -> str | None:
    """The fold of the first credited artist; None where nobody is named.

    `library_artists` are the artists of the whole library, as `KnownArtists` or as names. A name ends at "feat.", "vs",
    ";" and " / "; at "," "&" "+" "and" "with" and "x" only where what stands before is an artist of the library by
    itself, so that "Earth, Wind & Fire" stays whole; and before "and his …" and "and the …", which follow a leader.
    """
    is_ready = isinstance(library_artists, KnownArtists)
    known = library_artists if is_ready else KnownArtists.from_names(library_artists)
    credit = _first_credit(name or "")
    start = 0
    for joint in _MAY_END.finditer(credit):
        before = credit[start : joint.start()]
        folded = fold_artist(before)
        if folded is None and before.strip():
            start = joint.end()  # "Various Artists & Vox": the first that is anybody
        elif folded is not None and _is_a_name(before) and (_follows_a_leader(joint) or folded in known):
            return folded
    return fold_artist(credit[start:])


def credited_artists(name: str | None) -> frozenset[str]:
    """Folds of the main artists, each alone and all together: what two spellings of one credit have in common.

    Guests are left out. Empty where nobody is named.
    """
    main = strip_guests(name or "")
    together = fold_artist(main)
    if together is None:
        return frozenset()
    alone = dict.fromkeys(fold_artist(part) for part in _CREDITS.split(main) if _is_a_name(part))
    return frozenset([*[folded for folded in alone if folded is not None][:_MAX_CREDITS], together])


def strip_guests(name: str) -> str:
    """The name up to "feat.", "ft." or "featuring"; all of it where nothing stands before."""
    return _GUESTS.split(name, maxsplit=1)[0] or name


def _first_credit(name: str) -> str:
    """Up to what always ends a name, from the first that is anybody: "Various Artists; Vox" is by Vox."""
    text = unicodedata.normalize("NFKC", name)
    for part in _ALWAYS_ENDS.split(text):
        if not _is_a_name(part):
            return text  # "Feat. One" begins with the word
        if fold_artist(part) is not None:
            return part
    return text


def _fold_leader(credit: str) -> str | None:
    """The fold of a credit up to the band that follows a leader."""
    for joint in _MAY_END.finditer(credit):
        before = credit[: joint.start()]
        if _follows_a_leader(joint) and _is_a_name(before) and (folded := fold_artist(before)) is not None:
            return folded
    return fold_artist(credit)


def _follows_a_leader(joint: re.Match[str]) -> bool:
    return joint["band"] is not None or joint["orchestra"] is not None


def _is_a_name(part: str) -> bool:
    """An article alone is none: "The X Factor" is not by somebody called "The"."""
    folded = fold_text(part)
    return folded != "the" if folded else bool(part.strip(_PUNCTUATION))


def _join_words(words: Iterable[str], text: str) -> str:
    if any(sign.isalnum() for sign in text):
        return "".join(words)
    return "".join(text.casefold().split())


def _is_kept(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
