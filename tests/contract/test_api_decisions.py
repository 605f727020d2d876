"""One question, one answer: what stands for a track, who decided and by which model, wherever it is asked."""

import csv
import io
import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.scorer.scoring import score_tracks
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage
from shared.domain.track import CATALOGUE_COLUMNS
from shared.fingerprints.matching import FingerprintMatch
from shared.settings import WorkSettings
from shared.store.features.fingerprints import AlikeTracks, FingerprintRepository
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.models.training_predictions import TrainingAnswers
from shared.store.tables import JobItem
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.contract.conftest import AddTrack
from tests.support.problem_answers import problem
from tests.support.published_models import SPEC, Judged, features_of, publish, train

ADA = Annotator(AnnotatorKind.PERSON, "ada")
TABLE, OTHER_TABLE = (Annotator(AnnotatorKind.IMPORT, name) for name in ("a table", "another table"))
CAREFUL, SLOPPY, THIRD = (Annotator(AnnotatorKind.PLAYLIST, name) for name in ("careful", "sloppy", "third"))

Expected = tuple[str | None, str | None, str | None]
"""Emotion, who decided, and what the champion's prediction rests on."""


@pytest.fixture(scope="module")
def champion() -> TrainedCandidate:
    return train()


@pytest.fixture(scope="module")
def newer_champion() -> TrainedCandidate:
    """Of catalogue columns, and promoted later: it takes calm for sad and sad for calm."""
    return train(inputs="catalogue", seed=1, swapped={"calm": "sad", "sad": "calm"})


@pytest.fixture(scope="module")
def contrary() -> TrainedCandidate:
    """Of descriptors too: it takes calm for sad and sad for calm."""
    return train(seed=2, swapped={"calm": "sad", "sad": "calm"})


@dataclass(frozen=True, kw_only=True)
class Song:
    """What a track sounds like (None: it has no audio), who says what of it, and what is expected to stand."""

    expected: Expected
    sounds: str | None = None
    says: tuple[tuple[Annotator, str], ...] = ()
    has_catalogue: bool = False


SONGS: Mapping[str, Song] = {
    "a person against model and table": Song(
        sounds="sad", says=((TABLE, "sad"), (ADA, "happy")), expected=("happy", "person", "held_out")
    ),
    "a person who corrected themselves": Song(
        sounds="sad", says=((ADA, "sad"), (ADA, "calm")), expected=("calm", "person", "held_out")
    ),
    "a person without audio": Song(says=((ADA, "sad"), (TABLE, "calm")), expected=("sad", "person", None)),
    "a table against the model": Song(sounds="sad", says=((TABLE, "happy"),), expected=("sad", "model", "held_out")),
    "the model alone": Song(sounds="energetic", expected=("energetic", "model", "held_out")),
    "a table without audio": Song(says=((TABLE, "calm"),), expected=("calm", "import", None)),
    "playlists of unlike weight without audio": Song(
        says=((CAREFUL, "sad"), (SLOPPY, "happy"), (TABLE, "calm")), expected=("sad", "playlist", None)
    ),
    "tables that contradict each other evenly": Song(
        says=((TABLE, "calm"), (OTHER_TABLE, "sad")), expected=(None, None, None)
    ),
    "nothing known": Song(expected=(None, None, None)),
    "a training track": Song(sounds="sad", says=((TABLE, "sad"),), expected=("calm", "model", "out_of_fold")),
    "numbers that only the newer champion reads": Song(
        has_catalogue=True, says=((TABLE, "happy"),), expected=("happy", "import", None)
    ),
    "what both champions read": Song(sounds="calm", has_catalogue=True, expected=("calm", "model", "held_out")),
}


@dataclass(frozen=True, kw_only=True)
class Library:
    """The songs as tracks."""

    tracks: dict[str, UUID] = field(default_factory=dict)
    champion: UUID

    def name_of(self, track_id: str) -> str:
        return next(name for name, found in self.tracks.items() if str(found) == track_id)


@pytest.fixture
def library(
    ports: ApiPorts, add_track: AddTrack, champion: TrainedCandidate, newer_champion: TrainedCandidate
) -> Library:
    tracks = {name: make(ports, add_track, name, song) for name, song in SONGS.items()}
    agree(ports, add_track)
    training = tracks["a training track"]
    judged = [Judged(track_id=training, target="sad", group="g", probabilities=sure_of("calm"))]
    first = publish(ports, champion, judged=judged)
    second = publish(ports, newer_champion, judged=training)
    score(ports, first)
    score(ports, second)
    return Library(tracks=tracks, champion=first)


def make(ports: ApiPorts, add_track: AddTrack, name: str, song: Song) -> UUID:
    track_id = add_track(title=name, artist=f"artist of {name}")

    def write(session: Any) -> None:
        if song.sounds:
            FeatureRepository(session, spec=SPEC).save_extractions([heard(track_id, song.sounds)])
        for who, emotion in song.says:
            AnnotationRepository(session).append_annotation(track_id, who, taxonomy="mood4", emotion=emotion)
        if song.has_catalogue:
            values = features_of(song.sounds or "sad", taxonomy="mood4", rng=np.random.default_rng(5))
            TrackRepository(session).save_catalogue(
                track_id, dict(zip(CATALOGUE_COLUMNS, values, strict=True)), origin="table"
            )

    ports.store.transact("test.song", write)
    return track_id


def heard(track_id: UUID, emotion: str, *, audio_sha256: str | None = None) -> ExtractedFeatures:
    return ExtractedFeatures(
        track_id=track_id,
        descriptors=features_of(emotion, taxonomy="mood4", rng=np.random.default_rng(5)),
        audio_sha256=audio_sha256 or secrets.token_hex(32),
        duration_s=30.0,
        n_damaged_packets=0,
        arrays=(),
    )


def agree(ports: ApiPorts, add_track: AddTrack) -> None:
    """On eight tracks of the demo library a third playlist says what the careful one says, and never the sloppy one."""
    for n in range(8):
        track_id = add_track(title=f"beside {n}", artist=f"beside {n}", synthetic=True)
        for who, emotion in ((CAREFUL, "sad"), (THIRD, "sad"), (SLOPPY, "happy")):
            ports.store.transact(
                "test.agree",
                lambda s, t=track_id, w=who, e=emotion: AnnotationRepository(s).append_annotation(
                    t, w, taxonomy="mood4", emotion=e
                ),
            )


def sure_of(emotion: str) -> list[float]:
    return (np.eye(4)[MOOD4.emotion_index(emotion)] * 0.6 + 0.1).tolist()


def score(ports: ApiPorts, model_id: UUID) -> None:
    """Let the scorer do what a promotion would have scheduled."""
    with ports.store.read() as session:
        model = ModelRepository(session).get_by_id(model_id)
    assert model is not None
    ports.store.transact("test.schedule", lambda session: ScoreRepository(session).schedule_library(model, why="test"))
    with ports.store.read() as session:
        waiting = session.scalars(select(JobItem.id).where(JobItem.stage == Stage.SCORE, JobItem.state == "queued"))
        message = ItemsMessage(tuple(waiting))
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    score_tracks(message, bench=bench, blobs=ports.blobs, champions=ports.champions)


def of_emotion(client: TestClient, library: Library) -> dict[str, Expected]:
    """By `/tracks/<id>/emotion`; where nothing is known it refuses."""
    found: dict[str, Expected] = {}
    for name, track_id in library.tracks.items():
        answer = client.get(f"/tracks/{track_id}/emotion")
        body = answer.json() if answer.status_code == 200 else {"emotion": None, "decided_by": None, "basis": None}
        if answer.status_code == 200:
            assert (body["model"] is None) is (body["predicted"] is None) is (body["basis"] is None)
            assert body["model"] is None or body["model"]["id"] == str(library.champion)
        found[name] = (body["emotion"], body["decided_by"], body["basis"])
    return found


def of_list(client: TestClient, library: Library) -> dict[str, Expected]:
    items = client.get("/tracks", params={"synthetic": False, "limit": 100}).json()["items"]
    assert {item["model_id"] for item in items} <= {str(library.champion), None}
    return {library.name_of(item["id"]): (item["emotion"], item["decided_by"], item["basis"]) for item in items}


def of_one_track(client: TestClient, library: Library) -> dict[str, Expected]:
    items = [client.get(f"/tracks/{track_id}").json() for track_id in library.tracks.values()]
    return {library.name_of(item["id"]): (item["emotion"], item["decided_by"], item["basis"]) for item in items}


def of_filtered_lists(client: TestClient, library: Library) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(library.tracks)
    for emotion in MOOD4.emotions:
        for item in client.get("/tracks", params={"emotion": emotion, "synthetic": False}).json()["items"]:
            assert found[library.name_of(item["id"])] is None, "in one list only"
            found[library.name_of(item["id"])] = emotion
    return found


def of_export(client: TestClient, library: Library, form: str) -> dict[str, Expected]:
    text = client.get("/export", params={"format": form}).text
    rows = [json.loads(line) for line in text.splitlines()] if form == "jsonl" else csv.DictReader(io.StringIO(text))
    return {
        library.name_of(row["id"]): (row["emotion"] or None, row["decided_by"] or None, row["basis"] or None)
        for row in rows
    }


def of_similar(client: TestClient, library: Library) -> dict[str, Expected]:
    """Of the tracks that have audio."""
    found: dict[str, Expected] = {}
    for name in ("the model alone", "what both champions read"):
        params = {"by": "descriptors", "limit": 100}
        for item in client.get(f"/tracks/{library.tracks[name]}/similar", params=params).json()["items"]:
            found[library.name_of(item["track_id"])] = (item["emotion"], item["decided_by"], item["basis"])
    return found


def test_every_place_says_the_same_of_the_same_tracks(client: TestClient, library: Library) -> None:
    expected = {name: song.expected for name, song in SONGS.items()}
    assert of_list(client, library) == expected
    assert of_emotion(client, library) == expected
    assert of_list(client, library) == expected, "asking changes nothing"
    assert of_one_track(client, library) == expected
    assert of_filtered_lists(client, library) == {name: emotion for name, (emotion, _, _) in expected.items()}
    for form in ("jsonl", "csv"):
        assert of_export(client, library, form) == expected
    assert of_similar(client, library) == {name: song.expected for name, song in SONGS.items() if song.sounds}
    tally: dict[str, Counter[str]] = {}
    for emotion, decided_by, _ in expected.values():
        tally.setdefault(emotion or "undecided", Counter())[decided_by or "undecided"] += 1
    assert client.get("/dataset/report").json()["decisions"] == {name: dict(n) for name, n in tally.items()}


@pytest.mark.parametrize("emotion", MOOD4.emotions)
def test_playlists_and_similar_tracks_of_an_emotion_are_those_that_are_decided_so(
    client: TestClient, library: Library, emotion: str
) -> None:
    decided = {name for name, song in SONGS.items() if song.expected[0] == emotion}
    rows = client.get("/export", params={"format": "jsonl", "emotion": emotion}).text.splitlines()
    assert {library.name_of(json.loads(row)["id"]) for row in rows} == decided
    asked = library.tracks["the model alone"]
    params = {"by": "descriptors", "emotion": emotion, "limit": 100}
    items = client.get(f"/tracks/{asked}/similar", params=params).json()["items"]
    assert {library.name_of(item["track_id"]) for item in items} == {
        name for name in decided if SONGS[name].sounds and name != "the model alone"
    }


def test_labels_weigh_the_same_in_a_track_in_an_export_in_the_report_and_in_an_evaluation(
    client: TestClient, library: Library, evaluated: Callable[..., dict[str, Any]]
) -> None:
    name = "playlists of unlike weight without audio"
    labels = client.get(f"/tracks/{library.tracks[name]}").json()["labels"]
    assert next(label["emotion"] for label in labels if label["taxonomy"] == "mood4") == "sad"
    row = next(json.loads(r) for r in client.get("/export?format=jsonl").text.splitlines() if name in r)
    assert (row["label"], row["annotator"]) == ("sad", "careful")
    (conflict,) = [
        found
        for found in client.get("/dataset/report").json()["conflicts"]
        if found["track_id"] == str(library.tracks[name])
    ]
    assert conflict["label"] == "sad"
    job = evaluated(library.champion, annotator_kind="playlist")
    assert "'labelled': 1" in client.get(f"/jobs/{job['id']}/items").json()["items"][0]["detail"]


def test_a_list_by_judgement_has_what_somebody_said_whoever_decided(client: TestClient, library: Library) -> None:
    found = client.get("/tracks", params={"judged_as": "happy", "synthetic": False}).json()["items"]
    assert {library.name_of(item["id"]) for item in found} == {
        name for name, song in SONGS.items() if "happy" in {emotion for _, emotion in song.says}
    }
    both = client.get("/tracks", params={"judged_as": "happy", "emotion": "sad", "synthetic": False}).json()["items"]
    assert {library.name_of(item["id"]) for item in both} == {
        "a table against the model",
        "playlists of unlike weight without audio",
    }


def test_a_list_by_decision_is_read_in_pages_without_gaps_or_repetitions(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, champion: TrainedCandidate
) -> None:
    tracks = [
        make(ports, add_track, f"song {n}", Song(sounds=MOOD4.emotions[n % 3], expected=(None,) * 3))
        for n in range(130)
    ]
    for n in range(0, 130, 2):
        client.put(f"/tracks/{tracks[n]}/annotations/ada", json={"emotion": "calm"})
    for n in range(0, 130, 4):
        client.put(f"/tracks/{tracks[n]}/annotations/ada", json={"emotion": "sad"})
    score(ports, publish(ports, champion, judged=tracks[0]))
    expected = [str(t) for n, t in enumerate(tracks) if n % 4 == 2 or (n % 2 and MOOD4.emotions[n % 3] == "calm")]
    for limit in (7, 50):
        seen: list[str] = []
        cursor = None
        while True:
            query: dict[str, Any] = {"emotion": "calm", "limit": limit} | ({"cursor": cursor} if cursor else {})
            page = client.get("/tracks", params=query).json()
            assert len(page["items"]) <= limit
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == expected


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ({"emotion": "bored"}, "calm, sad"),
        ({"emotion": "Q1", "taxonomy": "mood4"}, "calm, sad"),
        ({"emotion": ["Q1", "sad"]}, "Q1, Q2"),
    ],
)
def test_a_list_by_a_word_that_the_taxonomy_has_not_is_refused(
    shared_client: TestClient, query: dict[str, Any], known: str
) -> None:
    assert known in problem(shared_client.get("/tracks", params=query), 422, "unknown_emotion")


def test_words_of_another_taxonomy_are_listed_in_that_one(client: TestClient, library: Library) -> None:
    track_id = library.tracks["nothing known"]
    client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "Q2", "taxonomy": "quadrant4"})
    (item,) = client.get("/tracks", params={"emotion": "Q2"}).json()["items"]
    assert (item["id"], item["taxonomy"], item["emotion"]) == (str(track_id), "quadrant4", "Q2")
    positive = client.get("/tracks", params={"emotion": "positive", "taxonomy": "binary", "synthetic": False})
    assert {library.name_of(item["id"]) for item in positive.json()["items"]} == {
        "a person against model and table",
        "a table against the model",
        "numbers that only the newer champion reads",
    }


def test_a_label_answers_where_no_model_does_and_without_any_the_refusal_says_why(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    imported = make(ports, add_track, "imported", Song(says=((TABLE, "calm"),), expected=("calm", "import", None)))
    said = client.get(f"/tracks/{imported}/emotion").json()
    assert (said["emotion"], said["decided_by"], said["model"]) == ("calm", "import", None)
    assert (said["predicted"], said["probabilities"], said["prediction_set"]) == (None, {}, None)
    assert said["label"]["annotator"]["name"] == "a table"
    problem(client.get(f"/tracks/{add_track()}/emotion"), 409, "no_model")


def test_a_model_that_is_asked_for_by_name_answers_or_says_why_it_cannot(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, champion: TrainedCandidate
) -> None:
    bare = make(ports, add_track, "bare", Song(says=((TABLE, "calm"),), expected=("calm", "import", None)))
    model_id = publish(ports, champion, judged=bare, promote=False)
    problem(client.get(f"/tracks/{bare}/emotion", params={"model": str(model_id)}), 422, "no_audio")
    assert client.get(f"/tracks/{bare}/emotion").json()["decided_by"] == "import"


def test_exports_lists_and_the_report_say_how_many_are_not_scored_yet(
    client: TestClient, ports: ApiPorts, library: Library, add_track: AddTrack
) -> None:
    def counts() -> tuple[int, str, int]:
        return (
            client.get("/tracks", params={"synthetic": False}).json()["n_not_scored"],
            client.get("/export").headers["Mer-Not-Scored"],
            client.get("/dataset/report").json()["n_not_scored"],
        )

    assert counts() == (0, "0", 0), "a track without audio waits for nothing"
    for n in range(3):
        make(ports, add_track, f"new {n}", Song(sounds="sad", expected=("sad", "model", "held_out")))
    assert counts() == (3, "3", 3)
    score(ports, library.champion)
    assert counts() == (0, "0", 0)


@pytest.mark.parametrize("asked", ["at once", "after the library was scored"])
def test_a_training_track_is_answered_out_of_fold_and_without_such_an_answer_by_the_fitted_model(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, champion: TrainedCandidate, asked: str
) -> None:
    tracks = [make(ports, add_track, f"song {n}", Song(sounds="sad", expected=(None,) * 3)) for n in range(6)]
    stored, cut, merged, alike, encoded, far = tracks
    absorbed = make(ports, add_track, "absorbed", Song(sounds="sad", expected=(None,) * 3))
    judged = [
        Judged(track_id=stored, target="sad", group="g", probabilities=sure_of("calm")),
        Judged(track_id=cut, target="sad", group="g", probabilities=[1.0]),
        Judged(track_id=absorbed, target="sad", group="g", probabilities=sure_of("happy")),
    ]

    def write(session: Any) -> None:
        MergeRepository(session).unite_pairs(
            [MergePair(one=merged, other=absorbed, reason=MergeReason.PERSON, who="ada")], keep=merged
        )
        audio = FeatureRepository(session, spec=SPEC).get_own(stored)
        assert audio is not None
        FeatureRepository(session, spec=SPEC).save_extractions([heard(alike, "sad", audio_sha256=audio.audio_sha256)])
        # another encoding of the sound of `absorbed`, and what only resembles it
        match = FingerprintMatch(offset=0, bit_error_rate=0.1, level_deviation_db=0.2, overlap=1.0)
        pairs = [(encoded, match), (far, replace(match, bit_error_rate=0.3))]
        FingerprintRepository(session).save_pairs(
            [AlikeTracks(one=merged, other=other, match=found) for other, found in pairs]
        )

    model_id = publish(ports, champion, judged=judged)
    ports.store.transact("test.merge", write)
    other = make(ports, add_track, "other", Song(sounds="sad", expected=(None,) * 3))
    if asked != "at once":
        score(ports, model_id)
    said = [client.get(f"/tracks/{track_id}/emotion").json() for track_id in (*tracks, other)]
    assert [(one["predicted"], one["basis"]) for one in said] == [
        ("calm", "out_of_fold"),
        ("sad", "in_sample"),
        ("happy", "out_of_fold"),
        ("calm", "out_of_fold"),
        ("happy", "out_of_fold"),
        ("sad", "held_out"),
        ("sad", "held_out"),
    ]
    assert list(said[0]["probabilities"].values()) == pytest.approx(sure_of("calm"))
    listed = client.get("/tracks").json()["items"]
    assert [(item["predicted"], item["basis"]) for item in listed] == [(one["predicted"], one["basis"]) for one in said]


def test_a_promoted_newcomer_is_asked_everywhere_at_the_same_moment(
    client: TestClient, ports: ApiPorts, library: Library, contrary: TrainedCandidate
) -> None:
    newcomer = publish(ports, contrary, judged=library.tracks["nothing known"])
    assert client.get("/tracks").json()["n_not_scored"] > 0
    assert {json.loads(row)["predicted"] for row in client.get("/export?format=jsonl").text.splitlines()} == {None}
    score(ports, newcomer)
    name = "what both champions read"
    expected = ("sad", "model", "held_out")
    assert of_emotion(client, Library(tracks={name: library.tracks[name]}, champion=newcomer))[name] == expected
    by_newcomer = Library(tracks=library.tracks, champion=newcomer)
    assert of_list(client, by_newcomer)[name] == of_export(client, by_newcomer, "csv")[name] == expected


TAGS_AND_POINT = {"tags": ("Slow", "dark"), "valence": -0.5, "arousal": 0.25}


@pytest.mark.parametrize("kind", [AnnotatorKind.IMPORT, AnnotatorKind.PLAYLIST, AnnotatorKind.PERSON])
def test_tags_and_valence_arousal_of_annotators_stand_where_no_model_answers(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, kind: AnnotatorKind
) -> None:
    annotated, bare = add_track(), add_track()
    who = Annotator(kind, "somebody")
    ports.store.transact(
        "test.say", lambda s: AnnotationRepository(s).append_annotation(annotated, who, **TAGS_AND_POINT)
    )
    tags = client.get(f"/tracks/{annotated}/tags").json()
    assert (tags["tags"], tags["decided_by"], tags["model"]) == (["dark", "slow"], kind.value, None)
    assert (tags["predicted"], tags["probabilities"], tags["basis"]) == (None, {}, None)
    point = client.get(f"/tracks/{annotated}/valence-arousal").json()
    assert (point["valence"], point["arousal"], point["quadrant"]) == (-0.5, 0.25, "Q2")
    assert (point["decided_by"], point["model"], point["predicted"], point["basis"]) == (kind.value, None, None, None)
    for route in ("tags", "valence-arousal"):
        problem(client.get(f"/tracks/{bare}/{route}"), 409, "no_model")


def test_a_song_that_is_sent_in_and_sounds_like_a_training_track_has_its_out_of_fold_answer(
    ports: ApiPorts, add_track: AddTrack, champion: TrainedCandidate
) -> None:
    track_id = make(ports, add_track, "learned", Song(sounds="sad", expected=(None,) * 3))
    judged = [Judged(track_id=track_id, target="sad", group="g", probabilities=sure_of("calm"))]
    model_id = publish(ports, champion, judged=judged)
    with ports.store.read() as session:
        model, features = (
            ModelRepository(session).get_by_id(model_id),
            FeatureRepository(session, spec=SPEC).get_own(track_id),
        )
        assert model is not None
        assert features is not None
        answer = TrainingAnswers(session, model).get_by_audio(features.audio_sha256)
        assert answer is not None
        assert (answer.basis, answer.probabilities) == ("out_of_fold", pytest.approx(sure_of("calm")))
        assert TrainingAnswers(session, model).get_by_audio("another sound") is None
