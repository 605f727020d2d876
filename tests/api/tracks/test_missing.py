"""Tracks whose last file is gone: left out of lists, exports, similar tracks and trainings unless asked for."""

import json
import math
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from typer.testing import CliRunner

from services.api.deps import ApiPorts
from services.cli.app import app
from services.trainer.dataset.snapshot import freeze_snapshot
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import AudioFile, SourceRef
from shared.domain.training import TrainRequest
from shared.errors import LaterError, Reason
from shared.store.features.coverage import FeatureCoverage
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.repository import JobRepository
from shared.store.tables import SnapshotItem
from shared.store.tracks.missing_tracks import MissingTracks
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import SPEC

N = 8
GONE = (2, 5)


def label(ports: ApiPorts, track_id: UUID, emotion: str) -> None:
    ada = Annotator(AnnotatorKind.PERSON, "ada")
    ports.store.transact(
        "test.label",
        lambda repositories: repositories.annotations.append_annotation(
            track_id, ada, taxonomy="mood4", emotion=emotion
        ),
    )


@pytest.fixture
def tracks(ports: ApiPorts, add_track: AddTrack) -> list[UUID]:
    """Labelled, analysed tracks with a file each, of which two are gone."""
    made: list[UUID] = []
    for i in range(N):
        name = f"music/rock/{i}.wav"
        audio = AudioFile(locator=name, size_bytes=1, mtime_ns=1)
        track = add_track(refs=(SourceRef("folder", name),), title=f"song {i}", artist=f"artist {i}", audio=audio)
        angle = 2 * math.pi * i / N
        featurize_track(ports, track, descriptors=[math.cos(angle), math.sin(angle)])
        label(ports, track, "sad" if i % 2 else "happy")
        made.append(track)
    names = [f"music/rock/{i}.wav" for i in GONE]
    assert ports.store.transact_session("test.gone", lambda s: MissingTracks(s).mark_missing(names)) == len(GONE)
    return made


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item.get("id") or item["track_id"] for item in answer.json()["items"]]


def there(tracks: list[UUID]) -> list[str]:
    return [str(track) for i, track in enumerate(tracks) if i not in GONE]


def gone(tracks: list[UUID]) -> list[str]:
    return [str(tracks[i]) for i in GONE]


@pytest.mark.parametrize("more", [{}, {"emotion": ["sad", "happy"]}, {"labelled": True}])
def test_lists_leave_missing_tracks_out_unless_asked(
    client: TestClient, tracks: list[UUID], more: dict[str, Any]
) -> None:
    def listed(missing: str | None = None) -> list[str]:
        return ids(client.get("/tracks", params={**more, **({"missing": missing} if missing else {})}))

    assert listed() == listed("no") == there(tracks)
    assert listed("only") == listed("true") == gone(tracks)
    assert listed("include") == [str(track) for track in tracks]
    assert client.get("/tracks").json()["n_missing"] == len(GONE)
    assert problem(client.get("/tracks", params={"missing": "some"}), 422, "invalid_request")


def test_a_missing_track_keeps_its_labels_and_still_answers(client: TestClient, tracks: list[UUID]) -> None:
    for track in gone(tracks):
        document = client.get(f"/tracks/{track}").json()
        assert document["missing_since"] is not None
        assert [label["annotator"]["name"] for label in document["labels"]] == ["ada"] * 3, "in each taxonomy"
        assert client.get(f"/tracks/{track}/emotion").status_code == 200
    assert client.get(f"/tracks/{tracks[0]}").json()["missing_since"] is None


@pytest.mark.parametrize(("format_", "field"), [("jsonl", "id"), ("m3u", None)])
def test_exports_leave_missing_tracks_out(
    client: TestClient, tracks: list[UUID], folder: Path, format_: str, field: str | None
) -> None:
    def exported(**query: str) -> list[str]:
        lines = client.get("/export", params={"format": format_, **query}).text.splitlines()
        return [json.loads(line)["id"] if field else line for line in lines if not line.startswith("#")]

    paths = [f"{folder}/music/rock/{i}.wav" for i in range(N) if i not in GONE]
    assert exported() == (there(tracks) if field else paths)
    assert exported(missing="include") == ([str(track) for track in tracks] if field else paths), "a file to play"


def test_an_export_names_a_file_that_is_there_and_was_heard(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    names = [f"music/{state}.wav" for state in ("present", "changed", "missing")]
    for name in names:
        audio = AudioFile(locator=name, size_bytes=1, mtime_ns=1)
        add_track(refs=(SourceRef("table", "t#1"), SourceRef("folder", name)), audio=audio)

    def write(session: Any) -> None:
        MissingTracks(session).mark_missing(["music/changed.wav", "music/missing.wav"])
        MissingTracks(session).mark_returned([AudioFile(locator="music/changed.wav", size_bytes=2, mtime_ns=1)])

    ports.store.transact("test.states", write)
    lines = client.get("/export", params={"format": "m3u"}).text.splitlines()
    assert [line for line in lines if not line.startswith("#")] == [f"{folder}/music/present.wav"]


def test_similar_tracks_are_there(client: TestClient, tracks: list[UUID]) -> None:
    asked, wanted = tracks[GONE[0]], {"by": "descriptors", "limit": N}
    near = ids(client.get(f"/tracks/{asked}/similar", params=wanted))
    assert sorted(near) == sorted(there(tracks)), "also those of a track that is missing itself"
    near = ids(client.get(f"/tracks/{asked}/similar", params={**wanted, "missing": "include"}))
    assert sorted(near) == sorted({*map(str, tracks)} - {str(asked)})


@pytest.mark.parametrize("missing", [False, True])
def test_trainings_leave_missing_tracks_out(
    client: TestClient, ports: ApiPorts, tracks: list[UUID], *, missing: bool
) -> None:
    job = client.post("/train", json={"inputs": ["descriptors"], "missing": missing}).json()
    request = TrainRequest(inputs=("descriptors",), missing=job["params"].get("missing", False), n_folds=2)
    ports.store.transact(
        "test.freeze", lambda s: freeze_snapshot(s, UUID(job["id"]), request, spec=SPEC, blobs=ports.blobs)
    )
    with ports.store.read_session() as session:
        learned = {str(track) for track in session.scalars(select(SnapshotItem.track_id))}
    assert learned == ({*map(str, tracks)} if missing else {*there(tracks)})


def test_only_files_that_are_there_wait_for_an_analysis(ports: ApiPorts, tracks: list[UUID]) -> None:
    with ports.store.read_session() as session:
        census = FeatureCoverage(session, spec="tomorrow")
        count = census.count_tracks()
    assert (count.n_missing, count.n_without_audio) == (N - len(GONE), len(GONE))


def test_a_crawl_of_a_root_that_is_away_is_accepted_and_a_wrong_path_is_not(
    client: TestClient, tracks: list[UUID], folder: Path
) -> None:
    body = {"source": "folder", "path": "rock"}
    assert problem(client.post("/crawl", json=body | {"path": "jazz"}), 404, "not_found")
    (folder / "music").rename(folder / "aside")
    for path in ("rock", str(folder / "music"), str(folder / "music" / "rock")):
        answer = client.post("/crawl", json=body | {"path": path})
        assert answer.status_code == 202, answer.text
        assert client.post("/crawl/preview", json=body | {"path": path}).status_code == 200
    assert problem(client.post("/crawl", json=body | {"path": "/etc"}), 403, "outside_library")
    (folder / "music").mkdir()
    assert client.post("/crawl", json=body).status_code == 202, "an empty mount point"
    (folder / "music").rmdir()
    (folder / "aside").rename(folder / "music")
    assert client.post("/crawl", json=body | {"accept_empty": True}).json()["params"]["accept_empty"] is True


@pytest.fixture
def parked(ports: ApiPorts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every crawl that starts is parked at once, as the crawler does it while the library is away."""
    away = LaterError(Reason.LIBRARY_AWAY, "the folder /music holds no audio file", wait_s=15)
    create = JobRepository.create_job

    def create_parked(jobs: JobRepository, *args: Any, **kwargs: Any) -> Any:
        job, is_new = create(jobs, *args, **kwargs)
        leases = JobLeases(jobs._session)
        token = leases.claim_job(job.id, worker="w:1", lease_s=60)
        assert token is not None
        leases.park_job(
            token, wait_s=away.wait_s, reason=away.reason, detail=away.detail, counts_as_attempt=away.is_fault
        )
        return job, is_new

    monkeypatch.setattr(JobRepository, "create_job", create_parked)


@pytest.mark.usefixtures("served", "parked")
def test_mer_crawl_says_why_it_waits_and_fails(ports: ApiPorts, folder: Path) -> None:
    started = time.monotonic()
    done = CliRunner().invoke(app, ["crawl", str(folder / "music")])
    said = " ".join(done.output.split())
    assert done.exit_code == 1, said
    assert time.monotonic() - started < 10, "it does not hang"
    assert "the folder /music holds no audio file" in said
    assert "goes on by itself when the share is back" in said
    assert "--accept-empty" in said
    (job,) = ports.store.transact_session("test.jobs", lambda s: list(JobRepository(s).list_page(before=None, limit=5)))
    assert (job.state, job.attempts) == ("running", 0), "the job stays"


@pytest.mark.usefixtures("served")
def test_mer_tracks_counts_missing_ones_and_lists_them_when_asked(tracks: list[UUID]) -> None:
    shown = CliRunner().invoke(app, ["tracks"]).output
    assert "2 missing: mer tracks --missing" in shown
    assert all(track not in shown for track in gone(tracks))
    asked = CliRunner().invoke(app, ["tracks", "--missing"]).output
    assert all(track in asked for track in gone(tracks))
    assert all(track not in asked for track in there(tracks))
