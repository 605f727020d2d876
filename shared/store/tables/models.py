"""Training sets, models, and what they said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL
from sqlalchemy.orm import Mapped, mapped_column

from shared.domain.exposure import EvaluationCounts
from shared.domain.leaks import LeakReportCard
from shared.domain.model_card import ModelCardDocument
from shared.domain.snapshot import SnapshotCounts
from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class SnapshotRow(Base):
    """A frozen training set."""

    __tablename__ = "snapshots"
    id: Mapped[UUID] = new_id()
    taxonomy: Mapped[str]
    inputs: Mapped[list[Any]]
    spec: Mapped[str]
    synthetic: Mapped[bool]
    n_folds: Mapped[int]
    seed: Mapped[int]
    counts: Mapped[SnapshotCounts] = mapped_column(JSONB)
    leak_check: Mapped[LeakReportCard] = mapped_column(JSONB)
    created_at: Mapped[datetime] = created_now()


class SnapshotItem(Base):
    """One example of a snapshot. It stays when its track is removed."""

    __tablename__ = "snapshot_items"
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    target: Mapped[str]
    numbers: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    """For a head that is no taxonomy: 1 or 0 for each tag, or a number for each dimension, in the head's order."""
    artist_group: Mapped[str]
    fold: Mapped[int]
    origin: Mapped[str | None]
    """Kind and name of the annotator who decided the target; null in snapshots from before it was kept."""


class FoldResult(Base):
    """What a candidate in training said of the rows of one fold. Gone when the model is published."""

    __tablename__ = "fold_results"
    job_item_id: Mapped[int] = mapped_column(ForeignKey("job_items.id", ondelete="CASCADE"), primary_key=True)
    fold: Mapped[int] = mapped_column(primary_key=True)
    n_classes: Mapped[int]
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(Double))
    chosen: Mapped[JsonObject] = mapped_column(server_default="{}")
    """The hyperparameters of the fold."""
    made_at: Mapped[datetime] = created_now()


class OofPrediction(Base):
    """What a model said of an example while it had not seen its artist. It stays when its track is removed."""

    __tablename__ = "oof_predictions"
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(REAL))


class Model(Base):
    """A published artefact. `version` counts within a taxonomy, on real or on synthetic tracks."""

    __tablename__ = "models"
    __table_args__ = (
        UniqueConstraint("taxonomy", "synthetic", "version"),
        Index(
            "one_champion_a_slot",
            "taxonomy",
            "inputs",
            "synthetic",
            unique=True,
            postgresql_where=text("state = 'champion'"),
        ),
        Index("one_default_a_taxonomy", "taxonomy", "synthetic", unique=True, postgresql_where=text("is_default")),
        Index("one_starter_a_taxonomy", "taxonomy", unique=True, postgresql_where=text("state = 'starter'")),
        CheckConstraint("not is_default or state in ('champion', 'starter')", name="a_default_answers"),
        CheckConstraint("state <> 'starter' or not synthetic", name="a_starter_answers_real_tracks"),
    )
    id: Mapped[UUID] = new_id()
    job_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("job_items.id", ondelete="SET NULL"), unique=True, nullable=True
    )
    estimator: Mapped[str]
    inputs: Mapped[str]
    taxonomy: Mapped[str]
    synthetic: Mapped[bool]
    version: Mapped[int]
    spec: Mapped[str]
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id"))
    state: Mapped[str] = mapped_column(default="candidate")
    is_default: Mapped[bool] = mapped_column(default=False)
    """Of the champions and the starter of a taxonomy this one answers for tracks."""
    metrics: Mapped[JsonObject]
    card: Mapped[ModelCardDocument] = mapped_column(JSONB)
    artefact_key: Mapped[str]
    artefact_sha256: Mapped[str]
    created_at: Mapped[datetime] = created_now()


class ModelHistory(Base):
    """Every promotion and roll-back."""

    __tablename__ = "model_history"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    taxonomy: Mapped[str]
    inputs: Mapped[str]
    synthetic: Mapped[bool]
    from_model_id: Mapped[UUID | None]
    to_model_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(default="promotion")
    """`promotion` or `rollback`."""
    who: Mapped[str]
    why: Mapped[str]
    n_tried: Mapped[int | None]
    """Of a promotion: the candidates, seeds and searched settings that were tried for the place, this one included."""
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Prediction(Base):
    """What a model says of a track. Never an annotation."""

    __tablename__ = "predictions"
    __table_args__ = (
        Index("predictions_of_a_model", "model_id", "track_id"),
        Index("predictions_by_word", "model_id", "emotion", "track_id"),
        Index("predictions_by_highest", "model_id", "highest", "track_id"),
        CheckConstraint("(valence is null) = (arousal is null)", name="a_place_has_both"),
        CheckConstraint("basis in ('held_out', 'out_of_fold', 'in_sample')", name="a_known_basis"),
    )
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    emotion: Mapped[str | None]
    """None where the model says that it is none of its emotions."""
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    highest: Mapped[float | None] = mapped_column(
        REAL, Computed("mer_highest(probabilities)", persisted=True), deferred=True
    )
    """Of the probabilities; None where there are none."""
    valence: Mapped[float | None] = mapped_column(REAL)
    """In [-1, 1], as `arousal`: of a model of classes that places tracks on the plane beside them."""
    arousal: Mapped[float | None] = mapped_column(REAL)
    basis: Mapped[str] = mapped_column(server_default="held_out")
    """`PredictionBasis` of the probabilities. Valence and arousal beside them have no out-of-fold answer."""
    made_at: Mapped[datetime] = created_now()

    @property
    def valence_arousal(self) -> tuple[float, float] | None:
        """Valence and arousal, where the model answers both."""
        return None if self.valence is None or self.arousal is None else (self.valence, self.arousal)


class ScoringRefusal(Base):
    """A track that has what a model reads, and that it could not answer all the same: damaged arrays, no numbers.

    Gone when the track has new features.
    """

    __tablename__ = "scoring_refusals"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = created_now()


class EvaluationRow(Base):
    """How a model did on labelled tracks that were not in its training."""

    __tablename__ = "evaluations"
    id: Mapped[UUID] = new_id()
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    subset: Mapped[JsonObject]
    counts: Mapped[EvaluationCounts] = mapped_column(JSONB)
    metrics: Mapped[JsonObject]
    made_at: Mapped[datetime] = created_now()
