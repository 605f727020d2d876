"""What jobs are called on pages."""

from collections.abc import Mapping
from types import MappingProxyType

from services.api.access.shown_paths import show_path
from services.api.schemas.job import JobResponse
from shared.domain.job import JobKind

_TITLES: Mapping[str, str] = MappingProxyType(
    {
        JobKind.TRAIN: "Train a model",
        JobKind.RECOMPUTE: "Analyse again",
        JobKind.PACK: "Pack features",
        JobKind.AUGMENT: "Make variants for training",
        JobKind.SCORE: "Answer for all tracks",
        JobKind.EVALUATE: "Evaluate a model",
        JobKind.STANDARDISE: "Compare all tracks",
        JobKind.PREDICT: "Answer for a song that was sent in",
        JobKind.WINDOWS: "Follow a song over time",
        JobKind.CURVE: "Learn to follow songs over time",
        JobKind.MEDIA: "Prepare songs and pictures for the player",
    }
)
ASIDE_KINDS = frozenset({JobKind.MEDIA, JobKind.PREDICT, JobKind.WINDOWS})
"""Work of seconds on what somebody looks at: no page tells of it as of work on the library."""
_SOURCES: Mapping[str, str] = MappingProxyType({"demo": "Load the demo library"})


def name_job(job: JobResponse) -> str:
    """`Analyse Music/Jazz`, `Train a model`."""
    if job.kind != JobKind.CRAWL:
        return _TITLES.get(job.kind, job.kind)
    source, path = job.params.get("source", ""), job.params.get("path")
    return _SOURCES.get(source) or (f"Analyse {show_path(path)}" if path else f"Collect from {source}")
