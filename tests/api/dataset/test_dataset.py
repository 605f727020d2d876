"""Exports and the report over a small library: what was collected comes out again, in every form."""

import csv
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.export.rows import COLUMNS
from services.crawler.files.locations import local_paths
from services.crawler.playlists.reader import read_m3u, read_xspf
from shared.blobs.port import content_key
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.catalogue import CatalogueValue, ValueStatus
from shared.domain.features import FeatureSpec
from shared.domain.track import CATALOGUE_COLUMNS, AudioFile, CollectedTrack, SourceRef
from shared.library import MusicLibrary
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray
from shared.store.repositories import Repositories
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository
from tests.api.conftest import AddTrack
from tests.support import extracted_features
from tests.support.published_models import publish, train

SPEC = FeatureSpec().fingerprint
MEL = np.linspace(-80, 0, 12, dtype=np.float16).reshape(3, 4)
SPOTIFY_ID = "0VjIjW4GlUZAMYd2vXMi3b"
NUMBERS = dict.fromkeys(CATALOGUE_COLUMNS, 0.5) | {"key": 7.0, "duration_ms": 180_000.0}

Judge = Callable[..., None]


@pytest.fixture
def judge(ports: ApiPorts) -> Judge:
    """`judge(track, "table", "sad")`: an import, or a person, says so."""

    def say(track_id: UUID, name: str, emotion: str, kind: AnnotatorKind = AnnotatorKind.IMPORT) -> None:
        who = Annotator(kind, name)
        ports.store.transact_session(
            "test.judge",
            lambda s: AnnotationRepository(s).append_annotation(track_id, who, taxonomy="mood4", emotion=emotion),
        )

    return say


def analyse(ports: ApiPorts, track_id: UUID, sha256: str) -> None:
    """As the featurizer writes it: an array in the blobs, and its row."""
    buffer = io.BytesIO()
    np.save(buffer, MEL)
    key, digest = content_key("mels", buffer.getvalue(), suffix=".npy")
    ports.blobs.put(key, buffer.getvalue())
    array = StoredArray(
        excerpt="talk", start_s=10.0, blob_key=key, sha256=digest, shape=MEL.shape, dtype="float16", scale="dB"
    )
    found = ExtractedFeatures(
        track_id=track_id, descriptors=[1.0], audio_sha256=sha256, duration_s=9.0, n_damaged_packets=0, arrays=(array,)
    )
    ports.store.transact_session(
        "test.features", lambda session: FeatureRepository(session, spec=SPEC).save_extractions([found])
    )


@pytest.fixture
def tracks(ports: ApiPorts, add_track: AddTrack, judge: Judge) -> dict[str, UUID]:
    """A whole sad track, a sad one without audio, one that two tables hear differently, and one nobody judged."""
    audio = AudioFile(locator="music/rock/Für & Elise.wav", size_bytes=1, mtime_ns=1)
    whole = add_track(
        title="Für & <Elise>",
        artist="Vox",
        duration_s=180.4,
        audio=audio,
        licence="CC0-1.0",
        attribution="Vox",
        refs=(SourceRef("folder", audio.locator), SourceRef("spotify", SPOTIFY_ID)),
    )
    found = {"whole": whole, "bare": add_track(title="Hymn"), "torn": add_track(title="Elegy"), "new": add_track()}
    ports.store.transact_session(
        "test.numbers", lambda s: TrackRepository(s).save_catalogue(whole, NUMBERS, origin="table")
    )
    analyse(ports, whole, "aa")
    judge(found["whole"], "table a", "sad")
    judge(found["whole"], "table b", "sad")
    judge(found["bare"], "table a", "sad")
    judge(found["torn"], "table a", "sad")
    judge(found["torn"], "table b", "calm")
    return found


def rows(client: TestClient, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/export", params={"format": "jsonl", **asked})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_track_is_exported_with_its_label_its_numbers_and_where_it_is(
    client: TestClient, tracks: dict[str, UUID], ports: ApiPorts
) -> None:
    found = rows(client)
    assert [row["id"] for row in found] == [str(track_id) for track_id in tracks.values()]
    whole = found[0]
    assert (whole["emotion"], whole["decided_by"]) == ("sad", "import")
    assert (whole["spotify_id"], whole["licence"], whole["sources"]) == (SPOTIFY_ID, "CC0-1.0", "folder spotify")
    assert whole["path"] == str(ports.library.roots[0] / "rock" / "Für & Elise.wav")
    assert {column: whole[column] for column in CATALOGUE_COLUMNS} == NUMBERS
    assert found[3]["emotion"] is None


def test_the_tables_of_all_formats_say_the_same(client: TestClient, tracks: dict[str, UUID]) -> None:
    said = rows(client)
    as_csv = list(csv.DictReader(io.StringIO(client.get("/export?format=csv").text)))
    as_parquet = pq.read_table(io.BytesIO(client.get("/export?format=parquet").content)).to_pylist()
    assert as_parquet == said
    assert [row["title"] for row in as_csv] == [row["title"] for row in said]
    assert tuple(as_csv[0]) == COLUMNS
    assert float(as_csv[0]["tempo"]) == 0.5
    assert as_csv[1]["tempo"] == ""


def test_a_mood_is_exported_alone_and_a_person_moves_a_track_into_it(
    client: TestClient, tracks: dict[str, UUID], judge: Judge
) -> None:
    assert [row["title"] for row in rows(client, emotion="sad")] == ["Für & <Elise>", "Hymn"]
    judge(tracks["torn"], "ada", "sad", AnnotatorKind.PERSON)
    assert [row["decided_by"] for row in rows(client, emotion="sad")] == ["import", "import", "person"]


def test_playlists_name_the_files_and_can_be_read_again(
    client: TestClient, tracks: dict[str, UUID], ports: ApiPorts
) -> None:
    path = str(ports.library.roots[0] / "rock" / "Für & Elise.wav")
    (m3u,) = read_m3u(client.get("/export?format=m3u").content)
    (xspf,) = read_xspf(client.get("/export?format=xspf").content)
    assert (m3u.location, m3u.title, m3u.artist) == (path, "Für & <Elise>", "Vox")
    assert (xspf.title, xspf.artist) == ("Für & <Elise>", "Vox")
    assert local_paths(xspf.location) == [path]


def test_paths_are_those_of_the_persons_own_machine(folder: Path) -> None:
    library = MusicLibrary([folder], host_path=Path("/home/ada/Music"))
    assert library.host_path(f"{folder.name}/rock/a.wav") == "/home/ada/Music/rock/a.wav"
    assert library.host_path("elsewhere/a.wav") == "elsewhere/a.wav"


def test_an_export_longer_than_a_page_holds_every_track_once(client: TestClient, ports: ApiPorts, store: Store) -> None:
    def fill(session: Any) -> None:
        for n in range(1_100):
            TrackRepository(session).register_track(
                CollectedTrack(refs=(SourceRef("table", f"t#{n}"),), title=f"Ode {n}")
            )

    store.transact("test.fill", fill)
    titles = [row["title"] for row in rows(client)]
    assert sorted(titles) == sorted(f"Ode {n}" for n in range(1_100))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("format=exe", "unknown_format"),
        ("emotion=angry", "unknown_emotion"),
        ("taxonomy=x", "unknown_taxonomy"),
        ("library=mine", "invalid_request"),
    ],
)
def test_an_export_of_what_there_is_not_is_refused(client: TestClient, asked: str, code: str) -> None:
    answer = client.get(f"/export?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def talk_files(client: TestClient) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(client.get("/export/talk").content)) as tar:
        contents: dict[str, bytes] = {}
        for member in tar:
            file = tar.extractfile(member)
            assert file is not None, f"{member.name} is no file"
            contents[member.name] = file.read()
        return contents


def test_the_talks_layout_has_its_tables_and_vectors(client: TestClient, tracks: dict[str, UUID]) -> None:
    files = talk_files(client)
    tables = {
        f"{m}{s}.csv"
        for m in ("calm", "sad", "energetic", "happy")
        for s in ("", "_no_duplicates", "_no_duplicates_no_nan")
    }
    assert set(files) == tables | {f"sad_vectors/{SPOTIFY_ID}.npy"}
    mel = np.load(io.BytesIO(files[f"sad_vectors/{SPOTIFY_ID}.npy"]), allow_pickle=False)
    assert np.array_equal(mel, MEL)


def test_the_talks_tables_differ_as_their_names_say(client: TestClient, tracks: dict[str, UUID]) -> None:
    files = {
        name: list(csv.DictReader(io.StringIO(content.decode())))
        for name, content in talk_files(client).items()
        if name.endswith(".csv")
    }
    ids = {name: [row["id"] for row in table] for name, table in files.items()}
    assert ids["sad.csv"] == [SPOTIFY_ID, SPOTIFY_ID, str(tracks["bare"]), str(tracks["torn"])], "a row a judgement"
    assert ids["calm.csv"] == [str(tracks["torn"])]
    assert ids["sad_no_duplicates.csv"] == [SPOTIFY_ID, str(tracks["bare"])], "the torn one has no label"
    assert ids["sad_no_duplicates_no_nan.csv"] == [SPOTIFY_ID]
    row = files["sad_no_duplicates.csv"][0]
    assert (row[""], row["key"], row["duration_ms"], row["tempo"]) == ("0", "7", "180000", "0.5")
    assert (row["binary_label"], row["multiclass_label"]) == ("-1", "1")


def test_the_report_counts_moods_sources_annotators_and_conflicts(client: TestClient, tracks: dict[str, UUID]) -> None:
    report = client.get("/dataset/report").json()
    assert (report["n_tracks"], report["n_labelled"], report["n_with_audio"], report["n_conflicts"]) == (4, 2, 1, 1)
    assert report["moods"]["sad"] == {"tracks": 2, "audio": 1, "features": 1, "catalogue": 1}
    assert report["moods"]["unlabelled"]["tracks"] == 2
    assert report["sources"]["spotify"] == {"sad": 1}
    assert [(who["name"], who["emotions"]) for who in report["annotators"]] == [
        ("table a", {"sad": 3}),
        ("table b", {"sad": 1, "calm": 1}),
    ]
    assert report["conflicts_by_pair"] == {"calm / sad": 1}
    assert report["conflicts"][0]["track_id"] == str(tracks["torn"])
    assert report["conflicts"][0]["label"] is None


def test_the_report_spreads_each_feature_by_mood(client: TestClient, tracks: dict[str, UUID]) -> None:
    features = client.get("/dataset/report").json()["features"]
    assert set(features) == set(CATALOGUE_COLUMNS)
    assert features["key"]["moods"] == {"sad": {"n": 1, "quantiles": [7.0] * 5, "counts": [1]}}
    assert sum(features["energy"]["moods"]["sad"]["counts"]) == 1


def test_the_report_counts_what_may_be_duplicates(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> None:
    twins = [add_track(title=title, artist="Vox", isrc="USRC17607839") for title in ("Ode", " ODE", "Hymn")]
    for track_id in twins[:2]:
        analyse(ports, track_id, "aa")
    found = client.get("/dataset/report").json()["duplicates"]
    assert found == {"same_audio": 1, "same_title_and_artist": 1, "same_isrc": 2}


def test_the_report_is_one_page_with_figures_that_asks_for_nothing_else(
    client: TestClient, tracks: dict[str, UUID], add_track: AddTrack, judge: Judge
) -> None:
    judge(add_track(title="<script>alert(1)</script>"), "table $x$ <b>", "happy")
    judge(tracks["torn"], "<i>", "happy", AnnotatorKind.PERSON)
    page = client.get("/dataset/report.html").text
    assert page.count("<svg") == 4
    assert "Für &amp; &lt;Elise&gt;" not in page, "only tracks in conflict are listed"
    assert "Elegy" in page
    assert "<script" not in page
    assert "<i>" not in page
    assert 'src="http' not in page
    assert "<link" not in page


def test_an_empty_library_says_what_to_do_first(client: TestClient) -> None:
    assert client.get("/dataset/report").json()["n_tracks"] == 0
    assert "mer crawl" in client.get("/dataset/report.html").text
    assert rows(client) == []


def test_a_report_of_nothing_but_the_demo_library_says_that_it_is_left_out(
    client: TestClient, add_track: AddTrack
) -> None:
    for title in ("Made up", "Made up too"):
        add_track(title=title, synthetic=True)

    report, page = client.get("/dataset/report").json(), client.get("/dataset/report.html").text

    assert report["n_tracks"] == 0
    assert report["left_out"].startswith("2 synthetic tracks of the demo library are left out: the library `synthetic`")
    assert report["left_out"] in page


def test_a_track_of_computed_columns_counts_by_those_that_a_model_reads_of_them(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    whole, quiet = add_track(title="Ode"), add_track(title="Hush")
    computed = extracted_features.catalogue()
    without_energy = computed | {"energy": CatalogueValue(name="energy", value=None, status=ValueStatus.NULL)}
    extracted_features.save(
        ports,
        extracted_features.extraction(ports, whole, seed=1, catalogue=computed),
        extracted_features.extraction(ports, quiet, seed=2, catalogue=without_energy),
    )

    report = client.get("/dataset/report").json()

    assert (report["n_tracks"], report["n_with_catalogue"]) == (2, 1)


def test_tracks_that_wait_for_their_answer_are_counted_over_the_libraries_in_one_taxonomy(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    """Each library has a champion of its own: of both together the report sums what each of them has not answered."""
    real = [add_track(title="Ode")]
    made_up = [add_track(title=title, synthetic=True) for title in ("Made up", "Made up too")]

    def write_rows(repositories: Repositories) -> None:
        for track_id in (*real, *made_up):
            repositories.tracks.save_catalogue(track_id, NUMBERS, origin="table")

    ports.store.transact("test.rows", write_rows)
    publish(ports, train(inputs="catalogue", taxonomy="binary"), judged=real[0])
    for taxonomy in ("binary", "mood4"):
        publish(ports, train(inputs="catalogue", taxonomy=taxonomy, synthetic=True), judged=made_up[0])

    reports = {which: client.get(f"/dataset/report?library={which}").json() for which in ("real", "synthetic", "all")}

    assert {which: (report["taxonomy"], report["n_not_scored"]) for which, report in reports.items()} == {
        "real": ("binary", 1),
        "synthetic": ("mood4", 2),
        "all": ("binary", 3),
    }


def test_the_demo_library_is_reported_apart(client: TestClient, add_track: AddTrack, tracks: dict[str, UUID]) -> None:
    add_track(title="Made up", synthetic=True)
    reports = {which: client.get(f"/dataset/report?library={which}").json() for which in ("real", "synthetic", "all")}
    assert {which: (report["n_tracks"], report["n_left_out"]) for which, report in reports.items()} == {
        "real": (4, 1),
        "synthetic": (1, 4),
        "all": (5, 0),
    }
    assert reports["all"]["left_out"] is None
    assert [row["title"] for row in rows(client, library="synthetic")] == ["Made up"]


def test_an_export_leaves_out_by_length_and_by_name(client: TestClient, add_track: AddTrack) -> None:
    for title, duration_s in (
        ("Ode", 200.0),
        ("Intro", 200.0),
        ("Introspection", 200.0),
        ("Long", 4000.0),
        ("Bit", 5.0),
    ):
        add_track(title=title, duration_s=duration_s)
    add_track(title="Unknown", duration_s=None)
    asked = {"format": "jsonl", "min_s": 30, "max_s": 900, "exclude": ["intro", "b*"]}
    rows = [json.loads(line) for line in client.get("/export", params=asked).text.splitlines()]
    assert [row["title"] for row in rows] == ["Ode", "Introspection", "Unknown"]
