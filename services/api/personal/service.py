"""Whose answers are asked for, and what their labels change of a model's predictions."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import numpy as np
import structlog
from fastapi import Depends, Query

from services.api.access.annotator_names import resolve_annotator
from services.api.access.caller import CallerDep
from services.api.deps import TEXT, ApiPorts
from services.api.errors import not_found
from shared.bus.routes import Task
from shared.domain.messages import PersonMessage
from shared.errors import RetryableError
from shared.inference.decoding import read_none_below
from shared.personal.own_labels import hash_labels
from shared.store.tracks.decisions import AnsweringModel
from shared.store.tracks.personal_view import PersonalView

log = structlog.get_logger()


async def parse_annotator(
    caller: CallerDep,
    annotator: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=100,
            pattern=TEXT,
            description="A person who has labelled tracks: predictions are as their labels change them, and only their "
            "own labels stand over them. With a key, `me` is its own name",
        ),
    ] = None,
) -> str | None:
    """The name of the person whose answers are asked for, or None."""
    return resolve_annotator(caller, annotator)


AnnotatorQuery = Annotated[str | None, Depends(parse_annotator)]


def add_person(ports: ApiPorts, answering: AnsweringModel, annotator: str | None) -> AnsweringModel:
    """The model that answers, for one person. Raises ProblemError (404) for a name that no person has."""
    if annotator is None:
        return answering
    model = answering.model
    with ports.store.read() as repositories:
        heads = repositories.personal_heads
        person_id = heads.get_person_id(annotator)
        if person_id is None:
            raise not_found("person who has annotated anything by the name", annotator)
        labels = {} if model is None else heads.list_labels(person_id, model)
        row = heads.get_head(person_id, model.id) if model is not None and labels else None
    view = PersonalView(
        name=annotator,
        n_labels=len(labels),
        is_current=not labels if row is None else row.labels_hash == hash_labels(labels),
        row=row,
        none_below=None if model is None else read_none_below(model.card),
    )
    return replace(answering, personal=view)


def predict_for_person(ports: ApiPorts, track_id: UUID, shared: list[float], view: PersonalView) -> list[float]:
    """The person's probabilities for a track, of the shared model's."""
    if view.row is None or view.head is None:
        return shared
    with ports.store.read() as repositories:
        components = repositories.personal_heads.list_components([track_id], standard_id=view.row.standard_id)
    probabilities: list[float] = view.head.predict_probabilities(np.array([shared]), components)[0].tolist()
    return probabilities


def request_personal_fit(ports: ApiPorts, annotator: str) -> None:
    """Ask the scorer to fit what changes with the labels of a person. Nothing is lost where the queues are away: the
    scorer looks at everybody's labels from time to time.
    """
    try:
        ports.bus.publish(Task.FIT_PERSONAL_HEAD, PersonMessage(annotator))
    except RetryableError as error:
        log.warning("personal_head.not_requested", error=str(error))
