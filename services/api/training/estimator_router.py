"""`/estimators`: what can be trained, and what it can be told; and how the candidates of a training did."""

from fastapi import APIRouter

from services.api.deps import JobId, PortsDep
from services.api.errors import not_found
from services.api.schemas.common import Problem
from services.api.training.schemas import EstimatorDocument, LeaderboardDocument, RankedDocument
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.job import JobKind
from shared.store.jobs.repository import Jobs
from shared.store.models.leaderboards import Leaderboards

router = APIRouter(tags=["train"])


@router.get("/estimators")
def list_estimators() -> list[EstimatorDocument]:
    """Every estimator with its inputs, its hyperparameters with their ranges, and what it costs."""
    return [EstimatorDocument(name=name, **spec.as_dict()) for name, spec in ESTIMATOR_SPECS.items()]


@router.get("/jobs/{job_id}/leaderboard", responses={404: {"model": Problem}})
def show_leaderboard(job_id: JobId, ports: PortsDep) -> LeaderboardDocument:
    """The models that a training has published so far, the best macro F1 first."""
    with ports.store.read() as session:
        job = Jobs(session).get(job_id)
        if job is None or job.kind != JobKind.TRAIN:
            raise not_found("training", job_id)
        models = Leaderboards(session).of_job(job_id)
    rows = [RankedDocument.of(model, rank=rank) for rank, model in enumerate(models, start=1)]
    return LeaderboardDocument(job_id=job_id, note=job.note, models=rows)
