"""`POST /crawl`: collect tracks and annotations from a source."""

from typing import Annotated, Self

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TEXT, ApiPorts, IdempotencyKey, PortsDep
from services.api.jobs.service import start_job
from services.api.schemas.job import JobResponse
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import ItemLimit
from services.api.schemas.vocabulary import list_words
from shared.access import require_access
from shared.bus.routes import Task
from shared.domain.crawl import AUDIO_SOURCES, CRAWL_SOURCES, PATHLESS_SOURCES, CrawlRequest
from shared.domain.emotion import TAXONOMIES
from shared.domain.job import JobKind
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import UnreadableFileError
from shared.library_health import LibraryHealth

router = APIRouter(tags=["crawl"])


_MANY, _MANY_TRACKS = 500, 5000
_LONGEST_S = 1_000_000.0
_FIELDS = {"playlist": "playlists", "search": "searches", "tracks": "tracks"}
Text = Annotated[str, Field(min_length=1, max_length=300, pattern=TEXT)]


class StartCrawlRequest(BaseModel):
    """What to crawl, and the emotion that it is labelled with."""

    model_config = ConfigDict(extra="forbid", strict=True)
    source: Annotated[str, list_words(*CRAWL_SOURCES)] = Field(description=f"One of {', '.join(CRAWL_SOURCES)}")
    path: str | None = Field(
        default=None, max_length=4096, description="Folder or table, under a library root; relative to it, or absolute"
    )
    audio_path: str | None = Field(
        default=None, max_length=4096, description="A published set: the folder of its audio, if not beside its table"
    )
    playlists: list[Text] = Field(default=[], max_length=_MANY, description="Ids or links of playlists")
    searches: list[Text] = Field(default=[], max_length=_MANY, description="Words to search for; for Jamendo: tags")
    tracks: list[Text] = Field(default=[], max_length=_MANY_TRACKS, description="The source's own ids of tracks")
    moods: dict[str, Annotated[list[Text], Field(min_length=1, max_length=_MANY)]] = Field(
        default={}, description="Emotion → playlists (searches, where the source has no playlists)"
    )
    emotion: str | None = Field(default=None, description="What everything found stands for, where it has no label")
    taxonomy: Annotated[str, list_words(*TAXONOMIES)] | None = Field(
        default=None, description="The words of `emotion`, and of the table's labels"
    )
    tags: list[Annotated[str, Field(min_length=1, max_length=100, pattern=TEXT)]] = Field(
        default=[], max_length=50, description="Free words that everything found stands for"
    )
    audio: list[Annotated[str, list_words(*AUDIO_SOURCES)]] | None = Field(
        default=None, description=f"Where audio may come from, in order: {', '.join(AUDIO_SOURCES)}; [] for none"
    )
    limit: ItemLimit | None = Field(
        default=None, description="At most so many items; of a web source: of each playlist and search"
    )

    min_s: float | None = Field(
        default=None, ge=0, le=_LONGEST_S, description="Shorter tracks are passed over, seconds (reason `excluded`)"
    )
    max_s: float | None = Field(
        default=None, gt=0, le=_LONGEST_S, description="Longer tracks are passed over, seconds: DJ sets, audiobooks"
    )
    accept_empty: bool = Field(
        default=False,
        description="A library root, or a disk or share below it, that holds no file any more is meant "
        "so: what it held is marked missing",
    )
    exclude: list[Annotated[str, Field(min_length=1, max_length=100, pattern=TEXT)]] = Field(
        default=[],
        max_length=50,
        description="Names of files, folders and titles that are passed over: whole words, or patterns with * and ?",
    )

    reread: bool = Field(
        default=False, description="Decode every file again, also those whose size and date did not change"
    )
    restore_deleted: bool = Field(
        default=False, description="Take in again what was removed; else it is passed over (reason `deleted`)"
    )

    @model_validator(mode="after")
    def _check_known(self) -> Self:
        if self.source not in CRAWL_SOURCES:
            raise ValueError(f"there is no source {self.source!r}; known are {', '.join(CRAWL_SOURCES)}")
        if self.source not in PATHLESS_SOURCES and not self.path:
            raise ValueError(f"the source {self.source} needs a path")
        if self.taxonomy is not None and self.taxonomy not in TAXONOMIES:
            raise ValueError(f"there is no taxonomy {self.taxonomy!r}; known are {', '.join(TAXONOMIES)}")
        if self.min_s is not None and self.max_s is not None and self.min_s > self.max_s:
            raise ValueError(f"min_s {self.min_s:g} is above max_s {self.max_s:g}: no track is left")
        emotions = TAXONOMIES[self.taxonomy or "mood4"].emotions
        if self.emotion is not None and self.emotion not in emotions:
            raise ValueError(f"emotion {self.emotion!r} is none of {', '.join(emotions)} ({self.taxonomy or 'mood4'})")
        self._check_targets(emotions)
        return self

    def _check_targets(self, emotions: tuple[str, ...]) -> None:
        unknown = [emotion for emotion in self.moods if emotion not in emotions]
        if unknown:
            raise ValueError(f"moods: {unknown[0]!r} is none of {', '.join(emotions)}; free words go into tags")
        unknown = [name for name in self.audio or [] if name not in AUDIO_SOURCES]
        if unknown:
            raise ValueError(f"audio: {unknown[0]!r} is none of {', '.join(AUDIO_SOURCES)}")
        asked_kinds = {kind for kind in ("playlist", "search", "tracks") if getattr(self, _FIELDS[kind])}
        web = WEB_SOURCES.get(self.source)
        if web is None:
            if asked_kinds or self.moods:
                raise ValueError(f"the source {self.source} has no playlists, searches or tracks: give it a path")
            return
        if asked_kinds - set(web.kinds):
            raise ValueError(
                f"the source {self.source} can be asked for {' or '.join(_FIELDS[kind] for kind in web.kinds)} only"
            )
        if self.moods and not web.needs_targets and "playlist" not in web.kinds:
            raise ValueError(f"the source {self.source} has no playlists")
        if web.needs_targets and not asked_kinds and not self.moods:
            raise ValueError(
                f"the source {self.source} needs {', '.join(_FIELDS[kind] for kind in web.kinds)} or moods"
            )

    def to_request(self) -> CrawlRequest:
        """The domain's form of the body."""
        return CrawlRequest.from_params(self.model_dump(exclude_none=True))


def admit_request(body: StartCrawlRequest, ports: ApiPorts) -> CrawlRequest:
    """The request, if its path may be read and its sources may be asked. Raises PermanentError."""
    admit_paths(body, ports)
    request = body.to_request()
    require_access(request, ports.sources)
    return request


def admit_paths(body: StartCrawlRequest, ports: ApiPorts) -> None:
    """Let pass what may be read, or may lie on a disk or share that is away just now: its crawl waits for that."""
    for path in (body.path, body.audio_path):
        try:
            if path is not None:
                ports.library.admit_path(path)
        except UnreadableFileError:
            if LibraryHealth(ports.library, ports.store).away_locator(path or "") is None:
                raise


EXAMPLES = {
    "folder": {"summary": "a folder of music", "value": {"source": "folder", "path": "rock/ballads", "emotion": "sad"}},
    "table": {"summary": "a labelled table", "value": {"source": "table", "path": "tracks.csv"}},
    "playlist": {
        "summary": "a playlist of local files",
        "value": {"source": "m3u", "path": "sad.m3u8", "emotion": "sad"},
    },
    "demo": {"summary": "the demo library", "value": {"source": "demo"}},
    "moods": {
        "summary": "four moods of playlists in one job",
        "value": {
            "source": "spotify",
            "moods": {"calm": ["37i9dQZF1DX3Ogo9pFvBkY"], "sad": ["37i9dQZF1DX7qK8ma5wgG1"]},
        },
    },
    "search": {
        "summary": "Creative Commons music by tag, with audio",
        "value": {"source": "jamendo", "searches": ["relaxing"], "limit": 100},
    },
}


@router.post(
    "/crawl",
    status_code=202,
    responses={
        403: {"model": ProblemDetails},
        404: {"model": ProblemDetails},
        409: {"model": ProblemDetails},
        422: {"model": ProblemDetails},
    },
)
def crawl(
    body: Annotated[StartCrawlRequest, Body(openapi_examples=EXAMPLES)],
    response: Response,
    ports: PortsDep,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Start a crawl: what is found is collected, then featurized. Watch it at `/jobs/<id>`."""
    params = admit_request(body, ports).to_params()
    return start_job(
        ports, JobKind.CRAWL, params, task=Task.LIST_SOURCE, idempotency_key=idempotency_key, response=response
    )
