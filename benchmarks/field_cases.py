"""Small inputs that went wrong for users of music software, each crawled by a real system: case → right → seen.

Every case works on a copy of its folder, over a database of its own, through the API that `mer` uses. `--data` is the
folder of the cases; a case is a function of `CASES`, and `--case` runs some of them.
"""

import argparse
import json
import os
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.field_case_audio import write_song
from benchmarks.field_case_files import renumber, retag_mp3
from benchmarks.running import RunningSystem, servers
from services.standalone.cli_dataset import source_of
from services.standalone.client import RefusedError
from services.standalone.home import Home
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis

_WITHIN_S = 180.0
_ENDED = frozenset({"done", "failed", "cancelled"})
_MOST = 1_000


class CaseSystem:
    """A running system with the files of one case as its library."""

    def __init__(self, system: RunningSystem, music: Path) -> None:
        self.system = system
        self.client = system.client
        self.music = music

    def crawl(self, path: str, **body: Any) -> dict[str, Any]:
        """The ended job of a crawl of what lies at `path`, with its items' outcomes as `outcomes`.

        A request that is refused at once is a job that failed with the refusal's reason.
        """
        request = {"source": source_of(Path(path)), "path": path, **body}
        try:
            job = self.client.post("/crawl", request)
        except RefusedError as error:
            return {"state": "failed", "reason": "refused", "detail": str(error), "ignored": {}, "outcomes": []}
        deadline = time.monotonic() + _WITHIN_S
        while job["state"] not in _ENDED and time.monotonic() < deadline:
            time.sleep(0.2)
            job = self.client.get(f"/jobs/{job['id']}")
        items = self.client.pages(f"/jobs/{job['id']}/items", limit=_MOST)
        return job | {"outcomes": [(item["state"], item["reason"], item["detail"] or "") for item in items]}

    def tracks(self) -> list[dict[str, Any]]:
        """Every track with everything that is known of it."""
        return self.client.pages("/tracks", limit=_MOST)

    def found(self, words: str) -> set[str]:
        """Titles that a search finds."""
        return {str(track["title"]) for track in self.client.pages("/tracks", limit=_MOST, q=words)}

    def read(self, form: str) -> str:
        """The export in a format, as it is served."""
        return b"".join(self.client.read("/export", format=form)).decode()

    def moods(self) -> dict[str, str | None]:
        """Title → the emotion that stands for the track."""
        return {str(track["title"]): track["emotion"] for track in self.tracks()}

    def files(self) -> dict[str, dict[str, Any]]:
        """The name of each file that is there → its track."""
        there = {path.name for path in self.music.iterdir()}
        return {
            name: track
            for track in self.tracks()
            for ref in track["sources"]
            if (name := ref["source_id"].rpartition("/")[2]) in there
        }

    def label(self, track_id: str, emotion: str, *, person: str = "ada") -> None:
        """A person says what she hears."""
        self.client.put(f"/tracks/{track_id}/annotations/{person}", {"emotion": emotion, "taxonomy": "mood4"})

    def exported(self) -> list[dict[str, Any]]:
        """Every row of the export, as it is served."""
        lines = b"".join(self.client.read("/export", format="jsonl")).splitlines()
        return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Seen:
    """What a case showed, and whether that is right."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class FieldCase:
    """A folder of the data, what is right there, and how it is looked at."""

    folder: str
    right: str
    look: Callable[[CaseSystem], Seen]


def _retag_and_replace(case: CaseSystem) -> Seen:
    case.crawl("song.mp3")
    case.label(case.files()["song.mp3"]["id"], "sad")
    retag_mp3(case.music / "song.mp3", TIT2="A New Title", TPE1="A New Artist")
    case.crawl("song.mp3")
    retagged = case.files()["song.mp3"]
    shutil.copy(case.music / "other.mp3", case.music / "song.mp3")
    case.crawl("song.mp3")
    replaced = case.files()["song.mp3"]
    words = [one["emotion"] for one in replaced["annotations"]]
    text = (
        f"(a) {retagged['title']} by {retagged['artist']}, {retagged['emotion']}; (b) {replaced['title']} by "
        f"{replaced['artist']}, {replaced['duration_s']} s, {words}"
    )
    is_right = (
        (retagged["title"], retagged["artist"], retagged["emotion"]) == ("A New Title", "A New Artist", "sad")
        and (replaced["title"], replaced["artist"]) == ("Other Song", "Somebody Else")
        and (words, replaced["duration_s"] != retagged["duration_s"]) == ([], True)
    )
    return Seen(text, is_right)


def _renumber(case: CaseSystem) -> Seen:
    case.crawl(".")
    before = case.files()
    moods = ("happy", "sad", "calm", "energetic")
    for name, track in before.items():
        case.label(track["id"], moods[int(name[:2]) % len(moods)])
    renumber(case.music, first=1, last=len(before), suffix=".mp3")
    case.crawl(".")
    after = case.files()
    right = {f"{int(name[:2]) - 1:02}.mp3": track["id"] for name, track in before.items() if name != "01.mp3"}
    seen = {name: track["id"] for name, track in after.items()}
    words = {name: {one["emotion"] for one in track["annotations"]} for name, track in after.items()}
    n_labels_right = sum(words[name] == {moods[(int(name[:2]) + 1) % len(moods)]} for name in words)
    n_questions = len(case.client.pages("/duplicates", limit=_MOST))
    text = f"{len(set(seen.values()))} tracks with a file, {n_labels_right} labels right, {n_questions} questions"
    return Seen(text, seen == right and n_labels_right == len(right) and n_questions == 0)


def _na_ids(case: CaseSystem) -> Seen:
    case.crawl("r.csv")
    by_row = case.moods()
    case.crawl("a-nanid.csv")
    both = case.moods()
    right = {"Clouds": "happy", "Rain": "sad", "Sun": "calm"}
    named = {"Song One": "happy", "Song Two": "sad", "Song Three": "calm", "Song Four": "happy", "Song Five": "sad"}
    return Seen(f"{by_row}; then {len(both)} tracks", by_row == right and both == right | named)


def _nfc_nfd(case: CaseSystem) -> Seen:
    listed, rows = case.crawl("list.m3u8"), case.crawl("table.csv")
    tracks = case.tracks()
    (copied,) = (case.music / "Music").iterdir()
    shutil.copy(copied, case.music / unicodedata.normalize("NFD", "Björk.flac"))
    case.crawl(".")
    forms = ("bjork", "BJÖRK", unicodedata.normalize("NFD", "Björk"))
    searched = [len(case.found(words)) for words in forms]
    text = f"playlist {_states(listed)}, table {_states(rows)}, {len(tracks)} track(s), searched {searched}"
    is_found = not _failures(listed, but=_OF_THE_SOUND) and not _failures(rows, but=_OF_THE_SOUND)
    return Seen(text, is_found and [track["emotion"] for track in tracks] == ["sad"] and searched == [1] * 3)


def _tags_unread(case: CaseSystem) -> Seen:
    paths = sorted(path.name for path in case.music.iterdir())
    for path in paths:
        case.crawl(path)
    names = [(track["title"], track["artist"]) for track in case.tracks()]
    files = {Path(path).stem for path in paths}
    return Seen(f"{names}", bool(names) and all(title not in files and artist for title, artist in names))


def _durations(case: CaseSystem) -> Seen:
    case.crawl(".")
    lengths = {str(track["title"]): track["duration_s"] for track in case.tracks()}
    lost = [case.client.get(f"/tracks/{track['id']}/features").get("seconds_lost", 0) or 0 for track in case.tracks()]
    right = {"raw": 12.0, "streamed-size-ffffffff": 6.0}
    is_right = lengths.keys() == right.keys() and all(abs(lengths[name] - right[name]) < _SLACK_S for name in right)
    return Seen(f"{lengths}, lost {lost}", is_right and not any(lost))


def _several_artists(case: CaseSystem) -> Seen:
    case.crawl(".")
    tracks = case.tracks()
    artists = [track["artists"] for track in tracks]
    is_found = all(case.found(name) for track in tracks for name in track["artists"])
    first = [track["artist"].startswith(track["artists"][0]) for track in tracks]
    is_right = is_found and all(len(names) > 1 for names in artists) and first == [True]
    return Seen(f"{artists}, shown {[track['artist'] for track in tracks]}, each found: {is_found}", is_right)


def _charsets(case: CaseSystem) -> Seen:
    case.crawl(".")
    names = sorted(str((track["title"], track["artist"])) for track in case.tracks())
    is_right = names == sorted(map(str, [("Этот город", "Браво"), ("Je čas metat kamení", "Šimon")]))
    return Seen(f"{names}", is_right)


def _line_break(case: CaseSystem) -> Seen:
    case.crawl(".")
    titles = [str(track["title"]) for track in case.tracks()]
    lines = case.read("m3u").splitlines()
    n_rows = len(case.read("csv").splitlines()) - 1
    is_right = titles == ["line break"] and len(lines) == 1 + 2 * len(titles) and n_rows == len(titles)
    return Seen(f"titles {titles}, playlist {lines}", is_right)


def _table_paths(case: CaseSystem) -> Seen:
    jobs = [case.crawl(name) for name in ("backslash.csv", "slash.csv", ".")]
    tracks = case.tracks()
    text = f"{[_states(job) for job in jobs]}, " + str([(track["title"], track["artist"]) for track in tracks])
    is_found = not any(_failures(job, but=_OF_THE_SOUND) for job in jobs)
    named = [track["title"] != "one" and track["artist"] is not None for track in tracks]
    return Seen(text, is_found and named == [True])


def _catalogue_range(case: CaseSystem) -> Seen:
    job = case.crawl("k-valence100.csv")
    measures = ("danceability", "energy", "valence")
    served = [row[name] for row in case.exported() for name in measures if row.get(name) is not None]
    loudness = [row["loudness"] for row in case.exported() if row.get("loudness") is not None]
    details = [detail for _, _, detail in job["outcomes"] if detail]
    is_said = bool(details) or any(kind.startswith("read ") for kind in job["ignored"])
    is_right = is_said and all(0 <= value <= 1 for value in served) and all(value <= 10 for value in loudness)
    return Seen(f"served {served}; said {details or job['ignored']}", is_right)


def _deam(case: CaseSystem) -> Seen:
    job = case.crawl("h-deam.csv")
    places = sorted(
        (round(one["valence"], 3), round(one["arousal"], 3)) for track in case.tracks() for one in track["annotations"]
    )
    ids = sorted(ref["source_id"] for track in case.tracks() for ref in track["sources"])
    is_right = places == [(-0.475, -0.5), (-0.375, -0.425)] and [name.rpartition("#")[2] for name in ids] == ["2", "3"]
    return Seen(f"{_states(job)}, ids {ids}, valence and arousal {places}", is_right)


def _na_in_labels(case: CaseSystem) -> Seen:
    pandas, r = case.crawl("pandas.csv"), case.crawl("r.csv")
    moods = case.moods()
    reasons = {reason for _, reason, _ in r["outcomes"] if reason}
    is_right = (
        _states(pandas) == {"done": 3}
        and [moods.get(title) for title in ("A", "C", "E")] == ["happy", None, None]
        and moods.get("Five") == "happy"
        # the sounds that the table names are not part of the case
        and reasons <= {"not_found"}
    )
    return Seen(f"pandas {_states(pandas)}, R {_states(r)} {sorted(reasons)}, {moods}", is_right)


def _playlist_of_nothing(case: CaseSystem) -> Seen:
    job = case.crawl("s.pls")
    n_tracks = len(case.tracks())
    return Seen(f"{job['outcomes']}, {n_tracks} tracks", n_tracks == 0 and {"not_found"} == _reasons(job))


def _utf16(case: CaseSystem) -> Seen:
    utf16, commas = case.crawl("e-utf16.csv"), case.crawl("c-eu-semicolon.csv")
    numbers = {row["title"]: row.get("tempo") for row in case.exported()}
    text = f"{case.moods()}, tempo {numbers}, {commas['ignored']}"
    is_right = _states(utf16) == {"done": 1} and case.moods().get("Песня") == "happy"
    is_said = "read decimal commas as points" in commas["ignored"]
    return Seen(text, is_right and is_said and numbers.get("Lied") == 98.743)


def _moved_and_removed(case: CaseSystem) -> Seen:
    for number, name in enumerate(("happy/x", "happy/y", "one", "two")):
        write_song(case.music / f"{name}.wav", seed=number)
    (case.music / "sad").mkdir()
    (case.music / "calm.m3u").write_text("one.wav\ntwo.wav\n")
    case.crawl("happy", emotion="happy")
    (case.music / "happy" / "x.wav").rename(case.music / "sad" / "x.wav")
    case.crawl("sad", emotion="sad")
    moved = {title: mood for title, mood in case.moods().items() if title in {"x", "y"}}
    case.crawl("calm.m3u", emotion="calm")
    (case.music / "calm.m3u").write_text("one.wav\n")
    case.crawl("calm.m3u", emotion="calm")
    listed = {title: mood for title, mood in case.moods().items() if title in {"one", "two"}}
    is_right = moved == {"x": "sad", "y": "happy"} and listed == {"one": "calm", "two": None}
    return Seen(f"moved {moved}, playlist {listed}", is_right and len(case.tracks()) == len(moved | listed))


def _one_folder(case: CaseSystem) -> Seen:
    write_song(case.music / "a" / "s" / "x.wav", seed=0)
    for path in ("a/s", "a/s/", f"{case.music}/a/s", f"{case.music}/a/./s"):
        case.crawl(path, emotion="sad")
    annotators = [(one["annotator"]["name"], one["n_annotations"]) for one in case.client.get("/annotators")["items"]]
    return Seen(str(annotators), [n for _, n in annotators] == [1])


_SLACK_S = 0.1
_OF_THE_SOUND = frozenset({"too_short", "silent", "undecodable"})
"""Reasons that a file was found and read: what it holds is not part of every case."""

CASES: Mapping[str, FieldCase] = {
    "01-retag-replace": FieldCase(
        "01-retag-replace", "new tags are shown; another song is another track without the label", _retag_and_replace
    ),
    "02-renumber": FieldCase("02-renumber", "29 tracks, every label with its sound, no question", _renumber),
    "03-na-ids": FieldCase("03-na-ids", "3 tracks, then 8, each with its own label", _na_ids),
    "05-tags-unread": FieldCase("05-tags-unread", "title and artist of each file are shown", _tags_unread),
    "06-durations": FieldCase("06-durations", "12 s and 6 s, nothing lost", _durations),
    "07-nfc-nfd": FieldCase("07-nfc-nfd", "the playlist and the table find the file, one track, searched", _nfc_nfd),
    "08-table-paths": FieldCase("08-table-paths", "found, one track, title and artist of its tags", _table_paths),
    "09-catalogue-range": FieldCase("09-catalogue-range", "nothing out of range is served, and said", _catalogue_range),
    "10-deam": FieldCase("10-deam", "tracks 2 and 3 with valence and arousal", _deam),
    "11-na-in-labels": FieldCase("11-na-in-labels", "rows without label, rows without audio", _na_in_labels),
    "12-withdrawals": FieldCase("12", "x is sad, y is happy; the removed song is no longer calm", _moved_and_removed),
    "15-playlist": FieldCase("15-junk-tracks", "a PLS is read: its file is not found, no track", _playlist_of_nothing),
    "16-spellings": FieldCase("16", "one annotator, one label", _one_folder),
    "17-multi-artist": FieldCase(
        "17-multi-artist", "all artists are kept and searched, the first first", _several_artists
    ),
    "18-tag-charsets": FieldCase("18-tag-charsets", "readable titles", _charsets),
    "22-newline-title": FieldCase("22-newline-title", "one clean line in lists and exports", _line_break),
    "21-utf16-csv": FieldCase("21-utf16-csv", "read, with decimal commas, and said", _utf16),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--data", type=Path, default=os.environ.get("MER_BENCH_DATA"), help="the folder of the cases")
    parser.add_argument("--case", action="append", choices=sorted(CASES), help="only this one; may be repeated")


def run(data: Path, case: Sequence[str] | None = None) -> dict[str, Any]:
    """Every case with what is right and what was seen; `ok` if all are right."""
    folder = data / "field_cases" if (data / "field_cases").is_dir() else data
    rows = []
    with servers() as (home, postgres, redis):
        for name in case or CASES:
            row = _row(name, CASES[name], folder, home, postgres, redis)
            print(_line(row), flush=True)
            rows.append(row)
    n_right = sum(row["ok"] for row in rows)
    return {"summary": f"{n_right} of {len(rows)} cases right", "ok": n_right == len(rows), "cases": rows}


def _row(
    name: str, field_case: FieldCase, data: Path, home: Home, postgres: EmbeddedPostgres, redis: EmbeddedRedis
) -> dict[str, Any]:
    started = time.monotonic()
    with _system_of(data / field_case.folder, home, postgres, redis) as case:
        seen = field_case.look(case)
    return {
        "case": name, "right": field_case.right, "seen": seen.text, "ok": seen.is_right,
        "seconds": round(time.monotonic() - started, 1),
    }  # fmt: skip


@contextmanager
def _system_of(folder: Path, home: Home, postgres: EmbeddedPostgres, redis: EmbeddedRedis) -> Iterator[CaseSystem]:
    """A system whose library is a copy of `folder`, which is empty where a case has no files."""
    music = home.root / f"case_{time.time_ns()}"
    if folder.is_dir():
        shutil.copytree(folder, music)
    else:
        music.mkdir()
    system = RunningSystem(home, postgres, redis, music=music)
    try:
        system.start("api", "crawler", "featurizer")
        system.wait_for_api()
        yield CaseSystem(system, music)
    finally:
        system.close()
        shutil.rmtree(music, ignore_errors=True)


def _states(job: dict[str, Any]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state, _, _ in job["outcomes"]:
        counts[state] = counts.get(state, 0) + 1
    return counts or {job["state"]: 0}


def _reasons(job: dict[str, Any]) -> set[str]:
    return {reason for _, reason, _ in job["outcomes"] if reason}


def _failures(job: dict[str, Any], *, but: frozenset[str]) -> list[str]:
    """Details of what failed for other reasons than `but`, the job itself among it."""
    failed = [detail for state, reason, detail in job["outcomes"] if state == "failed" and reason not in but]
    return failed if job["state"] == "done" or job["outcomes"] else [*failed, str(job["detail"])]


def _line(row: dict[str, Any]) -> str:
    return f"{'right' if row['ok'] else 'WRONG'}  {row['case']} → {row['right']} → {row['seen']}"
