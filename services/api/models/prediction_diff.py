"""What a promotion would change: the predictions of two models compared, computed first where they are missing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.api.deps import ApiPorts, parse_model_id, require_model
from services.api.errors import conflict_error, invalid_request
from services.api.models.head_diff_schemas import PointMoveListResponse, TagFlipListResponse
from services.api.models.head_prediction_diff import MOVED, list_point_moves, list_tag_flips
from services.api.models.schemas import EmotionChangeResponse, EmotionFlipListResponse, EmotionFlipResponse
from services.api.schemas.model import ModelReference
from services.api.schemas.page import next_cursor
from shared.domain.dataset import NETWORK_INPUTS
from shared.domain.head import DIMENSIONS, TAGS, get_head_kind
from shared.domain.job import JobState, Stage
from shared.inference.batch import predict_tracks, read_span, save_scored
from shared.store.repositories import Repositories
from shared.store.tables import Model, Prediction, Track
from shared.worker.context import send_hints

_SPAN = 10_000
_NETWORK_COST = 50
"""How many times longer a track takes a network than a row takes another model."""
_FRESH_FOR = timedelta(minutes=10)
"""After a job that scored all, what is still missing can probably not be scored."""


@dataclass(frozen=True, kw_only=True)
class ModelPair:
    """Two models to compare; `job_id` is set where tracks are being scored first."""

    model: Model
    against: Model
    job_id: UUID | None


def prepare_comparison(
    ports: ApiPorts, candidate_id: UUID, against: str | None, *, moved: float | None = None
) -> ModelPair:
    """Both models, with their libraries scored or a job that does so. Raises ProblemError."""
    with ports.store.read() as repositories:
        model = require_model(repositories, candidate_id)
        if moved is not None and get_head_kind(model.taxonomy) != DIMENSIONS:
            raise invalid_request(
                "no_distance", f"`moved` is of places on the plane; this model answers {model.taxonomy}"
            )
        other = _model_to_compare(repositories, model, against)
    for compared in (model, other):
        job_id = _schedule_scoring(ports, compared)
        if job_id is not None:
            return ModelPair(model=model, against=other, job_id=job_id)
    return ModelPair(model=model, against=other, job_id=None)


def list_model_flips(
    ports: ApiPorts, pair: ModelPair, *, moved: float | None, after: UUID | None, limit: int
) -> EmotionFlipListResponse | TagFlipListResponse | PointMoveListResponse:
    """A page of the tracks whose prediction would change, and the counts of all, by the head of the two models."""
    kind = get_head_kind(pair.model.taxonomy)
    with ports.store.read() as repositories:
        if kind == TAGS:
            return list_tag_flips(repositories, pair.model, pair.against, after=after, limit=limit)
        if kind == DIMENSIONS:
            at_least = MOVED if moved is None else moved
            return list_point_moves(repositories, pair.model, pair.against, at_least=at_least, after=after, limit=limit)
        return _emotion_flips(repositories, pair.model, pair.against, after=after, limit=limit)


def _emotion_flips(
    repositories: Repositories, model: Model, against: Model, *, after: UUID | None, limit: int
) -> EmotionFlipListResponse:
    scores = repositories.scores
    tally = scores.tally_changes(model, against)
    rows = scores.list_changes(model, against, after=after, limit=limit)
    return EmotionFlipListResponse(
        model=ModelReference.from_row(model),
        against=ModelReference.from_row(against),
        compared=tally.compared,
        flips=sum(tally.changed.values()),
        held=tally.held,
        changes=[EmotionChangeResponse(before=b, after=a, tracks=n) for (b, a), n in tally.changed.items()],
        items=[_flip_response(*row) for row in rows],
        next=next_cursor(rows, limit=limit, key=lambda row: row[0].id),
    )


def _flip_response(track: Track, candidate: Prediction, current: Prediction) -> EmotionFlipResponse:
    return EmotionFlipResponse(
        track_id=track.id,
        title=track.title,
        artist=track.artist,
        before=current.emotion,
        after=candidate.emotion,
        probability_before=round(max(current.probabilities), 6),
        probability_after=round(max(candidate.probabilities), 6),
        href=f"/tracks/{track.id}",
    )


def _model_to_compare(repositories: Repositories, model: Model, against: str | None) -> Model:
    """The model asked for, or the champion that `model` would replace."""
    models = repositories.models
    if against is not None:
        named = require_model(repositories, parse_model_id(against))
        if (named.taxonomy, named.synthetic) != (model.taxonomy, model.synthetic):
            raise invalid_request(
                "not_comparable", "the two models answer in different taxonomies or for different libraries"
            )
        return named
    slot = models.get_champion(taxonomy=model.taxonomy, inputs=model.inputs, synthetic=model.synthetic)
    other = slot or models.get_default(taxonomy=model.taxonomy, synthetic=model.synthetic)
    if other is None or other.id == model.id:
        raise conflict_error(
            "nothing_to_compare",
            "this model is the champion, or there is none yet: name another model with ?against=<id>",
        )
    return other


def _schedule_scoring(ports: ApiPorts, model: Model) -> UUID | None:
    """Score what is missing, at once if that is little. The id of a job that has to end before, or None."""
    with ports.store.read() as repositories:
        missing = repositories.scores.count_scorable(model)
        job = repositories.scores.get_latest_job(model)
    if job is not None and not JobState(job.state).is_final:
        return job.id
    if missing > ports.settings.score_at_once // (_NETWORK_COST if model.inputs in NETWORK_INPUTS else 1):
        if job is not None and job.finished_at and job.finished_at > datetime.now(UTC) - _FRESH_FOR:
            return None
        job_id, item_ids = ports.store.transact(
            "score.create", lambda repositories: repositories.scores.schedule_library(model, why="flips")
        )
        send_hints(ports.bus, Stage.SCORE, item_ids)
        return job_id
    if missing:
        _score_now(ports, model)
    return None


def _score_now(ports: ApiPorts, model: Model) -> None:
    scorer = ports.champions.get_predictor(model)
    with ports.store.read() as repositories:
        spans = repositories.scores.list_spans(synthetic=model.synthetic, size=_SPAN)
    for span, _ in spans:
        with ports.store.read() as repositories:
            inputs = read_span(repositories, model, scorer.card, span, blobs=ports.blobs)
        scored = predict_tracks(scorer, inputs)
        ports.store.transact(
            "score.save",
            lambda repositories, scored=scored: save_scored(repositories, model, scored),  # type: ignore[misc]
        )
