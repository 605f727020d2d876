"""`POST /train`: fit candidates on a frozen snapshot, evaluate and publish them, promote the best."""

from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TEXT, IdempotencyKey, PortsDep
from services.api.jobs.service import start_job
from services.api.schemas.job import JobResponse
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import TaxonomyName, WholeNumber
from services.api.schemas.vocabulary import list_words
from shared.bus.routes import Task
from shared.domain.accepted_names import PROTOCOL_NAMES, to_stored_name
from shared.domain.dataset import INPUTS
from shared.domain.emotion import TAXONOMIES
from shared.domain.estimators import Hyperparameters
from shared.domain.head import CLASSES, HEAD_KINDS
from shared.domain.job import JobKind
from shared.domain.training import (
    ESTIMATORS,
    IMBALANCES,
    LIBRARIES,
    PROTOCOLS,
    SCORINGS,
    SEARCHES,
    THRESHOLDS,
    TrainRequest,
)
from shared.store.jobs.repository import NewItem

router = APIRouter(tags=["train"])


class StartTrainingRequest(BaseModel):
    """Candidates: every estimator on every input, on one snapshot of one taxonomy."""

    model_config = ConfigDict(extra="forbid", strict=True)
    estimators: list[Annotated[str, list_words(*ESTIMATORS)]] = Field(
        default=["svm"], min_length=1, description=f"Of {', '.join(ESTIMATORS)}"
    )
    inputs: list[Annotated[str, list_words(*INPUTS)]] = Field(
        default=["descriptors"], min_length=1, description=f"Of {', '.join(INPUTS)}"
    )
    head: Annotated[str, list_words(*HEAD_KINDS)] = Field(
        default=CLASSES, description=f"What to answer: one of {', '.join(HEAD_KINDS)} (valence and arousal)"
    )
    tags: list[Annotated[str, Field(max_length=50, pattern=TEXT)]] = Field(
        default=[], max_length=200, description="For head tags: those to learn; default: all on `min_tracks` tracks"
    )
    min_tracks: WholeNumber = Field(default=20, ge=1, le=1_000_000, description="For head tags without names")
    taxonomy: TaxonomyName = Field(
        default="mood4", description=f"One of {', '.join(TAXONOMIES)}, or the name of a merge"
    )
    merge: dict[str, list[str]] | None = Field(
        default=None, max_length=20, description="A custom taxonomy: its emotions, and the labels that each stands for"
    )
    library: Annotated[str, list_words(*LIBRARIES)] = Field(
        default="real", description="real, or synthetic for the demo library; never both"
    )
    exclude_sources: list[Annotated[str, Field(pattern=TEXT)]] = Field(
        default=[], max_length=20, description="Leave out tracks from these sources"
    )
    licences: list[Annotated[str, Field(pattern=TEXT)]] = Field(
        default=[],
        max_length=20,
        description="Only tracks whose licence begins so, e.g. CC0 or http://creativecommons.org",
    )
    missing: bool = Field(default=False, description="Learn also from tracks whose last file is gone")
    hyperparameters: dict[str, Hyperparameters] = Field(
        default={}, description="By estimator; GET /estimators says what there is and what it may be"
    )
    imbalance: Annotated[str, list_words(*IMBALANCES)] = Field(
        default="none", description=f"For rare classes: one of {', '.join(IMBALANCES)}"
    )
    thresholds: Annotated[str, list_words(*THRESHOLDS)] = Field(
        default="none", description=f"Tuned on inner folds: one of {', '.join(THRESHOLDS)}"
    )
    search: Annotated[str, list_words(*SEARCHES)] = Field(
        default="none", description=f"For hyperparameters, nested: one of {', '.join(SEARCHES)}"
    )
    scoring: Annotated[str, list_words(*SCORINGS)] = Field(
        default="weighted_f1", description=f"Of the search: one of {', '.join(SCORINGS)}"
    )
    grid: dict[str, dict[str, Annotated[list[Any], Field(max_length=50)]]] = Field(
        default={}, description="By estimator: what the search tries; otherwise the estimator's own grid"
    )
    n_candidates: WholeNumber = Field(default=16, ge=1, le=500, description="Of a random search")
    protocol: Annotated[str, AfterValidator(lambda name: to_stored_name(name, PROTOCOL_NAMES))] = Field(
        default="honest",
        description=f"One of {', '.join(PROTOCOLS)}; talk (or random_split) leaks, says so, and is never promoted",
    )
    seed: WholeNumber = Field(default=0, ge=0, le=2**31 - 1)

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        self.to_request()
        return self

    def to_request(self) -> TrainRequest:
        """The domain's form of the body."""
        return TrainRequest(
            estimators=tuple(dict.fromkeys(self.estimators)),
            inputs=tuple(dict.fromkeys(self.inputs)),
            taxonomy=self.taxonomy,
            kind=self.head,
            tags=tuple(dict.fromkeys(self.tags)),
            exclude_sources=tuple(self.exclude_sources),
            licences=tuple(self.licences),
            seed=self.seed,
            **{name: getattr(self, name) for name in _PLAIN},
        )


_PLAIN = (
    "library",
    "merge",
    "hyperparameters",
    "imbalance",
    "thresholds",
    "search",
    "scoring",
    "grid",
    "n_candidates",
    "protocol",
    "min_tracks",
    "missing",
)
_EXAMPLES = {
    "moods": {
        "summary": "four moods from audio",
        "value": {"estimators": ["svm"], "inputs": ["descriptors"], "taxonomy": "mood4"},
    },
    "quadrants": {
        "summary": "Russell's quadrants, two inputs compared",
        "value": {"estimators": ["svm"], "inputs": ["descriptors", "mel"], "taxonomy": "quadrant4"},
    },
    "balanced": {
        "summary": "catalogue columns, rare classes given weight, several estimators compared",
        "value": {
            "estimators": ["boosting", "forest", "ensemble"],
            "inputs": ["catalogue"],
            "imbalance": "soft_weights",
            "hyperparameters": {"boosting": {"n_rounds": 250}},
        },
    },
    "tags": {
        "summary": "tags, as many as may be heard of a track",
        "value": {"head": "tags", "tags": ["dark", "energetic", "relaxing"], "estimators": ["logistic", "forest"]},
    },
    "plane": {
        "summary": "valence and arousal",
        "value": {"head": "dimensions", "estimators": ["svm", "ensemble"]},
    },
    "searched": {
        "summary": "the talk's grid search, on a taxonomy of one's own",
        "value": {
            "inputs": ["catalogue"],
            "search": "halving",
            "merge": {"quiet": ["calm", "sad"], "loud": ["energetic", "happy"]},
        },
    },
}


@router.post("/train", status_code=202, responses={409: {"model": ProblemDetails}, 422: {"model": ProblemDetails}})
def train(
    body: Annotated[StartTrainingRequest, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    ports: PortsDep,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Start a training. Watch it at `/jobs/<id>`; see the result at `/models`."""
    request = body.to_request()
    candidates = request.list_candidates()
    items = [
        NewItem(
            f"{estimator} on {inputs}",
            {"estimator": estimator, "inputs": inputs, "number": number, "of": len(candidates)},
        )
        for number, (estimator, inputs) in enumerate(candidates, start=1)
    ]
    return start_job(
        ports,
        JobKind.TRAIN,
        request.to_params(),
        task=Task.TRAIN_CANDIDATES,
        idempotency_key=idempotency_key,
        response=response,
        items=items,
    )
