"""What was made of features goes with them."""

from typing import Any

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from shared.store.tables import Embedding, Prediction, ScoringRefusal, StandardVector


def forget_what_was_made(session: Session, track_ids: Select[Any]) -> None:
    """Drop what models said of the tracks of a subquery, and where they were placed."""
    for made in (Prediction, ScoringRefusal, Embedding, StandardVector):
        session.execute(delete(made).where(made.track_id.in_(track_ids)))
