"""The mood/theme subset of the MTG-Jamendo data set, from its tables and a local folder of its audio.

Citation: Bogdanov, Won, Tovstogan, Porter, Serra: *The MTG-Jamendo dataset for automatic music tagging* (2019),
https://github.com/MTG/mtg-jamendo-dataset; 18,486 tracks, 59 mood/theme tags.
Terms: the tables are CC BY-NC-SA 4.0, the audio is under each artist's own Creative Commons licence, kept per track
from `audio_licenses.txt` where that lies beside the table or one folder above; `raw.meta.tsv` beside it gives names.
Limits: none but the disk. The audio is looked for in `audio_path` of the request, otherwise beside the table, also in a
folder `audio`, in full quality or the data set's `.low.mp3`. A track without its file is kept with its tags and
counted among what was passed over. Tags are read as emotions by `mtg_jamendo_moods.csv` beside this file, which is
meant to be edited; a track whose tags contradict each other has no emotion, and keeps its tags.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from services.crawler.exclusion import refuse_excluded
from services.crawler.sources.folder import stat_audio
from services.crawler.sources.port import ListedItem, SourceListing
from services.crawler.text_cleaning import clean_text
from shared.domain.crawl import CrawlRequest
from shared.domain.emotion import TAXONOMIES
from shared.domain.track import CollectedTrack, SourceLabel, SourceRef
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.library import MusicLibrary

TABLE = "autotagging_moodtheme.tsv"
_COLUMNS = ("TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS")
_MOOD = "mood/theme---"
_MAX_FIELD = 300


class MtgJamendoSource:
    """The tracks of one of the data set's tables."""

    def __init__(self, library: MusicLibrary) -> None:
        self._library = library

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """One entry a row. Raises PermanentError(`unreadable_table`) for another table."""
        table = self._admit_table(request)
        with table.open(encoding="utf-8", errors="replace") as file:
            header = file.readline(10_000).rstrip("\r\n").split("\t")
        if tuple(header[: len(_COLUMNS)]) != _COLUMNS:
            raise PermanentError(
                Reason.UNREADABLE_TABLE, f"{table.name} is no table of MTG-Jamendo: its columns are {header[:6]}"[:400]
            )
        folders = self._audio_folders(table, request)
        ignored: Counter[str] = Counter()
        return SourceListing(_list_rows(table, folders, ignored), ignored)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one row, with its audio where that was found."""
        if "problem" in payload:
            raise PermanentError(Reason.UNREADABLE_ROW, payload["problem"])
        audio = stat_audio(Path(payload["audio"]), self._library) if payload.get("audio") else None
        jamendo = SourceRef("jamendo", payload["id"])
        tags = tuple(payload["tags"])
        refuse_excluded(request, title=payload.get("title"), duration_s=payload.get("duration_s"))
        return CollectedTrack(
            refs=(SourceRef("folder", audio.locator), jamendo) if audio else (jamendo,),
            title=payload.get("title") or f"Jamendo {payload['id']}",
            artist=payload.get("artist"),
            album=payload.get("album"),
            duration_s=payload.get("duration_s"),
            licence=payload.get("licence"),
            attribution=payload.get("attribution"),
            audio=audio,
            label=_source_label(tags, request),
            annotator_name="mtg_jamendo tags",
            tags=tags,
        )

    def _admit_table(self, request: CrawlRequest) -> Path:
        path = self._library.admit_path(request.path or "")
        table = path / TABLE if path.is_dir() else path
        if not table.is_file():
            raise PermanentError(Reason.UNREADABLE_TABLE, f"there is no {TABLE} in {request.path}: name it")
        return table

    def _audio_folders(self, table: Path, request: CrawlRequest) -> Sequence[Path]:
        if request.audio_path:
            return (self._library.admit_path(request.audio_path),)
        return (table.parent, table.parent / "audio", table.parent.parent / "audio")


def emotion_from_tags(tags: Sequence[str], *, taxonomy: str) -> str | None:
    """The emotion of `taxonomy` that the tags mean, None where they mean none or several."""
    meant = {emotion for tag in tags if (emotion := load_mood_tags().get(tag, {}).get(taxonomy))}
    return meant.pop() if len(meant) == 1 else None


@cache
def load_mood_tags() -> Mapping[str, Mapping[str, str]]:
    """Tag → taxonomy → emotion, from the table beside this file. Raises ValueError for an emotion that there is not."""
    table = resources.files(__package__).joinpath("mtg_jamendo_moods.csv").read_text(encoding="utf-8")
    mood_tags: dict[str, dict[str, str]] = {}
    for row in csv.DictReader(table.splitlines()):
        tag = row.pop("tag").strip()
        mood_tags[tag] = {taxonomy: emotion.strip() for taxonomy, emotion in row.items() if emotion.strip()}
        for taxonomy, emotion in mood_tags[tag].items():
            TAXONOMIES[taxonomy].emotion_index(emotion)
    return mood_tags


def _source_label(tags: Sequence[str], request: CrawlRequest) -> SourceLabel | None:
    taxonomy = request.taxonomy or "mood4"
    emotion = emotion_from_tags(tags, taxonomy=taxonomy) or request.emotion
    return SourceLabel(taxonomy, emotion) if emotion else None


def _list_rows(table: Path, folders: Sequence[Path], ignored: Counter[str]) -> Iterator[ListedItem]:
    names = _read_names(table.parent)
    licences = _read_licences(table.parent)
    with table.open(encoding="utf-8", errors="replace", newline="") as file:
        next(file)
        for line, text in enumerate(file, start=2):
            cells = [cell.replace("\0", "") for cell in text.rstrip("\r\n").split("\t")]
            if not any(cells):
                continue
            if len(cells) < len(_COLUMNS) or not _strip_prefix(cells[0]):
                yield ListedItem(f"line {line}", {"problem": f"line {line}: this is no track: {text[:80]!r}"})
                continue
            payload = _row_payload(cells, folders) | licences.get(cells[3], {}) | names.get(cells[0], {})
            ignored["track without its audio file"] += "audio" not in payload
            yield ListedItem(f"line {line}", payload)


def _row_payload(cells: Sequence[str], folders: Sequence[Path]) -> JsonObject:
    payload: JsonObject = {
        "id": _strip_prefix(cells[0]),
        # without names the artist's number keeps one artist on one side of a split
        "artist": f"Jamendo artist {_strip_prefix(cells[1])}" if _strip_prefix(cells[1]) else None,
        "tags": [tag.removeprefix(_MOOD)[:_MAX_FIELD] for tag in cells[5:] if tag.startswith(_MOOD)],
    }
    try:
        payload["duration_s"] = max(float(cells[4]), 0.0) or None
    except ValueError:
        payload["duration_s"] = None
    low = str(Path(cells[3]).with_suffix(".low.mp3"))
    audio_file = next(
        (folder / name for folder in folders for name in (cells[3], low) if (folder / name).is_file()), None
    )
    return payload | ({"audio": str(audio_file)} if audio_file else {})


def _read_names(folder: Path) -> dict[str, dict[str, str]]:
    """Track id → title, artist and album, from `raw.meta.tsv`."""
    path = folder / "raw.meta.tsv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        columns = {"title": "TRACK_NAME", "artist": "ARTIST_NAME", "album": "ALBUM_NAME"}
        return {
            row["TRACK_ID"]: {own: text for own, column in columns.items() if (text := clean_text(row.get(column)))}
            for row in rows
            if row.get("TRACK_ID")
        }


def _read_licences(folder: Path) -> dict[str, dict[str, str]]:
    """Path → licence and attribution, from `audio_licenses.txt`: a path, who made what, the licence, an empty line."""
    path = next(
        (
            nearby / "audio_licenses.txt"
            for nearby in (folder, folder.parent)
            if (nearby / "audio_licenses.txt").is_file()
        ),
        None,
    )
    if path is None:
        return {}
    licences: dict[str, dict[str, str]] = {}
    for block in path.read_text(encoding="utf-8", errors="replace").split("\n\n"):
        lines = [line.strip() for line in block.strip().splitlines()]
        if len(lines) >= 3:  # noqa: PLR2004 (as the docstring says)
            terms = {"attribution": clean_text(lines[1]), "licence": clean_text(lines[2].rpartition(": ")[2])}
            title, by, artist = lines[1].partition(" from Jamendo")[0].rpartition(" by ")
            named = {"title": clean_text(title), "artist": clean_text(artist)} if by else {}
            licences[lines[0]] = {name: text for name, text in (terms | named).items() if text}
    return licences


def _strip_prefix(text: str) -> str | None:
    """`track_0000948` → `948`, as Jamendo itself counts."""
    digits = text.rpartition("_")[2]
    return str(int(digits)) if digits.isascii() and digits.isdigit() else None
