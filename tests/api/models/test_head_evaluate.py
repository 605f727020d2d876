"""Published models of tags, and of valence and arousal, on labelled tracks that they have not learned from."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.store.tracks.annotations import AnnotationRepository
from tests.api.conftest import AddTrack, Evaluated
from tests.support.featurized_tracks import featurize_track
from tests.support.published_models import Judged, publish
from tests.unit.trainer.heads import TAGS, placed, tagged, trained, training_set

TABLE = Annotator(AnnotatorKind.IMPORT, "table.csv")
PLANE = ("valence", "arousal")
Hear = Callable[..., UUID]


@pytest.fixture(scope="module")
def tagger() -> TrainedCandidate:
    x, y = tagged()
    return trained(training_set(x, y, kind="tags", outputs=TAGS, synthetic=False), "logistic")


@pytest.fixture(scope="module")
def placer() -> TrainedCandidate:
    x, y = placed()
    data = training_set(x, y, kind="dimensions", outputs=PLANE, synthetic=False)
    return trained(data, "svm")


@pytest.fixture
def hear(ports: ApiPorts, add_track: AddTrack) -> Hear:
    """`hear(row, artist=…, tags=…)`: a track with these descriptors, and what somebody said of it."""

    def make(row: np.ndarray, *, artist: str, says: Annotator = TABLE, sha: str | None = None, **said: Any) -> UUID:
        track_id = add_track(artist=artist)
        featurize_track(ports, track_id, descriptors=row.tolist(), audio_sha256=sha)
        ports.store.transact_session(
            "test.said", lambda session: AnnotationRepository(session).append_annotation(track_id, says, **said)
        )
        return track_id

    return make


def words(row: np.ndarray) -> list[str]:
    """The tags of a row, and one that the model does not know, for a track without any says nothing."""
    return ["other", *(tag.upper() for tag, has in zip(TAGS, row, strict=True) if has)]


def test_a_tagger_is_ranked_against_the_prevalence_on_tracks_that_are_new_to_it(
    client: TestClient, ports: ApiPorts, tagger: TrainedCandidate, hear: Hear, evaluated: Evaluated
) -> None:
    x, y = tagged(n=60, seed=5)
    trained_on = hear(x[0], artist="Known", sha="a" * 64, tags=["dark"])
    learned = Judged(track_id=trained_on, target="dark", group="known", probabilities=[0.5] * 3, numbers=[1.0, 0, 0])
    model = publish(ports, tagger, judged=[learned])
    hear(x[1], artist="Known", tags=["slow"])
    hear(x[2], artist="Cover Band", sha="a" * 64, tags=["slow"])
    hear(x[3], artist="Sayer", emotion="sad", taxonomy="mood4")
    for n in range(60):
        hear(x[n], artist=f"new {n // 2}", tags=words(y[n]))
    assert evaluated(model)["state"] == "done"
    (found,) = client.get(f"/models/{model}/evaluations").json()["items"]
    assert found["counts"] == {
        "labelled": 63,
        "in_training": 1,
        "artist_in_training": 1,
        "fingerprint_in_training": 0,
        "audio_in_training_or_not_scorable": 1,
        "judged": 60,
        "not_compared": 60,
    }
    metrics = found["metrics"]
    assert metrics["pr_auc"]["low"] > metrics["chance"]["pr_auc"]["value"]
    for tag, column in zip(TAGS, y.T, strict=True):
        assert column.mean() < metrics["chance"]["per_class"][tag]["pr_auc"] < column.mean() + 0.1
        assert metrics["per_class"][tag]["support"] == column.sum()
    assert metrics["thresholds"] == {tag: tagger.card.metrics["thresholds"][tag] for tag in TAGS}
    assert metrics["tags_left_out"] == {}


def test_a_tag_that_all_or_none_of_the_tracks_have_is_left_out_and_named(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, tagger: TrainedCandidate, hear: Hear, evaluated: Evaluated
) -> None:
    model = publish(ports, tagger, judged=add_track())
    x, y = tagged(n=20, seed=6)
    for n in range(20):
        hear(x[n], artist=f"new {n}", tags=["party", *(["dark"] if y[n, 0] else [])])
    evaluated(model)
    (found,) = client.get(f"/models/{model}/evaluations").json()["items"]
    assert found["metrics"]["classes"] == ["dark"]
    assert found["metrics"]["tags_left_out"] == {
        "slow": {"tracks_with": 0, "tracks_without": 20},
        "party": {"tracks_with": 20, "tracks_without": 0},
    }


def test_places_are_compared_with_the_mean_of_other_artists_by_annotator(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, placer: TrainedCandidate, hear: Hear, evaluated: Evaluated
) -> None:
    model = publish(ports, placer, judged=add_track())
    x, y = placed(n=60, seed=7)
    ada = Annotator(AnnotatorKind.PERSON, "ada")
    for n, (valence, arousal) in enumerate(y.tolist()):
        hear(x[n], artist=f"new {n // 2}", valence=valence, arousal=arousal)
        hear(x[n], artist=f"hers {n // 2}", says=ada, valence=-valence, arousal=-arousal)
    evaluated(model, annotator_kind="import")
    evaluated(model, annotator="ada")
    hers, theirs = client.get(f"/models/{model}/evaluations").json()["items"]
    assert (theirs["counts"]["judged"], hers["counts"]["judged"]) == (60, 60)
    assert theirs["metrics"]["r2"]["low"] > 0.3
    assert theirs["metrics"]["chance"]["r2"]["value"] < 0
    assert hers["metrics"]["r2"]["value"] < 0, "she hears them otherwise"
    assert set(theirs["metrics"]["per_class"]) == set(PLANE)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("tags", [{"tags": ["other"]}] * 4),
        ("tags", [{"tags": ["dark"]}] * 4),
        ("tags", [{"emotion": "sad", "taxonomy": "mood4"}] * 4),
        ("dimensions", [{"tags": ["dark"]}] * 4),
        ("dimensions", [{"valence": 0.5}] * 4),
        ("dimensions", [{"valence": 0.5, "arousal": 0.5}]),
    ],
)
def test_nothing_that_says_anything_is_a_failed_job_with_its_reason(
    client: TestClient,
    ports: ApiPorts,
    add_track: AddTrack,
    tagger: TrainedCandidate,
    placer: TrainedCandidate,
    hear: Hear,
    evaluated: Evaluated,
    kind: str,
    said: list[dict[str, Any]],
) -> None:
    model = publish(ports, tagger if kind == "tags" else placer, judged=add_track())
    x, _ = tagged(n=len(said), seed=8)
    for n, what in enumerate(said):
        hear(x[n], artist=f"new {n}", **what)
    job = evaluated(model)
    assert (job["items"]["failed"], job["reasons"]) == (1, {"nothing_to_judge": 1})
    assert client.get(f"/models/{model}/evaluations").json()["items"] == []


def test_the_report_shows_what_came_out_on_other_tracks(
    client: TestClient,
    ports: ApiPorts,
    add_track: AddTrack,
    tagger: TrainedCandidate,
    placer: TrainedCandidate,
    hear: Hear,
    evaluated: Evaluated,
) -> None:
    tags, places = (publish(ports, one, judged=add_track()) for one in (tagger, placer))
    (x, y), (u, v) = tagged(n=16, seed=9), placed(n=16, seed=9)
    for n in range(16):
        hear(x[n], artist=f"tagged {n}", tags=words(y[n]))
        hear(u[n], artist=f"rated {n}", valence=float(v[n, 0]), arousal=float(v[n, 1]))
    for model, heading in ((tags, "tagged tracks that were new to it"), (places, "rated tracks that were new to it")):
        assert heading not in client.get(f"/models/{model}/report.html").text
        evaluated(model, source="table")
        page = client.get(f"/models/{model}/report.html").text
        assert heading in page
        assert "source table" in page
        assert client.get(f"/models/{model}/report").json()["evaluations"][0]["counts"]["judged"] == 16
