"""What single people's labels change of models' probabilities."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Double, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.personal.personal_logits import PersonalFigures
from shared.store.tables.base import Base, created_now


class PersonalHeadRow(Base):
    """What a person's labels change of the probabilities of one model (`shared.personal`).

    It goes with the projection that its weights are of, and is fitted again.
    """

    __tablename__ = "personal_heads"
    annotator_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("annotators.id", ondelete="CASCADE"), primary_key=True
    )
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    standard_id: Mapped[UUID | None] = mapped_column(ForeignKey("standards.id", ondelete="CASCADE"))
    """The projection of tagger outputs whose vectors it reads; None where the library has none."""
    labels_hash: Mapped[str]
    """Of all labels of the person in the model's taxonomy (`shared.personal.own_labels`)."""
    n_labels: Mapped[int]
    """Those that it was fitted to: with a prediction of the model that is not in-sample."""
    n_with_components: Mapped[int]
    """Those of them whose track has a vector."""
    strength: Mapped[float | None] = mapped_column(Double)
    """Of the penalty; None is infinite: the shared model."""
    parameters: Mapped[JsonObject]
    """`PersonalHead.to_parameters`."""
    figures: Mapped[PersonalFigures] = mapped_column(JSONB)
    fitted_at: Mapped[datetime] = created_now()
