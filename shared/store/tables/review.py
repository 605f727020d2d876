"""What persons were asked to label."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now


class ReviewDraw(Base):
    """A track that was drawn for a person to label, what the model answered then, and the label that followed."""

    __tablename__ = "review_draws"
    __table_args__ = (
        Index("review_draws_of_an_annotator", "annotator_id", "taxonomy", "track_id"),
        Index("review_draws_of_a_track", "track_id"),
        Index("review_draws_of_a_model", "model_id"),
        CheckConstraint("probability > 0 and probability <= 1 and n_tracks > 0", name="a_draw_has_a_probability"),
        CheckConstraint("(label is null) = (labelled_at is null)", name="a_label_has_a_time"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotators.id"))
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    taxonomy: Mapped[str]
    probability: Mapped[float] = mapped_column(Double)
    """π: of this one draw, given those before it in its batch."""
    n_tracks: Mapped[int]
    """N: the tracks that might have been drawn when the batch began."""
    reason: Mapped[str]
    """`domain.review.ReviewReason`."""
    asked_again: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A track that the person had labelled; `probability` and `n_tracks` are among such tracks."""
    earlier_label: Mapped[str | None]
    """Of a track that was asked about again: what the person had said of it."""
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id", ondelete="SET NULL"))
    """The model that answered the taxonomy; null where none did."""
    probabilities: Mapped[dict[str, float] | None] = mapped_column(JSONB(none_as_null=True))
    """What it said of the track, by class."""
    predicted: Mapped[str | None]
    """The emotion that mer gave the track; null where it gave none, as for what is held not to be music."""
    basis: Mapped[str | None]
    """`PredictionBasis` of the probabilities."""
    label: Mapped[str | None]
    """What the person then said, in `taxonomy`; null until then."""
    labelled_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime] = created_now()
