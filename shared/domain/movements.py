"""Titles of movements: "I. Allegro" names a place in a work, and thousands of recordings are called so. Pure.

A movement is a title that is nothing but a number and what tempo, dance or form it has; a title that names its work as
well ("Sonata No. 14: I. Adagio sostenuto") is not.
"""

import re

from shared.domain.names import fold

_TEMPO_AND_FORM = frozenset(
    {
        "adagietto", "adagio", "agitato", "allegretto", "allegro", "allemande", "amabile", "andante",
        "andantino", "animato", "appassionato", "aria", "arietta", "arioso", "assai", "bagatelle", "bourree",
        "brio", "cantabile", "capriccio", "cavatina", "chaconne", "chorale", "coda", "comodo", "courante",
        "dolce", "double", "energico", "espressivo", "finale", "fuga", "fugue", "furioso", "galant", "gavotte",
        "gigue", "giocoso", "giusto", "grave", "grazioso", "intermezzo", "introduction", "introduzione",
        "langsam", "largamente", "larghetto", "largo", "lebhaft", "leggiero", "lento", "loure", "maestoso",
        "marcato", "marcia", "menuet", "menuett", "menuetto", "mesto", "minuet", "minuetto", "moderato",
        "molto", "mosso", "moto", "musette", "nocturne", "ouverture", "overture", "passacaglia", "passepied",
        "pastorale", "poco", "polacca", "polonaise", "prelude", "preludio", "prestissimo", "presto", "quasi",
        "recitativo", "risoluto", "romance", "romanze", "rondeau", "rondo", "sarabande", "scherzando",
        "scherzo", "schnell", "semplice", "siciliana", "siciliano", "sostenuto", "spiritoso", "tanto", "tempo",
        "theme", "toccata", "tranquillo", "trio", "troppo", "variation", "variations", "vif", "vivace",
        "vivacissimo", "vivo",
    }
)  # fmt: skip
_JOINING = frozenset(
    {
        "a", "al", "all", "alla", "and", "con", "d", "de", "della", "e", "ed", "et", "il", "in", "la", "les",
        "ma", "meno", "no", "non", "piu", "sehr", "the", "un", "und", "with",
    }
)  # fmt: skip
_NUMBERED = frozenset(
    {
        "movement", "movt", "mvt", "nr", "number", "part", "satz",
    }
)  # fmt: skip
_NUMBER = re.compile(r"^(?:\d{1,2}|(?=.)x{0,3}(?:ix|iv|v?i{0,3}))$")


def is_movement(title: str | None) -> bool:
    """Whether a title is a movement's and names no work."""
    words = fold(title or "").split()
    kinds = [word for word in words if word not in _JOINING and not _NUMBER.match(word)]
    is_numbered = len(words) > len(kinds) and all(word in _NUMBERED for word in kinds) and bool(kinds)
    return is_numbered or (bool(kinds) and all(word in _TEMPO_AND_FORM | _NUMBERED for word in kinds))
