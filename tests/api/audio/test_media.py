"""Peaks, covers and copies in Opus, from the first question to the answer: real files, and the featurizer's handler."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.featurizer import unused_blobs
from services.featurizer.media.handlers import make_media
from services.featurizer.media.sound import read_sound
from shared.domain.job import Stage
from shared.domain.media import FileVersion, MediaKind
from shared.domain.messages import ItemsMessage
from shared.errors import PermanentError, Reason
from shared.store.tables import Job, JobItem, TrackMediaRow, TrackSource, UnusedBlob
from shared.store.tracks.merges import MergePair, MergeReason
from shared.worker.context import WorkerContext
from tests.api.audio.conftest import AddFile
from tests.api.conftest import AddTrack
from tests.support.audio import tone, write, write_streams
from tests.support.pictures import BLUE, RED, attach_pictures, is_near, open_picture, picture_bytes
from tests.support.problem_answers import problem

SR = 44_100
Work = Callable[..., int]


@pytest.fixture
def work(ports: ApiPorts, bench: WorkerContext) -> Work:
    """Let the featurizer do what waits; how many items there were."""

    def run(*, cache_bytes: int = 10**9) -> int:
        with ports.store.read_session() as session:
            waiting = select(JobItem.id).where(JobItem.stage == Stage.MEDIA, JobItem.state == "queued")
            item_ids = tuple(session.scalars(waiting.order_by(JobItem.id)))
        if item_ids:
            message = ItemsMessage(item_ids)
            make_media(message, bench=bench, library=ports.library, blobs=ports.blobs, cache_bytes=cache_bytes)
        return len(item_ids)

    return run


@pytest.fixture
def lossless(music: Path) -> Path:
    """Two seconds in Apple Lossless, which not all browsers play: half as loud in the second one."""
    y = tone(440, sr=SR, duration_s=2, amplitude=0.8)
    y[SR:] /= 2
    return write_streams(music / "lossless.m4a", [y], sr=SR, container="ipod", codec="alac")


@pytest.fixture
def plain(music: Path) -> Path:
    return write(music / "plain.wav", tone(440, sr=SR, duration_s=2), sr=SR, form="wav16")


def list_rows(ports: ApiPorts, entity: Any) -> list[Any]:
    with ports.store.read_session() as session:
        return list(session.scalars(select(entity)))


def analyse_again(ports: ApiPorts, path: Path) -> None:
    """Write down the present state of a file, as a crawl and the analysis after it do."""
    status = path.stat()
    ports.store.transact_session(
        "test.analysed",
        lambda session: session.execute(
            update(TrackSource)
            .where(TrackSource.source_id == f"music/{path.name}")
            .values(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
        ),
    )


def test_a_file_that_browsers_do_not_play_is_copied_once_and_sent_in_parts(
    client: TestClient, add_file: AddFile, lossless: Path, work: Work, ports: ApiPorts
) -> None:
    track_id = add_file(lossless.name)
    url = f"/tracks/{track_id}/audio"
    first = client.get(url)
    assert (first.status_code, first.headers["Retry-After"]) == (202, "2")
    assert (first.json()["stage"], first.json()["state"]) == ("media", "queued")
    assert client.get(url).status_code == 202
    assert work() == 1, "the second question asks for nothing more"
    whole = client.get(url)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/ogg")
    assert whole.content.startswith(b"OggS")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["cache-control"] == "private, no-cache"
    (copy,) = [row for row in list_rows(ports, TrackMediaRow) if row.kind == "opus"]
    assert whole.headers["etag"] == f'"{copy.sha256}"', "of the content: a copy of the blob may have another time"
    part = client.get(url, headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    problem(client.get(url, headers={"Range": "bytes=99999999-"}), 416, "range_not_satisfiable")
    peaks = client.get(f"/tracks/{track_id}/peaks")
    assert (peaks.status_code, work()) == (200, 0), "the peaks came with the copy"
    assert peaks.json()["peaks"][100] == pytest.approx(0.8, abs=0.01)
    assert peaks.json()["peaks"][700] == pytest.approx(0.4, abs=0.01)


def test_peaks_are_made_on_the_first_question_and_have_an_etag(
    client: TestClient, add_file: AddFile, plain: Path, work: Work
) -> None:
    url = f"/tracks/{add_file(plain.name)}/peaks"
    assert client.get(url).status_code == 202
    assert client.get(url).json()["state"] == "queued"
    assert work() == 1
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["duration_s"], body["n_peaks"], len(body["peaks"])) == (2.0, 800, 800)
    assert body["peaks"] == pytest.approx([0.5] * 800, abs=0.01)
    again = client.get(url, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_cover_comes_in_two_sizes_of_the_picture_in_the_file(
    client: TestClient, add_file: AddFile, music: Path, work: Work
) -> None:
    (music / "cover.jpg").write_bytes(picture_bytes(BLUE))
    path = attach_pictures(
        music / "a.mp3", tone(440, duration_s=0.3), sr=22_050, pictures=[(picture_bytes(RED), "Cover (front)")]
    )
    url = f"/tracks/{add_file(path.name)}/cover"
    assert client.get(url, params={"size": 96}).status_code == 202
    assert client.get(url, params={"size": 480}).status_code == 202
    assert work() == 1, "both sizes are made in one go"
    for size in (96, 480):
        answer = client.get(url, params={"size": size})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        picture = open_picture(answer.content)
        assert max(picture.size) == size
        assert is_near(picture.getpixel((5, 5)), RED)
        known = client.get(url, params={"size": size}, headers={"If-None-Match": answer.headers["etag"]})
        assert known.status_code == 304
    assert client.get(url).content == client.get(url, params={"size": 480}).content
    problem(client.get(url, params={"size": 5000}), 422, "invalid_request")


def test_without_a_picture_there_is_no_cover_and_nobody_looks_again_until_the_file_changes(
    client: TestClient, add_file: AddFile, plain: Path, work: Work, ports: ApiPorts
) -> None:
    url = f"/tracks/{add_file(plain.name)}/cover"
    client.get(url)
    work()
    assert "there is no picture" in problem(client.get(url), 404, "no_cover")
    (plain.parent / "Folder.PNG").write_bytes(picture_bytes(BLUE, form="PNG"))
    ports.store.transact_session(
        "test.later", lambda session: session.execute(update(TrackMediaRow).values(made_at="2020-01-01"))
    )
    problem(client.get(url), 404, "no_cover")
    assert work() == 0
    os.utime(plain, ns=(1, 1))
    analyse_again(ports, plain)
    assert client.get(url).status_code == 202
    work()
    assert is_near(open_picture(client.get(url).content).getpixel((5, 5)), BLUE)


def test_a_damaged_picture_is_named_and_the_next_one_is_taken(
    client: TestClient, add_file: AddFile, plain: Path, work: Work, ports: ApiPorts
) -> None:
    (plain.parent / "cover.jpg").write_bytes(picture_bytes()[:200])
    url = f"/tracks/{add_file(plain.name)}/cover"
    client.get(url)
    work()
    assert "cover.jpg: it cannot be read" in problem(client.get(url), 404, "no_cover")
    (plain.parent / "folder.jpg").write_bytes(picture_bytes(RED))
    os.utime(plain, ns=(1, 1))
    analyse_again(ports, plain)
    client.get(url)
    work()
    assert client.get(url).status_code == 200


def test_a_file_that_changed_has_its_media_made_anew_once_it_is_crawled(
    client: TestClient, add_file: AddFile, lossless: Path, work: Work, ports: ApiPorts, bench: WorkerContext
) -> None:
    track_id = add_file(lossless.name)
    client.get(f"/tracks/{track_id}/audio")
    work()
    (old_key,) = [row.blob_key for row in list_rows(ports, TrackMediaRow) if row.blob_key]
    y = tone(440, sr=SR, duration_s=1, amplitude=0.2)
    write_streams(lossless, [y], sr=SR, container="ipod", codec="alac")
    problem(client.get(f"/tracks/{track_id}/audio"), 409, "audio_changed")
    assert client.get(f"/tracks/{track_id}/peaks").json()["duration_s"] == 2.0, "of the file that was analysed"
    analyse_again(ports, lossless)
    assert client.get(f"/tracks/{track_id}/peaks").status_code == 202
    assert client.get(f"/tracks/{track_id}/audio").status_code == 202
    work()
    assert client.get(f"/tracks/{track_id}/peaks").json()["duration_s"] == 1.0
    assert client.get(f"/tracks/{track_id}/audio").status_code == 200
    unused_blobs.delete_unused(bench=bench, blobs=ports.blobs)
    with pytest.raises(PermanentError):
        ports.blobs.get(old_key)


def test_media_go_with_their_track_and_so_do_their_blobs(
    client: TestClient, add_file: AddFile, lossless: Path, work: Work, ports: ApiPorts, bench: WorkerContext
) -> None:
    track_id = add_file(lossless.name)
    client.get(f"/tracks/{track_id}/audio")
    client.get(f"/tracks/{track_id}/cover")
    work()
    (key,) = [row.blob_key for row in list_rows(ports, TrackMediaRow) if row.blob_key]
    assert ports.blobs.get(key)
    assert client.delete(f"/tracks/{track_id}").status_code in {200, 204}
    assert list_rows(ports, TrackMediaRow) == []
    unused_blobs.delete_unused(bench=bench, blobs=ports.blobs)
    with pytest.raises(PermanentError):
        ports.blobs.get(key)


def test_a_copy_of_a_track_that_was_removed_meanwhile_is_swept(
    client: TestClient, add_file: AddFile, lossless: Path, work: Work, ports: ApiPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    track_id = add_file(lossless.name)
    client.get(f"/tracks/{track_id}/audio")

    def remove_meanwhile(path: Path, **how: Any) -> Any:
        assert client.delete(f"/tracks/{track_id}").status_code in {200, 204}
        return read_sound(path, **how)

    monkeypatch.setattr("services.featurizer.media.handlers.read_sound", remove_meanwhile)
    work()
    (item,) = list_rows(ports, JobItem)
    assert (item.state, item.reason) == ("skipped", "no_audio")
    (unused,) = list_rows(ports, UnusedBlob)
    assert ports.blobs.get(unused.key).startswith(b"OggS")


def test_the_copies_used_least_recently_go_when_the_cache_is_full(
    client: TestClient, add_file: AddFile, music: Path, work: Work, ports: ApiPorts, bench: WorkerContext
) -> None:
    tracks = []
    for i in range(3):
        path = music / f"{i}.m4a"
        write_streams(path, [tone(440 * (i + 1), sr=SR, duration_s=0.5)], sr=SR, container="ipod", codec="alac")
        tracks.append(add_file(path.name))
    for i, track_id in enumerate(tracks[:2]):
        client.get(f"/tracks/{track_id}/audio")
        work()
        age(ports, track_id, minutes=60 - i)
    assert client.get(f"/tracks/{tracks[0]}/audio").status_code == 200, "the older one is used again"
    n_bytes = sum(row.n_bytes for row in list_rows(ports, TrackMediaRow) if row.kind == "opus")
    client.get(f"/tracks/{tracks[2]}/audio")
    work(cache_bytes=int(n_bytes * 1.2))
    assert copies(ports) == {tracks[0], tracks[2]}
    assert client.get(f"/tracks/{tracks[1]}/audio").status_code == 202, "it is made again"
    unused_blobs.delete_unused(bench=bench, blobs=ports.blobs)
    assert count_blobs(music) == 3, "the copy that is being made may be the same blob"
    work(cache_bytes=0)
    assert copies(ports) == {tracks[1]}, "what somebody waits for stays"
    unused_blobs.delete_unused(bench=bench, blobs=ports.blobs)
    assert count_blobs(music) == 1
    assert client.get(f"/tracks/{tracks[1]}/audio").status_code == 200, "its blob, which left the cache before, is kept"
    assert client.get(f"/tracks/{tracks[0]}/peaks").status_code == 200, "what is small is not in the cache"


def count_blobs(music: Path) -> int:
    return len(list((music.parent / "blobs" / "opus").rglob("*.ogg")))


def copies(ports: ApiPorts) -> set[UUID]:
    return {row.track_id for row in list_rows(ports, TrackMediaRow) if row.kind == "opus"}


def age(ports: ApiPorts, track_id: UUID, *, minutes: int) -> None:
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    ports.store.transact_session(
        "test.age",
        lambda session: session.execute(
            update(TrackMediaRow).where(TrackMediaRow.track_id == track_id).values(used_at=then)
        ),
    )


def test_a_copy_whose_blob_was_lost_is_made_again(
    client: TestClient, add_file: AddFile, lossless: Path, work: Work, ports: ApiPorts
) -> None:
    url = f"/tracks/{add_file(lossless.name)}/audio"
    client.get(url)
    work()
    (key,) = [row.blob_key for row in list_rows(ports, TrackMediaRow) if row.blob_key]
    ports.blobs.delete(key)
    assert client.get(url).status_code == 202
    assert work() == 1
    assert client.get(url).status_code == 200


def test_a_file_that_cannot_be_decoded_says_why_and_is_tried_again_later(
    client: TestClient, add_file: AddFile, music: Path, work: Work, ports: ApiPorts
) -> None:
    (music / "broken.ape").write_bytes(b"MAC " + b"\0" * 500)
    track_id = add_file("broken.ape")
    for part in ("audio", "peaks", "cover"):
        client.get(f"/tracks/{track_id}/{part}")
    assert work() == 2, "the copy would have brought the peaks"
    client.get(f"/tracks/{track_id}/peaks")
    assert work() == 1
    for part in ("audio", "peaks", "cover"):
        assert "broken.ape" in problem(client.get(f"/tracks/{track_id}/{part}"), 422, "undecodable")
    assert work() == 0
    ports.store.transact_session(
        "test.later", lambda session: session.execute(update(TrackMediaRow).values(made_at="2020-01-01"))
    )
    assert client.get(f"/tracks/{track_id}/peaks").status_code == 202


def test_a_file_that_changes_while_it_is_read_is_not_shown_as_what_was_analysed(
    client: TestClient, add_file: AddFile, plain: Path, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/tracks/{add_file(plain.name)}/peaks"
    client.get(url)

    def change_meanwhile(path: Path, **how: Any) -> Any:
        sound = read_sound(path, **how)
        os.utime(path, ns=(1, 1))
        return sound

    monkeypatch.setattr("services.featurizer.media.handlers.read_sound", change_meanwhile)
    work()
    problem(client.get(url), 409, Reason.AUDIO_CHANGED.value)


@pytest.mark.parametrize("part", ["audio", "peaks", "cover"])
def test_a_track_that_cannot_be_played_says_so_and_nothing_is_made(
    client: TestClient, add_track: AddTrack, add_file: AddFile, plain: Path, part: str, work: Work
) -> None:
    problem(client.get(f"/tracks/{add_track()}/{part}"), 404, "no_audio_file")
    problem(client.get(f"/tracks/00000000-0000-7000-8000-000000000000/{part}"), 404, "not_found")
    track_id = add_file(plain.name)
    plain.unlink()
    problem(client.get(f"/tracks/{track_id}/{part}"), 404, "not_found")
    plain.symlink_to("/dev/null")
    problem(client.get(f"/tracks/{track_id}/{part}"), 403, "outside_library")
    assert work() == 0


def test_a_merged_track_leads_to_the_one_that_stands_for_it(
    client: TestClient, add_track: AddTrack, ports: ApiPorts
) -> None:
    kept, merged = add_track(), add_track()
    pair = MergePair(one=kept, other=merged, reason=MergeReason.PERSON, who="ada")
    ports.store.transact("test.merge", lambda repositories: repositories.merges.unite_pairs([pair], keep=kept))
    for part in ("peaks", "cover?size=96"):
        answer = client.get(f"/tracks/{merged}/{part}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"/tracks/{kept}/{part}")


def test_a_page_of_covers_is_one_job(
    client: TestClient, add_file: AddFile, music: Path, work: Work, ports: ApiPorts
) -> None:
    for i in range(3):
        path = write(music / f"{i}.wav", tone(440, duration_s=0.2), sr=22_050, form="wav16")
        client.get(f"/tracks/{add_file(path.name)}/cover")
    assert [job.kind for job in list_rows(ports, Job)] == ["media"]
    assert work() == 3
    (job,) = client.get("/jobs").json()["items"]
    assert (job["kind"], job["state"], job["items"]["done"]) == ("media", "done", 3)
    path = write(music / "new.wav", tone(440, duration_s=0.2), sr=22_050, form="wav16")
    client.get(f"/tracks/{add_file(path.name)}/cover")
    assert len(list_rows(ports, Job)) == 2, "a job that has ended stays ended"


def test_what_failed_is_tried_again_while_its_job_goes_on(
    client: TestClient, add_file: AddFile, plain: Path, music: Path, ports: ApiPorts, bench: WorkerContext
) -> None:
    (music / "broken.ape").write_bytes(b"MAC " + b"\0" * 500)
    broken = add_file("broken.ape")
    client.get(f"/tracks/{broken}/peaks")
    client.get(f"/tracks/{add_file(plain.name)}/peaks")
    message = ItemsMessage((min(item.id for item in list_rows(ports, JobItem)),))
    make_media(message, bench=bench, library=ports.library, blobs=ports.blobs, cache_bytes=0)
    problem(client.get(f"/tracks/{broken}/peaks"), 422, "undecodable")
    ports.store.transact_session(
        "test.later", lambda session: session.execute(update(TrackMediaRow).values(made_at="2020-01-01"))
    )
    assert client.get(f"/tracks/{broken}/peaks").status_code == 202
    states = sorted(item.state for item in list_rows(ports, JobItem))
    assert states == ["failed", "queued", "queued"], "an item is in a job only once, so it is in another one"


def test_two_who_ask_at_the_same_time_have_it_made_once(ports: ApiPorts, add_track: AddTrack) -> None:
    track_id, file = add_track(), FileVersion(size_bytes=1, mtime_ns=1)

    def ask() -> list[int]:
        return ports.store.transact(
            "test.ask",
            lambda repositories: repositories.track_media.start_work(track_id, MediaKind.PEAKS, file=file),
        )

    assert [len(ask()), len(ask())] == [1, 0]
