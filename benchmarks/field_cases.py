"""Small inputs that went wrong for users of music software, each crawled by a real system: case → right → seen.

Every case works on a copy of its folder, over a database of its own, through the API that `mer` uses. `--data` is the
folder of the cases; a case is a function of `CASES`, and `--case` runs some of them.
"""

import argparse
import shutil
import time
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.field_case_audio import write_song
from benchmarks.field_case_files import renumber, retag_mp3
from benchmarks.field_case_oddities import ODDITIES
from benchmarks.field_case_system import (
    OF_THE_SOUND,
    CaseSystem,
    FieldCase,
    Seen,
    count_states,
    failures_of,
    reasons_of,
    system_of,
)
from benchmarks.running import servers
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.redis import EmbeddedRedis


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
    n_questions = len(case.client.list_rows("/duplicates", limit=100))
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
    text = f"playlist {count_states(listed)}, table {count_states(rows)}, {len(tracks)} track(s), searched {searched}"
    is_found = not failures_of(listed, but=OF_THE_SOUND) and not failures_of(rows, but=OF_THE_SOUND)
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
    text = f"{[count_states(job) for job in jobs]}, " + str([(track["title"], track["artist"]) for track in tracks])
    is_found = not any(failures_of(job, but=OF_THE_SOUND) for job in jobs)
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
    return Seen(f"{count_states(job)}, ids {ids}, valence and arousal {places}", is_right)


def _na_in_labels(case: CaseSystem) -> Seen:
    pandas, r = case.crawl("pandas.csv"), case.crawl("r.csv")
    moods = case.moods()
    reasons = {reason for _, reason, _ in r["outcomes"] if reason}
    is_right = (
        count_states(pandas) == {"done": 3}
        and [moods.get(title) for title in ("A", "C", "E")] == ["happy", None, None]
        and moods.get("Five") == "happy"
        # the sounds that the table names are not part of the case
        and reasons <= {"not_found"}
    )
    return Seen(f"pandas {count_states(pandas)}, R {count_states(r)} {sorted(reasons)}, {moods}", is_right)


def _playlist_of_nothing(case: CaseSystem) -> Seen:
    job = case.crawl("s.pls")
    n_tracks = len(case.tracks())
    return Seen(f"{job['outcomes']}, {n_tracks} tracks", n_tracks == 0 and {"not_found"} == reasons_of(job))


def _utf16(case: CaseSystem) -> Seen:
    utf16, commas = case.crawl("e-utf16.csv"), case.crawl("c-eu-semicolon.csv")
    numbers = {row["title"]: row.get("tempo") for row in case.exported()}
    text = f"{case.moods()}, tempo {numbers}, {commas['ignored']}"
    is_right = count_states(utf16) == {"done": 1} and case.moods().get("Песня") == "happy"
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
DATA_FILES = ("field_cases/01-retag-replace", "01-retag-replace")
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
    **ODDITIES,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--case", action="append", choices=sorted(CASES), help="only this one; may be repeated")


def run(data: Path, case: Sequence[str] | None = None) -> dict[str, Any]:
    """Every case with what is right and what was seen; `ok` if all are right."""
    folder = data / "field_cases" if (data / "field_cases").is_dir() else data
    rows = []
    with servers() as (home, postgres, redis):
        for name in case or sorted(CASES):
            row = _row(name, CASES[name], folder, home, postgres, redis)
            print(_line(row), flush=True)
            rows.append(row)
    n_right = sum(row["ok"] for row in rows)
    return {"summary": f"{n_right} of {len(rows)} cases right", "ok": n_right == len(rows), "cases": rows}


def _row(
    name: str, field_case: FieldCase, data: Path, home: DataDirectory, postgres: EmbeddedPostgres, redis: EmbeddedRedis
) -> dict[str, Any]:
    started = time.monotonic()
    with system_of(data / field_case.folder, home, postgres, redis, roots=field_case.roots) as case:
        seen = field_case.look(case)
    return {
        "case": name,
        "right": field_case.right,
        "seen": seen.text,
        "ok": seen.is_right,
        "seconds": round(time.monotonic() - started, 1),
    }


def _line(row: dict[str, Any]) -> str:
    return f"{'right' if row['ok'] else 'WRONG'}  {row['case']} → {row['right']} → {row['seen']}"
