"""The demo carries signal, and the evaluation does not invent any: with shuffled labels nothing is left of it."""

from collections.abc import Mapping

import numpy as np
import pytest

from services.crawler.demo import compose_demo, demo_catalogue, render_piece, write_wav
from services.featurizer.analysis import analyse_clip
from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import cross_fit
from services.trainer.splits import split_examples
from shared.arrays import Descriptors
from shared.domain.dataset import LabelledTrack
from shared.domain.emotion import MOOD4
from shared.domain.features import FeatureSpec
from shared.domain.names import artist_group
from shared.metrics.report_schema import ClassificationReport
from shared.metrics.reports.classification import classification_report

pytestmark = [pytest.mark.timeout(280), pytest.mark.slow]

DemoLibrary = tuple[dict[str, Descriptors], dict[str, str], dict[str, str]]
N_SHUFFLES = 8


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoLibrary:
    """`(descriptors by id, artist by id, emotion by id)` of the demo library, through the featurizer."""
    folder = tmp_path_factory.mktemp("demo")
    descriptors, artists, emotions = {}, {}, {}
    for entry in demo_catalogue():
        piece = compose_demo(entry)
        path = folder / f"{entry.id}.wav"
        write_wav(path, render_piece(piece), 22_050)
        descriptors[entry.id] = analyse_clip(path, spec=FeatureSpec(), wanted=frozenset({"descriptors"})).descriptors
        artists[entry.id], emotions[entry.id] = piece.artist_name, entry.emotion
    return descriptors, artists, emotions


def judged(demo: DemoLibrary, emotions: Mapping[str, str]) -> ClassificationReport:
    descriptors, artists, _ = demo
    groups = {i: artist_group(artists[i], artists.values()) or "" for i in descriptors}
    assert all(groups.values())
    examples = [
        LabelledTrack(track_id=i, target=emotions[i], artist_group=groups[i], audio_sha256=None) for i in descriptors
    ]
    items = split_examples(examples, n_folds=5).items
    x = np.array([descriptors[item.example.track_id] for item in items])
    oof = cross_fit(load_estimator("svm").build_classifier, x, items, MOOD4.emotions, seed=0, on_fold=lambda *_: None)
    return classification_report(oof, items, classes=MOOD4.emotions, taxonomy="mood4", seed=0, n_resamples=200)


def test_with_its_own_labels_the_demo_can_be_learned(demo: DemoLibrary) -> None:
    metrics = judged(demo, demo[2])
    assert metrics["accuracy"]["low"] > 0.4
    assert metrics["accuracy"]["low"] > metrics["chance"]["accuracy"]["high"]


def test_with_shuffled_labels_the_demo_scores_at_chance(demo: DemoLibrary) -> None:
    """Several shuffles, because one of 48 pieces is a die; a leak of any kind would lift all of them."""
    rng = np.random.default_rng(7)
    ids, labels = list(demo[2]), list(demo[2].values())
    shuffled = [judged(demo, dict(zip(ids, rng.permutation(labels).tolist(), strict=True))) for _ in range(N_SHUFFLES)]
    accuracies = [metrics["accuracy"]["value"] for metrics in shuffled]
    # The share of the majority class of all pieces. Out of fold chance itself stays below it, because with
    # balanced classes the commonest emotion of the other folds is a rarer one of this fold. Being above it is what a
    # leak would look like.
    majority = max(labels.count(emotion) for emotion in MOOD4.emotions) / len(labels)
    standard_error = np.sqrt(majority * (1 - majority) / (len(ids) * N_SHUFFLES))
    assert np.mean(accuracies) < majority + 2 * standard_error
    assert all(metrics["chance"]["accuracy"]["value"] <= majority + 1e-9 for metrics in shuffled)
