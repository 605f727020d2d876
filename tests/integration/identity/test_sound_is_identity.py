"""People retag, replace, swap, renumber and move files: what was said stays with the sound that it was said of."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from services.featurizer.analysis import ClipAnalysis, analyse_clip
from tests.integration.identity.library import SPEC, SR, SoundLibrary, music
from tests.support import audio

MOODS = ("happy", "sad", "calm", "energetic")


def test_another_song_at_the_same_path_is_another_track(library: SoundLibrary) -> None:
    library.write("song.flac", 1, title="Old", artist="Vox")
    library.crawl()
    old = library.label("song.flac", "sad")
    library.write("song.flac", 2, duration_s=9.0, title="Other", artist="Somebody")
    library.crawl(decode=False)
    assert library.file("song.flac").state == "changed"
    assert (library.track("song.flac"), library.title("song.flac")) == (old, "Old"), "nothing moves before the decode"
    library.decode()
    new = library.get(library.track("song.flac"))
    assert new.id != old
    assert (new.title, new.artist, new.duration_s) == ("Other", "Somebody", 9.0)
    assert library.emotions(new.id) == []
    assert library.emotions(old) == ["sad"]
    assert library.get(old).missing_since is not None
    assert library.get(new.id).missing_since is None
    assert library.n_questions() == 0


def test_the_label_of_the_crawl_goes_to_the_new_sound(library: SoundLibrary) -> None:
    library.write("sad/song.flac", 1, title="Old")
    library.crawl("sad", emotion="sad")
    old = library.track("sad/song.flac")
    library.write("sad/song.flac", 2, title="Other")
    library.crawl("sad", emotion="happy")
    assert library.emotions(old) == ["sad"]
    assert library.emotions(library.track("sad/song.flac")) == ["happy"]


@pytest.mark.parametrize("batch", [1, 8])
def test_two_swapped_files_swap_their_tracks(library: SoundLibrary, batch: int) -> None:
    one, other = library.write("one.flac", 1, title="One"), library.write("other.flac", 2, title="Other")
    library.crawl()
    tracks = library.label("one.flac", "sad"), library.label("other.flac", "happy")
    one.rename(library.music / "between")
    other.rename(one)
    (library.music / "between").rename(other)
    library.crawl(decode=False)
    library.decode(batch=batch)
    assert (library.track("other.flac"), library.track("one.flac")) == tracks
    assert [library.emotions(track_id) for track_id in tracks] == [["sad"], ["happy"]]
    assert [library.get(track_id).missing_since for track_id in tracks] == [None, None]
    assert len(library.tracks()) == 2


@pytest.mark.parametrize("order", ["forwards", "backwards", "two workers"])
def test_a_renumbered_album_keeps_every_label_with_its_sound(library: SoundLibrary, order: str) -> None:
    n_files = 30
    for number in range(1, n_files + 1):
        library.write(f"{number:02}.flac", number, duration_s=6.0, title=f"Song {number}", artist="Vox", album="Album")
    library.crawl()
    before = {n: library.label(f"{n:02}.flac", MOODS[n % 4]) for n in range(1, n_files + 1)}
    (library.music / "01.flac").unlink()
    for number in range(2, n_files + 1):
        (library.music / f"{number:02}.flac").rename(library.music / f"{number - 1:02}.flac")
    library.crawl(decode=False)
    items = library.waiting()
    assert len(items) == n_files - 1
    if order == "two workers":
        with ThreadPoolExecutor(2) as workers:
            list(workers.map(lambda half: library.decode(half, batch=4), (items[::2], items[1::2])))
    else:
        library.decode(items if order == "forwards" else items[::-1])
    for number in range(1, n_files):
        assert library.track(f"{number:02}.flac") == before[number + 1]
        assert library.emotions(before[number + 1]) == [MOODS[(number + 1) % 4]]
        assert library.title(f"{number:02}.flac") == f"Song {number + 1}"
    assert len(library.tracks()) == n_files
    assert {track.id for track in library.tracks() if track.missing_since} == {before[1]}
    assert len({track.survivor_id for track in library.tracks()}) == n_files
    assert library.n_questions() == 0


def test_a_renamed_folder_keeps_its_labels(library: SoundLibrary) -> None:
    """Also of songs that are longer than the window that is hashed, whose old file is gone."""
    library.write("old/song.flac", 1, duration_s=45.0, title="Ode")
    library.crawl()
    before = library.label("old/song.flac", "sad")
    (library.music / "old").rename(library.music / "new")
    library.crawl()
    assert library.get(library.track("new/song.flac")).survivor_id == before
    assert library.emotions(library.track("new/song.flac")) == ["sad"]
    assert library.n_questions() == 0


def test_a_file_copied_over_another_is_a_second_file_of_its_track(library: SoundLibrary) -> None:
    one, other = library.write("one.flac", 1, title="One"), library.write("other.flac", 2, title="Other")
    library.crawl()
    kept, lost = library.label("one.flac", "sad"), library.label("other.flac", "happy")
    shutil.copy(one, other)
    library.crawl()
    assert library.track("one.flac") == library.track("other.flac") == kept
    assert library.emotions(kept) == ["sad"]
    assert library.emotions(lost) == ["happy"]
    assert library.get(lost).missing_since is not None


def test_a_song_that_is_copied_over_two_others_becomes_one_new_track(library: SoundLibrary) -> None:
    one, other = library.write("one.flac", 1, title="One"), library.write("other.flac", 2, title="Other")
    library.crawl()
    library.write("one.flac", 3, title="Three")
    shutil.copy(one, other)
    library.crawl()
    assert library.track("one.flac") == library.track("other.flac")
    assert len(library.tracks()) == 3


def test_a_reencoded_file_stays_with_its_track(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1, duration_s=20.0, title="Ode", artist="Vox")
    library.crawl()
    track_id = library.label("song.flac", "sad")
    before = library.features(track_id)
    audio.write(path, 0.9 * music(1, duration_s=20.0), sr=SR, form="mp3")
    library.crawl()
    assert library.track("song.flac") == track_id
    after = library.features(track_id)
    assert before is not None
    assert after is not None
    assert after.audio_sha256 != before.audio_sha256
    assert library.emotions(track_id) == ["sad"]
    assert len(library.tracks()) == 1


def test_a_file_in_another_encoding_that_takes_the_place_of_one_is_its_track(library: SoundLibrary) -> None:
    sound = 0.9 * music(1, duration_s=20.0)
    path = library.write("song.flac", 1, duration_s=20.0, title="Ode", artist="Vox")
    library.write("other/song.flac", 2, duration_s=20.0)
    library.crawl()
    track_id = library.label("song.flac", "sad")
    path.unlink()
    audio.write(path.with_suffix(".mp3"), sound, sr=SR, form="mp3")
    library.crawl()
    assert library.emotions(library.track("song.mp3")) == ["sad"]
    kept = library.get(track_id)
    assert library.get(library.track("song.mp3")).survivor_id == kept.survivor_id
    assert kept.missing_since is None
    assert library.n_questions() == 0


def test_another_encoding_elsewhere_or_beside_its_file_is_asked_about(library: SoundLibrary) -> None:
    sound = 0.9 * music(1, duration_s=20.0)
    path = library.write("song.flac", 1, duration_s=20.0)
    library.crawl()
    track_id = library.label("song.flac", "sad")
    audio.write(path.with_suffix(".mp3"), sound, sr=SR, form="mp3")
    library.crawl()
    path.unlink()
    audio.write(path.with_name("another.m4a"), sound, sr=SR, form="m4a")
    library.crawl()
    assert library.emotions(library.track("song.mp3")) == []
    assert library.emotions(library.track("another.m4a")) == []
    assert library.get(track_id).missing_since is not None
    assert library.n_questions() > 0


def test_an_excerpt_at_the_same_path_is_a_track_of_its_own_that_a_person_is_asked_about(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1, duration_s=30.0, title="Ode", artist="Vox")
    library.crawl()
    track_id = library.label("song.flac", "sad")
    audio.write(path, music(1, duration_s=30.0)[: 20 * SR], sr=SR, form="wav16")
    library.crawl()
    assert library.track("song.flac") != track_id
    assert library.emotions(library.track("song.flac")) == []
    assert library.n_questions() == 1


def test_files_that_keep_size_and_date_are_read_again_where_that_is_asked_for(library: SoundLibrary) -> None:
    one, other = library.write("one.flac", 1), library.write("other.flac", 2)
    stamp = (1_700_000_000_000_000_000,) * 2
    length = max(one.stat().st_size, other.stat().st_size)
    for path in (one, other):
        path.write_bytes(path.read_bytes().ljust(length, b"\0"))
        os.utime(path, ns=stamp)
    library.crawl()
    tracks = library.label("one.flac", "sad"), library.label("other.flac", "happy")
    contents = one.read_bytes(), other.read_bytes()
    for path, content in zip((other, one), contents, strict=True):
        path.write_bytes(content)
        os.utime(path, ns=stamp)
    assert library.states(library.crawl()) == [("skipped", "unchanged")] * 2
    assert library.states(library.crawl(reread=True)) == [("done", None)] * 2
    assert (library.track("other.flac"), library.track("one.flac")) == tracks


def test_a_table_whose_path_holds_another_song_now_merges_nothing(library: SoundLibrary) -> None:
    library.write("song.flac", 1, duration_s=12.0, title="Old")
    (library.music / "t.csv").write_text("id,path,mood\n7,song.flac,sad\n")
    library.crawl("t.csv", source="table")
    old = library.track("song.flac")
    library.write("song.flac", 2, duration_s=12.0, title="Other")
    for _ in range(2):
        library.crawl("t.csv", source="table")
    new = library.get(library.track("song.flac"))
    assert new.id != old
    assert (new.merged_into, library.get(old).merged_into) == (None, None)
    assert (library.emotions(old), library.emotions(new.id)) == ([], ["sad"]), "the table speaks of the new song now"


def test_a_table_row_that_names_another_file_now_does_not_join_two_songs(library: SoundLibrary) -> None:
    library.write("one.flac", 1, duration_s=12.0, title="One")
    library.write("other.flac", 2, duration_s=12.0, title="Other")
    (library.music / "t.csv").write_text("id,path,mood\n7,one.flac,sad\n")
    library.crawl("t.csv", source="table")
    (library.music / "t.csv").write_text("id,path,mood\n7,other.flac,happy\n")
    library.crawl("t.csv", source="table")
    one, other = library.track("one.flac"), library.track("other.flac")
    assert one != other
    assert library.get(one).survivor_id != library.get(other).survivor_id
    assert (library.emotions(one), library.emotions(other)) == ([], ["happy"]), (
        "the table does not name the first any more"
    )


def test_swapped_clips_that_are_too_short_to_be_described_keep_their_labels(library: SoundLibrary) -> None:
    one, other = (library.music / name for name in ("one.wav", "other.wav"))
    for path, frequency in ((one, 440.0), (other, 990.0)):
        audio.write(path, audio.tone(frequency, duration_s=0.3), sr=SR, form="wav16")
    library.crawl()
    tracks = library.label("one.wav", "sad"), library.label("other.wav", "happy")
    one.rename(library.music / "between")
    other.rename(one)
    (library.music / "between").rename(other)
    for path in (one, other):
        os.utime(path)
    library.crawl()
    assert (library.track("other.wav"), library.track("one.wav")) == tracks
    assert len(library.tracks()) == 2


def test_a_file_that_changes_again_while_it_is_decoded_is_left_to_the_next_item(library: SoundLibrary) -> None:
    library.write("song.flac", 1, title="One")
    library.crawl()
    first = library.label("song.flac", "sad")
    library.write("song.flac", 2, title="Two")
    library.crawl(decode=False)
    early = library.waiting()
    library.write("song.flac", 3, title="Three")
    library.crawl(decode=False)
    library.decode([*library.waiting(), *early])
    assert library.title("song.flac") == "Three"
    assert library.emotions(first) == ["sad"]
    assert library.file("song.flac").state == "present"


def test_a_file_that_grows_while_it_is_analysed_becomes_no_track_of_its_own(library: SoundLibrary) -> None:
    library.write("song.flac", 1, title="Old")
    library.crawl()
    old = library.label("song.flac", "sad")
    library.write("song.flac", 2, duration_s=6.0)
    library.crawl(decode=False)

    def grow(path: Path, **how: Any) -> ClipAnalysis:
        analysis = analyse_clip(path, spec=SPEC, **how)
        library.write("song.flac", 2, duration_s=9.0)
        return analysis

    library.decode(analyse=grow)
    assert [track.id for track in library.tracks()] == [old]
    library.crawl()
    new = library.get(library.track("song.flac"))
    assert (new.id != old, round(new.duration_s or 0)) == (True, 9)
    assert library.emotions(old) == ["sad"]
