"""Who answers: candidates through the gate, champions put in place and taken back. One transaction each.

A change of champion schedules the scoring of the whole library in the same transaction. Until that is done an answer is
computed when it is asked for, by the same model: no answer ever mixes two.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np

from shared.blobs import Blobs
from shared.domain.emotion import QUADRANT4
from shared.domain.head import get_head_kind
from shared.errors import PermanentError, Reason
from shared.metrics.comparison import ModelComparison
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import get_primary_metric, read_primary_score
from shared.metrics.selection import CorrectedFigure, correct_for_selection
from shared.registry.gate import CandidateFigures, PromotionDecision, decide_promotion, level_over_champion
from shared.registry.starter_trial import LoadRows, hold_trial
from shared.starter.rows import load_starter_rows
from shared.store.models.repository import CHAMPION, STARTER
from shared.store.repositories import Repositories
from shared.store.tables import Model, SnapshotItem

_STARTER_HAS_NO_SLOT = (
    "it is a starter: it is in no slot, and answers by itself where a taxonomy has no champion; POST /models/rollback "
    "takes the first champion back"
)


@dataclass(frozen=True, kw_only=True)
class ChampionChange:
    """A new champion, and the job that scores its library; its items are to be sent after the commit."""

    job_id: UUID
    item_ids: Sequence[int]


def examine_model(
    repositories: Repositories, model: Model, *, blobs: Blobs, load_rows: LoadRows = load_starter_rows
) -> PromotionDecision:
    """The gate's verdict on `model` against the champion of its slot, and against the starter where that answers the
    quadrants; the champion itself stays.

    `load_rows` reads what the starter was trained on. Raises PermanentError(`corrupt_artefact`) where the starter's
    artefact is gone or damaged.
    """
    if model.card.get("starter") is not None:
        return PromotionDecision(promote=False, may_be_forced=False, why=_STARTER_HAS_NO_SLOT)
    other = repositories.models.get_champion(taxonomy=model.taxonomy, inputs=model.inputs, synthetic=model.synthetic)
    if other is not None and other.id == model.id:
        return PromotionDecision(promote=True, why="it is the champion already")
    n_tried = count_tried(repositories, model, champion=other)
    candidate = CandidateFigures(
        kind=get_head_kind(model.taxonomy),
        outputs=list(model.card["classes"]),
        metrics=model.metrics,
        leak_report=model.card["leak_report"],
        rows=load_out_of_fold(repositories, model),
        n_tried=n_tried,
    )
    starter = find_rival_starter(repositories, model)
    return decide_promotion(
        candidate,
        has_champion=other is not None,
        comparison=compare_models(repositories, model, other, n_tried=n_tried) if other else None,
        lost=[name for name in other.card["classes"] if name not in model.card["classes"]] if other else (),
        trial=hold_trial(
            repositories,
            candidate.rows,
            model,
            starter,
            blobs=blobs,
            load_rows=load_rows,
            level=level_over_champion(n_tried),
            weights=repositories.review_draws.list_weights(
                [UUID(track_id) for track_id in candidate.rows.track_ids], taxonomy=model.taxonomy
            ),
        )
        if starter is not None and candidate.rows is not None
        else None,
    )


def find_rival_starter(repositories: Repositories, model: Model) -> Model | None:
    """The starter that `model` has to beat: the one that answers the quadrants of real tracks; None without.

    The starter of `mood4` is a reading of quadrants without a figure of its own, and that of valence and arousal says
    how likely each is positive: any model that beats chance takes their place.
    """
    if model.taxonomy != QUADRANT4.name or model.synthetic:
        return None
    default = repositories.models.get_default(taxonomy=model.taxonomy, synthetic=False)
    return default if default is not None and default.state == STARTER else None


def count_tried(repositories: Repositories, model: Model, *, champion: Model | None) -> int:
    """The candidates, seeds and searched settings that were tried for the place of `model` since `champion` came."""
    return sum(count_settings(tried.card) for tried in repositories.models.list_tried(model, champion=champion))


def count_settings(card: Mapping[str, Any]) -> int:
    """How many settings a candidate stands for: those that its search tried, or its own one."""
    hyperparameters = card["hyperparameters"]
    by_output = hyperparameters.get("by_output")
    searches = [part.get("search") for part in (by_output.values() if by_output else [hyperparameters])]
    return max(int(search["n_candidates"]) if isinstance(search, Mapping) else 1 for search in searches)


def load_out_of_fold(repositories: Repositories, model: Model) -> OutOfFold | None:
    """What `model` was judged on, without tracks that are gone; None where none is left."""
    predictions, outputs = repositories.models.list_out_of_fold(model.id), list(model.card["classes"])
    rows = [
        (item, target)
        for item in repositories.snapshots.list_items(model.snapshot_id)
        if item.track_id in predictions and (target := build_target_row(item, outputs)) is not None
    ]
    if not rows:
        return None
    return OutOfFold(
        predictions=np.array([predictions[item.track_id] for item, _ in rows], dtype=np.float64),
        targets=np.array([target for _, target in rows], dtype=np.float64),
        folds=np.array([item.fold for item, _ in rows], dtype=np.intp),
        groups=[item.artist_group for item, _ in rows],
        track_ids=[str(item.track_id) for item, _ in rows],
    )


def correct_winner(repositories: Repositories, winner: Model) -> CorrectedFigure | None:
    """The figure of `winner` corrected for having been picked among those that were tried for its place and stand no
    higher; None where no other was judged on the same tracks.
    """
    own = load_out_of_fold(repositories, winner)
    champion = repositories.models.get_champion(
        taxonomy=winner.taxonomy, inputs=winner.inputs, synthetic=winner.synthetic
    )
    score = read_primary_score(winner.taxonomy, winner.metrics)
    rivals = [
        rows
        for model in repositories.models.list_tried(winner, champion=champion)
        if model.id != winner.id
        and read_primary_score(model.taxonomy, model.metrics) <= score
        and (rows := load_out_of_fold(repositories, model)) is not None
        and own is not None
        and _are_same_rows(rows, own)
    ]
    if own is None or not rivals:
        return None
    figure = get_primary_metric(winner.taxonomy).figure
    return correct_for_selection([figure(rows) for rows in (own, *rivals)], n_groups=own.n_groups)


def _are_same_rows(one: OutOfFold, other: OutOfFold) -> bool:
    return (
        one.track_ids == other.track_ids and one.groups == other.groups and np.array_equal(one.targets, other.targets)
    )


def compare_models(
    repositories: Repositories, model: Model, other: Model, *, n_tried: int = 1
) -> ModelComparison | None:
    """Both on the tracks that both were judged on out of fold, with the targets of `model`'s snapshot, and on what both
    answer; None without. `n_tried` candidates share the error.

    Neither is ever asked about an artist that it had learned from. What an artist's tracks are may differ between two
    snapshots, because names were folded otherwise or groups were united: only tracks whose group is the same set in
    both are compared, and the others are counted.
    """
    models, snapshots = repositories.models, repositories.snapshots
    mine, theirs = models.list_out_of_fold(model.id), models.list_out_of_fold(other.id)
    ours, others = list(model.card["classes"]), list(other.card["classes"])
    both = [name for name in ours if name in others]
    judged = [
        (item, target)
        for item in snapshots.list_items(model.snapshot_id)
        if item.track_id in mine and item.track_id in theirs and (target := build_target_row(item, ours)) is not None
    ]
    alike = list_grouped_alike(
        *(
            {item.track_id: item.artist_group for item in snapshots.list_items(snapshot_id)}
            for snapshot_id in (model.snapshot_id, other.snapshot_id)
        )
    )
    shared = [(item, target) for item, target in judged if item.track_id in alike]
    if not shared or not both:
        return None
    my_columns, their_columns = ([names.index(name) for name in both] for names in (ours, others))
    rows = OutOfFold(
        predictions=np.array([mine[item.track_id] for item, _ in shared], dtype=np.float64)[:, my_columns],
        targets=np.array([target for _, target in shared], dtype=np.float64)[:, my_columns],
        folds=np.array([item.fold for item, _ in shared], dtype=np.intp),
        groups=[item.artist_group for item, _ in shared],
    )
    their_predictions = np.array([theirs[item.track_id] for item, _ in shared], dtype=np.float64)[:, their_columns]
    comparison = get_primary_metric(model.taxonomy).paired_comparison(
        rows, their_predictions, level=level_over_champion(n_tried)
    )
    return replace(comparison, n_left_out=len(judged) - len(shared))


def list_grouped_alike(one: Mapping[UUID, str], other: Mapping[UUID, str]) -> set[UUID]:
    """The tracks whose artist group is the same set of tracks in both, among the tracks that both hold.

    `one` and `other` give the artist group of each track. How a group is called does not matter.
    """
    pairs = {track_id: (one[track_id], other[track_id]) for track_id in one.keys() & other.keys()}
    n_together = Counter(pairs.values())
    n_mine, n_theirs = (Counter(pair[side] for pair in pairs.values()) for side in (0, 1))
    return {track_id for track_id, pair in pairs.items() if n_together[pair] == n_mine[pair[0]] == n_theirs[pair[1]]}


def build_target_row(item: SnapshotItem, outputs: Sequence[str]) -> list[float] | None:
    """What holds for an example, a number for each of `outputs`: of classes 1 for its own and 0 for the others, else
    what the training set kept. None for a class that is none of them.
    """
    if item.numbers is not None:
        return list(item.numbers)
    return [float(name == item.target) for name in outputs] if item.target in outputs else None


def promote_model(
    repositories: Repositories, model: Model, *, who: str, why: str, n_tried: int | None = None
) -> ChampionChange | None:
    """Make `model` the champion of its slot. None: it was that already. `n_tried` is kept in the history."""
    if not repositories.models.promote_model(
        model, who=who, why=why, n_tried=n_tried, leads=_should_lead(repositories, model)
    ):
        return None
    return _schedule_scoring(repositories, model, why="promotion")


def roll_back(
    repositories: Repositories,
    *,
    taxonomy: str,
    inputs: str,
    synthetic: bool,
    who: str,
    why: str,
    starter_answers: bool = True,
) -> tuple[Model, ChampionChange | None]:
    """Bring back the champion in whose place the present one was promoted.

    Where there was none, the taxonomy goes back to the champion of another input that was promoted last, else to the
    starter, unless `starter_answers` says that it is off; the model that answers then is returned. Raises
    PermanentError(`not_found`): there is no champion, or nothing before it.
    """
    models = repositories.models
    champion = models.get_champion(taxonomy=taxonomy, inputs=inputs, synthetic=synthetic)
    if champion is None:
        raise PermanentError(Reason.NOT_FOUND, f"{taxonomy} on {inputs} has no champion: nothing can be rolled back")
    earlier = models.get_previous_champion(champion)
    if earlier is None and starter_answers and (successor := _find_successor(repositories, champion)) is not None:
        models.retire_champion(champion, successor=successor, who=who, why=why)
        return successor, _schedule_scoring(repositories, successor, why="roll-back")
    if earlier is None:
        raise PermanentError(
            Reason.NOT_FOUND, f"{taxonomy} on {inputs} had no champion before this one: promote another model instead"
        )
    models.bring_back(earlier, who=who, why=why)
    return earlier, _schedule_scoring(repositories, earlier, why="roll-back")


def _schedule_scoring(repositories: Repositories, model: Model, *, why: str) -> ChampionChange:
    job_id, item_ids = repositories.scores.schedule_library(model, why=why)
    return ChampionChange(job_id=job_id, item_ids=item_ids)


def _find_successor(repositories: Repositories, champion: Model) -> Model | None:
    """The model that answers the taxonomy of a champion of real tracks when its slot is left empty; None where no
    starter is installed.
    """
    models = repositories.models
    starter = None if champion.synthetic else models.get_starter(champion.taxonomy)
    if starter is None:
        return None
    others = [
        model
        for model in models.list_answering(synthetic=False)
        if model.taxonomy == champion.taxonomy and model.state == CHAMPION and model.id != champion.id
    ]
    default = next((model for model in others if model.is_default), None)
    return default or (others[0] if others else starter)


def _should_lead(repositories: Repositories, model: Model) -> bool:
    """Whether it should be asked before the present default of its taxonomy, which may read something else."""
    default = repositories.models.get_default(taxonomy=model.taxonomy, synthetic=model.synthetic)
    if default is None or default.id == model.id or default.state == STARTER:
        return True
    comparison = compare_models(repositories, model, default)
    if comparison is None:
        return read_primary_score(model.taxonomy, model.metrics) > read_primary_score(default.taxonomy, default.metrics)
    return comparison.is_better
