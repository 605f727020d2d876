"""Descriptors with a network beside them: one model, of which every part is fitted anew for each fold."""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import pytest

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import ThresholdedClassifier
from services.trainer.fitting.cross_validation import FittedModel, FoldResult, cross_fit, fit_final
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.onnx.export import check_parity, export_model, predict_with_artefact
from services.trainer.protocols.training_hooks import TrainingHooks
from services.trainer.protocols.training_rows import TrainingRows
from shared.blobs.folder import FolderBlobs
from shared.domain.dataset import SOUND, DatasetItem, LabelledTrack
from shared.domain.estimators import ESTIMATOR_SPECS, HEARING
from shared.errors import PermanentError, Reason
from shared.inference.predictor import OnnxModel
from shared.registry.parity import N_ROWS, TOLERANCE
from tests.support.networks.parts import stored_arrays, tuned_of
from tests.support.networks.small import EXCERPT, QUADRANTS, items_of, spectrograms, table

pytestmark = pytest.mark.slow

N = 32
HOW: dict[str, Any] = {"seed": 1, "inputs": SOUND, "taxonomy": "quadrant4"}
SMALL = {"n_trees": 10, "n_rounds": 3, "network": "cnn_baseline", "epochs": 1}


def sounds(n: int = N) -> DescriptorsAndExcerpts:
    """Each of `table` and `spectrograms` gives the quadrant away."""
    return DescriptorsAndExcerpts(table(n), spectrograms(n))


def build(**told: Any) -> Callable[[TrainingRows], Any]:
    return FitPlan(estimator="fusion", hyperparameters=SMALL | told).build_classifier


class Remembering:
    """A classifier of rows that remembers which it was fitted to, and answers by the shares of the classes."""

    def __init__(self, fitted: list[np.ndarray]) -> None:
        self.fitted = fitted

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.fitted.append(x)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares = counts / len(y)

    def predict_proba(self, x: np.ndarray) -> np.ndarray:
        return np.tile(self.shares, (len(x), 1))


class Watched(dict[str, Any]):
    """Arrays by track that remember which were read."""

    read: set[str]

    def __getitem__(self, track_id: str) -> Any:
        self.read.add(track_id)
        return super().__getitem__(track_id)


def test_tracks_are_taken_by_index_and_by_mask_with_both_their_parts() -> None:
    x = sounds(6)
    part = x[np.array([True, False, True, False, False, True])][np.array([2, 0])]
    assert (part.shape, len(part), part.stacks.track_ids) == ((2, 13), 2, ("t005", "t000"))
    np.testing.assert_array_equal(part.table, x.table[[5, 0]])
    with pytest.raises(ValueError, match="a row of descriptors"):
        DescriptorsAndExcerpts(x.table[:5], x.stacks)


def test_a_row_that_is_no_number_is_refused_before_anything_is_fitted() -> None:
    x = sounds()
    x.table[3, 3] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        fit_final(build(), x, items_of(N), QUADRANTS, **HOW)


def test_no_row_and_no_array_of_a_fold_reaches_a_fit_of_that_fold() -> None:
    """What the network's fits read is known when each tells of its last epoch: nothing was answered by then."""
    heard, items = spectrograms(N), items_of(N)
    source = Watched(stored_arrays(heard))
    source.read = set()
    fitted_rows: list[np.ndarray] = []
    fitted_tracks: list[set[str]] = []

    def both(rows: TrainingRows) -> LateFusion:
        hearing = load_estimator("cnn_baseline", epochs=2, patience=1).build_classifier
        return LateFusion(lambda _: Remembering(fitted_rows), hearing, rows, weight=0.5)

    def on_fold(step: FoldResult) -> None:
        assert step.probabilities.shape[1] == len(QUADRANTS)
        source.read.clear()

    numbered = np.arange(N, dtype=np.float32)[:, np.newaxis]
    tell = TrainingHooks(on_epoch=lambda _: fitted_tracks.append(set(source.read)))
    x = DescriptorsAndExcerpts(numbered, ExcerptArrays(source, heard.track_ids, excerpt=EXCERPT))
    cross_fit(both, x, items, QUADRANTS, on_fold=on_fold, hooks=tell, **HOW)
    fold = np.array([item.fold for item in items])
    folds = np.unique(fold)
    assert len(fitted_rows) == len(folds) == 2
    assert len(fitted_tracks) == 4, "two epochs of each fold"
    for f, rows, tracks in zip(folds, fitted_rows, (fitted_tracks[1], fitted_tracks[3]), strict=True):
        others = np.flatnonzero(fold != f)
        assert rows[:, 0].astype(int).tolist() == others.tolist()
        assert tracks == {f"t{i:03}" for i in others}


def test_the_labels_of_a_fold_change_nothing_of_what_is_said_of_it() -> None:
    x, items = sounds(), items_of(N)
    fold = np.array([item.fold for item in items])
    others = {1: np.zeros(((fold == 1).sum(), 4))}

    def said(items: list[DatasetItem]) -> np.ndarray:
        found = cross_fit(build(), x, items, QUADRANTS, on_fold=lambda _: None, finished=others, **HOW)
        of_fold: np.ndarray = found[fold == 0]
        return of_fold

    def renamed(item: DatasetItem) -> DatasetItem:
        if item.fold == 1:
            return item
        target = QUADRANTS[(QUADRANTS.index(item.example.target) + 1) % 4]
        example = LabelledTrack(
            track_id=item.example.track_id, target=target, artist_group=item.group, audio_sha256=None
        )
        return DatasetItem(example=example, group=item.group, fold=item.fold)

    np.testing.assert_allclose(said([renamed(item) for item in items]), said(items), atol=1e-5)


@pytest.fixture(scope="session")
def fitted() -> FittedModel:
    """To all but Q2."""
    x, items = sounds(), items_of(N)
    kept = np.array([item.example.target != "Q2" for item in items])
    seen = [item for item in items if item.example.target != "Q2"]
    return fit_final(build(), x[kept], seen, QUADRANTS, **HOW)


@pytest.fixture(scope="session")
def artefact(fitted: FittedModel) -> bytes:
    return export_model(fitted)


def test_one_file_answers_what_both_answer_and_where_the_network_places_a_track(
    fitted: FittedModel, artefact: bytes
) -> None:
    """Clips of one to three excerpts in one set; Q2 was never seen."""
    x = sounds()
    difference, n_rows = check_parity(artefact, fitted, x, seed=0)
    assert (difference <= TOLERANCE, n_rows) == (True, N_ROWS), "tracks, and rows that are made up beside them"
    model = onnx.load_from_string(artefact)
    assert [entry.name for entry in model.graph.input] == ["features", "excerpts"]
    assert [output.name for output in model.graph.output] == ["emotion_probabilities", "embedding"]
    session = OnnxModel(artefact)
    assert (session.classes, session.n_features) == (QUADRANTS, 13)
    at = next(iter(x.stacks.group_by_length(range(N), most=6)))
    answer = session.predict_outputs(x.stacks.stack_batch(at), rows=x.table[at])
    np.testing.assert_allclose(answer.probabilities, fitted.probabilities(x[at]), atol=TOLERANCE)
    assert (answer.probabilities[:, 1] == 0).all()
    assert answer.embedding is not None
    np.testing.assert_allclose(answer.embedding, predict_with_artefact(artefact, fitted, x[at])["embedding"], atol=1e-4)


def test_tuned_thresholds_are_in_the_file_too(fitted: FittedModel) -> None:
    thresholded = copy(tuned_of(fitted))
    thresholded.classifier = ThresholdedClassifier(thresholded.classifier, np.array([2.0, 1.0, 0.5]))
    tuned = replace(fitted, classifier=thresholded)
    assert np.abs(tuned.probabilities(sounds()) - fitted.probabilities(sounds())).max() > 0.05
    assert check_parity(export_model(tuned), tuned, sounds(), seed=0)[0] <= TOLERANCE


def test_the_answer_is_the_weighted_mean_of_descriptors_and_network(fitted: FittedModel) -> None:
    x, both = sounds(), tuned_of(fitted).classifier
    heard, described = both.network_.predict_proba(x.stacks), both.described_.predict_proba(x.table)
    said = fitted.probabilities(x)[:, both.classes_]
    np.testing.assert_allclose(said, 0.35 * heard + 0.65 * described, atol=1e-6)
    assert np.abs(heard - described).max() > 0.05


def test_an_artefact_with_another_weight_is_refused(fitted: FittedModel, artefact: bytes) -> None:
    other = copy(tuned_of(fitted).classifier)
    other.weight = 0.4
    with pytest.raises(PermanentError, match="was not published") as raised:
        check_parity(artefact, replace(fitted, classifier=other), sounds(), seed=0)
    assert raised.value.reason is Reason.EXPORT_MISMATCH


def test_the_card_says_what_was_read_and_what_the_network_was_told(fitted: FittedModel) -> None:
    told = tuned_of(fitted).hyperparameters
    assert (told["network"], told["weight"], told["n_trees"]) == ("cnn_baseline", 0.35, 10)
    assert (told["of_the_network"]["epochs"], told["of_the_network"]["epochs_trained"]) == (1, 1)
    assert told["of_the_network"]["n_parameters"] > 0
    rows = TrainingRows(
        y=np.zeros(2, dtype=np.intp), groups=np.array(["a", "b"]), n_features=16, seed=0, inputs="fusion"
    )
    assert set(load_estimator("fusion").effective_hyperparameters(rows)) == {"n_trees", "n_rounds"}


def test_a_fit_that_was_killed_behind_its_network_goes_on_with_it(tmp_path: Any) -> None:
    x, items = sounds(), items_of(N)
    checkpoints = BlobCheckpoints(FolderBlobs(tmp_path), owner="1")
    told: list[int] = []
    once = TrainingHooks(on_epoch=lambda report: told.append(report.epoch), checkpoints=checkpoints)
    first = fit_final(build(epochs=2), x, items, QUADRANTS, hooks=once, **HOW)
    assert told == [1, 2]
    again = fit_final(build(epochs=2), x, items, QUADRANTS, hooks=once, **HOW)
    assert told == [1, 2], "no epoch is trained twice"
    np.testing.assert_allclose(again.probabilities(x), first.probabilities(x), atol=1e-6)


def test_a_cancelled_fit_ends_between_two_batches() -> None:
    class CancelledError(Exception):
        pass

    def check() -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        fit_final(build(), sounds(), items_of(N), QUADRANTS, hooks=TrainingHooks(check_cancelled=check), **HOW)


def test_the_networks_that_may_stand_beside_descriptors_are_those_on_spectrograms() -> None:
    assert set(HEARING) == {name for name, spec in ESTIMATOR_SPECS.items() if spec.inputs == ("spectrogram",)}
    assert ESTIMATOR_SPECS["fusion"].hyperparameters["network"].words == HEARING
