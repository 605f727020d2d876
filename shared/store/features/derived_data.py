"""What was made of features goes with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, false, or_, select
from sqlalchemy.orm import Session

from shared.domain.dataset import TAGGER_READERS
from shared.domain.stages import list_inputs_reading
from shared.store.tables import Embedding, Model, Prediction, ProjectedVector, ProjectionRow, ScoringRefusal

_OF_MODELS = (Prediction, ScoringRefusal, Embedding)


def forget_predictions(session: Session, track_ids: Select[Any]) -> None:
    """Drop what models said of the tracks of a subquery, and where they were placed."""
    for made in (*_OF_MODELS, ProjectedVector):
        session.execute(delete(made).where(made.track_id.in_(track_ids)))


def forget_catalogue_readers(session: Session, track_ids: Select[Any]) -> None:
    """Drop what was made by models that read catalogue columns, of whatever version: somebody delivered others."""
    models = select(Model.id).where(Model.inputs.in_(list_inputs_reading(["catalogue"])))
    for made in _OF_MODELS:
        session.execute(delete(made).where(made.track_id.in_(track_ids), made.model_id.in_(models)))


def forget_tagger_readers(session: Session, track_ids: Select[Any], versions: Mapping[str, str]) -> None:
    """Drop what was made of the values of any of these audio taggers, in these versions: by models and projections."""
    read = Model.card["stage_fingerprints"]
    reading = or_(false(), *(read[tagger].astext == fingerprint for tagger, fingerprint in versions.items()))
    models = select(Model.id).where(Model.inputs.in_(TAGGER_READERS), reading)
    for made in _OF_MODELS:
        session.execute(delete(made).where(made.track_id.in_(track_ids), made.model_id.in_(models)))
    projected = (ProjectionRow.taggers[tagger].astext == fingerprint for tagger, fingerprint in versions.items())
    _forget_vectors(session, track_ids, or_(false(), *projected))


def forget_stage_readers(session: Session, track_ids: Select[Any], stages: Mapping[str, Sequence[str]]) -> None:
    """Drop what was made of these stages of the tracks of a subquery, by models and standards of the specs of each."""
    reading = or_(
        *(
            and_(Model.inputs.in_(list_inputs_reading([stage])), Model.spec.in_(specs))
            for stage, specs in stages.items()
        )
    )
    models = select(Model.id).where(reading)
    for made in _OF_MODELS:
        session.execute(delete(made).where(made.track_id.in_(track_ids), made.model_id.in_(models)))
    if "descriptors" in stages:
        _forget_vectors(session, track_ids, ProjectionRow.spec.in_(stages["descriptors"]))


def _forget_vectors(session: Session, track_ids: Select[Any], rule: ColumnElement[bool]) -> None:
    """Drop the vectors of the tracks of a subquery under the projections of a rule."""
    projections = select(ProjectionRow.id).where(rule)
    session.execute(
        delete(ProjectedVector).where(
            ProjectedVector.track_id.in_(track_ids), ProjectedVector.standard_id.in_(projections)
        )
    )
