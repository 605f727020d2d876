"""Tracks that sound like a track by what audio taggers gave for them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from services.api.deps import ApiPorts
from services.api.settings import ApiSettings
from services.api.similar.projections import get_current_projection
from services.featurizer.uploads import analyse_uploads
from services.scorer.projection import project_tracks
from shared.domain.features import FeatureSpec
from shared.domain.job import BACKGROUND, JobKind, Stage
from shared.domain.taggers import CHORDS, MUSICNN, YAMNET, list_versions
from shared.settings import FeatureSettings
from shared.similarity.library_projections import TaggerBasis
from shared.store.tables import ProjectedVector, ProjectionRow
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support.clip_analyses import clip_analysis
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.queued_items import queued_items

TAGGERS = (YAMNET, CHORDS)
VERSIONS = list_versions(TAGGERS)
N_TRACKS = 12


@pytest.fixture
def tagging(ports: ApiPorts) -> ApiPorts:
    """The ports of an API with two taggers."""
    return replace(ports, features=FeatureSettings(taggers="yamnet,chords"))


@pytest.fixture
def tagged(tagging: ApiPorts) -> Iterator[TestClient]:
    with asking(tagging) as client:
        yield client


@pytest.fixture
def library(ports: ApiPorts, add_track: AddTrack) -> list[UUID]:
    """Tracks on a line by their descriptors, and on a circle in another order by what taggers gave."""
    tracks = [add_track(title=f"song {i}", artist=f"artist {i}") for i in range(N_TRACKS)]
    for i, track_id in enumerate(tracks):
        featurize_track(ports, track_id, descriptors=[float(i), float(i * i)])
        give_outputs(ports, track_id, 5 * i)
    return tracks


def outputs(i: float) -> dict[str, np.ndarray]:
    """Near to those of the numbers beside it, modulo `N_TRACKS`."""
    angle = 2 * np.pi * i / N_TRACKS
    made = {}
    for tagger in TAGGERS:
        values = np.zeros(tagger.n_values, dtype=np.float32)
        values[0::2], values[1::2] = np.cos(angle), np.sin(angle)
        if tagger is YAMNET:
            values[YAMNET.block_slice("music_share")] = 1.0
        made[tagger.name] = values
    return made


def give_outputs(ports: ApiPorts, track_id: UUID, i: float, *, versions: dict[str, str] | None = None) -> None:
    give_values(ports, track_id, outputs(i), versions=versions or VERSIONS)


def give_values(ports: ApiPorts, track_id: UUID, values: dict[str, Any], *, versions: dict[str, str]) -> None:
    ports.store.transact(
        "test.outputs",
        lambda repositories: repositories.tagger_outputs.save_outputs({track_id: values}, versions=versions),
    )


def similar(client: TestClient, track_id: UUID, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/tracks/{track_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def titles(found: dict[str, Any]) -> list[str]:
    return [item["title"] for item in found["items"]]


def test_what_taggers_gave_is_the_default_and_descriptors_can_be_asked_for(
    tagged: TestClient, client: TestClient, library: list[UUID]
) -> None:
    by_default = similar(tagged, library[0], limit=2)
    assert sorted(titles(by_default)) == ["song 5", "song 7"], "5 × 5 and 5 × 7 are 1 and 11 of 12"
    assert by_default["by"] | {"spec": ""} == {
        "kind": "taggers",
        "model": None,
        "taggers": VERSIONS,
        "spec": "",
        "dimensions": 64,
    }
    assert similar(tagged, library[0], limit=2, by="taggers") == by_default
    by_descriptors = similar(tagged, library[0], limit=2, by="descriptors")
    assert (by_descriptors["by"]["kind"], by_descriptors["by"]["taggers"]) == ("descriptors", None)
    assert titles(by_descriptors)[0] == "song 1"
    assert similar(client, library[0], limit=2) == by_descriptors, "an API without taggers"


def test_a_track_without_outputs_is_compared_by_descriptors(
    tagged: TestClient, client: TestClient, ports: ApiPorts, add_track: AddTrack, library: list[UUID]
) -> None:
    untagged, undescribed = add_track(title="untagged"), add_track(title="undescribed")
    synthetic = add_track(title="synthetic", synthetic=True)
    for track_id in (untagged, synthetic):
        featurize_track(ports, track_id, descriptors=[2.0, 4.0])
    for track_id in (untagged, synthetic):
        assert similar(tagged, track_id)["by"]["kind"] == "descriptors"
        problem(tagged.get(f"/tracks/{track_id}/similar", params={"by": "taggers"}), 422, "no_audio_tags")
    problem(tagged.get(f"/tracks/{undescribed}/similar", params={"by": "taggers"}), 409, "no_features")
    problem(client.get(f"/tracks/{library[0]}/similar", params={"by": "taggers"}), 422, "no_audio_tags")


def test_what_is_no_music_is_in_no_list_unless_somebody_gives_it_a_mood(
    tagged: TestClient, ports: ApiPorts, library: list[UUID]
) -> None:
    talk = library[5]
    silenced = outputs(25)
    silenced["yamnet"][YAMNET.block_slice("music_share")] = 0.0
    give_values(ports, talk, silenced, versions=VERSIONS)
    assert sorted(titles(similar(tagged, library[0], limit=2))) == ["song 10", "song 7"]
    assert "song 5" not in titles(similar(tagged, library[0], limit=N_TRACKS, by="descriptors"))
    answer = tagged.put(f"/tracks/{talk}/annotations/ann", json={"taxonomy": "mood4", "emotion": "sad"})
    assert answer.status_code in {200, 201}
    assert sorted(titles(similar(tagged, library[0], limit=2))) == ["song 5", "song 7"]


def test_values_of_another_version_are_not_compared(
    tagged: TestClient, ports: ApiPorts, add_track: AddTrack, library: list[UUID]
) -> None:
    older = add_track(title="older", artist="other")
    give_outputs(ports, older, 0.5, versions={**VERSIONS, "chords": "an older one"})
    found = similar(tagged, library[0], limit=50, by="taggers")
    assert len(titles(found)) == N_TRACKS - 1
    assert "older" not in titles(found)


def test_tracks_come_and_move_with_their_values(
    tagged: TestClient, ports: ApiPorts, add_track: AddTrack, library: list[UUID]
) -> None:
    similar(tagged, library[0])
    new = add_track(title="new", artist="other")
    give_outputs(ports, new, 0.1)
    assert titles(similar(tagged, library[0], limit=1, by="taggers")) == ["new"]
    give_outputs(ports, new, 6.1)
    assert sorted(titles(similar(tagged, library[0], limit=2, by="taggers"))) == ["song 5", "song 7"]
    found = similar(tagged, new, limit=1, by="taggers")
    assert titles(found) == ["song 6"], "5 × 6 is 6 of 12"
    with ports.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(ProjectionRow)) == 1


def test_other_descriptors_leave_the_vectors_of_taggers_alone(
    tagged: TestClient, ports: ApiPorts, library: list[UUID]
) -> None:
    similar(tagged, library[0], by="taggers")
    featurize_track(ports, library[5], descriptors=[77.0, 7.0])
    assert sorted(titles(similar(tagged, library[0], limit=2, by="taggers"))) == ["song 5", "song 7"]


def test_a_recording_is_where_the_first_of_its_tracks_is_and_parts_again(
    tagged: TestClient, ports: ApiPorts, add_track: AddTrack, library: list[UUID]
) -> None:
    survivor = add_track(title="survivor", artist="other")
    similar(tagged, library[0], by="taggers")
    pair = MergePair(one=survivor, other=library[5], reason=MergeReason.PERSON, who="ada")
    merges = ports.store.transact_session(
        "test.merge", lambda session: MergeRepository(session).unite_pairs([pair], keep=survivor)
    )
    assert sorted(titles(similar(tagged, library[0], limit=2, by="taggers"))) == ["song 7", "survivor"]
    assert sorted(titles(similar(tagged, survivor, limit=2, by="taggers"))) == ["song 0", "song 10"]
    (merge_id,) = merges
    ports.store.transact_session("test.part", lambda session: MergeRepository(session).undo_merge(merge_id, who="ada"))
    parted = titles(similar(tagged, library[0], limit=50, by="taggers"))
    assert "song 5" in parted
    assert "survivor" not in parted, "it has no values of its own"


def test_while_a_library_is_tagged_in_the_background_descriptors_are_the_default(
    tagged: TestClient, ports: ApiPorts, library: list[UUID]
) -> None:
    job, _ = ports.store.transact(
        "test.job",
        lambda repositories: repositories.jobs.create_job(JobKind.RECOMPUTE, {BACKGROUND: True, "taggers": VERSIONS}),
    )
    assert similar(tagged, library[0])["by"]["kind"] == "descriptors"
    assert similar(tagged, library[0], by="taggers")["by"]["kind"] == "taggers"
    ports.store.transact("test.end", lambda repositories: repositories.jobs.cancel_job(job.id))
    assert similar(tagged, library[0])["by"]["kind"] == "taggers"


@pytest.mark.parametrize("is_tagged", [True, False])
def test_a_song_that_is_sent_in_is_compared_by_what_was_found_in_it(
    tagging: ApiPorts, bench: WorkerContext, library: list[UUID], *, is_tagged: bool
) -> None:
    analysis = clip_analysis(
        descriptors=np.array([3.0, 9.0], dtype=np.float32), tagger_outputs=outputs(0.2) if is_tagged else {}
    )
    with asking(tagging) as client:
        sent = client.post("/similar", params={"wait_s": 0, "limit": 1}, files={"file": ("a song.mp3", b"song")})
        message = queued_items(tagging, Stage.UPLOAD)
        spec = FeatureSpec()
        analyse_uploads(
            message, bench=bench, blobs=tagging.blobs, spec=spec, analyse=lambda _: analysis, taggers=TAGGERS
        )
        found = client.get(sent.headers["Location"], params={"limit": 1})
        named = client.get(sent.headers["Location"], params={"limit": 1, "by": "taggers"})
    assert titles(found.json()) == ["song 0" if is_tagged else "song 3"]
    assert found.json()["by"]["kind"] == ("taggers" if is_tagged else "descriptors")
    assert named.status_code == (200 if is_tagged else 422)


def test_what_an_owners_tagger_gave_is_projected(ports: ApiPorts, add_track: AddTrack) -> None:
    own = replace(CHORDS, name="of_the_owner")
    for i in range(3):
        values = {own.name: outputs(i)[CHORDS.name]}
        give_values(ports, add_track(title=f"song {i}"), values, versions=list_versions([own]))
    projection = get_current_projection(ports, TaggerBasis((own,)), synthetic=False)
    assert isinstance(projection, ProjectionRow)
    with ports.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(ProjectedVector)) == 3


def test_a_large_library_is_projected_by_a_job(tagging: ApiPorts, bench: WorkerContext, library: list[UUID]) -> None:
    with asking(replace(tagging, settings=ApiSettings(score_at_once=3))) as client:
        waiting = client.get(f"/tracks/{library[0]}/similar", params={"by": "taggers"})
        assert waiting.status_code == 202, waiting.text
        project_tracks(queued_items(tagging, Stage.STANDARDISE), bench=bench)
        with tagging.store.read_session() as session:
            assert session.scalar(select(func.count()).select_from(ProjectedVector)) == N_TRACKS
        assert sorted(titles(similar(client, library[0], limit=2, by="taggers"))) == ["song 5", "song 7"]


def test_taggers_are_named_in_the_order_in_which_their_values_are_joined(ports: ApiPorts, library: list[UUID]) -> None:
    give_values(ports, library[0], {MUSICNN.name: np.ones(MUSICNN.n_values)}, versions=list_versions([MUSICNN]))
    give_values(ports, library[1], {MUSICNN.name: np.zeros(MUSICNN.n_values)}, versions=list_versions([MUSICNN]))
    with asking(replace(ports, features=FeatureSettings(taggers="chords,yamnet,musicnn"))) as client:
        for _ in range(2):  # made by the first, read by the second
            by = similar(client, library[0], by="taggers")["by"]
            assert list(by["taggers"]) == ["musicnn", "yamnet", "chords"]
