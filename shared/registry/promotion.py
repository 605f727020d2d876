"""Who answers: candidates through the gate, champions put in place and taken back. One transaction each.

A change of champion schedules the scoring of the whole library in the same transaction. Until that is done an answer is
computed when it is asked for, by the same model: no answer ever mixes two.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from shared.errors import PermanentError, Reason
from shared.registry.comparing import Comparison
from shared.registry.gate import Verdict, judge
from shared.registry.yardsticks import score_of, yardstick_of
from shared.store.models import Models
from shared.store.scores import Scores
from shared.store.snapshots import Snapshots
from shared.store.tables import Model, SnapshotItem


@dataclass(frozen=True, kw_only=True)
class Change:
    """A new champion, and the job that scores its library; its items are to be sent after the commit."""

    job_id: UUID
    item_ids: Sequence[int]


def examine(session: Session, model: Model) -> Verdict:
    """The gate's verdict on `model` against the champion of its slot."""
    champion = Models(session).champion(taxonomy=model.taxonomy, inputs=model.inputs, synthetic=model.synthetic)
    other = champion if champion is not None and champion.id != model.id else None
    return judge(
        metrics=model.metrics,
        leak_report=model.card["leak_report"],
        has_champion=other is not None,
        comparison=compare_models(session, model, other) if other else None,
        yardstick=yardstick_of(model.taxonomy),
        lost=[name for name in other.card["classes"] if name not in model.card["classes"]] if other else (),
    )


def compare_models(session: Session, model: Model, other: Model) -> Comparison | None:
    """Both on the tracks that both were judged on out of fold, with the targets of `model`'s snapshot, and on what both
    answer; None without.

    Neither is ever asked about an artist that it had learned from. What an artist's tracks are may differ between two
    snapshots, because names were folded otherwise or groups were united: only tracks whose group is the same set in
    both are compared, and the others are counted.
    """
    models, snapshots = Models(session), Snapshots(session)
    mine, theirs = models.oof(model.id), models.oof(other.id)
    ours, others = list(model.card["classes"]), list(other.card["classes"])
    both = [name for name in ours if name in others]
    judged = [
        (item, target) for item in snapshots.items(model.snapshot_id)
        if item.track_id in mine and item.track_id in theirs and (target := target_row(item, ours)) is not None
    ]  # fmt: skip
    alike = grouped_alike(*(
        {item.track_id: item.artist_group for item in snapshots.items(snapshot_id)}
        for snapshot_id in (model.snapshot_id, other.snapshot_id)
    ))  # fmt: skip
    shared = [(item, target) for item, target in judged if item.track_id in alike]
    if not shared or not both:
        return None
    my_columns, their_columns = ([names.index(name) for name in both] for names in (ours, others))
    comparison = yardstick_of(model.taxonomy).compare(
        np.array([mine[item.track_id] for item, _ in shared])[:, my_columns],
        np.array([theirs[item.track_id] for item, _ in shared])[:, their_columns],
        np.array([target for _, target in shared])[:, my_columns],
        [item.artist_group for item, _ in shared],
    )
    return replace(comparison, n_left_out=len(judged) - len(shared))


def grouped_alike(one: Mapping[UUID, str], other: Mapping[UUID, str]) -> set[UUID]:
    """The tracks whose artist group is the same set of tracks in both, among the tracks that both hold.

    `one` and `other` give the artist group of each track. How a group is called does not matter.
    """
    pairs = {track_id: (one[track_id], other[track_id]) for track_id in one.keys() & other.keys()}
    n_together = Counter(pairs.values())
    n_mine, n_theirs = (Counter(pair[side] for pair in pairs.values()) for side in (0, 1))
    return {track_id for track_id, pair in pairs.items() if n_together[pair] == n_mine[pair[0]] == n_theirs[pair[1]]}


def target_row(item: SnapshotItem, outputs: Sequence[str]) -> list[float] | None:
    """What holds for an example, a number for each of `outputs`: of classes 1 for its own and 0 for the others, else
    what the training set kept. None for a class that is none of them.
    """
    if item.numbers is not None:
        return list(item.numbers)
    return [float(name == item.target) for name in outputs] if item.target in outputs else None


def promote(session: Session, model: Model, *, who: str, why: str) -> Change | None:
    """Make `model` the champion of its slot. None: it was that already."""
    if not Models(session).promote(model, who=who, why=why, leads=_leads(session, model)):
        return None
    return _schedule(session, model, why="promotion")


def roll_back(
    session: Session, *, taxonomy: str, inputs: str, synthetic: bool, who: str, why: str
) -> tuple[Model, Change | None]:
    """Bring back the champion in whose place the present one was promoted.

    Raises PermanentError(`not_found`): there is no champion, or none before it.
    """
    models = Models(session)
    champion = models.champion(taxonomy=taxonomy, inputs=inputs, synthetic=synthetic)
    if champion is None:
        raise PermanentError(Reason.NOT_FOUND, f"{taxonomy} on {inputs} has no champion: nothing can be rolled back")
    earlier = models.before(champion)
    if earlier is None:
        raise PermanentError(
            Reason.NOT_FOUND, f"{taxonomy} on {inputs} had no champion before this one: promote another model instead"
        )
    models.bring_back(earlier, who=who, why=why)
    return earlier, _schedule(session, earlier, why="roll-back")


def _schedule(session: Session, model: Model, *, why: str) -> Change:
    job_id, item_ids = Scores(session).schedule(model, why=why)
    return Change(job_id=job_id, item_ids=item_ids)


def _leads(session: Session, model: Model) -> bool:
    """Whether it should be asked before the present default of its taxonomy, which may read something else."""
    default = Models(session).default(taxonomy=model.taxonomy, synthetic=model.synthetic)
    if default is None or default.id == model.id:
        return True
    found = compare_models(session, model, default)
    if found is None:
        return score_of(model.taxonomy, model.metrics) > score_of(default.taxonomy, default.metrics)
    return found.is_better
