"""`/features`, and what a track shows of them."""

import io
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import librosa
import numpy as np
import pytest
from fastapi.testclient import TestClient
from matplotlib.image import imread
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from services.api.features.spectrogram import draw_mel, hz_to_band
from services.featurizer.descriptors import DESCRIPTORS
from shared.domain.catalogue import CatalogueValue, ValueStatus
from shared.domain.features import FeatureSpec, MelSpec
from shared.domain.job import JobKind, Stage
from shared.domain.track import CATALOGUE_COLUMNS, AudioFile, SourceRef
from shared.errors import Reason
from shared.settings import FeatureSettings
from shared.store.features.catalogue import CatalogueFeatureRepository
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from shared.store.tracks.repository import TrackRepository
from tests.api.conftest import AddTrack, asking
from tests.support.extracted_features import catalogue, extraction, save

OLDER = replace(FeatureSpec(), descriptors=replace(FeatureSpec().descriptors, version=0))


def with_file(add_track: AddTrack, folder: Path, name: str, *, there: bool = True) -> UUID:
    """A track as the crawl of a folder leaves it."""
    path = folder / "music" / name
    path.write_bytes(b"sound")
    stat = path.stat()
    if not there:
        path.unlink()
    audio = AudioFile(locator=f"music/{name}", size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns)
    return add_track(refs=(SourceRef("folder", f"music/{name}"),), title=name, audio=audio)


def test_a_track_shows_its_descriptors_by_name_with_unit(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_track()
    found = extraction(ports, track_id)
    save(ports, found)
    shown = client.get(f"/tracks/{track_id}/features").json()
    assert [(one["name"], one["unit"]) for one in shown["descriptors"]] == [(d.name, d.unit) for d in DESCRIPTORS]
    assert [one["value"] for one in shown["descriptors"]] == pytest.approx(found.descriptors, rel=1e-6)
    assert (shown["state"], shown["spec"], shown["seconds_lost"]) == ("ready", ports.spec.fingerprint, 0.05)
    assert shown["arrays"] == [
        {"excerpt": "talk", "shape": [128, 216], "dtype": "float16", "scale": "dB", "starts_s": [10.0]}
    ]
    [computed] = shown["catalogue"]
    assert (computed["origin"], computed["statuses"]["energy"], computed["values"]["energy"]) == (
        "computed",
        "proxy",
        0.5,
    )


def test_a_track_that_nobody_analysed_has_absent_features(client: TestClient, add_track: AddTrack) -> None:
    shown = client.get(f"/tracks/{add_track()}/features").json()
    assert (shown["state"], shown["descriptors"], shown["arrays"], shown["catalogue"]) == ("absent", [], [], [])
    assert client.get(f"/tracks/{uuid7()}/features").status_code == 404


def test_a_failure_leaves_the_computed_and_the_delivered_values(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    """What was computed stays until something new was computed."""
    track_id = add_track()
    save(ports, extraction(ports, track_id))
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.25)
    ports.store.transact_session(
        "test.table", lambda s: TrackRepository(s).save_catalogue(track_id, values, origin="table")
    )
    before = client.get(f"/tracks/{track_id}/features").json()
    ports.store.transact_session(
        "test.failure",
        lambda s: FeatureRepository(s, spec=ports.spec.fingerprint).save_failures(
            [(track_id, Reason.SILENT, "no sound")]
        ),
    )
    assert client.get(f"/tracks/{track_id}/features").json() == before
    assert before["state"] == "ready"


def test_the_spectrogram_is_a_picture_of_the_stored_array(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_track(title="100 $Ode$", artist="Vox")
    save(ports, extraction(ports, track_id))
    answer = client.get(f"/tracks/{track_id}/spectrogram.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    pixels = imread(io.BytesIO(answer.content))
    assert pixels.shape[:2] == (480, 1080)
    # the made-up array falls from 0 dB at the lowest band to -60 dB at the highest: bright below, dark above
    column = pixels[:, 540, :3].sum(axis=1)
    assert column[400] > column[240] + 0.5 > column[70] + 1.0


def test_a_frequency_is_labelled_at_the_band_that_hears_it() -> None:
    """The highest point of a tone, drawn, lies at the label of its frequency."""
    spec = MelSpec()
    for hz in (256, 1024, 4096):
        y = np.sin(2 * np.pi * hz * np.arange(spec.n_samples) / spec.sr).astype(np.float32)
        mel = librosa.feature.melspectrogram(y=y, sr=spec.sr)
        assert int(mel.mean(axis=1).argmax()) + 0.5 == pytest.approx(hz_to_band(hz, spec=spec), abs=1.0)
    assert draw_mel(np.full(spec.shape, -100, np.float16), spec=spec, start_s=0.0, title="").startswith(b"\x89PNG")


def test_a_spectrogram_that_is_not_there_says_why(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    assert client.get(f"/tracks/{uuid7()}/spectrogram.png").json()["code"] == "not_found"
    nothing = client.get(f"/tracks/{add_track()}/spectrogram.png")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_features")
    silent, waiting = add_track(), add_track()
    ports.store.transact_session(
        "test.failure",
        lambda s: FeatureRepository(s, spec=ports.spec.fingerprint).save_failures(
            [(silent, Reason.SILENT, "no sound")]
        ),
    )
    refused = client.get(f"/tracks/{silent}/spectrogram.png")
    assert (refused.status_code, refused.json()["code"]) == (422, "silent")

    def queue(repositories: Repositories) -> None:
        job, _ = repositories.jobs.create_job(JobKind.RECOMPUTE, {})
        repositories.jobs.add_items(job.id, Stage.FEATURIZE, [NewItem("a", {}, waiting)])

    ports.store.transact("test.queue", queue)
    answer = client.get(f"/tracks/{waiting}/spectrogram.png")
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["stage"]) == (202, "2", "featurize")


def test_every_track_is_counted_once_by_how_its_features_stand(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    ready, failed, missing = (with_file(add_track, folder, f"{n}.wav") for n in range(3))
    older = with_file(add_track, folder, "older.wav")
    add_track()
    save(ports, extraction(ports, ready))
    save(ports, extraction(ports, older), spec=OLDER)
    ports.store.transact_session(
        "test.failure",
        lambda s: FeatureRepository(s, spec=ports.spec.fingerprint).save_failures(
            [(failed, Reason.SILENT, "no sound")]
        ),
    )
    status = client.get("/features/status").json()
    counts = {name: status[name] for name in status if name.startswith("n_")}
    assert counts == {
        "n_tracks": 5,
        "n_ready": 1,
        "n_failed": 1,
        "n_missing": 2,
        "n_without_audio": 1,
        "n_without_waveform": None,
    }
    n_bytes = 2 * (2 * 128 * 216)
    assert status["stored"] == [{"excerpt": "talk", "n_tracks": 2, "n_bytes": n_bytes}], "the older one's stands"
    by_stage = {stage: (its["n_ready"], its["n_outdated"]) for stage, its in status["stages"].items()}
    assert by_stage == {
        "acoustic_fingerprint": (2, 0),
        "catalogue": (1, 1),
        "descriptors": (1, 1),
        "excerpts": (2, 0),
        "mel": (2, 0),
    }
    assert missing != ready


def test_the_plan_of_a_recomputation_counts_what_a_change_touches(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    ready, older, never = (with_file(add_track, folder, name) for name in ("ready", "older", "never"))
    gone = with_file(add_track, folder, "gone", there=False)
    add_track()
    save(ports, extraction(ports, ready))
    save(ports, extraction(ports, older), extraction(ports, gone, seed=1), spec=OLDER)
    plan = client.get("/features/recompute").json()
    assert (plan["n_tracks"], plan["n_to_compute"], plan["n_audio_gone"], plan["n_carried_over"]) == (5, 2, 1, 0)
    assert (plan["stages"]["mel"], plan["stages"]["descriptors"]) == (1, 2), "the older track keeps its mel spectrogram"
    assert (plan["seconds_a_track"], plan["n_processes"], plan["takes_s"]) == (0.5, 1, 1.0)
    assert plan["said"] == (
        "recomputes 2 of 5 tracks, about 1 s at 120 tracks a minute, as measured; the audio of 1 is gone"
    )
    assert never != gone


def test_a_plan_counts_waveforms_that_are_missing_only_where_they_are_to_be_stored(
    ports: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    lacking, older, has = (with_file(add_track, folder, name) for name in ("lacking", "older", "has"))
    without_audio = add_track()
    save(ports, *(extraction(ports, one) for one in (lacking, without_audio)))
    save(ports, extraction(ports, older), spec=OLDER)
    [mel] = extraction(ports, has).arrays
    save(ports, extraction(ports, has, arrays=(mel, replace(mel, excerpt="waveform"))))
    found = {}
    for stored in (False, True):
        with asking(replace(ports, features=FeatureSettings(store_waveforms=stored))) as client:
            plan, status = (client.get(f"/features/{what}").json() for what in ("recompute", "status"))
        found[stored] = (plan["n_to_compute"], plan["n_audio_gone"], status["n_without_waveform"])
        assert plan["stages"].get("waveform", 0) == (2 if stored else 0)
        assert plan["stages"]["descriptors"] == 1, "of the older one: all else stands"
    assert found == {False: (1, 0, None), True: (2, 0, 1)}


def test_a_plan_counts_acoustic_fingerprints_that_are_missing_at_half_an_analysis_each(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    lacking, older, has = (with_file(add_track, folder, name) for name in ("lacking", "older", "has"))
    without_file = add_track()
    save(ports, *(extraction(ports, one, fingerprint=None) for one in (lacking, without_file)), extraction(ports, has))
    save(ports, extraction(ports, older), spec=OLDER)
    plan = client.get("/features/recompute").json()
    assert plan["n_to_compute"] == 2
    assert {stage for stage, number in plan["stages"].items() if number == 1} >= {"acoustic_fingerprint", "descriptors"}
    assert plan["stages"]["mel"] == 0
    assert plan["takes_s"] == 0.75, "one analysis of half a second, and half of one"


def test_a_plan_before_anything_was_measured_does_not_guess(
    client: TestClient, add_track: AddTrack, folder: Path
) -> None:
    with_file(add_track, folder, "a.wav")
    plan = client.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["takes_s"]) == (1, None)
    assert "unknown" in plan["said"]


@pytest.mark.parametrize(
    ("path", "body", "another"),
    [
        ("/features/recompute", {"failed": True}, {}),
        ("/features/pack", {"kind": "talk"}, {"kind": "excerpts"}),
        ("/features/augment", {"variants": ["pitch_shift"], "seed": 3, "copies": 2}, {"variants": ["pitch_shift"]}),
    ],
)
def test_a_job_is_accepted_once_a_key(
    client: TestClient, path: str, body: dict[str, object], another: dict[str, object]
) -> None:
    headers = {"Idempotency-Key": "a key"}
    first, again = (client.post(path, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["kind"]) == (202, path.rpartition("/")[2])
    assert first.headers["Location"] == f"/jobs/{first.json()['id']}" == f"/jobs/{again.json()['id']}"
    assert client.post(path, json=another, headers=headers).json()["code"] == "idempotency_key_reused"
    assert client.post(path, json=body).json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/features/pack", {"kind": "everything"}, "talk, excerpts"),
        ("/features/augment", {"variants": ["reverse"]}, "time_stretch, pitch_shift"),
        ("/features/augment", {"variants": []}, "none"),
        ("/features/augment", {"copies": 11}, "10"),
        ("/features/recompute", {"all": True}, "all"),
    ],
)
def test_what_cannot_be_done_is_refused_naming_what_can(
    client: TestClient, path: str, body: dict[str, object], said: str
) -> None:
    answer = client.post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert said in answer.json()["detail"]


def test_computed_columns_are_no_substitute_for_delivered_ones_in_one_training_set(
    ports: ApiPorts, add_track: AddTrack
) -> None:
    """Their scales differ, so a set is read from one side: delivered, unless none of it was."""
    heard, told, both = (add_track() for _ in range(3))
    complete = {name: replace(value, value=0.5, status=ValueStatus.PROXY) for name, value in catalogue().items()}
    save(ports, *(extraction(ports, one, catalogue=complete) for one in (heard, both)))
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.25)

    def write_rows(repositories: Repositories) -> None:
        for track_id in (told, both):
            repositories.tracks.save_catalogue(track_id, values, origin="table")

    ports.store.transact("test.table", write_rows)

    def origins(*track_ids: UUID) -> dict[UUID, str]:
        with ports.store.read_session() as session:
            found = CatalogueFeatureRepository(session, spec=ports.spec.fingerprint).list_catalogue(track_ids)
        return {track_id: origin for track_id, (origin, _) in found.items()}

    assert origins(heard, told, both) == {told: "table", both: "table"}
    assert origins(heard, both) == {both: "table"}
    assert origins(heard) == {heard: "computed"}


def test_computed_columns_without_a_value_say_why_and_delivered_ones_do_not(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    track_id = add_track()
    unclear = {name: CatalogueValue(name=name, value=None, status=ValueStatus.NULL) for name in ("speechiness", "key")}
    save(ports, extraction(ports, track_id, catalogue=catalogue() | unclear))
    some = {"energy": 0.25}
    ports.store.transact_session(
        "test.table", lambda s: TrackRepository(s).save_catalogue(track_id, some, origin="table")
    )

    shown = client.get(f"/tracks/{track_id}/features").json()["catalogue"]
    answered = client.get(f"/v1/audio-features/{track_id}").json()

    reasons = {row["origin"]: row["reasons"] for row in shown}
    assert reasons["table"] == {}
    assert reasons["computed"].keys() == {"speechiness", "key", "liveness"}
    assert answered["key"] is None
    assert answered["mer"]["reasons"] == reasons["computed"]
    assert answered["mer"]["reasons"]["key"] == "no key is clear"
