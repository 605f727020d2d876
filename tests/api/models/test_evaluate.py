"""A published model on labelled tracks that it has not learned from, by the scorer's own handler."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.fingerprints.matching import FingerprintMatch
from shared.store.features.fingerprints import AlikeTracks, FingerprintRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import AddTrack, Evaluated
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish

Labelled = Callable[..., UUID]


@pytest.fixture
def labelled(ports: ApiPorts, add_track: AddTrack) -> Labelled:
    """`labelled("sad", artist=…)`: a track that sounds so and is labelled so."""

    def make(
        emotion: str, *, artist: str, says: Annotator | None = None, sounds: str | None = None, sha: str | None = None
    ) -> UUID:
        track_id = add_track(artist=artist)
        who = says or Annotator(AnnotatorKind.IMPORT, "table.csv")
        featurize_emotion(ports, track_id, sounds or emotion, audio_sha256=sha)
        ports.store.transact(
            "test.labelled",
            lambda repositories: repositories.annotations.append_annotation(
                track_id, who, taxonomy="mood4", emotion=emotion
            ),
        )
        return track_id

    return make


def learned(track_id: UUID, artist: str) -> Judged:
    return Judged(track_id=track_id, target="sad", group=artist, probabilities=[0.1, 0.7, 0.1, 0.1])


def test_only_tracks_artists_and_audio_that_are_new_to_the_model_judge_it(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated
) -> None:
    trained = labelled("sad", artist="Known", sha="a" * 64)
    model = publish(ports, mood4, judged=[learned(trained, "known")])
    labelled("happy", artist="Known", sounds="sad")
    labelled("happy", artist="Cover Band", sounds="sad", sha="a" * 64)
    for n in range(20):
        labelled(MOOD4.emotions[n % 4], artist=f"new {n}")
    assert evaluated(model)["state"] == "done"
    (found,) = client.get(f"/models/{model}/evaluations").json()["items"]
    assert found["counts"] == {
        "labelled": 23,
        "in_training": 1,
        "artist_in_training": 1,
        "fingerprint_in_training": 0,
        "audio_in_training_or_not_scorable": 1,
        "judged": 20,
        "not_compared": 20,
    }
    assert found["metrics"]["n_items"] == 20
    assert found["metrics"]["macro_f1"]["value"] == 1.0
    assert found["metrics"]["chance"]["macro_f1"]["value"] < 0.5
    assert found["metrics"]["conformal"]["judged"][1]["empirical"] == 1.0


def test_a_track_is_not_new_after_a_merge_or_under_another_spelling(
    client: TestClient,
    ports: ApiPorts,
    mood4: TrainedCandidate,
    labelled: Labelled,
    add_track: AddTrack,
    evaluated: Evaluated,
) -> None:
    trained = labelled("sad", artist="The Knowns", sha="a" * 64)
    model = publish(ports, mood4, judged=[learned(trained, "theknowns")])
    before = add_track(artist="An Older Track")
    merged = labelled("sad", artist="Under Another Name")
    copy_of_audio, its_survivor = (
        labelled("sad", artist="Somebody", sha="a" * 64),
        labelled("sad", artist="Somebody Else"),
    )
    of_a_member, by_a_member = labelled("sad", artist="Yet Another"), add_track(artist="Knowns, The")
    labelled("happy", artist="KNOWNS feat. Nobody", sounds="sad")
    labelled("happy", artist="Under Another Name", sounds="sad")
    for n in range(20):
        labelled(MOOD4.emotions[n % 4], artist=f"new {n}")

    def merge(session: Any) -> None:
        for one, other, keep in (
            (before, trained, before),
            (merged, trained, before),
            (its_survivor, copy_of_audio, its_survivor),
            (of_a_member, by_a_member, of_a_member),
        ):
            MergeRepository(session).unite_pairs(
                [MergePair(one=one, other=other, reason=MergeReason.PERSON, who="the tests")], keep=keep
            )

    ports.store.transact("test.merge", merge)
    assert evaluated(model)["state"] == "done"
    counts = client.get(f"/models/{model}/evaluations").json()["items"][0]["counts"]
    assert counts == {
        "labelled": 25,
        "in_training": 1,
        "artist_in_training": 3,
        "audio_in_training_or_not_scorable": 1,
        "judged": 20,
        "fingerprint_in_training": 0,
        "not_compared": 20,
    }


def test_groups_are_brought_up_to_date_before_an_evaluation(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated
) -> None:
    model = publish(ports, mood4, judged=[learned(labelled("sad", artist="Known"), "known")])
    labelled("happy", artist="Known & Nobody", sounds="sad")
    for n in range(8):
        labelled(MOOD4.emotions[n % 4], artist=f"new {n}")
    evaluated(model)
    counts = client.get(f"/models/{model}/evaluations").json()["items"][0]["counts"]
    assert (counts["artist_in_training"], counts["judged"]) == (1, 8)


def test_a_track_that_sounds_like_one_of_the_training_does_not_judge_it(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated
) -> None:
    trained = labelled("sad", artist="Known")
    model = publish(ports, mood4, judged=[learned(trained, "known")])
    copy, far = labelled("happy", artist="Misspelt", sounds="sad"), labelled("happy", artist="Other", sounds="happy")
    alike = FingerprintMatch(offset=0, bit_error_rate=0.1, level_deviation_db=0.2, overlap=1.0)

    def write(session: Any) -> None:
        pairs = [(copy, alike), (far, replace(alike, bit_error_rate=0.3))]
        FingerprintRepository(session).save_pairs(
            [AlikeTracks(one=trained, other=other, match=match) for other, match in pairs]
        )

    ports.store.transact("test.pairs", write)
    for n in range(20):
        labelled(MOOD4.emotions[n % 4], artist=f"new {n}")
    assert evaluated(model)["state"] == "done"
    (found,) = client.get(f"/models/{model}/evaluations").json()["items"]
    assert (found["counts"]["fingerprint_in_training"], found["counts"]["judged"]) == (1, 21)
    assert found["metrics"]["macro_f1"]["value"] == 1.0


def test_a_subset_is_chosen_by_who_said_it_and_from_where_the_track_came(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated
) -> None:
    model = publish(ports, mood4, judged=labelled("calm", artist="one"))
    ada = Annotator(AnnotatorKind.PERSON, "ada")
    for n in range(8):
        labelled("sad", artist=f"hers {n}", says=ada, sounds="calm")
        labelled("sad", artist=f"theirs {n}")
    for subset, expected in (({"annotator": "ada"}, 8), ({"annotator_kind": "import"}, 9), ({"source": "table"}, 17)):
        evaluated(model, **subset)
        latest = client.get(f"/models/{model}/evaluations").json()["items"][0]
        assert (latest["subset"], latest["counts"]["judged"]) == (subset, expected)
    hers = client.get(f"/models/{model}/evaluations").json()["items"][2]
    assert hers["metrics"]["accuracy"]["value"] == 0.0, "she hears them otherwise"


def test_nothing_that_is_new_is_a_failed_job_with_the_counts(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated
) -> None:
    model = publish(ports, mood4, judged=[learned(labelled("sad", artist="Known"), "known")])
    job = evaluated(model, since="2020-01-01T00:00:00Z")
    assert (job["items"]["failed"], job["reasons"]) == (1, {"nothing_to_judge": 1})
    assert "'in_training': 1" in client.get(f"/jobs/{job['id']}/items").json()["items"][0]["detail"]
    assert client.get(f"/models/{model}/evaluations").json()["items"] == []


@pytest.mark.parametrize(
    "since",
    [
        "2020-01-01T00:00:00+23:59",
        "2020-01-01T00:00:00-23:59",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:00:00-02:00",
    ],
)
def test_a_time_may_have_any_offset(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, labelled: Labelled, evaluated: Evaluated, since: str
) -> None:
    model = publish(ports, mood4, judged=[learned(labelled("sad", artist="Known"), "known")])
    job = evaluated(model, since=since)
    assert job["reasons"] == {"nothing_to_judge": 1}, "PostgreSQL took it"


def test_a_period_without_a_moment_has_nothing_to_judge(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    model = publish(ports, mood4, judged=add_track())
    period = {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    problem(client.post(f"/models/{model}/evaluate", json=period), 409, "nothing_to_judge")


@pytest.mark.parametrize(
    "subset",
    [
        {"annotator_kind": "robot"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"genre": "rock"},
        {"source": ""},
    ],
)
def test_a_subset_that_makes_no_sense_is_refused(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack, subset: dict[str, Any]
) -> None:
    model = publish(ports, mood4, judged=add_track())
    problem(client.post(f"/models/{model}/evaluate", json=subset), 422, "invalid_request")
