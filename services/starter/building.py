"""From analysed clips to the starter's three models with their cards, and to the rows that are shipped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import onnx
from threadpoolctl import threadpool_limits

from services.starter import cards, figures, graphs
from services.starter.clips import StarterClip
from services.starter.graphs import HIGH_SIDES
from services.starter.mood_words import read_moods
from services.starter.training_sets import (
    PreparedClips,
    build_request,
    build_training_set,
    prepare_clips,
    replace_target,
    standardise,
    starter_snapshot_id,
)
from services.trainer.candidates.training import TrainedCandidate, train_candidate
from shared.arrays import Features, Floats, Indices
from shared.domain.dataset import TAGGED_DESCRIPTORS, DatasetItem
from shared.domain.emotion import MOOD4, QUADRANT4
from shared.domain.head import VALENCE_AROUSAL
from shared.domain.model_card import ModelCard
from shared.inference.predictor import OnnxModel
from shared.metrics.reports.plane_probabilities import plane_probability_report
from shared.registry.parity import pad_rows, require_close
from shared.starter.rows import restore_features

VERSION = 1
"""Raised with every starter that answers otherwise."""
MADE_AT = datetime(2026, 11, 30, tzinfo=UTC)
"""Of this version: written on the cards, so that the files are the same whenever they are made."""
NONE_SHARE = 0.1
"""Of the clips that plainly name a word, out of fold: so many are answered with none of the words."""


@dataclass(frozen=True, kw_only=True)
class BuiltModel:
    """One model of the starter."""

    card: ModelCard
    graph: onnx.ModelProto
    """With its rows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BuiltStarter:
    """All that is written."""

    prepared: PreparedClips
    rounded: np.ndarray
    """`(n, d)` float16: the standardised rows."""
    mean: np.ndarray
    scale: np.ndarray
    out_of_fold: Floats
    """`(n, 4)` of quadrants."""
    models: tuple[BuiltModel, ...]


def build_starter(clips: Sequence[StarterClip], *, seed: int, n_refused: int) -> BuiltStarter:
    """Train the three models on the clips. The same clips, seed and library versions give the same starter."""
    with threadpool_limits(1):  # sums over several threads may differ in their last bits
        return _build_starter(clips, seed=seed, n_refused=n_refused)


def _build_starter(clips: Sequence[StarterClip], *, seed: int, n_refused: int) -> BuiltStarter:
    prepared = prepare_clips(clips)
    rounded, mean, scale = standardise(np.array([clip.analysis.row for clip in prepared.clips]))
    x = restore_features(rounded, mean=mean, scale=scale)
    shared_rows = _SharedRows(rounded, mean, scale, x)
    quadrants = _train(prepared, prepared.items, x, taxonomy=QUADRANT4.name, seed=seed, n_left_out=n_refused)
    graph, difference = shared_rows.share(quadrants, np.arange(len(x)))
    quadrants = _note_difference(quadrants, difference)
    return BuiltStarter(
        prepared=prepared,
        rounded=rounded,
        mean=mean,
        scale=scale,
        out_of_fold=quadrants.oof,
        models=(
            BuiltModel(card=_describe_quadrants(quadrants, prepared), graph=graph),
            _build_plane(quadrants, graph, prepared, x, seed=seed),
            _build_reading(prepared, shared_rows, seed=seed),
        ),
    )


@dataclass(frozen=True, eq=False)
class _SharedRows:
    rounded: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    x: Features

    def share(self, candidate: TrainedCandidate, rows: Indices) -> tuple[onnx.ModelProto, float]:
        """The graph of a candidate that was fitted to `rows`, and how far it is from the exported one."""
        graph = graphs.share_rows(candidate.artefact, self.rounded, rows=rows, mean=self.mean, scale=self.scale)
        asked = pad_rows(self.x, seed=candidate.card.seed)
        expected = OnnxModel(candidate.artefact).run(asked)
        return graph, require_close(float(np.abs(OnnxModel(graph.SerializeToString()).run(asked) - expected).max()))


def _train(
    prepared: PreparedClips,
    items: Sequence[DatasetItem],
    x: Features,
    *,
    taxonomy: str,
    seed: int,
    n_left_out: int,
    imbalance: str = "none",
) -> TrainedCandidate:
    data = build_training_set(prepared, items, x, taxonomy=taxonomy, version=VERSION, seed=seed, n_left_out=n_left_out)
    request = build_request(taxonomy, seed=seed, imbalance=imbalance)
    return train_candidate(
        data, estimator="kernel_ridge", inputs=TAGGED_DESCRIPTORS, request=request, on_fold=lambda _: None
    )


def _note_difference(candidate: TrainedCandidate, difference: float) -> TrainedCandidate:
    """Add how far the graph is from the exported one to how far that is from what was fitted."""
    metrics = dict(candidate.card.metrics)
    metrics["export_max_difference"] += difference
    return replace(candidate, card=replace(candidate.card, metrics=metrics))


def _finish_card(card: ModelCard, *, name: str) -> ModelCard:
    return replace(card, name=name, version=f"starter-{VERSION}", created_at=MADE_AT)


def _describe_quadrants(quadrants: TrainedCandidate, prepared: PreparedClips) -> ModelCard:
    y = np.array([QUADRANT4.emotion_index(clip.quadrant) for clip in prepared.clips], dtype=np.intp)
    by_genre = figures.class_figures_by_genre(
        y, quadrants.oof, [item.group for item in prepared.items], [clip.genres for clip in prepared.clips]
    )
    card = _finish_card(quadrants.card, name="starter-quadrant4")
    return replace(
        card,
        limits=(*card.limits, *cards.list_limits()),
        starter=cards.describe_starter(version=VERSION, n_clips=len(y), derived=False, by_genre=by_genre),
    )


def _build_plane(
    quadrants: TrainedCandidate, graph: onnx.ModelProto, prepared: PreparedClips, x: Features, *, seed: int
) -> BuiltModel:
    """Valence and arousal: the probabilities of the quadrants on either side, as a model of its own."""
    plane = graphs.as_plane(graph)
    expected = 2 * OnnxModel(quadrants.artefact).run(x).astype(np.float64) @ HIGH_SIDES - 1
    require_close(float(np.abs(OnnxModel(plane.SerializeToString()).run(x) - expected).max()))
    y = np.array([QUADRANT4.emotion_index(clip.quadrant) for clip in prepared.clips], dtype=np.intp)
    is_high, probabilities = HIGH_SIDES[y] > 0, quadrants.oof @ HIGH_SIDES
    names = VALENCE_AROUSAL.outputs
    by_genre = figures.plane_figures_by_genre(
        is_high,
        probabilities,
        [item.group for item in prepared.items],
        [clip.genres for clip in prepared.clips],
        names=names,
    )
    report = plane_probability_report(probabilities, is_high, prepared.items, names=names, seed=seed)
    kept = {key: quadrants.card.metrics[key] for key in ("protocol", "spec", "leak_check", "export_rows")}
    counts = quadrants.card.data_counts
    card = replace(
        _finish_card(quadrants.card, name="starter-valence_arousal"),
        taxonomy=VALENCE_AROUSAL.name,
        classes=names,
        snapshot_id=str(starter_snapshot_id(VALENCE_AROUSAL.name, VERSION)),
        data_counts={**counts, "head": {"classes": list(names), "description": cards.PLANE_DESCRIPTION}},
        metrics={**report, **kept, "export_max_difference": quadrants.card.metrics["export_max_difference"]},
        limits=(*quadrants.card.limits, *cards.list_limits(), cards.PLANE_LIMIT),
        starter=cards.describe_starter(
            version=VERSION, n_clips=len(y), derived=False, by_genre=by_genre, meaning="probability"
        ),
    )
    return BuiltModel(card=card, graph=plane)


def _build_reading(prepared: PreparedClips, shared_rows: _SharedRows, *, seed: int) -> BuiltModel:
    """`mood4` by the clips whose tags plainly name one of its words."""
    reading = read_moods([clip.mood_tags for clip in prepared.clips])
    rows = np.array([i for i, word in enumerate(reading.plain) if word is not None], dtype=np.intp)
    items = [replace_target(prepared.items[i], str(reading.plain[i])) for i in rows.tolist()]
    # how many clips name each word follows from the lists, and says nothing of music: words count alike
    moods = _train(
        prepared, items, shared_rows.x[rows], taxonomy=MOOD4.name, seed=seed, n_left_out=0, imbalance="weights"
    )
    graph, difference = shared_rows.share(moods, rows)
    moods = _note_difference(moods, difference)
    none_below = figures.choose_none_below(moods.oof, share=NONE_SHARE)
    probabilities = OnnxModel(graph.SerializeToString()).run(shared_rows.x).astype(np.float64)
    probabilities[rows] = moods.oof
    answers = figures.name_answers(probabilities, none_below=none_below)
    genres = [clip.genres for clip in prepared.clips]
    card = _finish_card(moods.card, name="starter-mood4")
    metrics = {
        key: card.metrics[key]
        for key in (
            "n_items", "n_groups", "n_folds", "classes", "protocol", "spec", "leak_check", "export_max_difference",
            "export_rows",
        )
    }  # fmt: skip
    per_class = {word: {"support": figure["support"]} for word, figure in card.metrics["per_class"].items()}
    return BuiltModel(
        card=replace(
            card,
            metrics={**metrics, "per_class": per_class},
            limits=(*card.limits, *cards.list_limits(), cards.READING_LIMIT),
            starter={
                **cards.describe_starter(version=VERSION, n_clips=len(rows), derived=True, by_genre={}),
                "none_below": none_below,
                "word_lists": figures.describe_word_lists(reading, answers),
                "word_shares": figures.word_shares(probabilities, genres, none_below=none_below),
            },
        ),
        graph=graph,
    )
