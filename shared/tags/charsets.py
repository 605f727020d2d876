"""Text that was declared Latin-1 and is not: UTF-8, cp1252, cp1251, Shift-JIS, GBK, Big5, Korean.

A tagger of the nineties wrote the bytes of its computer and called them Latin-1; today a title reads "Ýòîò ãîðîä". What
the bytes are can be told by three things, the surest first:

- UTF-8 by its validity: other text is hardly ever valid by chance.
- Everything else by all tags of a folder together: they come from one computer. A candidate has to read every text
  strictly, and into words of one script: no Cyrillic letter beside a Latin one, no case in the middle of a word, signs
  that are frequent in the language. "Motörhead" and "Ænima" are none of these.
- Where two candidates pass, charset-normalizer decides by its models of languages. Where it does not, nothing changes.

Text is never changed in doubt: a right name that is "repaired" is worse than a wrong one that stays.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from shared.tags.frequent_signs import JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL

_LATIN1_END = 0x100
_MIN_LETTERS = 4
"""Of one Cyrillic word of the folder at least: "ß", "Öö" and "Ååå" are written in Latin letters, too."""
_MIN_DISTINCT = 3
_MIN_SIGNS = 2
_FEW_SIGNS = 3
_LEAST_SHARE = (1.0, 0.58)
"""Of fewer signs than that each has to be a frequent one, of more their mean weight has to be as high as this."""
_LEAST_SHARES = {"cp932": (0.5, 0.5), "cp949": (1.0, 0.75)}
"""Most signs of Shift-JIS begin with bytes that no Latin-1 text has; those of Korean are Chinese ones as well."""
_MIN_SHARE_OF_TEXTS = 0.6
_COMMON_WEIGHT = 0.5
"""Of a sign that is not frequent, but in the first part of its table, where the common ones are."""
_CLEAR_MARGIN = 0.25
_MIN_VOWELS = 0.2
_CUT_V1_BYTES = 28
"""A text as long as a field of ID3v1 may be cut within a sign."""
_C1 = re.compile(r"[\x80-\x9f]")
_LETTER = re.compile(r"[A-Za-z]")

_CYRILLIC_WORD = re.compile(r"[А-ЯЁІЇЄҐЎЈЉЊЋЏЂ]?[а-яёіїєґўјљњћџђ]+|[А-ЯЁІЇЄҐЎЈЉЊЋЏЂ]+")
_PLAIN_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_CYRILLIC_WORDS = re.compile(r"[^\W\d_]+")
_CYRILLIC_SIGNS = frozenset("«»–—…“”„’‘№\xa0")
_VOWELS = frozenset("аеёиоуыэюяіїє")
_TOUCHING = re.compile(r"[a-z][^\x00-\xff]|[^\x00-\xff][a-z]")
"""A small Latin letter beside a sign of another script: the mark of a Latin word that was read wrongly."""
_CJK = r"\u3041-\u30ff\u3005\u3007\u3400-\u9fff\uac00-\ud7a3"
_SIGN = re.compile(f"[{_CJK}]")
_ALLOWED = re.compile(
    f"[{_CJK}\\u0020-\\u007e\\u3000-\\u3020\\uff01-\\uff5e\\u2010-\\u2026\\u00b7\\u00d7\\u2605\\u2606\\u266a]*"
)
_KANA = re.compile(r"[\u3041-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")


@dataclass(frozen=True)
class Evidence:
    """How well a text reads in an encoding."""

    n_signs: int
    """Letters or signs of the encoding's own script."""
    weight: float
    """The same, each by how frequent it is: 1 for a frequent one, 0 for a rare one."""
    words: frozenset[str] = frozenset()
    """Words of an alphabet; none of a script of signs."""

    @property
    def share(self) -> float:
        """Mean weight."""
        return self.weight / self.n_signs if self.n_signs else 0.0

    def is_enough(self, charset: str) -> bool:
        """Whether the reading may be trusted, if nothing speaks against it."""
        if self.words:
            plain = (_PLAIN_CYRILLIC.findall(word) for word in self.words)
            return any(len(word) >= _MIN_LETTERS and len(set(word)) >= _MIN_DISTINCT for word in plain)
        of_few, of_many = _LEAST_SHARES.get(charset, _LEAST_SHARE)
        return self.n_signs >= _MIN_SIGNS and self.share >= (of_few if self.n_signs < _FEW_SIGNS else of_many)


def repair_texts(texts: Sequence[str], *, beside: Iterable[str] = ()) -> list[str]:
    """The texts as they were meant. `beside` are further texts of the same folder, which help to decide."""
    if not any(map(_is_suspect, texts)):
        return list(texts)
    charset = choose_charset([*texts, *beside])
    return [_repair(text, charset) for text in texts]


def needs_neighbours(texts: Iterable[str]) -> bool:
    """Whether other files of the folder could help to read these texts."""
    suspects = [raw for raw in map(_raw, filter(_is_suspect, texts)) if raw is not None and _utf8(raw) is None]
    return any(read(raw) is not None for raw in suspects for read in _READERS.values())


def choose_charset(texts: Iterable[str]) -> str | None:
    """The encoding that the texts of a folder were really written in; None where that cannot be told."""
    raws = [raw for raw in map(_raw, filter(_is_suspect, dict.fromkeys(texts))) if raw is not None]
    raws = [raw for raw in raws if _utf8(raw) is None]
    likely: dict[str, Evidence] = {}
    for charset, read in _READERS.items():
        evidence = [one for one in map(read, raws) if one is not None]
        total = Evidence(
            sum(one.n_signs for one in evidence),
            sum(one.weight for one in evidence),
            frozenset().union(*(one.words for one in evidence)),
        )
        if evidence and len(evidence) >= _MIN_SHARE_OF_TEXTS * len(raws) and total.is_enough(charset):
            likely[charset] = total
    return _best(likely, raws)


def _best(evidence: dict[str, Evidence], raws: Sequence[bytes]) -> str | None:
    ranked = sorted(evidence, key=lambda charset: (-evidence[charset].share, charset))
    if len(ranked) < _MIN_SIGNS:
        return ranked[0] if ranked else None
    first, second = ranked[:2]
    if evidence[first].share - evidence[second].share >= _CLEAR_MARGIN:
        return first
    # the detector was made for files: a few words again and again are no longer text, but enough to weigh
    match = from_bytes(b"\n".join(raws), cp_isolation=ranked, threshold=0.5, enable_fallback=False).best()
    detected = match.encoding if match else None
    return detected if detected in ranked else None


def _repair(text: str, charset: str | None) -> str:
    for _ in range(2):  # some were mistaken twice
        raw = _raw(text) if _is_suspect(text) else None
        read = _utf8(raw) if raw is not None else None
        if read is None:
            break
        text = read
    if not _is_suspect(text) or (raw := _raw(text)) is None:
        return text
    if charset is not None and _READERS[charset](raw) is not None:
        return _decode(raw, charset) or text
    return _with_western_signs(text)


def _is_suspect(text: str) -> bool:
    """Whether the text could be bytes that were read as Latin-1, or as Windows' western code page."""
    return not text.isascii()


def _raw(text: str) -> bytes | None:
    """The bytes that were read as Latin-1, or as cp1252; None where no such bytes give this text."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    try:
        return b"".join(sign.encode("latin-1") if ord(sign) < _LATIN1_END else sign.encode("cp1252") for sign in text)
    except UnicodeEncodeError:
        return None


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = len(raw) >= _CUT_V1_BYTES and error.reason == "unexpected end of data" and error.start >= len(raw) - 3
        head = raw[: error.start]
        return head.decode("utf-8") if is_cut and not head.isascii() else None


def _with_western_signs(text: str) -> str:
    """Quotes, dashes and letters of cp1252 that Latin-1 has no place for, as in "Don’t"."""
    n_controls = len(_C1.findall(text))
    if not n_controls or 2 * n_controls > len(_LETTER.findall(text)):
        return text
    try:
        return "".join(sign.encode("latin-1").decode("cp1252") if _C1.match(sign) else sign for sign in text)
    except UnicodeDecodeError:
        return text


def _decode(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeDecodeError as error:
        is_cut = len(raw) >= _CUT_V1_BYTES and error.start == len(raw) - 1
        return raw[:-1].decode(charset) if is_cut else None


def _read_cyrillic(raw: bytes) -> Evidence | None:
    text = _decode(raw, "cp1251")
    if text is None:
        return None
    words = _CYRILLIC_WORDS.findall(text)
    cyrillic = [word for word in words if not word.isascii()]
    rest = _CYRILLIC_WORDS.sub("", text)
    if not all(sign.isascii() or sign in _CYRILLIC_SIGNS for sign in rest):
        return None
    if not cyrillic or not all(_CYRILLIC_WORD.fullmatch(word) for word in cyrillic):
        return None
    letters = "".join(cyrillic).casefold()
    if len(letters) >= _MIN_LETTERS and sum(sign in _VOWELS for sign in letters) < _MIN_VOWELS * len(letters):
        return None
    return Evidence(len(letters), len(letters), frozenset(cyrillic))


def _reader_of_signs(
    charset: str, frequent: frozenset[str], common_leads: range, least_trail: int = 0x40
) -> Callable[[bytes], Evidence | None]:
    """Reads a script of signs; `common_leads` are the first bytes of the part of its table for common ones."""

    def weigh(sign: str) -> float:
        if sign in frequent:
            return 1.0
        if _KANA.match(sign):
            return 1.0 if charset == "cp932" else 0.0
        code = sign.encode(charset)
        return _COMMON_WEIGHT if code[0] in common_leads and code[1] >= least_trail else 0.0

    def read(raw: bytes) -> Evidence | None:
        text = _decode(raw, charset)
        if text is None or not _ALLOWED.fullmatch(text) or _TOUCHING.search(text):
            return None
        signs = _SIGN.findall(text)
        if not signs or (charset == "cp949" and not all(map(_HANGUL.match, signs))):
            return None
        return Evidence(len(signs), sum(map(weigh, signs)))

    return read


_READERS: Final[dict[str, Callable[[bytes], Evidence | None]]] = {
    "cp1251": _read_cyrillic,
    "cp932": _reader_of_signs("cp932", JAPANESE, range(0x88, 0x99)),
    "gbk": _reader_of_signs("gbk", SIMPLIFIED, range(0xB0, 0xD8), least_trail=0xA1),
    "big5": _reader_of_signs("big5", TRADITIONAL, range(0xA4, 0xC7)),
    "cp949": _reader_of_signs("cp949", KOREAN, range(0xB0, 0xC9), least_trail=0xA1),
}
