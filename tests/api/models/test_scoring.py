"""From a real little model to the emotion of a track."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.catalogue import COMPUTED_INPUTS, CatalogueValue, ValueStatus
from shared.domain.emotion import MOOD4, TAXONOMIES
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import Reason
from shared.inference.batch import read_span
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.items import ItemOutcome, JobItemRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository, TrackSpan
from shared.store.repositories import Repositories
from shared.store.tracks.annotations import AnnotationRepository
from tests.api.conftest import AddTrack
from tests.support.extracted_features import extraction, save
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import SPEC, features_of, publish, train

Heard = Callable[..., UUID]


@pytest.fixture(scope="module")
def synthetic() -> TrainedCandidate:
    return train(synthetic=True)


@pytest.fixture(scope="module")
def catalogue() -> TrainedCandidate:
    return train(inputs="catalogue")


@pytest.fixture(scope="module")
def binary() -> TrainedCandidate:
    return train(taxonomy="binary", seed=1)


@pytest.fixture
def heard(ports: ApiPorts, add_track: AddTrack) -> Heard:
    """`heard("sad")`: a track whose descriptors lie where that emotion's do."""

    def hear(emotion: str, **said: Any) -> UUID:
        track_id = add_track(**said)
        featurize_emotion(ports, track_id, emotion)
        return track_id

    return hear


def ask(client: TestClient, track_id: UUID, **query: str) -> Any:
    answer = client.get(f"/tracks/{track_id}/emotion", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("emotion", MOOD4.emotions)
def test_a_track_has_the_emotion_that_its_sound_is_nearest_to(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate, emotion: str
) -> None:
    track_id = heard(emotion)
    model_id = publish(ports, mood4, judged=track_id)
    said = ask(client, track_id)
    assert (said["emotion"], said["predicted"], said["decided_by"]) == (emotion, emotion, "model")
    assert list(said["probabilities"]) == list(MOOD4.emotions)
    assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert max(said["probabilities"], key=said["probabilities"].get) == emotion
    assert (said["model"]["id"], said["model"]["version"]) == (str(model_id), 1)
    assert said["model"]["href"] == f"/models/{model_id}"
    assert (said["label"], said["synthetic"]) == (None, False)
    assert ask(client, track_id) == said


def test_a_persons_word_decides_and_what_the_model_says_is_still_shown(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate
) -> None:
    track_id = heard("sad")
    publish(ports, mood4, judged=track_id)
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "happy"})
    said = ask(client, track_id)
    assert (said["emotion"], said["decided_by"], said["predicted"]) == ("happy", "person", "sad")
    assert said["label"]["annotator"] == {"kind": "person", "name": "ada"}


@pytest.mark.parametrize("kind", [AnnotatorKind.PLAYLIST, AnnotatorKind.IMPORT])
def test_a_playlist_or_a_table_does_not_decide(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate, kind: AnnotatorKind
) -> None:
    track_id = heard("sad")
    publish(ports, mood4, judged=track_id)
    who = Annotator(kind, "others")
    ports.store.transact_session(
        "test.label",
        lambda s: AnnotationRepository(s).append_annotation(track_id, who, taxonomy="mood4", emotion="happy"),
    )
    said = ask(client, track_id)
    assert (said["emotion"], said["decided_by"], said["label"]["emotion"]) == ("sad", "model", "happy")


def test_new_features_are_asked_about_anew(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate
) -> None:
    track_id = heard("sad")
    publish(ports, mood4, judged=track_id)
    assert ask(client, track_id)["emotion"] == "sad"
    featurize_emotion(ports, track_id, "energetic")
    assert ask(client, track_id)["emotion"] == "energetic"


@pytest.mark.parametrize("damage", ["other bytes", "cut off", "gone"])
def test_an_artefact_that_is_not_what_was_published_never_answers(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate, damage: str
) -> None:
    track_id = heard("sad")
    model_id = publish(ports, mood4, judged=track_id)
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
    assert model is not None
    whole = ports.blobs.get(model.artefact_key)
    if damage == "gone":
        ports.blobs.delete(model.artefact_key)
    else:
        ports.blobs.put(model.artefact_key, whole[:-100] if damage == "cut off" else whole[:-1] + b"?")
    problem(client.get(f"/tracks/{track_id}/emotion"), 500, "corrupt_artefact")
    ports.blobs.put(model.artefact_key, whole)
    assert ask(client, track_id)["emotion"] == "sad"


@pytest.mark.parametrize("of_the_demo", [True, False])
def test_a_model_of_one_library_never_answers_for_the_other(
    client: TestClient,
    ports: ApiPorts,
    heard: Heard,
    mood4: TrainedCandidate,
    synthetic: TrainedCandidate,
    *,
    of_the_demo: bool,
) -> None:
    other, own = heard("sad", synthetic=not of_the_demo), heard("sad", synthetic=of_the_demo)
    publish(ports, synthetic if of_the_demo else mood4, judged=own)
    assert "POST /train" in problem(client.get(f"/tracks/{other}/emotion"), 409, "no_model")
    assert ask(client, own)["synthetic"] is of_the_demo


def test_a_taxonomy_without_a_champion_is_a_conflict_and_without_a_wish_any_champion_answers(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate, binary: TrainedCandidate
) -> None:
    track_id = heard("calm")
    publish(ports, binary, judged=track_id)
    assert '"taxonomy": "mood4"' in problem(client.get(f"/tracks/{track_id}/emotion?taxonomy=mood4"), 409, "no_model")
    assert ask(client, track_id)["taxonomy"] == "binary"
    assert set(ask(client, track_id)["probabilities"]) == set(TAXONOMIES["binary"].emotions)
    publish(ports, mood4, judged=track_id)
    assert ask(client, track_id)["taxonomy"] == "mood4"
    assert ask(client, track_id, taxonomy="binary")["taxonomy"] == "binary"


def test_a_persons_mood_decides_in_the_smaller_taxonomy_too(
    client: TestClient, ports: ApiPorts, heard: Heard, binary: TrainedCandidate
) -> None:
    track_id = heard("calm")
    publish(ports, binary, judged=track_id)
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "happy"})
    assert ask(client, track_id)["emotion"] == "positive"


def test_a_catalogue_model_answers_for_the_origin_that_it_learned_from_and_refuses_another(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, catalogue: TrainedCandidate
) -> None:
    known, unknown = add_track(), add_track()
    values = features_of("happy", taxonomy="mood4", rng=np.random.default_rng(5))
    row = dict(zip(CATALOGUE_COLUMNS, values, strict=True))

    def write_rows(repositories: Repositories) -> None:
        for track_id, origin in ((known, "table"), (unknown, "elsewhere")):
            repositories.tracks.save_catalogue(track_id, row, origin=origin)

    ports.store.transact("test.rows", write_rows)
    publish(ports, catalogue, judged=known)
    assert ask(client, known)["emotion"] == "happy"
    detail = problem(client.get(f"/tracks/{unknown}/emotion"), 422, "unknown_origin")
    assert "elsewhere" in detail
    assert "table" in detail


def computed_row(ports: ApiPorts, track_id: UUID, emotion: str, *, seed: int = 5) -> None:
    """What the featurizer computes of a track: the catalogue columns of an emotion, none of what is never computed."""
    numbers = features_of(emotion, taxonomy="mood4", rng=np.random.default_rng(seed))
    values = dict(zip(CATALOGUE_COLUMNS, numbers, strict=True))
    found = {
        name: CatalogueValue(name=name, value=value, status=ValueStatus.PROXY)
        for name, value in values.items()
        if name in COMPUTED_INPUTS
    }
    save(ports, extraction(ports, track_id, seed=seed, catalogue=found))


def test_a_model_of_computed_columns_reads_those_that_every_track_has_and_no_others(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    candidate = train(inputs="catalogue", origin="computed")
    heard, told, both = (add_track() for _ in range(3))
    for seed, track_id in enumerate((heard, both)):
        computed_row(ports, track_id, "happy", seed=seed)
    delivered = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)

    def write_rows(repositories: Repositories) -> None:
        for track_id in (told, both):
            repositories.tracks.save_catalogue(track_id, delivered, origin="table")

    ports.store.transact("test.rows", write_rows)

    model_id = publish(ports, candidate, judged=heard)

    assert candidate.card.feature_names == COMPUTED_INPUTS
    assert candidate.card.metrics["export_max_difference"] <= 1e-5
    assert any("speechiness, liveness" in sentence for sentence in candidate.card.limits)
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        assert ScoreRepository(session).count_scorable(model) == 2
        read = read_span(session, model, candidate.card, TrackSpan(None, max(heard, told, both)), blobs=ports.blobs)
    assert set(read.track_ids) == {heard, both}
    assert [ask(client, track_id)["emotion"] for track_id in (heard, both)] == ["happy", "happy"]
    problem(client.get(f"/tracks/{told}/emotion"), 422, "unknown_origin")


def test_an_older_model_that_reads_columns_which_are_not_computed_any_more_says_that_they_are_missing(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, catalogue: TrainedCandidate
) -> None:
    track_id = add_track()
    computed_row(ports, track_id, "happy")
    older = replace(catalogue, card=replace(catalogue.card, origins=("computed",)))
    model_id = publish(ports, older, judged=track_id)

    detail = problem(client.get(f"/tracks/{track_id}/emotion"), 422, "no_catalogue_features")

    assert "13 catalogue columns" in detail
    assert "speechiness" in detail
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        assert ScoreRepository(session).count_scorable(model) == 0


@pytest.mark.slow
@pytest.mark.long
def test_a_fusion_with_computed_columns_names_them_behind_the_descriptors_and_exports() -> None:
    candidate = train(
        inputs="fusion",
        origin="computed",
        estimator="fusion",
        hyperparameters={"fusion": {"n_trees": 10, "n_rounds": 3}},
    )

    assert candidate.card.feature_names == (*(f"descriptor_{n}" for n in range(13)), *COMPUTED_INPUTS)
    assert candidate.card.metrics["export_max_difference"] <= 1e-5


def test_a_track_without_what_the_model_reads_is_refused_with_the_reason(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, heard: Heard, mood4: TrainedCandidate
) -> None:
    bare, silent = add_track(), add_track()
    publish(ports, mood4, judged=bare)
    assert "crawl" in problem(client.get(f"/tracks/{bare}/emotion"), 422, "no_audio")
    ports.store.transact_session(
        "test.failure",
        lambda s: FeatureRepository(s, spec=SPEC).save_failures([(silent, Reason.SILENT, "nothing above -70 dB")]),
    )
    assert "nothing above -70 dB" in problem(client.get(f"/tracks/{silent}/emotion"), 422, "silent")


def test_a_track_in_work_is_accepted_and_asked_for_again(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    track_id = add_track()
    publish(ports, mood4, judged=track_id)
    put_in_work(ports, track_id)
    answer = client.get(f"/tracks/{track_id}/emotion")
    assert answer.status_code == 202
    assert int(answer.headers["Retry-After"]) > 0
    body = answer.json()
    assert (body["track_id"], body["stage"], body["state"]) == (str(track_id), "featurize", "queued")
    featurize_emotion(ports, track_id, "calm")
    assert ask(client, track_id)["emotion"] == "calm"


def put_in_work(ports: ApiPorts, track_id: UUID) -> None:
    """Let a crawl's item be collected, so that it waits for the featurizer."""

    def create(session: Any) -> None:
        job, _ = JobRepository(session).create_job(JobKind.CRAWL, {"source": "demo"}, listed=True)
        ids = JobRepository(session).add_items(job.id, Stage.COLLECT, [NewItem("one", {})])
        claim = JobItemRepository(session).claim_items(ids, stage=Stage.COLLECT, worker="w:1", lease_s=60)
        on = ItemOutcome(item_id=ids[0], state=ItemState.QUEUED, track_id=track_id, next_stage=Stage.FEATURIZE)
        assert JobItemRepository(session).finish_items(claim.token, [on]) == ids

    ports.store.transact("test.in_work", create)


def test_another_model_answers_after_its_promotion_and_the_first_may_come_back(
    client: TestClient, ports: ApiPorts, heard: Heard, mood4: TrainedCandidate
) -> None:
    track_id = heard("sad")
    first = publish(ports, mood4, judged=track_id)
    second = publish(ports, mood4, judged=track_id, promote=False)
    assert ask(client, track_id)["model"]["id"] == str(first)
    for model_id, version in ((second, 2), (first, 1)):
        promoted = client.post(
            f"/models/{model_id}/promote", json={"who": "ada", "why": "I like it", "force": True}
        ).json()
        assert (promoted["state"], promoted["version"]) == ("champion", version)
        assert ask(client, track_id)["model"]["id"] == str(model_id)
    assert client.get(f"/models/{second}").json()["state"] == "retired"
    assert client.post(f"/models/{first}/promote").json()["state"] == "champion"


def test_the_list_of_models_visits_every_model_once_while_models_are_added(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, binary: TrainedCandidate
) -> None:
    track_id = add_track()
    published = [str(publish(ports, mood4, judged=track_id)) for _ in range(5)]
    publish(ports, binary, judged=track_id)
    seen: list[str] = []
    cursor = None
    while True:
        query = {"taxonomy": "mood4", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/models", params=query).json()
        seen += [model["id"] for model in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        publish(ports, mood4, judged=track_id)
    assert seen == published[::-1]


def test_a_model_shows_its_card_and_its_measure_beside_chance(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    model = client.get(f"/models/{publish(ports, mood4, judged=add_track())}").json()
    assert model["card"]["classes"] == list(MOOD4.emotions)
    assert model["metrics"]["macro_f1"]["value"] > model["metrics"]["chance"]["macro_f1"]["value"]
    assert len(model["artefact_sha256"]) == 64
