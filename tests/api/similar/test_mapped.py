"""Similar tracks of a library whose vectors are in a file: the same answers as without it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.featurizer.uploads import analyse_uploads
from services.scorer.similarity import keep_similarity, list_bases
from shared.blobs.remote import RemoteBlobs
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import TickMessage
from shared.errors import PermanentError
from shared.similarity.vector_index import VectorIndex
from shared.store.models.repository import ModelRepository
from shared.store.tables import Track, VectorFileRow
from shared.store.tracks.duplicates import DuplicateRepository, DuplicateSuggestion
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support import drawn_networks
from tests.support.clip_analyses import clip_analysis
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.support.queued_items import queued_items

N_TRACKS = 40
Refresh = Callable[[], None]


@pytest.fixture
def mapped_ports(ports: ApiPorts, tmp_path: Path) -> ApiPorts:
    """An API that looks for a newer file at every request."""
    clock = iter(range(0, 10**9, 60))
    return replace(ports, vectors=VectorIndex(cache=tmp_path, clock=lambda: float(next(clock))))


@pytest.fixture
def library(ports: ApiPorts, add_track: AddTrack) -> list[UUID]:
    """Tracks of ten artists in directions of their own."""
    rng = np.random.default_rng(1)
    tracks = [add_track(title=f"song {i}", artist=f"artist {i % 10}") for i in range(N_TRACKS)]
    for track_id in tracks:
        featurize_track(ports, track_id, descriptors=rng.normal(size=12).tolist())
    return tracks


@pytest.fixture
def refresh(ports: ApiPorts, bench: WorkerContext) -> Refresh:
    """What the scorer does a few times a minute."""
    bases = list_bases(ports.spec, ())
    return lambda: keep_similarity(TickMessage("score"), bench=bench, blobs=ports.blobs, bases=bases, least=1)


def is_mapped(ports: ApiPorts) -> bool:
    return bool(ports.vectors._sections)


def ask(client: TestClient, track_id: UUID, **query: Any) -> bytes:
    answer = client.get(f"/tracks/{track_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


@pytest.mark.slow
def test_answers_are_the_same_to_the_byte(
    ports: ApiPorts, mapped_ports: ApiPorts, client: TestClient, library: list[UUID], refresh: Refresh
) -> None:
    model_id = publish(ports, drawn_networks.candidate(), judged=library[0])

    def tell(session: Any) -> None:
        emotions = ("happy", "sad", "calm", "tense")
        ModelRepository(session).save_predictions(
            {"track_id": track_id, "model_id": model_id, "probabilities": [1.0], "emotion": emotions[i % 4]}
            for i, track_id in enumerate(library)
        )
        pairs = [DuplicateSuggestion(one=library[1], other=library[2], score=0.9, why="alike")]
        DuplicateRepository(session).suggest_pairs(pairs)

    ports.store.transact_session("test.tell", tell)
    client.put(f"/tracks/{library[5]}/annotations/ada", json={"taxonomy": "mood4", "emotion": "sad"})
    queries: list[dict[str, Any]] = [
        {},
        {"limit": 200, "per_artist": 200},
        {"limit": 3, "per_artist": 2, "other_artists": True},
        {"emotion": "sad"},
        {"emotion": "sad", "limit": 1},
        {"by": "descriptors", "missing": "include"},
        {"missing": "only"},
    ]
    before = [[ask(client, track_id, **query) for query in queries] for track_id in library[:3]]
    refresh()
    with asking(mapped_ports) as mapped:
        after = [[ask(mapped, track_id, **query) for query in queries] for track_id in library[:3]]
    assert is_mapped(mapped_ports)
    assert after == before


def test_what_changed_since_the_file_was_written_counts_at_once(
    ports: ApiPorts, mapped_ports: ApiPorts, library: list[UUID], refresh: Refresh
) -> None:
    """Labels, merges and missing files are read with the answer; only new vectors wait for the next file."""
    refresh()
    with asking(mapped_ports) as client:

        def list_ids(track_id: UUID, **query: Any) -> list[UUID]:
            answer = json.loads(ask(client, track_id, limit=200, per_artist=200, **query))
            return [UUID(item["track_id"]) for item in answer["items"]]

        assert set(list_ids(library[0])) == set(library[1:])
        client.put(f"/tracks/{library[7]}/annotations/ada", json={"taxonomy": "mood4", "emotion": "sad"})
        assert list_ids(library[0], emotion="sad", taxonomy="mood4") == [library[7]]
        pair = MergePair(one=library[8], other=library[9], reason=MergeReason.PERSON, who="ada")
        ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
        gone = update(Track).where(Track.id == library[10]).values(missing_since=Track.created_at)
        ports.store.transact_session("test.lose", lambda session: session.execute(gone))
        left = set(library[1:]) - {library[9], library[10]}
        assert set(list_ids(library[0])) == left - {library[8]}, "a merge takes the vector of who stands for both"
        refresh()
        assert set(list_ids(library[0])) == left
        assert set(list_ids(library[0], missing="include")) == set(library[1:]) - {library[9]}
        assert client.get(f"/tracks/{library[9]}/similar", follow_redirects=False).status_code == 307
        assert is_mapped(mapped_ports)


def test_a_new_track_and_one_that_sounds_otherwise_now_are_found_when_the_file_is_written_anew(
    ports: ApiPorts, mapped_ports: ApiPorts, library: list[UUID], add_track: AddTrack, refresh: Refresh
) -> None:
    refresh()
    rng = np.random.default_rng(1)
    like_the_first = (rng.normal(size=12) * 1.01).tolist()
    new = add_track(title="new", artist="somebody")
    with asking(mapped_ports) as client:

        def list_nearest() -> list[str]:
            return [item["track_id"] for item in json.loads(ask(client, library[0], limit=2))["items"]]

        before = list_nearest()
        featurize_track(ports, new, descriptors=like_the_first)
        assert list_nearest() == before, "the file is what is searched"
        assert ask(client, new), "its own vector is in no file yet"
        refresh()
        assert list_nearest()[0] == str(new)
        featurize_track(ports, library[0], descriptors=(-np.array(like_the_first)).tolist())
        assert list_nearest()[0] != str(new), "its vector in the file is outdated, and is not used"


def test_a_file_is_written_when_vectors_changed_and_two_are_kept(
    ports: ApiPorts, library: list[UUID], refresh: Refresh
) -> None:
    def list_keys() -> list[str]:
        with ports.store.read_session() as session:
            return list(session.scalars(select(VectorFileRow.key).order_by(VectorFileRow.id)))

    refresh()
    (first,) = list_keys()
    refresh()
    assert list_keys() == [first], "nothing has changed"
    for i in range(3):
        featurize_track(ports, library[i], descriptors=[float(i + j) for j in range(12)])
        refresh()
    keys = list_keys()
    assert len(keys) == 2
    assert all(ports.blobs.get(key) for key in keys)
    with pytest.raises(PermanentError):
        ports.blobs.get(first)


def test_what_cannot_be_asked_is_refused_as_without_a_file(
    mapped_ports: ApiPorts, library: list[UUID], add_track: AddTrack, refresh: Refresh
) -> None:
    refresh()
    silent = add_track()
    with asking(mapped_ports) as client:
        ask(client, library[0])
        problem(client.get(f"/tracks/{silent}/similar"), 409, "no_features")
        problem(client.get(f"/tracks/{UUID(int=5)}/similar"), 404, "not_found")
        problem(client.get(f"/tracks/{library[0]}/similar", params={"emotion": "blue"}), 422, "unknown_emotion")
        problem(client.get(f"/tracks/{library[0]}/similar", params={"by": "taggers"}), 422, "no_audio_tags")


def test_a_song_that_is_sent_in_is_compared_with_the_file(
    mapped_ports: ApiPorts, client: TestClient, library: list[UUID], bench: WorkerContext, refresh: Refresh
) -> None:
    descriptors = np.random.default_rng(1).normal(size=12).astype(np.float32)
    sent = client.post("/similar", params={"wait_s": 0}, files={"file": ("a song.mp3", b"song")})
    message, spec = queued_items(mapped_ports, Stage.UPLOAD), FeatureSpec()
    analysis = clip_analysis(descriptors=descriptors)
    analyse_uploads(message, bench=bench, blobs=mapped_ports.blobs, spec=spec, analyse=lambda _: analysis)
    queries: list[dict[str, Any]] = [{}, {"limit": 5, "per_artist": 3}]
    before = [client.get(sent.headers["Location"], params=query).json() for query in queries]
    refresh()
    with asking(mapped_ports) as mapped:
        after = [mapped.get(sent.headers["Location"], params=query).json() for query in queries]
    assert is_mapped(mapped_ports)
    assert after == before
    assert before[0]["items"][0]["title"] == "song 0"


def test_where_blobs_are_on_another_machine_the_latest_file_is_copied(
    mapped_ports: ApiPorts, bench: WorkerContext, library: list[UUID], tmp_path: Path
) -> None:
    remote = replace(mapped_ports, blobs=RemoteBlobs(f"memory://{tmp_path.name}"))
    bases = list_bases(remote.spec, ())
    with asking(remote) as client:
        for i in range(2):
            featurize_track(remote, library[i], descriptors=[float(i + j) for j in range(12)])
            keep_similarity(TickMessage("score"), bench=bench, blobs=remote.blobs, bases=bases, least=1)
            ask(client, library[3])
            assert is_mapped(remote)
            assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_two_scorers_do_not_write_at_the_same_time(ports: ApiPorts, library: list[UUID], refresh: Refresh) -> None:
    with ports.store.read() as repositories:
        assert repositories.vector_files.hold_writing()
        refresh()
    with ports.store.read() as repositories:
        assert repositories.vector_files.get_latest() is None
    refresh()
    with ports.store.read() as repositories:
        assert repositories.vector_files.get_latest() is not None
