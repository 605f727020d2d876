"""Small starters: real models of given rows, exported by the real exporter, with a card of the shape of the shipped."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.estimators import load_estimator
from services.trainer.fitting.cross_validation import fit_final
from services.trainer.onnx.export import export_model
from shared.arrays import Features
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.emotion import get_taxonomy
from shared.domain.features import FeatureSpec, FingerprintSpec
from shared.domain.model_card import ModelCard
from shared.domain.stages import stage_fingerprints
from shared.fingerprints.matching import N_BANDS, Fingerprint
from shared.starter.models import StarterModel
from shared.starter.rows import StarterRows, hash_artist_group
from tests.support.starters import starter_card

EMPTY = Fingerprint(words=np.empty(0, np.uint32), levels=np.empty((0, N_BANDS), np.uint8))


def fit_starter(x: Features, emotions: Sequence[str], *, taxonomy: str = "quadrant4") -> StarterModel:
    """A kernel ridge regression on `x: (n, n_descriptors)`, that knows these rows by heart."""
    classes = get_taxonomy(taxonomy).emotions
    items = [
        DatasetItem(
            example=LabelledTrack(track_id=str(n), target=emotion, artist_group=str(n), audio_sha256=None),
            group=str(n),
            fold=n % 5,
        )
        for n, emotion in enumerate(emotions)
    ]
    artefact = export_model(fit_final(load_estimator("kernel_ridge").build_classifier, x, items, classes, seed=0))
    spec = FeatureSpec()
    card = ModelCard(
        name=f"starter-{taxonomy}",
        version="unpublished",
        estimator="kernel_ridge",
        hyperparameters={},
        inputs="descriptors",
        taxonomy=taxonomy,
        classes=classes,
        feature_fingerprint=spec.fingerprint,
        feature_names=tuple(descriptor.name for descriptor in DESCRIPTORS),
        n_features=len(DESCRIPTORS),
        snapshot_id="",
        seed=0,
        synthetic=False,
        origins=("audio",),
        data_counts={
            "n_items": 0,
            "n_artist_groups": 0,
            "set_aside": {"duplicate": 0, "ambiguous": 0, "contradictory": 0},
            "without_inputs": {},
        },
        split="none",
        metrics={
            "macro_f1": {"value": 0.7, "low": 0.6, "high": 0.8},
            "confusion": np.eye(len(classes), dtype=int).tolist(),
            "chance": {},
        },
        leak_report={"clean": True},
        limits=(),
        library_versions={},
        created_at=datetime.now(UTC),
        stage_fingerprints={"descriptors": stage_fingerprints(spec)["descriptors"]},
        starter=starter_card(),
    )
    return StarterModel(
        taxonomy=taxonomy,
        inputs="descriptors",
        card=card,
        artefact=artefact,
        sha256=hashlib.sha256(artefact).hexdigest(),
    )


def starter_rows(
    x: Features,
    quadrants: Sequence[str],
    groups: Sequence[str],
    *,
    fingerprints: Sequence[Fingerprint] = (),
    version: str | None = None,
) -> StarterRows:
    """What a starter on descriptors `x: (n, n_descriptors)` was trained on, by artists of these groups.

    `version` is the fingerprint of another version of the descriptors.
    """
    hashes = tuple(hash_artist_group(group) for group in groups)
    return StarterRows(
        x=x,
        n_descriptors=x.shape[1],
        quadrants=tuple(quadrants),
        artist_hashes=hashes,
        known_artist_hashes=frozenset(hashes),
        folds=np.arange(len(x)) % 5,
        out_of_fold=np.full((len(x), 4), 0.25),
        fingerprints=tuple(fingerprints) or (EMPTY,) * len(x),
        fingerprint_version=FingerprintSpec().version,
        stage_fingerprints={"descriptors": version or stage_fingerprints(FeatureSpec())["descriptors"]},
    )
