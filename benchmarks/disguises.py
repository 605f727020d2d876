"""Tracks whose truth is known: some stand alone, some are written twice, some only look alike. Seeded."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

_SYLLABLES = (
    "ba",
    "co",
    "da",
    "fe",
    "gi",
    "ha",
    "jo",
    "ka",
    "li",
    "mo",
    "nu",
    "or",
    "pe",
    "qua",
    "ri",
    "sol",
    "ta",
    "ul",
    "vi",
    "wen",
    "xi",
    "ya",
    "ze",
    "né",
    "ün",
    "ø",
)
_NOUNS = (
    "heart",
    "night",
    "river",
    "fire",
    "summer",
    "road",
    "light",
    "rain",
    "gold",
    "moon",
    "dance",
    "home",
    "dream",
    "sky",
    "ocean",
    "winter",
    "street",
)
_GLUE = ("of", "in", "and", "my", "without")


@dataclass(frozen=True, kw_only=True)
class Written:
    """One track as one source writes it."""

    key: int
    recording: int
    """What it really is: equal numbers are one recording."""
    how: str
    """`alone`, the disguise, or what it looks like without being it."""
    title: str
    artist: str
    isrc: str | None
    duration_s: float


def construct(*, n_tracks: int, n_disguised: int, n_alike: int, seed: int) -> list[Written]:
    """`n_tracks` in all, in random order. Each disguised or alike one is made from another track that stands alone."""
    rng = random.Random(seed)
    n_alone = n_tracks - n_disguised - n_alike
    artists = [_artist(rng) for _ in range(n_alone // 5)]
    alone = [
        Written(
            key=n,
            recording=n,
            how="alone",
            title=_title(rng),
            artist=rng.choice(artists),
            isrc=f"QZABC{n:07d}",
            duration_s=round(rng.uniform(100, 420), 3),
        )
        for n in range(n_alone)
    ]
    originals = rng.sample(alone, n_disguised + n_alike)
    made = [
        *(_disguise(one, rng) for one in originals[:n_disguised]),
        *(_look_alike(one, rng) for one in originals[n_disguised:]),
    ]
    numbered = [
        replace(one, key=n_alone + n, recording=one.recording if one.recording >= 0 else n_alone + n)
        for n, one in enumerate(made)
    ]
    everything = [*alone, *numbered]
    rng.shuffle(everything)
    return everything


def _disguise(one: Written, rng: random.Random) -> Written:
    """The same recording in another catalogue's words. One in five without an ISRC; one in a hundred misspelt."""
    how, title = rng.choice(list(_TITLES.items()))
    _, artist = rng.choice(list(_ARTISTS.items()))
    said = replace(
        one,
        how=how,
        title=title(one.title, rng),
        artist=artist(one.artist, rng),
        duration_s=round(one.duration_s + rng.uniform(-1.5, 1.5), 3),
    )
    if rng.random() < 0.01:
        at = rng.randrange(1, len(one.title))
        said = replace(said, how="misspelt", title=one.title[:at] + "q" + one.title[at:])
    return replace(said, how=f"{said.how}, no ISRC", isrc=None) if rng.random() < 0.2 else said


def _look_alike(one: Written, rng: random.Random) -> Written:
    """Another recording that looks the same; two in three carry the very same ISRC."""
    how = rng.choice([*_VERSIONS, "cover", "reused ISRC", "longer", "other part"])
    said = replace(one, recording=-1, how=how, duration_s=round(one.duration_s + rng.uniform(-1, 1), 3))
    if how in _VERSIONS:
        said = replace(said, title=_VERSIONS[how](one.title, rng))
    elif how == "cover":
        said = replace(said, artist=_artist(rng))
    elif how == "reused ISRC":
        said = replace(said, title=_title(rng), artist=_artist(rng))
    elif how == "longer":
        said = replace(said, duration_s=one.duration_s + rng.uniform(5, 60))
    else:
        said = replace(said, title=f"{one.title}, Pt. {rng.randint(2, 9)}")
    return said if rng.random() < 2 / 3 else replace(said, isrc=f"GBXYZ{rng.randrange(10**7):07d}")


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def _title(rng: random.Random) -> str:
    words = [rng.choice(_NOUNS).capitalize(), rng.choice(_GLUE), rng.choice(_NOUNS).capitalize()]
    return " ".join(words) if rng.random() < 0.4 else f"{_word(rng)} {rng.choice(_NOUNS).capitalize()}"


def _artist(rng: random.Random) -> str:
    name = f"{_word(rng)} {_word(rng)}"
    kind = rng.random()
    return f"The {name}s" if kind < 0.2 else f"{name} & {_word(rng)}" if kind < 0.35 else name


def _plain(text: str) -> str:
    marks = unicodedata.normalize("NFKD", text.replace("ø", "o"))
    return "".join(sign for sign in marks if not unicodedata.combining(sign))


Writing = Callable[[str, random.Random], str]
_TITLES: dict[str, Writing] = {
    "as it was": lambda t, _: t,
    "capitals": lambda t, _: t.upper(),
    "small letters": lambda t, _: t.lower(),
    "no accents": lambda t, _: _plain(t),
    "punctuation": lambda t, _: t.replace(" ", "-", 1) + "!",
    "ampersand": lambda t, _: t.replace(" and ", " & "),
    "guest in brackets": lambda t, r: f"{t} (feat. {_word(r)})",
    "guest behind": lambda t, r: f"{t} ft. {_word(r)} {_word(r)}",
    "remastered": lambda t, r: f"{t} - Remastered {r.randint(1995, 2024)}",
    "remaster in brackets": lambda t, r: f"{t} ({r.randint(1995, 2024)} Digital Remaster)",
    "video": lambda t, _: f"{t} [Official Audio]",
    "album version": lambda t, _: f"{t} (Album Version)",
}
_ARTISTS: dict[str, Writing] = {
    "as it was": lambda a, _: a,
    "capitals": lambda a, _: a.upper(),
    "no accents": lambda a, _: _plain(a),
    "turned round": lambda a, _: " & ".join(reversed(a.split(" & "))),
    "comma": lambda a, _: a.replace(" & ", ", "),
    "article": lambda a, _: a.removeprefix("The "),
    "guest": lambda a, r: f"{a} feat. {_word(r)}",
}
_VERSIONS: dict[str, Writing] = {
    "remix": lambda t, r: f"{t} ({_word(r)} Remix)",
    "live": lambda t, r: f"{t} - Live at {_word(r)}",
    "sped up": lambda t, _: f"{t} (Sped Up)",
    "slowed": lambda t, _: f"{t} (Slowed + Reverb)",
    "acoustic": lambda t, _: f"{t} [Acoustic]",
    "instrumental": lambda t, _: f"{t} (Instrumental)",
    "karaoke": lambda t, _: f"{t} (Karaoke Version)",
    "nightcore": lambda t, _: f"Nightcore - {t}",
    "radio edit": lambda t, _: f"{t} - Radio Edit",
    "extended": lambda t, _: f"{t} (Extended Mix)",
    "demo": lambda t, _: f"{t} (Demo)",
    "remastered live": lambda t, r: f"{t} (Live, Remastered {r.randint(1995, 2024)})",
}
