"""Field cases about odd names, odd sounds and what is no music of one's own."""

import os
from collections.abc import Mapping

from benchmarks.field_case_audio import SR, make_song, write_song, write_wav
from benchmarks.field_case_system import CaseSystem, FieldCase, Seen, failures_of, reasons_of

_HEAD_S, _SHARED_S, _WHOLE_S = 55, 40, 150


def _equal_in_the_middle(case: CaseSystem) -> Seen:
    shared = make_song(seed=0, duration_s=_SHARED_S)
    for number in (1, 2):
        y = make_song(seed=number, duration_s=_WHOLE_S)
        y[_HEAD_S * SR : (_HEAD_S + _SHARED_S) * SR] = shared
        write_wav(case.music / f"{number}.wav", y)
    case.crawl(".")
    n_questions = len(case.client.list_rows("/duplicates", limit=9))
    tracks = case.tracks()
    return Seen(f"{len(tracks)} tracks, {n_questions} questions", len(tracks) == 2 and n_questions <= 1)


def _roots_of_one_name(case: CaseSystem) -> Seen:
    for number, root in enumerate(("a/music", "b/music", "demo")):
        write_song(case.music / root / "song.wav", seed=number)
    jobs = [case.crawl(str(case.music / root)) for root in ("a/music", "b/music", "demo")]
    locators = sorted(ref["source_id"] for track in case.tracks() for ref in track["sources"])
    is_right = len(set(locators)) == len(jobs) and all(job["state"] == "done" for job in jobs)
    return Seen(str(locators), is_right and not any(track["synthetic"] for track in case.tracks()))


def _misnamed(case: CaseSystem) -> Seen:
    write_song(case.music / "good.wav", seed=1)
    path = os.path.join(os.fsencode(case.music), b"caf\xe9.wav")  # noqa: PTH118 - bytes
    (case.music / "good.wav").rename(os.fsdecode(path))
    write_song(case.music / "good.wav", seed=2)
    job = case.crawl(".")
    text = [(state, reason) for state, reason, _ in job["outcomes"]]
    is_said = any("UTF-8" in detail for _, _, detail in job["outcomes"])
    return Seen(
        f"{job['state']}, {sorted(text, key=str)}", job["state"] == "done" and is_said and len(case.tracks()) == 1
    )


def _junk_files(case: CaseSystem) -> Seen:
    jobs = {name: case.crawl(name, source="folder") for name in ("cover.jpg", "rekordbox.xml")}
    listed = case.crawl("s.pls")
    text = {name: (job["state"], job["reason"], sorted(reasons_of(job))) for name, job in jobs.items()}
    is_refused = all(job["state"] == "failed" for job in jobs.values())
    return Seen(
        f"{text}, PLS {sorted(reasons_of(listed))}, {len(case.tracks())} tracks", is_refused and not case.tracks()
    )


def _antiphase(case: CaseSystem) -> Seen:
    return _is_analysed(case)


def _after_silence(case: CaseSystem) -> Seen:
    return _is_analysed(case)


def _is_analysed(case: CaseSystem) -> Seen:
    job = case.crawl(".")
    failures = failures_of(job, but=frozenset())
    states = [case.client.get(f"/tracks/{track['id']}")["features"]["state"] for track in case.tracks()]
    return Seen(f"{states}, {failures}", states == ["ready"] and not failures)


def _recycle_bins(case: CaseSystem) -> Seen:
    names = ("#recycle", "$RECYCLE.BIN", "lost+found", "System Volume Information", "Network Trash Folder")
    for number, name in enumerate(names):
        write_song(case.music / name / "deleted.wav", seed=number)
    write_song(case.music / "own.wav", seed=9)
    job = case.crawl(".")
    titles = [track["title"] for track in case.tracks()]
    n_passed_over = sum(job["ignored"].values())
    return Seen(f"{titles}, passed over {job['ignored']}", titles == ["own"] and n_passed_over >= len(names))


ODDITIES: Mapping[str, FieldCase] = {
    "04-equal-in-the-middle": FieldCase("04", "two tracks, at most a question", _equal_in_the_middle),
    "13-roots-of-one-name": FieldCase(
        "13", "each root is crawled as its own", _roots_of_one_name, roots=("a/music", "b/music", "demo")
    ),
    "14-misnamed": FieldCase("14", "a sentence for the one, a track of the other", _misnamed),
    "15-junk-files": FieldCase("15-junk-tracks", "refused by kind, no track is left behind", _junk_files),
    "19-antiphase": FieldCase("19-antiphase", "analysed, not silent", _antiphase),
    "20-hidden-after-5min": FieldCase("20-hidden-after-5min", "the song after the silence is analysed", _after_silence),
    "23-recycle": FieldCase("23-recycle", "passed over and counted", _recycle_bins),
}
"""By the number of the case and a name."""
