"""Published models, their champions, and what they say of tracks.

A *slot* is what a model reads, its taxonomy, and real or synthetic tracks. A slot has one champion, or none.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, literal_column, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from shared.domain.prediction import PredictionBasis
from shared.domain.targets import ValenceArousal
from shared.store.base_repository import RowRepository, page_before
from shared.store.tables import Model, ModelHistory, OofPrediction, Prediction, SnapshotItem
from shared.store.tables.base import ColumnValues

CANDIDATE, CHAMPION, RETIRED = "candidate", "champion", "retired"
STARTER = "starter"
"""The state of a model that ships with the project: it is in no slot, and answers its taxonomy while it is the default
there."""
PROMOTION, ROLLBACK = "promotion", "rollback"


class ModelRepository(RowRepository[Model, UUID]):
    """All SQL on models."""

    row_type = Model

    def lock_next_version(self, *, taxonomy: str, synthetic: bool) -> int:
        """The next number in a taxonomy, which stays locked until the transaction ends."""
        self._lock_taxonomy(taxonomy, synthetic=synthetic)
        latest = self._session.scalar(
            select(func.max(Model.version)).where(Model.taxonomy == taxonomy, Model.synthetic == synthetic)
        )
        return (latest or 0) + 1

    def add_model(self, row: ColumnValues, *, oof: Mapping[UUID, Sequence[float]]) -> Model:
        """Write a published model with its out-of-fold predictions."""
        model = Model(**row)
        self._session.add(model)
        self._session.flush()
        rows = [
            {"model_id": model.id, "track_id": track_id, "probabilities": list(probabilities)}
            for track_id, probabilities in oof.items()
        ]
        if rows:
            self._session.execute(insert(OofPrediction), rows)
        return model

    def get_by_item(self, job_item_id: int) -> Model | None:
        """The model that a training item published before it was interrupted, or None."""
        return self._session.scalar(select(Model).where(Model.job_item_id == job_item_id))

    def list_page(
        self,
        *,
        taxonomy: str | None = None,
        synthetic: bool | None = None,
        before: UUID | None = None,
        limit: int = 50,
    ) -> Sequence[Model]:
        """The newest models first."""
        query = page_before(select(Model), Model.id, before, limit=limit)
        if synthetic is not None:
            query = query.where(Model.synthetic == synthetic)
        if taxonomy:
            query = query.where(Model.taxonomy == taxonomy)
        return self._session.scalars(query).all()

    def get_champion(self, *, taxonomy: str, inputs: str, synthetic: bool) -> Model | None:
        """The model that answers in a slot, or None."""
        query = select(Model).where(
            Model.taxonomy == taxonomy,
            Model.inputs == inputs,
            Model.synthetic == synthetic,
            Model.state == CHAMPION,
        )
        return self._session.scalar(query)

    def list_answering(self, *, synthetic: bool) -> Sequence[Model]:
        """All champions, the latest promoted first, then the starters that are the default of their taxonomy."""
        came = select(func.max(ModelHistory.id)).where(ModelHistory.to_model_id == Model.id).scalar_subquery()
        answers = or_(Model.state == CHAMPION, and_(Model.state == STARTER, Model.is_default))
        query = (
            select(Model)
            .where(Model.synthetic == synthetic, answers)
            .order_by(Model.state == STARTER, came.desc().nulls_last(), Model.id.desc())
        )
        return self._session.scalars(query).all()

    def get_answering_version(self) -> Hashable:
        """A value that changes with every change of `list_answering` of either library: it costs a look at a few rows,
        and no card has to be read.
        """
        # of the transaction that wrote the row last
        row_version: ColumnElement[str] = literal_column("models.xmin::text")
        query = select(Model.id, row_version).where(Model.state.in_([CHAMPION, STARTER])).order_by(Model.id)
        last_entry = select(func.max(ModelHistory.id)).scalar_subquery()
        return tuple(tuple(row) for row in self._session.execute(query.add_columns(last_entry)))

    def get_starter(self, taxonomy: str) -> Model | None:
        """The starter of a taxonomy, whether it answers or not; None where none is installed."""
        return self._session.scalar(select(Model).where(Model.taxonomy == taxonomy, Model.state == STARTER))

    def list_starters(self) -> Sequence[Model]:
        """The starters that are installed, by taxonomy."""
        return self._session.scalars(select(Model).where(Model.state == STARTER).order_by(Model.taxonomy)).all()

    def get_default(self, *, taxonomy: str, synthetic: bool) -> Model | None:
        """The champion or starter of a taxonomy that answers for tracks, or None."""
        query = select(Model).where(Model.taxonomy == taxonomy, Model.synthetic == synthetic, Model.is_default)
        return self._session.scalar(query)

    def let_starter_answer(self, taxonomy: str) -> bool:
        """Make the starter of a taxonomy its default, where it has none. False: it has one, or no starter."""
        self._lock_taxonomy(taxonomy, synthetic=False)
        starter = self.get_starter(taxonomy)
        if starter is None or self.get_default(taxonomy=taxonomy, synthetic=False) is not None:
            return False
        self._update_model(starter, is_default=True)
        return True

    def retire_starter(self, starter: Model) -> None:
        """Take a starter away: another one is installed, or none ships any more."""
        self._lock_taxonomy(starter.taxonomy, synthetic=False)
        self._update_model(starter, state=RETIRED, is_default=False)

    def silence_starters(self) -> None:
        """Let no starter be the default of its taxonomy."""
        self._session.execute(update(Model).where(Model.state == STARTER).values(is_default=False))

    def promote_model(
        self, model: Model, *, who: str, why: str, n_tried: int | None = None, leads: bool = False
    ) -> bool:
        """Make `model` the champion of its slot, in place of the one before. False: it was that already.

        It becomes the default of its taxonomy where it `leads`, where it takes the place of the default, or where
        there is none. `n_tried` says among how many candidates it was picked.
        """
        return self._change_champion(model, who=who, why=why, kind=PROMOTION, leads=leads, n_tried=n_tried)

    def bring_back(self, model: Model, *, who: str, why: str) -> bool:
        """`promote`, written down as a roll-back."""
        return self._change_champion(model, who=who, why=why, kind=ROLLBACK, leads=False)

    def retire_champion(self, champion: Model, *, successor: Model, who: str, why: str) -> None:
        """Leave the slot of `champion` empty, written down as a roll-back.

        `successor`, the champion of another slot or the starter, is the default of the taxonomy from then on.
        """
        self._lock_taxonomy(champion.taxonomy, synthetic=champion.synthetic)
        self._update_model(champion, state=RETIRED, is_default=False)
        self._update_model(successor, is_default=True)
        self._session.add(
            ModelHistory(
                taxonomy=champion.taxonomy,
                inputs=champion.inputs,
                synthetic=champion.synthetic,
                from_model_id=champion.id,
                to_model_id=successor.id,
                kind=ROLLBACK,
                who=who,
                why=why,
            )
        )
        self._session.flush()

    def get_previous_champion(self, champion: Model) -> Model | None:
        """The champion in whose place this one was promoted, or None."""
        query = (
            select(ModelHistory.from_model_id)
            .where(ModelHistory.to_model_id == champion.id, ModelHistory.kind == PROMOTION)
            .order_by(ModelHistory.id.desc())
            .limit(1)
        )
        earlier = self._session.scalar(query)
        return self.get_by_id(earlier) if earlier else None

    def list_tried(self, model: Model, *, champion: Model | None) -> Sequence[Model]:
        """The models of the slot of `model` that were published since `champion` first came, on a snapshot that shares
        half of its tracks: half of those of the smaller one. `model` is always among them. Without a champion: ever.
        """
        slot = (
            Model.taxonomy == model.taxonomy,
            Model.inputs == model.inputs,
            Model.synthetic == model.synthetic,
        )
        query = select(Model).where(*slot, Model.id != model.id).order_by(Model.id)
        if champion is not None:
            came = select(func.min(ModelHistory.at)).where(
                ModelHistory.to_model_id == champion.id, ModelHistory.kind == PROMOTION
            )
            query = query.where(Model.created_at > came.scalar_subquery())
        others = self._session.scalars(query).all()
        alike = self._filter_overlapping(model.snapshot_id, {other.snapshot_id for other in others})
        return [model, *(other for other in others if other.snapshot_id in alike)]

    def _filter_overlapping(self, snapshot_id: UUID, others: Collection[UUID]) -> set[UUID]:
        """Those of `others` that share half of the tracks of the smaller one with a snapshot."""
        mine, theirs = aliased(SnapshotItem), aliased(SnapshotItem)
        sizes: dict[UUID, int] = dict(
            self._session.execute(
                select(SnapshotItem.snapshot_id, func.count())
                .where(SnapshotItem.snapshot_id.in_({snapshot_id, *others}))
                .group_by(SnapshotItem.snapshot_id)
            ).all()
        )
        shared = self._session.execute(
            select(theirs.snapshot_id, func.count())
            .join(mine, mine.track_id == theirs.track_id)
            .where(mine.snapshot_id == snapshot_id, theirs.snapshot_id.in_(others))
            .group_by(theirs.snapshot_id)
        ).all()
        return {other for other, n in shared if 2 * n >= min(sizes[other], sizes[snapshot_id])}

    def _change_champion(
        self, model: Model, *, who: str, why: str, kind: str, leads: bool, n_tried: int | None = None
    ) -> bool:
        slot: ColumnValues = {"taxonomy": model.taxonomy, "inputs": model.inputs, "synthetic": model.synthetic}
        self._lock_taxonomy(model.taxonomy, synthetic=model.synthetic)
        before = self.get_champion(**slot)
        if before is not None and before.id == model.id:
            return False
        default = self.get_default(taxonomy=model.taxonomy, synthetic=model.synthetic)
        is_default = leads or default is None or (before is not None and default.id == before.id)
        if default is not None and is_default:
            self._update_model(default, is_default=False)
        if before is not None:
            self._update_model(before, state=RETIRED)
        self._update_model(model, state=CHAMPION, is_default=is_default)
        entry = {"who": who, "why": why, "kind": kind, "n_tried": n_tried}
        self._session.add(
            ModelHistory(**slot, from_model_id=before.id if before else None, to_model_id=model.id, **entry)
        )
        self._session.flush()
        return True

    def _update_model(self, model: Model, **values: Any) -> None:
        # One statement each, in this order: the unique indexes look after every one of them.
        self._session.execute(update(Model).where(Model.id == model.id).values(**values))

    def list_out_of_fold(self, model_id: UUID) -> dict[UUID, list[float]]:
        """Out-of-fold probabilities by track."""
        query = select(OofPrediction.track_id, OofPrediction.probabilities).where(OofPrediction.model_id == model_id)
        return dict(self._session.execute(query).all())

    def list_history(self, *, before: int | None = None, limit: int = 50) -> Sequence[ModelHistory]:
        """Promotions and roll-backs, the latest first."""
        return self._session.scalars(page_before(select(ModelHistory), ModelHistory.id, before, limit=limit)).all()

    def get_prediction(self, track_id: UUID, model_id: UUID) -> Prediction | None:
        """What a model said of a track, if it was asked before."""
        return self._session.get(Prediction, (track_id, model_id))

    def list_held_out(self, model_id: UUID, track_ids: Collection[UUID]) -> dict[UUID, str | None]:
        """What a model said of those of the tracks that are new to it, by track."""
        query = select(Prediction.track_id, Prediction.emotion).where(
            Prediction.model_id == model_id,
            Prediction.track_id.in_(track_ids),
            Prediction.basis == PredictionBasis.HELD_OUT,
        )
        return dict(self._session.execute(query).all())

    def save_predictions(self, rows: Iterable[ColumnValues]) -> None:
        """Keep what a model said."""
        query = upsert(Prediction).on_conflict_do_nothing()
        self._session.execute(query, list(rows))

    def save_prediction(
        self,
        track_id: UUID,
        model_id: UUID,
        *,
        emotion: str | None,
        probabilities: Sequence[float],
        valence_arousal: ValenceArousal | None,
        basis: PredictionBasis = PredictionBasis.HELD_OUT,
    ) -> None:
        """Keep what a model said of one track; `valence_arousal` of a model that predicts them beside its classes."""
        valence, arousal = valence_arousal or (None, None)
        row = {
            "emotion": emotion,
            "probabilities": list(probabilities),
            "valence": valence,
            "arousal": arousal,
            "basis": basis.value,
        }
        self.save_predictions([{"track_id": track_id, "model_id": model_id, **row}])

    def _lock_taxonomy(self, taxonomy: str, *, synthetic: bool) -> None:
        self._session.execute(
            text("select pg_advisory_xact_lock(hashtext(:slot))"), {"slot": f"champion/{taxonomy}/{synthetic}"}
        )
