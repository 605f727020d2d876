"""Any of several tags: one model for each tag against the rest (binary relevance), on the same artists and folds.

Source of the set-up: Liu et al., *CNN based music emotion classification* (2017), tags as independent yes/no questions.
A track counts as without a tag where somebody gave it tags and not this one, because nobody writes down what is absent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from services.trainer.estimators.multi_output import MultiOutputEstimator
from services.trainer.fitting.cross_validation import (
    FittedModel,
    OnFold,
    not_enough_labels,
    predict_over_folds,
    validate_table,
)
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.heads import joint_network
from services.trainer.heads.strategy import CandidateSpec, PreparedTargets
from services.trainer.model_selection.cross_prediction import cross_val_predict
from services.trainer.protocols.training_rows import TrainingRows, select_learnable
from shared.arrays import Floats, Indices, Mask
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import Hyperparameters
from shared.domain.head import TAG_SET, TAGS, ModelHead
from shared.domain.snapshot import ArtistCounts, SnapshotCounts, TargetCounts
from shared.domain.training import TrainRequest
from shared.metrics.primary_metric import mean_average_precision
from shared.metrics.ranking import best_threshold
from shared.metrics.report_schema import TagMetrics
from shared.metrics.reports import calibration
from shared.metrics.reports.multilabel import choose_thresholds, multilabel_report

_ENOUGH_ARTISTS = 5
"""With and without a tag: so many artists that every side of a split has some of each."""
_N_SIDES = 2


class TagHead:
    """Tags: a classifier for each, or a network for all of them."""

    def prepare_targets(
        self, items: Sequence[DatasetItem], request: TrainRequest, *, words: Mapping[str, Sequence[str]]
    ) -> PreparedTargets:
        """The tags that enough artists have, of those asked for or of those on enough tracks."""
        tag_sets = [set(words[item.example.track_id]) for item in items]
        asked = request.tag_names() or _list_frequent(tag_sets, at_least=request.min_tracks)
        artists = {tag: _count_artists(tag, tag_sets, items) for tag in asked}
        kept = tuple(tag for tag in asked if min(artists[tag]) >= _ENOUGH_ARTISTS)
        if not kept:
            raise not_enough_labels(
                f"no tag has {_ENOUGH_ARTISTS} artists with it and {_ENOUGH_ARTISTS} without: tag tracks of more "
                f"artists{'' if request.tags else f', or lower min_tracks ({request.min_tracks})'}"
            )
        left_out: dict[str, ArtistCounts] = {
            tag: {"artists_with": n_with, "artists_without": n_without}
            for tag, (n_with, n_without) in artists.items()
            if tag not in kept
        }
        settled = tuple(
            replace(item, example=replace(item.example, values=tuple(float(tag in tags) for tag in kept)))
            for item, tags in zip(items, tag_sets, strict=True)
        )
        counts: TargetCounts = {
            "by_tag": {tag: sum(tag in tags for tags in tag_sets) for tag in kept},
            "tags_left_out": left_out,
            "head": {"classes": list(kept), "description": "tags, each of them present or not"},
        }
        return PreparedTargets(head=ModelHead(kind=TAGS, name=TAG_SET, outputs=kept), items=settled, counts=counts)

    def cross_fit(self, candidate: CandidateSpec, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """`(n, 2k)`: probabilities, and beside them the threshold that the training side of the fold found best."""
        x, y, k = (
            validate_table(candidate.x, n_rows=len(candidate.items)),
            candidate.target_matrix(),
            len(candidate.head.outputs),
        )

        def predict_rows(test: Mask) -> tuple[Floats, Mapping[str, Any]]:
            if joint_network.is_network(candidate):
                train = np.flatnonzero(~test)
                probabilities = joint_network.predict_with_network(candidate, train, x[test])
                return np.hstack(
                    [probabilities, np.tile(joint_network.tune_thresholds(candidate, train), (test.sum(), 1))]
                ), {}
            columns = [_predict_tag(candidate, x, y[:, j].astype(np.intp), test=test) for j in range(k)]
            by_tag, thresholds = zip(*columns, strict=True)
            return np.hstack([np.stack(by_tag, axis=1), np.tile(thresholds, (test.sum(), 1))]), {}

        def score_rows(judged: Mask, predictions: Floats) -> float:
            return float(mean_average_precision(y[judged], predictions[:, :k], np.ones((1, len(predictions))))[0])

        return predict_over_folds(
            predict_rows,
            candidate.items,
            width=2 * k,
            score=score_rows,
            on_fold=on_fold,
            finished=finished,
            measure="PR-AUC",
        )

    def evaluate_predictions(self, predictions: Floats, candidate: CandidateSpec) -> tuple[Floats, TagMetrics]:
        """Ranking, and what was chosen by the thresholds of the folds."""
        k, y = len(candidate.head.outputs), candidate.target_matrix()
        probabilities, thresholds = predictions[:, :k], predictions[:, k:]
        folds = np.array([item.fold for item in candidate.items], dtype=np.intp)
        report = multilabel_report(
            probabilities,
            y,
            candidate.artist_groups(),
            folds,
            tags=candidate.head.outputs,
            chosen=probabilities >= thresholds,
            seed=candidate.seed,
        )
        metrics = cast(
            "TagMetrics",
            {
                **report,
                **calibration.measure_tag_calibration(
                    probabilities, y, np.array(candidate.artist_groups()), seed=candidate.seed
                ),
                "n_folds": len({item.fold for item in candidate.items}),
                "thresholds": choose_thresholds(probabilities, y, tags=candidate.head.outputs),
            },
        )
        return probabilities, metrics

    def fit_final(self, candidate: CandidateSpec) -> FittedModel:
        """A model for each tag, fitted to all items; or a network for all of them."""
        if joint_network.is_network(candidate):
            return joint_network.fit_final_network(candidate)
        x, y = validate_table(candidate.x, n_rows=len(candidate.items)), candidate.target_matrix().astype(np.intp)
        build = FitPlan.from_request(candidate.request, candidate.estimator).build_classifier
        parts = {tag: build(_build_rows(candidate, y[:, j])) for j, tag in enumerate(candidate.head.outputs)}
        fitted = MultiOutputEstimator(parts, bounds=(0.0, 1.0)).fit(x, y)
        return FittedModel(classifier=fitted, classes=candidate.head.outputs, n_features=x.shape[1])

    def list_hyperparameters(self, fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:
        """Once, or by tag where a search found others."""
        return joint_network.list_hyperparameters(fitted, candidate)

    def describe_limits(self, head: ModelHead, counts: SnapshotCounts) -> Sequence[str]:
        """What was left out, and what an absent tag means."""
        sentences = [
            f"Answers {len(head.outputs)} tags. A track that was tagged, but not with a tag, counted as without it."
        ]
        for tag, artists in counts["tags_left_out"].items():
            sentences.append(
                f"Does not answer {tag}: {artists['artists_with']} artists have it and {artists['artists_without']} "
                f"have not, of the {_ENOUGH_ARTISTS} that each side needs."
            )
        return sentences


def _predict_tag(candidate: CandidateSpec, x: NDArray[np.float32], y: Indices, *, test: Mask) -> tuple[Floats, float]:
    """The probabilities of the rows in `test`, and the best threshold, both from the other rows."""
    others = np.flatnonzero(~test)
    rows = _build_rows(candidate, y[others], groups=np.array(candidate.artist_groups(), dtype=str)[others])
    if len(np.unique(rows.y[select_learnable(rows)])) < _N_SIDES or len(select_learnable(rows)) < len(others):
        return np.full(test.sum(), float(rows.y.mean())), 1.0
    build: Callable[[TrainingRows], Any] = FitPlan.from_request(candidate.request, candidate.estimator).build_classifier
    classifier = build(rows)
    classifier.fit(x[others], rows.y)
    inner = cross_val_predict(build, x[others], rows)[:, -1]
    return classifier.predict_proba(x[test])[:, -1], best_threshold(inner, rows.y > 0)


def _build_rows(candidate: CandidateSpec, y: Indices, *, groups: NDArray[np.str_] | None = None) -> TrainingRows:
    return TrainingRows(
        y=y,
        groups=np.array(candidate.artist_groups(), dtype=str) if groups is None else groups,
        n_features=candidate.x.shape[1],
        seed=candidate.seed,
        inputs=candidate.inputs,
        n_catalogue=candidate.n_catalogue,
        blocks=candidate.blocks,
        imbalance=candidate.request.imbalance,
    )


def _list_frequent(tag_sets: Sequence[set[str]], *, at_least: int) -> tuple[str, ...]:
    """Tags that stand on so many tracks, the commonest first."""
    counts: dict[str, int] = {}
    for tag in (tag for tags in tag_sets for tag in sorted(tags)):
        counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted((t for t, n in counts.items() if n >= at_least), key=lambda tag: (-counts[tag], tag)))


def _count_artists(tag: str, tag_sets: Sequence[set[str]], items: Sequence[DatasetItem]) -> tuple[int, int]:
    """Artist groups with a track that has the tag, and with one that has not."""
    having = {item.group for item, tags in zip(items, tag_sets, strict=True) if tag in tags}
    lacking = {item.group for item, tags in zip(items, tag_sets, strict=True) if tag not in tags}
    return len(having), len(lacking)
