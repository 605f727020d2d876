"""Audio taggers in `/features`: stages of their own, what a recomputation would add, and the two together."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from services.api.deps import ApiPorts
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.taggers import BUILT_IN_TAGGERS, CHORDS, YAMNET, TaggingCost, list_versions
from shared.settings import FeatureSettings
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.repositories import RepositorySession
from shared.store.tables import JobItem
from tests.api.conftest import AddTrack, asking
from tests.api.features.test_features import OLDER, with_file
from tests.support.extracted_features import extraction, save

VERSIONS = list_versions((YAMNET, CHORDS))


@pytest.fixture
def tagging(ports: ApiPorts) -> ApiPorts:
    """The ports of an API with two taggers."""
    return replace(ports, features=FeatureSettings(taggers="yamnet,chords"))


def save_outputs(ports: ApiPorts, track_id: UUID, **versions: str) -> None:
    values = {name: np.zeros(BUILT_IN_TAGGERS[name].n_values, dtype=np.float32) for name in versions}

    def write(session: RepositorySession) -> None:
        session.tagger_outputs.save_outputs({track_id: values}, versions=versions)

    ports.store.transact_session("test.outputs", write)


def save_cost(ports: ApiPorts, *costs: TaggingCost) -> None:
    """Items that were tagged."""

    def write(session: RepositorySession) -> None:
        jobs = JobRepository(session)
        job, _ = jobs.create_job(JobKind.RECOMPUTE, {}, listed=True)
        items = [NewItem(str(n), dict(cost.to_payload())) for n, cost in enumerate(costs)]
        for item_id in jobs.add_items(job.id, Stage.FEATURIZE, items):
            session.get_one(JobItem, item_id).state = ItemState.DONE

    ports.store.transact_session("test.cost", write)


def test_each_tagger_that_is_on_is_a_stage_with_its_counts(
    ports: ApiPorts, tagging: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    both, older, none, without_file = (
        *(with_file(add_track, folder, name) for name in ("both", "older", "none")),
        add_track(),
    )
    save(ports, *(extraction(ports, one) for one in (both, older, none, without_file)))
    save_outputs(ports, both, **VERSIONS)
    save_outputs(ports, older, yamnet="an older one")
    with asking(tagging) as client:
        stages = client.get("/features/status").json()["stages"]
    counts = {name: (stage["n_ready"], stage["n_outdated"], stage["n_lacking"]) for name, stage in stages.items()}
    assert {name: counts[name] for name in VERSIONS} == {"yamnet": (1, 1, 2), "chords": (1, 0, 2)}
    assert {name: stages[name]["fingerprint"] for name in VERSIONS} == VERSIONS
    assert counts["descriptors"] == (4, 0, None)
    with asking(ports) as client:
        assert client.get("/features/status").json()["stages"].keys() == stages.keys() - VERSIONS.keys()


def test_a_plan_counts_tags_that_are_missing_by_what_taggers_declare_or_what_was_measured(
    ports: ApiPorts, tagging: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    tagged, one, none, older = (with_file(add_track, folder, name) for name in ("tagged", "one", "none", "older"))
    save(ports, *(extraction(ports, track_id) for track_id in (tagged, one, none)))
    save(ports, extraction(ports, older), spec=OLDER)
    save_outputs(ports, tagged, **VERSIONS)
    save_outputs(ports, one, chords=VERSIONS["chords"])
    with asking(tagging) as client:
        plan = client.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["n_tags_only"], plan["n_audio_gone"]) == (3, 2, 0)
    assert (plan["stages"]["yamnet"], plan["stages"]["chords"], plan["stages"]["mel"]) == (3, 2, 0)
    # half a second an analysis, half of it for decoding; the older one is decoded anyway
    declared_s = 2 * 0.25 + 3 * YAMNET.cost_s + 2 * CHORDS.cost_s
    assert plan["takes_s"] == pytest.approx(0.5 + declared_s)
    assert not plan["is_tagging_measured"]
    assert (
        plan["said"] == "recomputes 3 of 4 tracks, about 1 s; 2 of them lack audio tags only, 0.30 s each as declared"
    )

    save_cost(
        ports,
        TaggingCost(taggers=frozenset({"yamnet"}), took_s=0.1),
        TaggingCost(taggers=frozenset({"yamnet"}), took_s=0.3),
        TaggingCost(taggers=frozenset({"chords", "yamnet"}), took_s=0.6),
    )
    with asking(tagging) as client:
        plan = client.get("/features/recompute").json()
    assert (plan["tagging_s_a_track"], plan["is_tagging_measured"]) == (0.4, True)
    assert plan["takes_s"] == pytest.approx(0.5 + 0.2 + 0.6 + YAMNET.cost_s + CHORDS.cost_s)
    with asking(ports) as client:
        plan = client.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["n_tags_only"], plan["takes_s"]) == (1, 0, 0.5)


def test_a_plan_of_tags_alone_says_how_long_it_takes_and_leaves_out_audio_that_is_gone(
    ports: ApiPorts, tagging: ApiPorts, add_track: AddTrack, folder: Path
) -> None:
    there, gone = (with_file(add_track, folder, name, there=name == "there") for name in ("there", "gone"))
    save(ports, extraction(ports, there), extraction(ports, gone, seed=1))
    with asking(tagging) as client:
        plan = client.get("/features/recompute").json()
    assert (plan["n_to_compute"], plan["n_tags_only"], plan["n_audio_gone"]) == (1, 1, 1)
    assert plan["takes_s"] == pytest.approx(0.25 + YAMNET.cost_s + CHORDS.cost_s)
    assert plan["said"].endswith("0.32 s each as declared; the audio of 1 is gone")
