"""`POST /crawl`: collect tracks and judgements from a source."""

from typing import Annotated, Self

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.deps import IdempotencyKey, PortsDep
from services.api.documents import JobDocument, Problem
from services.api.starting import start_job
from shared.bus.routes import Task
from shared.domain.crawl import CRAWL_SOURCES, CrawlRequest
from shared.domain.emotion import TAXONOMIES
from shared.domain.job import JobKind

router = APIRouter(tags=["crawl"])


class CrawlBody(BaseModel):
    """What to crawl, and the emotion it stands for."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(description=f"One of {', '.join(CRAWL_SOURCES)}")
    path: str | None = Field(
        default=None, max_length=4096, description="Folder or table, under a library root; relative to it, or absolute"
    )
    audio_path: str | None = Field(
        default=None, max_length=4096, description="mtg_jamendo: the folder of its audio, if not beside its table"
    )
    emotion: str | None = Field(default=None, description="What everything found stands for, where it has no label")
    taxonomy: str | None = Field(default=None, description="The words of `emotion`, and of the table's labels")
    limit: int | None = Field(default=None, ge=1, le=2**31 - 1, description="At most so many items")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.source not in CRAWL_SOURCES:
            raise ValueError(f"there is no source {self.source!r}; known are {', '.join(CRAWL_SOURCES)}")
        if self.source != "demo" and not self.path:
            raise ValueError(f"the source {self.source} needs a path")
        if self.taxonomy is not None and self.taxonomy not in TAXONOMIES:
            raise ValueError(f"there is no taxonomy {self.taxonomy!r}; known are {', '.join(TAXONOMIES)}")
        emotions = TAXONOMIES[self.taxonomy or "mood4"].emotions
        if self.emotion is not None and self.emotion not in emotions:
            raise ValueError(f"emotion {self.emotion!r} is none of {', '.join(emotions)} ({self.taxonomy or 'mood4'})")
        return self


_EXAMPLES = {
    "folder": {"summary": "a folder of music", "value": {"source": "folder", "path": "rock/ballads", "emotion": "sad"}},
    "table": {"summary": "a labelled table", "value": {"source": "table", "path": "tracks.csv"}},
    "playlist": {
        "summary": "a playlist of local files",
        "value": {"source": "m3u", "path": "sad.m3u8", "emotion": "sad"},
    },
    "demo": {"summary": "the demo library", "value": {"source": "demo"}},
}


@router.post(
    "/crawl",
    status_code=202,
    responses={403: {"model": Problem}, 404: {"model": Problem}, 409: {"model": Problem}, 422: {"model": Problem}},
)
def crawl(
    body: Annotated[CrawlBody, Body(openapi_examples=_EXAMPLES)],
    response: Response,
    ports: PortsDep,
    idempotency_key: IdempotencyKey = None,
) -> JobDocument:
    """Start a crawl: what is found is collected, then featurized. Watch it at `/jobs/<id>`."""
    for path in (body.path, body.audio_path):
        if path is not None:
            ports.library.admit(path)
    params = CrawlRequest(**body.model_dump()).to_params()
    return start_job(
        ports, JobKind.CRAWL, params, task=Task.LIST_SOURCE, idempotency_key=idempotency_key, response=response
    )
