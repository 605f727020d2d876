"""Trainings that are killed, and trainings on several machines, in real processes."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks, TrainingState
from shared.blobs.folder import FolderBlobs
from tests.support.networks import training
from tests.support.networks.parts import losses_of, network_of
from tests.support.networks.processes import ROOT, started, two_machines
from tests.support.networks.small import spectrograms

CHILD = ("-m", "tests.support.networks.child")
pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


def test_a_training_that_was_killed_goes_on_from_its_last_epoch_and_ends_the_same(tmp_path: Path) -> None:
    killed_after = int(np.random.default_rng(20).integers(1, training.N_EPOCHS))
    with started(*CHILD, "keep", str(tmp_path), str(killed_after)) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    assert child.returncode == -9
    heard: list[EpochReport] = []
    kept = BlobCheckpoints(FolderBlobs(tmp_path), owner="1")
    resumed = training.kept(TrainingHooks(on_epoch=heard.append, checkpoints=kept))
    whole = training.kept()
    assert [report.epoch for report in heard] == list(range(killed_after + 1, training.N_EPOCHS + 1))
    for name in ("loss", "validation_loss"):
        one, other = (losses_of(network_of(fitted), name) for fitted in (resumed, whole))
        np.testing.assert_allclose(one, other, rtol=1e-3)
    x = spectrograms(36)
    np.testing.assert_allclose(resumed.probabilities(x), whole.probabilities(x), atol=1e-3)
    again = training.kept(TrainingHooks(on_epoch=heard.append, checkpoints=kept))
    assert len(heard) == training.N_EPOCHS - killed_after
    np.testing.assert_allclose(again.probabilities(x), resumed.probabilities(x), atol=1e-6)
    kept.delete_all()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.long  # `test_another_machine_joins_a_training_and_only_the_first_publishes` is the short one
def test_two_machines_learn_what_one_learns() -> None:
    first, second = two_machines()
    with started(*CHILD, "share", TF_CONFIG=first) as one, started(*CHILD, "share", TF_CONFIG=second) as other:
        curves = [json.loads(process.communicate(timeout=200)[0].splitlines()[-1]) for process in (one, other)]
    alone = losses_of(training.shared())
    assert alone[-1] < alone[0]
    for curve in curves:
        np.testing.assert_allclose([epoch["loss"] for epoch in curve], alone, rtol=1e-4)


def test_a_checkpoint_that_cannot_be_read_is_trained_anew(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    kept = BlobCheckpoints(blobs, owner="7")
    kept.save("a", TrainingState(epoch=2, variables=[np.ones(3)], best_epoch=1, best=[np.zeros(2)], best_loss=0.5))
    found = kept.load("a")
    assert found is not None
    assert (found.epoch, found.best_epoch, found.best_loss, found.is_over) == (2, 1, 0.5, False)
    np.testing.assert_array_equal(found.variables[0], np.ones(3))
    blobs.put("checkpoints/7/a.npz", b"damaged")
    assert kept.load("a") is None
    assert kept.load("b") is None


def test_a_trainer_holds_no_tensorflow_before_it_trains_a_network() -> None:
    code = (
        "import sys, services.trainer.tasks, services.trainer.handlers;"
        "sys.exit(' '.join({'tensorflow', 'keras', 'tf2onnx'} & set(sys.modules)) or 0)"
    )
    child = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert (child.returncode, child.stderr.strip()) == (0, "")
