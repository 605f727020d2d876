"""Files that cannot be read or decoded for a while: nothing is lost, and the next crawl tries again."""

import os

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.store.tables import ArrayRow, FeatureSet
from tests.integration.identity.library import SoundLibrary


def test_a_file_that_cannot_be_read_for_a_moment_loses_nothing(library: SoundLibrary) -> None:
    for number in range(3):
        library.write(f"{number}.flac", number, title=f"Song {number}")
    library.crawl()
    tracks = [library.label(f"{number}.flac", "sad") for number in range(3)]
    before = [library.features(track_id) for track_id in tracks]
    for number in range(3):
        os.utime(library.music / f"{number}.flac")
    job = library.crawl(decode=False)
    library.music.rename(library.music.with_name("away"))
    library.decode()
    library.music.with_name("away").rename(library.music)
    assert library.states(job) == [("queued", "library_away")] * 3, "it waits for the share"
    after = [library.features(track_id) for track_id in tracks]
    assert all(now is not None and now.state == "ready" for now in after)
    assert [now.made_at for now in after if now] == [then.made_at for then in before if then]
    with library.store.read_session() as session:
        assert set(session.scalars(select(ArrayRow.track_id))) == set(tracks)
    assert library.file("0.flac").reason == "library_away"
    again = library.crawl()
    assert library.states(again) == [("done", None)] * 3
    assert (library.file("0.flac").state, library.file("0.flac").reason) == ("present", None)
    assert library.states(library.crawl()) == [("skipped", "unchanged")] * 3


def test_a_new_file_that_could_not_be_read_is_tried_again_though_it_is_unchanged(library: SoundLibrary) -> None:
    path = library.write("song.flac", 1)
    library.crawl(decode=False)
    path.rename(library.music.parent / "away")
    library.decode()
    assert library.features(library.track("song.flac")) is None
    (library.music.parent / "away").rename(path)
    assert library.states(library.crawl()) == [("done", None)]


def test_a_failure_of_the_moment_from_before_is_no_reason_to_pass_a_file_over(library: SoundLibrary) -> None:
    library.write("song.flac", 1)
    library.crawl()

    def fail(session: Session) -> None:
        row = session.scalars(select(FeatureSet)).one()
        row.state, row.reason, row.audio_sha256 = "failed", "audio_gone", None

    library.store.transact_session("test.fail", fail)
    assert library.states(library.crawl()) == [("done", None)]


def test_new_content_that_cannot_be_decoded_leaves_the_old_features_and_says_so(library: SoundLibrary) -> None:
    path = library.write("sad/song.flac", 1, title="Ode")
    library.crawl("sad", emotion="sad")
    track_id = library.track("sad/song.flac")
    path.write_bytes(b"no sound at all" * 1000)
    job = library.crawl("sad", emotion="happy")
    assert library.states(job) == [("failed", "undecodable")]
    features, row = library.features(track_id), library.file("sad/song.flac")
    assert features is not None
    assert features.state == "ready"
    assert (row.state, row.reason, row.track_id) == ("present", "undecodable", track_id)
    assert library.emotions(track_id) == ["sad"], "nobody heard what is said to be happy"
    assert library.states(library.crawl("sad")) == [("skipped", "unchanged")]
    library.write("sad/song.flac", 1, title="Ode again")
    library.crawl("sad", emotion="happy")
    assert library.emotions(track_id) == ["happy"]
    assert (library.file("sad/song.flac").reason, library.title("sad/song.flac")) == (None, "Ode again")
