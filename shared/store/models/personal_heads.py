"""Personal heads: what they are fitted to, and what they make of stored predictions."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Float, Select, String, and_, cast, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared.arrays import Floats
from shared.domain.annotation import Annotation, AnnotatorKind
from shared.domain.labels import latest_votes
from shared.domain.prediction import PredictionBasis
from shared.personal.personal_logits import MIN_PROBABILITY, PersonalFit, PersonalHead
from shared.store.base_repository import BaseRepository
from shared.store.tables import AnnotationRow, AnnotatorRow, Model, PersonalHeadRow, Prediction, ProjectedVector, Track
from shared.store.tracks.annotations import annotation_of
from shared.store.tracks.standing_annotations import is_standing

_TOLERANCE = 1e-3
"""Of logits: PostgreSQL adds in single precision. What it lets through is decided in double precision."""


@dataclass(frozen=True, eq=False)
class PersonalExamples:
    """The labels of a person that a head is fitted to, a row each."""

    track_ids: tuple[UUID, ...]
    shared: Floats
    """`(n, k)`: the model's probabilities, none in-sample."""
    components: Floats
    """`(n, d)`: vectors of the library's projection; NaN where a track has none. d is 0 without a projection."""
    artist_groups: tuple[str, ...]


class PersonalHeadRepository(BaseRepository):
    """All SQL on personal heads."""

    def list_people(self) -> Sequence[str]:
        """The names of people who have ever annotated anything, the first one in front."""
        query = select(AnnotatorRow.name).where(AnnotatorRow.kind == AnnotatorKind.PERSON)
        return self._session.scalars(query.order_by(AnnotatorRow.id)).all()

    def get_person_id(self, name: str) -> int | None:
        """The id of a person who has annotated, None for anybody else."""
        query = select(AnnotatorRow.id).where(
            AnnotatorRow.kind == AnnotatorKind.PERSON,
            AnnotatorRow.name == name,
            exists().where(AnnotationRow.annotator_id == AnnotatorRow.id),  # a review was drawn for some who have not
        )
        return self._session.scalar(query)

    def list_labels(self, person_id: int, model: Model) -> dict[UUID, str]:
        """The class of `model` that the person gives each surviving track of its library."""
        query = (
            select(Track.survivor_id, AnnotationRow, AnnotatorRow)
            .join(AnnotationRow, AnnotationRow.track_id == Track.id)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(AnnotatorRow.id == person_id, Track.synthetic == model.synthetic, is_standing())
            .order_by(AnnotationRow.at, AnnotationRow.id)
        )
        by_track: dict[UUID, list[Annotation]] = {}
        for track_id, row, annotator in self._session.execute(query):
            by_track.setdefault(track_id, []).append(annotation_of(row, annotator))
        return {
            track_id: vote.emotion
            for track_id, annotations in by_track.items()
            for vote in latest_votes(annotations, taxonomy=model.taxonomy).values()
            if vote.emotion in model.card["classes"]
        }

    def measure_quiet_s(self, person_id: int) -> float:
        """Seconds since the person said or took back anything last; infinite where they never did."""
        latest = select(func.max(AnnotationRow.at)).where(AnnotationRow.annotator_id == person_id).scalar_subquery()
        quiet_s = self._session.scalar(select(func.extract("epoch", func.clock_timestamp() - latest)))
        return math.inf if quiet_s is None else float(quiet_s)

    def get_head(self, person_id: int, model_id: UUID) -> PersonalHeadRow | None:
        """The head of a person for a model, outdated or not; None where there is none."""
        return self._session.get(PersonalHeadRow, (person_id, model_id))

    def save_head(
        self,
        person_id: int,
        model: Model,
        fit: PersonalFit,
        *,
        standard_id: UUID | None,
        labels_hash: str,
        examples: PersonalExamples,
    ) -> None:
        """Keep a head in place of the person's one before for this model."""
        values = {
            "standard_id": standard_id,
            "labels_hash": labels_hash,
            "n_labels": len(examples.track_ids),
            "n_with_components": count_with_components(examples.components),
            "strength": None if fit.head.is_shared else fit.head.strength,
            "parameters": fit.head.to_parameters(),
            "figures": fit.figures,
        }
        query = insert(PersonalHeadRow).values(annotator_id=person_id, model_id=model.id, **values)
        self._session.execute(
            query.on_conflict_do_update(
                index_elements=["annotator_id", "model_id"], set_={**values, "fitted_at": func.now()}
            )
        )

    def drop_head(self, person_id: int, model_id: UUID) -> None:
        """Delete a head: its person has no label in the taxonomy any more."""
        self._session.execute(
            delete(PersonalHeadRow).where(
                PersonalHeadRow.annotator_id == person_id, PersonalHeadRow.model_id == model_id
            )
        )

    def list_examples(self, track_ids: Collection[UUID], model: Model, *, standard_id: UUID | None) -> PersonalExamples:
        """Of those of the tracks of which the model has a prediction that is not in-sample, in their order."""
        query = (
            select(Prediction.track_id, Prediction.probabilities, Track.artist_group)
            .join(Track, Track.id == Prediction.track_id)
            .where(*_is_example(track_ids, model))
            .order_by(Prediction.track_id)
        )
        rows = self._session.execute(query).all()
        ids = tuple(row.track_id for row in rows)
        n_classes = len(model.card["classes"])
        shared = np.array([row.probabilities for row in rows], dtype=np.float64).reshape(-1, n_classes)
        return PersonalExamples(
            track_ids=ids,
            shared=shared,
            components=self.list_components(ids, standard_id=standard_id),
            artist_groups=tuple(row.artist_group for row in rows),
        )

    def count_examples(self, track_ids: Collection[UUID], model: Model, *, standard_id: UUID | None) -> tuple[int, int]:
        """How many rows `list_examples` gives, and how many of them have components."""
        has_vector = and_(ProjectedVector.track_id == Prediction.track_id, ProjectedVector.standard_id == standard_id)
        query = (
            select(func.count(Prediction.track_id), func.count(ProjectedVector.track_id))
            .join_from(Prediction, ProjectedVector, has_vector, isouter=True)
            .where(*_is_example(track_ids, model))
        )
        n_labels, n_with_components = self._session.execute(query).one()
        return n_labels, n_with_components

    def list_components(self, track_ids: Sequence[UUID], *, standard_id: UUID | None) -> Floats:
        """`(n, d)`: the vectors of a projection, a row a track; NaN where it has none."""
        if standard_id is None:
            return np.empty((len(track_ids), 0))
        query = select(ProjectedVector.track_id, ProjectedVector.vector).where(
            ProjectedVector.standard_id == standard_id, ProjectedVector.track_id.in_(track_ids)
        )
        vectors = {track_id: np.asarray(vector, dtype=np.float64) for track_id, vector in self._session.execute(query)}
        width = next((len(vector) for vector in vectors.values()), 0)
        missing = np.full(width, np.nan)
        return np.array([vectors.get(track_id, missing) for track_id in track_ids]).reshape(len(track_ids), width)

    def sample_components(self, standard_id: UUID, *, n: int) -> Floats:
        """`(m, d)`: the vectors of at most `n` tracks, the same ones as long as no others come."""
        query = (
            select(ProjectedVector.vector)
            .where(ProjectedVector.standard_id == standard_id)
            .order_by(func.md5(cast(ProjectedVector.track_id, String)))
            .limit(n)
        )
        vectors = [np.asarray(vector, dtype=np.float64) for vector in self._session.scalars(query)]
        return np.array(vectors) if vectors else np.empty((0, 0))


def _is_example(track_ids: Collection[UUID], model: Model) -> tuple[ColumnElement[bool], ...]:
    return (
        Prediction.model_id == model.id,
        Prediction.track_id.in_(track_ids),
        Prediction.basis != PredictionBasis.IN_SAMPLE,
    )


def count_with_components(components: Floats) -> int:
    """How many rows of `(n, d)` hold numbers."""
    return int((~np.isnan(components)).all(axis=1).sum()) if components.shape[1] else 0


def select_personal_candidates(
    row: PersonalHeadRow, model: Model, emotions: Collection[str], *, after: UUID
) -> Select[UUID]:
    """Ids of the tracks after `after` whose likeliest class is one of `emotions` by the head, or nearly so.

    The inner products of the whole library take PostgreSQL a tenth of a second where reading its vectors takes several.
    """
    head = PersonalHead.from_parameters(row.parameters, strength=row.strength)
    joined = and_(ProjectedVector.track_id == Prediction.track_id, ProjectedVector.standard_id == row.standard_id)
    offsets = head.weights @ head.centre
    logits = [
        (
            head.scale * func.ln(func.greatest(cast(Prediction.probabilities[k + 1], Float), MIN_PROBABILITY))
            + float(head.bias[k])
            + (
                func.coalesce(
                    -ProjectedVector.vector.max_inner_product(head.weights[k].tolist()) - float(offsets[k]), 0.0
                )
                if row.standard_id is not None
                else 0.0
            )
        ).label(f"logit_{k}")
        for k in range(len(head.bias))
    ]
    query = select(Prediction.track_id.label("survivor_id"), *logits).where(
        Prediction.model_id == model.id, Prediction.track_id > after
    )
    if row.standard_id is not None:
        query = query.outerjoin(ProjectedVector, joined)
    by_track = query.subquery()
    columns = [by_track.c[f"logit_{k}"] for k in range(len(head.bias))]
    wanted = [columns[k] for k, name in enumerate(model.card["classes"]) if name in emotions]
    highest = func.greatest(*columns)
    return select(by_track.c.survivor_id).where(or_(*(column >= highest - _TOLERANCE for column in wanted)))
