"""A tagger of the owner's in `/features`: a stage like the built-in ones, known by its spec file alone."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from services.api.deps import ApiPorts
from shared.domain.taggers import CHORDS, TaggerSpec
from shared.settings import FeatureSettings
from shared.store.repositories import Repositories
from shared.tagger_files import read_tagger_file
from tests.api.conftest import AddTrack, asking
from tests.api.features.test_features import with_file
from tests.support.extracted_features import extraction, save
from tests.support.owner_taggers import write_tagger


def save_values(ports: ApiPorts, track_id: UUID, spec: TaggerSpec) -> None:
    values = np.zeros(spec.n_values, dtype=np.float32)

    def write(repositories: Repositories) -> None:
        outputs = {track_id: {spec.name: values}}
        repositories.tagger_outputs.save_outputs(outputs, versions={spec.name: spec.fingerprint})

    ports.store.transact("test.values", write)


def test_it_is_a_stage_with_its_counts_and_its_cost_and_the_graph_is_not_read(
    ports: ApiPorts, add_track: AddTrack, folder: Path, tmp_path: Path
) -> None:
    path = write_tagger(tmp_path)
    (tmp_path / "mine.onnx").unlink()
    mine = read_tagger_file(path)
    tagged, untagged = (with_file(add_track, folder, name) for name in ("tagged", "untagged"))
    save(ports, extraction(ports, tagged), extraction(ports, untagged, seed=1))
    save_values(ports, tagged, mine)
    settings = FeatureSettings(taggers="mine,chords", tagger_files=(path,))
    with asking(replace(ports, features=settings)) as client:
        status, plan = client.get("/features/status").json(), client.get("/features/recompute").json()
    stage = status["stages"]["mine"]
    assert (stage["fingerprint"], stage["n_ready"], stage["n_lacking"]) == (mine.fingerprint, 1, 1)
    assert status["tagger_problems"] == []
    assert (plan["stages"]["mine"], plan["stages"]["chords"]) == (1, 2)
    assert plan["takes_s"] == pytest.approx(2 * 0.25 + mine.cost_s + 2 * CHORDS.cost_s)


def test_a_spec_file_that_cannot_be_read_is_listed_with_its_reason(ports: ApiPorts, tmp_path: Path) -> None:
    write_tagger(tmp_path, sr=-1)
    settings = FeatureSettings(taggers="mine,chords", tagger_files=(tmp_path,))
    with asking(replace(ports, features=settings)) as client:
        status = client.get("/features/status").json()
    [problem] = status["tagger_problems"]
    assert (problem["tagger"], problem["reason"]) == ("mine", "unreadable_tagger")
    assert "sr: " in problem["detail"]
    assert "chords" in status["stages"]
    assert "mine" not in status["stages"]
