"""Models on the values of audio taggers, from training to answers: rows of the store, no network is run."""

import io
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from rich.console import Console
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.cli.views.models import show_model
from services.featurizer.descriptors import DESCRIPTORS
from services.scorer.scoring import score_tracks
from services.trainer.handlers import train_candidates
from shared.arrays import Tensor
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.dataset import AUDIO_TAGS, TAGGED_DESCRIPTORS, TAGGER_INPUTS
from shared.domain.emotion import MOOD4
from shared.domain.file_tags import FileTags
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.taggers import CHORDS, MUSICNN, TaggerSpec, list_versions
from shared.domain.track import CollectedTrack, SourceRef
from shared.inference.model_inputs import read_upload_row
from shared.settings import StoreSettings, WorkSettings
from shared.store import Store, open_store
from shared.store.features.repository import ExtractedFeatures
from shared.store.features.tagger_outputs import encode_outputs
from shared.store.repositories import Repositories
from shared.store.tables import Model, Prediction, Upload
from shared.worker.context import WorkerContext
from tests.api.conftest import asking, ports_of
from tests.conftest import TEMPLATE, Servers
from tests.support.queued_items import queued_items

TAGGERS = (MUSICNN, CHORDS)
VERSIONS = list_versions(TAGGERS)
N_TRACKS = 64
TABLE = Annotator(AnnotatorKind.IMPORT, "moods.csv")
UNITS = [descriptor.unit for descriptor in DESCRIPTORS]
NAMES = [descriptor.name for descriptor in DESCRIPTORS]
pytestmark = pytest.mark.slow


def values_of(emotion: str, *, seed: int) -> dict[str, Tensor]:
    """What taggers would say: noise, and in the first four tags which emotion it is."""
    rng = np.random.default_rng(seed)
    outputs = {spec.name: rng.normal(size=spec.n_values).astype(np.float32) for spec in TAGGERS}
    outputs["musicnn"][:50] += 4 * np.eye(4)[MOOD4.emotion_index(emotion)].repeat(13)[:50].astype(np.float32)
    return outputs


def features_of(track_id: UUID, *, seed: int) -> ExtractedFeatures:
    """Descriptors that say nothing of the emotion."""
    return ExtractedFeatures(
        track_id=track_id,
        descriptors=np.random.default_rng(seed).normal(size=len(DESCRIPTORS)).tolist(),
        audio_sha256=f"{seed:064x}",
        duration_s=30.0,
        n_damaged_packets=0,
        arrays=(),
    )


@dataclass(frozen=True, eq=False)
class TaggedLibrary:
    """Labelled tracks with descriptors and audio tags, and a champion on each input."""

    ports: ApiPorts
    client: TestClient
    bench: WorkerContext
    job: dict[str, Any]
    models: dict[str, dict[str, Any]]
    """By input, as `/models/<id>` shows it."""

    def add(self, emotion: str, *, seed: int, tagged: bool = True, spec: Any = None) -> UUID:
        """A track that nobody labelled."""
        return add_track(self.ports, emotion, seed=seed, label=False, tagged=tagged, spec=spec)

    def tag(self, track_id: UUID, emotion: str, *, taggers: tuple[TaggerSpec, ...] = TAGGERS) -> None:
        tag_track(self.ports.store, track_id, emotion, seed=track_id.int % 1000, versions=list_versions(taggers))

    def emotion(self, track_id: UUID, inputs: str) -> Any:
        return self.client.get(f"/tracks/{track_id}/emotion", params={"model": self.models[inputs]["id"]})

    def score_new(self, inputs: str) -> set[UUID]:
        """Score what is due as the beat would, and say of which tracks there are predictions."""

        def schedule(repositories: Repositories) -> list[int]:
            model = repositories.models.get_by_id(UUID(self.models[inputs]["id"]))
            assert model is not None
            scheduled = repositories.scores.schedule_new(model)
            return list(scheduled[1]) if scheduled else []

        items = self.ports.store.transact("test.schedule", schedule)
        if items:
            score_tracks(
                ItemsMessage(tuple(items)), bench=self.bench, blobs=self.ports.blobs, champions=self.ports.champions
            )
        with self.ports.store.read_session() as session:
            query = select(Prediction.track_id).where(Prediction.model_id == UUID(self.models[inputs]["id"]))
            return set(session.scalars(query))


def tag_track(store: Store, track_id: UUID, emotion: str, *, seed: int, versions: dict[str, str] = VERSIONS) -> None:
    outputs = {name: values for name, values in values_of(emotion, seed=seed).items() if name in versions}
    store.transact(
        "test.tag",
        lambda repositories: repositories.tagger_outputs.save_outputs({track_id: outputs}, versions=versions),
    )


def add_track(
    ports: ApiPorts, emotion: str, *, seed: int, label: bool = True, tagged: bool = True, spec: Any = None
) -> UUID:
    spec = spec or ports.spec

    def write(repositories: Repositories) -> UUID:
        piece = CollectedTrack(
            refs=(SourceRef("table", f"moods.csv#{secrets.token_hex(6)}"),),
            title=f"Ode {seed}",
            artist=f"vox {seed // 2}",
            tags_of_file=FileTags(year=2020).to_json() if seed % 2 else None,
        )
        track_id = repositories.tracks.register_track(piece).track_id
        features = repositories.features(spec=spec.fingerprint)
        features.declare_spec(asdict(spec), descriptor_names=NAMES, descriptor_units=UNITS)
        features.save_extractions([features_of(track_id, seed=seed)])
        if label:
            repositories.annotations.append_annotation(track_id, TABLE, taxonomy="mood4", emotion=emotion)
        return track_id

    track_id = ports.store.transact("test.add", write)
    if tagged:
        tag_track(ports.store, track_id, emotion, seed=seed)
    return track_id


@pytest.fixture(scope="module")
def library(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TaggedLibrary]:
    name, folder = f"mer_tags_{secrets.token_hex(4)}", tmp_path_factory.mktemp("tags")
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    ports = ports_of(store, servers.celery_url, folder)
    for n in range(N_TRACKS):
        add_track(ports, MOOD4.emotions[n // 2 % 4], seed=n)
    add_track(ports, "calm", seed=9000, tagged=False)
    bench = WorkerContext(store=store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    with asking(ports) as client:
        body = {"estimators": ["svm"], "inputs": ["descriptors", *TAGGER_INPUTS], "taxonomy": "mood4"}
        job = client.post("/train", json=body)
        assert job.status_code == 202, job.text
        train_candidates(JobMessage(job.json()["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec, taggers=TAGGERS)
        score_tracks(queued_items(ports, Stage.SCORE), bench=bench, blobs=ports.blobs, champions=ports.champions)
        models = {
            row["inputs"]: client.get(f"/models/{row['id']}").json() for row in client.get("/models").json()["items"]
        }
        yield TaggedLibrary(ports, client, bench, client.get(job.headers["Location"]).json(), models)
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


def test_both_inputs_become_champions_that_name_their_taggers(library: TaggedLibrary) -> None:
    assert set(library.models) == {"descriptors", *TAGGER_INPUTS}
    n_values = MUSICNN.n_values + CHORDS.n_values
    for inputs, n_before in ((AUDIO_TAGS, 0), (TAGGED_DESCRIPTORS, len(DESCRIPTORS))):
        model, card = library.models[inputs], library.models[inputs]["card"]
        assert model["state"] == "champion", model["metrics"]["promotion"]
        assert {name: card["stage_fingerprints"][name] for name in VERSIONS} == VERSIONS
        assert ("descriptors" in card["stage_fingerprints"]) == (n_before > 0)
        assert card["feature_names"][n_before:] == [*MUSICNN.value_names, *CHORDS.value_names]
        assert card["n_features"] == n_before + n_values
        assert card["data_counts"]["taggers"] == VERSIONS
        assert card["data_counts"]["without_inputs"][AUDIO_TAGS] == 1, "a track without tags is not learned from"
        assert card["hyperparameters"]["C"] == 3.0
        assert set(card["taggers"]) == set(VERSIONS)
        assert any(MUSICNN.trained_on in limit for limit in card["limits"])
        assert model["metrics"]["export_max_difference"] <= 1e-5
    assert library.models["descriptors"]["card"]["taggers"] == {}


def test_the_figure_without_taggers_is_that_of_the_candidate_of_the_same_training(library: TaggedLibrary) -> None:
    alone = library.models["descriptors"]["metrics"]["macro_f1"]
    for inputs in TAGGER_INPUTS:
        without = library.models[inputs]["metrics"]["without_taggers"]
        assert without["macro_f1"] == alone
        assert without["gain"]["theirs"] == pytest.approx(alone["value"])
        assert without["gain"]["low"] > 0, "the descriptors say nothing here, the tags do"
    rows = library.client.get(f"/jobs/{library.job['id']}/leaderboard").json()["models"]
    shown = {row["inputs"]: row["without_taggers"] for row in rows}
    assert shown == {"descriptors": None, **dict.fromkeys(TAGGER_INPUTS, alone["value"])}


def test_songs_that_are_later_than_the_taggers_have_a_figure_of_their_own(library: TaggedLibrary) -> None:
    model = library.models[AUDIO_TAGS]
    songs = model["metrics"]["later_songs"]
    assert (songs["after"], songs["n_unknown"]) == (CHORDS.trained_until, N_TRACKS // 2)
    assert (songs["later"]["n_songs"], songs["earlier"]["n_songs"]) == (N_TRACKS // 2, 0)
    assert library.client.get(f"/models/{model['id']}/report").json()["later_songs"] == songs
    page = library.client.get(f"/models/{model['id']}/report.html").text
    assert f"Songs that came out after {CHORDS.trained_until} cannot have been among theirs." in page
    console = Console(width=400, record=True, file=io.StringIO())
    show_model(console, model)
    text = console.export_text()
    assert f"songs after {CHORDS.trained_until}, which no tagger learned from: " in text
    assert "earlier ones: 0, no figure (it takes 50 songs by 10 artists)" in text
    assert "later_songs" not in library.models["descriptors"]["metrics"]


def test_the_report_says_what_others_trained_on_and_the_figure_without(library: TaggedLibrary) -> None:
    model = library.models[AUDIO_TAGS]
    report = library.client.get(f"/models/{model['id']}/report").json()
    assert report["taggers"]["musicnn"]["trained_on"] == MUSICNN.trained_on
    assert report["without_taggers"] == model["metrics"]["without_taggers"]
    page = library.client.get(f"/models/{model['id']}/report.html").text
    assert MUSICNN.trained_on in page
    assert (
        f"and without taggers, on descriptors and the same folds, <b>{report['without_taggers']['gain']['theirs']:.3f}"
        in page
    )
    console = Console(width=400, record=True, file=io.StringIO())
    show_model(console, model)
    text = console.export_text()
    assert "reads audio taggers (chords, musicnn), which others trained" in text
    assert f"without them macro F1 is {report['without_taggers']['gain']['theirs']:.3f}" in text
    plain = library.client.get(f"/models/{library.models['descriptors']['id']}/report").json()
    assert (plain["taggers"], plain["without_taggers"]) == ({}, None)


@pytest.mark.parametrize("inputs", TAGGER_INPUTS)
def test_a_track_is_scored_when_it_has_tags_and_not_before(library: TaggedLibrary, inputs: str) -> None:
    track_id = library.add("sad", seed=5000 + len(inputs), tagged=False)
    assert track_id not in library.score_new(inputs)
    refused = library.emotion(track_id, inputs)
    assert (refused.status_code, refused.json()["code"]) == (422, "no_audio_tags")
    assert "none of musicnn, chords yet" in refused.json()["detail"]
    library.tag(track_id, "sad", taggers=(MUSICNN,))
    assert track_id not in library.score_new(inputs), "a part of the taggers is not enough"
    assert "none of chords yet" in library.emotion(track_id, inputs).json()["detail"]
    library.tag(track_id, "sad")
    assert library.emotion(track_id, inputs).json()["emotion"] == "sad"
    other = library.add("happy", seed=6000 + len(inputs))
    assert other in library.score_new(inputs)
    assert library.emotion(other, inputs).json()["emotion"] == "happy"


@pytest.mark.parametrize("inputs", TAGGER_INPUTS)
def test_values_of_another_version_are_refused_as_outdated_and_never_read(library: TaggedLibrary, inputs: str) -> None:
    track_id = library.add("calm", seed=7000 + len(inputs), tagged=False)
    library.tag(track_id, "calm", taggers=(replace(MUSICNN, version=MUSICNN.version + 1), CHORDS))
    assert track_id not in library.score_new(inputs)
    refused = library.emotion(track_id, inputs)
    assert (refused.status_code, refused.json()["code"]) == (422, "outdated")
    assert "this track's musicnn were made by another version than the model reads" in refused.json()["detail"]
    library.tag(track_id, "calm")
    assert library.emotion(track_id, inputs).json()["emotion"] == "calm"


def test_a_model_on_tags_alone_minds_no_version_of_the_descriptors(library: TaggedLibrary) -> None:
    spec = library.ports.spec
    later = replace(spec, descriptors=replace(spec.descriptors, version=spec.descriptors.version + 100))
    track_id = library.add("happy", seed=8000, spec=later)
    assert track_id in library.score_new(AUDIO_TAGS)
    assert library.emotion(track_id, AUDIO_TAGS).json()["emotion"] == "happy"
    refused = library.emotion(track_id, TAGGED_DESCRIPTORS)
    assert (refused.status_code, refused.json()["code"]) == (422, "outdated")
    assert "descriptors" in refused.json()["detail"]


def test_new_descriptors_drop_what_read_them_and_leave_what_reads_tags_alone(library: TaggedLibrary) -> None:
    track_id = library.add("energetic", seed=8100)
    for inputs in TAGGER_INPUTS:
        assert library.emotion(track_id, inputs).status_code == 200
    changed = features_of(track_id, seed=8101)
    library.ports.store.transact(
        "test.change",
        lambda repositories: repositories.features(spec=library.ports.spec.fingerprint).save_extractions([changed]),
    )
    assert predicted(library, track_id) == {AUDIO_TAGS}
    library.tag(track_id, "calm", taggers=(replace(MUSICNN, version=MUSICNN.version + 5),))
    assert predicted(library, track_id) == {AUDIO_TAGS}, "no model reads that version"
    library.tag(track_id, "calm")
    assert predicted(library, track_id) == set(), "other tags drop what read them"


def predicted(library: TaggedLibrary, track_id: UUID) -> set[str]:
    """The inputs of the models that have a prediction of the track."""
    with library.ports.store.read_session() as session:
        query = select(Model.inputs).join(Prediction, Prediction.model_id == Model.id)
        return set(session.scalars(query.where(Prediction.track_id == track_id)))


def test_a_song_that_is_sent_in_is_read_as_a_track_is(library: TaggedLibrary) -> None:
    outputs, descriptors = values_of("sad", seed=1), features_of(UUID(int=0), seed=1).descriptors
    tags = np.concatenate(list(outputs.values()))
    spec = library.ports.spec
    song = Upload(
        name="ode.mp3",
        spec=spec.fingerprint,
        descriptors=list(descriptors),
        tagger_outputs=encode_outputs(outputs, versions=VERSIONS),
    )

    def read(kind: str, **versions: str) -> Any:
        with library.ports.store.read() as repositories:
            return read_upload_row(
                repositories, song, kind=kind, spec=spec.fingerprint, taggers={**VERSIONS, **versions}
            )

    for kind, expected in ((AUDIO_TAGS, tags), (TAGGED_DESCRIPTORS, np.concatenate([descriptors, tags]))):
        np.testing.assert_allclose(read(kind), [expected], rtol=1e-3, atol=1e-3)
        assert read(kind, musicnn="0" * 12) is None
    later = replace(spec, descriptors=replace(spec.descriptors, version=spec.descriptors.version + 200))
    library.ports.store.transact(
        "test.declare", lambda repositories: repositories.spec_stages.declare_stages(later.fingerprint, later)
    )
    song.spec = later.fingerprint
    np.testing.assert_allclose(read(AUDIO_TAGS), [tags], rtol=1e-3, atol=1e-3)
    assert read(TAGGED_DESCRIPTORS) is None, "its descriptors are of another version"


def test_without_any_tagger_a_training_says_what_to_switch_on(library: TaggedLibrary) -> None:
    job = library.client.post("/train", json={"estimators": ["svm"], "inputs": [AUDIO_TAGS], "taxonomy": "mood4"})
    train_candidates(
        JobMessage(job.json()["id"]), bench=library.bench, blobs=library.ports.blobs, spec=library.ports.spec
    )
    ended = library.client.get(job.headers["Location"]).json()
    assert ended["state"] == "failed"
    assert "name some in MER_TAGGERS" in ended["detail"]
