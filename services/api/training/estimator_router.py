"""`/estimators`: what can be trained, with its hyperparameters; and how the candidates of a training did."""

from fastapi import APIRouter

from services.api.deps import JobId, PortsDep
from services.api.errors import not_found
from services.api.schemas.problem import ProblemDetails
from services.api.training.schemas import EstimatorResponse, LeaderboardResponse, RankedModelResponse
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.job import JobKind

router = APIRouter(tags=["train"])


@router.get("/estimators")
def list_estimators() -> list[EstimatorResponse]:
    """Every estimator with its inputs, its hyperparameters with their ranges, and what it costs."""
    return [EstimatorResponse(name=name, **spec.as_dict()) for name, spec in ESTIMATOR_SPECS.items()]


@router.get("/jobs/{job_id}/leaderboard", responses={404: {"model": ProblemDetails}})
def show_leaderboard(job_id: JobId, ports: PortsDep) -> LeaderboardResponse:
    """The models that a training has published so far, the best macro F1 first."""
    with ports.store.read() as repositories:
        job = repositories.jobs.get_by_id(job_id)
        if job is None or job.kind != JobKind.TRAIN:
            raise not_found("training", job_id)
        models = repositories.leaderboards.list_by_job(job_id)
    rows = [RankedModelResponse.from_row(model, rank=rank) for rank, model in enumerate(models, start=1)]
    return LeaderboardResponse(job_id=job_id, note=job.note, models=rows)
