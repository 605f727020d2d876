"""The scorer's use case of personal heads: what single people's labels change of the models that answer.

A label that is written sends a message. Each of a row of labels does, so one that comes within a second of the latest
label leaves the work to that label's own message. What a lost message, a promotion or a new analysis changes is found
by a look at all people every half minute: a head carries the hash of its labels.
"""

from uuid import UUID

import numpy as np
import structlog

from services.scorer.tagger_projection import get_current_projection
from shared.arrays import Floats
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.messages import PersonMessage, TickMessage
from shared.personal.own_labels import hash_labels
from shared.personal.personal_logits import PersonalFit, fit_personal_head
from shared.personal.whitening import Whitening
from shared.store.models.personal_heads import PersonalExamples
from shared.store.repositories import Repositories
from shared.store.tables import Model, PersonalHeadRow
from shared.worker.context import WorkerContext

log = structlog.get_logger()

QUIET_S = 0.9
"""Less than the delay of the message, so that the message of the latest label does the work."""
_PROJECTED_BEFORE_FIT_S = 2.0
"""For which tracks without a vector get theirs before a head is fitted; the rest get it at the next look at all."""
_PROJECTED_AT_LEISURE_S = 120.0
_N_WHITENED = 2000
"""Tracks over which components are whitened."""


def fit_person(message: PersonMessage, *, bench: WorkerContext) -> None:
    """Fit the heads of a person whose labels changed, unless they are still labelling."""
    with bench.store.read() as repositories:
        heads = repositories.personal_heads
        person_id = heads.get_person_id(message.annotator)
        if person_id is None or heads.measure_quiet_s(person_id) < QUIET_S:
            return
        models = _list_models(repositories)
    _fit_heads(bench, {message.annotator: person_id}, models, projected_for_s=_PROJECTED_BEFORE_FIT_S)


def refit_people(_: TickMessage, *, bench: WorkerContext) -> None:
    """Fit every head that is outdated."""
    with bench.store.read() as repositories:
        heads = repositories.personal_heads
        ids = {name: heads.get_person_id(name) for name in heads.list_people()}
        models = _list_models(repositories)
    people = {name: person_id for name, person_id in ids.items() if person_id is not None}
    if people:
        _fit_heads(bench, people, models, projected_for_s=_PROJECTED_AT_LEISURE_S)


def _list_models(repositories: Repositories) -> list[Model]:
    """The models of classes that answer for tracks, of both libraries."""
    models = repositories.models
    answering = [*models.list_answering(synthetic=False), *models.list_answering(synthetic=True)]
    return [model for model in answering if model.is_default and get_head_kind(model.taxonomy) == CLASSES]


def _fit_heads(bench: WorkerContext, people: dict[str, int], models: list[Model], *, projected_for_s: float) -> None:
    needs_projection = any(not model.synthetic for model in models)
    projection = get_current_projection(bench, for_s=projected_for_s) if needs_projection else None
    for model in models:
        standard_id = projection.id if projection is not None and not model.synthetic else None
        for name, person_id in people.items():
            _bring_up_to_date(bench, name, person_id, model, standard_id=standard_id)


def _bring_up_to_date(
    bench: WorkerContext, name: str, person_id: int, model: Model, *, standard_id: UUID | None
) -> None:
    with bench.store.read() as repositories:
        heads = repositories.personal_heads
        labels = heads.list_labels(person_id, model)
        head = heads.get_head(person_id, model.id)
        digits = hash_labels(labels)
        counts = heads.count_examples(list(labels), model, standard_id=standard_id)
        if not labels or _is_current(head, digits, counts, standard_id=standard_id):
            examples = None
        else:
            examples = heads.list_examples(list(labels), model, standard_id=standard_id)
            sample = (
                heads.sample_components(standard_id, n=_N_WHITENED) if standard_id is not None else np.empty((0, 0))
            )
    if not labels and head is not None:
        bench.store.transact(
            "personal_head.drop", lambda repositories: repositories.personal_heads.drop_head(person_id, model.id)
        )
    if examples is None:
        return
    fit = fit_examples(examples, labels, classes=model.card["classes"], sample=sample)

    def save(repositories: Repositories) -> None:
        if repositories.models.get_by_id(model.id) is None:
            return
        if standard_id is not None and repositories.projected_vectors.get_projection(standard_id) is None:
            return  # another projection replaced it meanwhile: the next look fits the head of that one
        repositories.personal_heads.save_head(
            person_id, model, fit, standard_id=standard_id, labels_hash=digits, examples=examples
        )

    bench.store.transact("personal_head.save", save)
    log.info(
        "personal_head.fitted",
        annotator=name,
        model_id=str(model.id),
        n_labels=len(examples.track_ids),
        strength=None if fit.head.is_shared else fit.head.strength,
    )


def fit_examples(
    examples: PersonalExamples, labels: dict[UUID, str], *, classes: list[str], sample: Floats
) -> PersonalFit:
    """The head of examples with their `labels` by track; `sample: (m, D)` are vectors of the library."""
    y = np.array([classes.index(labels[track_id]) for track_id in examples.track_ids], dtype=np.intp)
    whitening = Whitening.from_sample(sample)
    fit = fit_personal_head(examples.shared, whitening.whiten(examples.components), y, np.array(examples.artist_groups))
    return PersonalFit(whitening.unwhiten(fit.head), fit.figures)


def _is_current(
    head: PersonalHeadRow | None, digits: str, counts: tuple[int, int], *, standard_id: UUID | None
) -> bool:
    return head is not None and (head.labels_hash, head.n_labels, head.n_with_components, head.standard_id) == (
        digits,
        *counts,
        standard_id,
    )
