"""What a promotion would change: two models' answers side by side, computed first where they are missing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.api.deps import Ports, model_id
from services.api.errors import conflict, invalid, not_found
from services.api.models.head_diff_schemas import MovesDocument, TagFlipsDocument
from services.api.models.head_prediction_diff import MOVED, moves, tag_flips
from services.api.models.schemas import ChangeDocument, FlipDocument, FlipsDocument
from services.api.schemas.common import ModelReference
from shared.domain.dataset import NETWORK_INPUTS
from shared.domain.head import DIMENSIONS, TAGS, kind_of
from shared.domain.job import JobState, Stage
from shared.inference.batch import keep, read_span, score
from shared.store.models.repository import Models
from shared.store.models.scores import Scores
from shared.store.tables import Model, Prediction, Track
from shared.worker.context import send

_SPAN = 10_000
_NETWORK_COST = 50
"""How many times longer a track takes a network than a row takes another model."""
_FRESH = timedelta(minutes=10)
"""After a job that scored all, what is still missing can probably not be scored."""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two models to compare; `job_id` is set where tracks are being scored first."""

    model: Model
    against: Model
    job_id: UUID | None


def ready_to_compare(ports: Ports, asked: UUID, against: str | None, *, moved: float | None = None) -> Pair:
    """Both models, with their libraries scored or a job that does so. Raises ProblemError."""
    with ports.store.read() as session:
        model = Models(session).get(asked)
        if model is None:
            raise not_found("model", asked)
        if moved is not None and kind_of(model.taxonomy) != DIMENSIONS:
            raise invalid("no_distance", f"`moved` is of places on the plane; this model answers {model.taxonomy}")
        other = _other(session, model, against)
    for one in (model, other):
        job_id = _scored(ports, one)
        if job_id is not None:
            return Pair(model=model, against=other, job_id=job_id)
    return Pair(model=model, against=other, job_id=None)


def flips(
    ports: Ports, pair: Pair, *, moved: float | None, after: UUID | None, limit: int
) -> FlipsDocument | TagFlipsDocument | MovesDocument:
    """A page of the tracks whose answer would change, and the counts of all, by the head of the two models."""
    kind = kind_of(pair.model.taxonomy)
    with ports.store.read() as session:
        if kind == TAGS:
            return tag_flips(session, pair.model, pair.against, after=after, limit=limit)
        if kind == DIMENSIONS:
            at_least = MOVED if moved is None else moved
            return moves(session, pair.model, pair.against, at_least=at_least, after=after, limit=limit)
        return _emotion_flips(session, pair.model, pair.against, after=after, limit=limit)


def _emotion_flips(session: Session, model: Model, against: Model, *, after: UUID | None, limit: int) -> FlipsDocument:
    scores = Scores(session)
    tally = scores.tally(model, against)
    rows = scores.changes(model, against, after=after, limit=limit)
    return FlipsDocument(
        model=ModelReference.of(model),
        against=ModelReference.of(against),
        compared=tally.compared,
        flips=sum(tally.changed.values()),
        held=tally.held,
        changes=[ChangeDocument(before=b, after=a, tracks=n) for (b, a), n in tally.changed.items()],
        items=[_flip(*row) for row in rows],
        next=str(rows[-1][0].id) if len(rows) == limit else None,
    )


def _flip(track: Track, said: Prediction, other: Prediction) -> FlipDocument:
    return FlipDocument(
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        before=other.emotion,
        after=said.emotion,
        probability_before=round(max(other.probabilities), 6),
        probability_after=round(max(said.probabilities), 6),
        href=f"/tracks/{track.id}",
    )


def _other(session: Session, model: Model, against: str | None) -> Model:
    """The model asked for, or the one in whose place `model` would answer."""
    models = Models(session)
    if against is not None:
        found = models.get(model_id(against))
        if found is None:
            raise not_found("model", against)
        if (found.taxonomy, found.synthetic) != (model.taxonomy, model.synthetic):
            raise invalid("not_comparable", "the two models answer in different taxonomies or for different libraries")
        return found
    slot = models.champion(taxonomy=model.taxonomy, inputs=model.inputs, synthetic=model.synthetic)
    found = slot or models.default(taxonomy=model.taxonomy, synthetic=model.synthetic)
    if found is None or found.id == model.id:
        raise conflict(
            "nothing_to_compare",
            "this model is the champion, or there is none yet: name another model with ?against=<id>",
        )
    return found


def _scored(ports: Ports, model: Model) -> UUID | None:
    """Score what is missing, at once if that is little. The id of a job that has to end before, or None."""
    with ports.store.read() as session:
        missing = Scores(session).n_scorable(model)
        job = Scores(session).latest_job(model)
    if job is not None and not JobState(job.state).is_final:
        return job.id
    if missing > ports.settings.score_at_once // (_NETWORK_COST if model.inputs in NETWORK_INPUTS else 1):
        if job is not None and job.finished_at and job.finished_at > datetime.now(UTC) - _FRESH:
            return None
        job_id, item_ids = ports.store.transact("score.create", lambda s: Scores(s).schedule(model, why="flips"))
        send(ports.bus, Stage.SCORE, item_ids)
        return job_id
    if missing:
        _score_now(ports, model)
    return None


def _score_now(ports: Ports, model: Model) -> None:
    scorer = ports.champions.scorer(model)
    with ports.store.read() as session:
        spans = Scores(session).spans(synthetic=model.synthetic, size=_SPAN)
    for span, _ in spans:
        with ports.store.read() as session:
            found = read_span(session, model, scorer.card, span, blobs=ports.blobs)
        scored = score(scorer, found)
        ports.store.transact("score.save", lambda s, said=scored: keep(s, model, said))  # type: ignore[misc]
