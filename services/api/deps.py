"""Dependencies of the routes: the ports of the process, and parameters that several routes share."""

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request

from services.api.access.key_ring import KeyRing
from services.api.crawl.root_files import RootFileCounts
from services.api.errors import MovedTrackError, invalid_cursor, invalid_request, not_found
from services.api.health.checks import HealthChecks
from services.api.models.starter_record import StarterRecords
from services.api.schemas.problem import MovedTrackResponse, ProblemDetails, ResponsesByStatus
from services.api.schemas.request_values import HeadName, IdCursor, TaxonomyName
from services.api.settings import ApiSettings
from services.api.similar.vector_owners import VectorOwners
from services.api.summary.service import LibrarySummaries
from services.api.tracks.score_counts import NotScoredCounts
from shared.blobs import Blobs
from shared.bus.port import Bus
from shared.domain.emotion import TAXONOMY_NAMES, EmotionTaxonomy, get_taxonomy
from shared.domain.features import FeatureSpec
from shared.domain.head import CLASSES, PLANE, TAG_SET, get_head_kind
from shared.library import MusicLibrary
from shared.metrics.prediction_sets import LEAST, MOST, RequestedSets
from shared.registry.champions import ChampionCache
from shared.settings import FeatureSettings, FixedLiveSettings, SourceSettings, WatchSettings
from shared.similarity.vector_index import VectorIndex
from shared.store import Store
from shared.store.repositories import Repositories
from shared.store.tables import Model, Track
from shared.store.tracks.missing_tracks import MissingWanted


@dataclass(frozen=True, kw_only=True)
class ApiPorts:
    """The ports of the API: store, bus, blobs, library, champions and settings."""

    store: Store
    bus: Bus
    blobs: Blobs
    library: MusicLibrary
    champions: ChampionCache
    spec: FeatureSpec
    settings: ApiSettings
    sources: SourceSettings = field(default_factory=SourceSettings)
    features: FeatureSettings = field(default_factory=FeatureSettings)
    """As the featurizer has them."""
    fixed: FixedLiveSettings = field(default_factory=FixedLiveSettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    not_scored: NotScoredCounts = field(default_factory=NotScoredCounts)
    starter_records: StarterRecords = field(default_factory=StarterRecords)
    vectors: VectorIndex = field(default_factory=VectorIndex)
    vector_owners: VectorOwners = field(default_factory=VectorOwners)
    summaries: LibrarySummaries = field(default_factory=LibrarySummaries)
    root_files: RootFileCounts = field(default_factory=RootFileCounts)
    health: HealthChecks = field(default_factory=HealthChecks)
    health_store: Store | None = None
    """Connections that only `/health` uses; None: those of `store`."""
    health_champions: ChampionCache | None = None
    """Champions on `health_store`."""
    keys: KeyRing = field(default_factory=KeyRing)
    key_store: Store | None = None
    """Connections that only `keys` uses; None: those of `store`."""


# Parsers that nobody but FastAPI calls are asynchronous although they wait for nothing: it runs any other dependency in
# a thread, which takes longer than what it does there.


async def get_ports(request: Request) -> ApiPorts:
    """The ports that were opened when the application started. Asynchronous: it needs no thread, of which there may be
    none free.
    """
    opened_ports: ApiPorts = request.app.state.ports
    return opened_ports


def _parse_uuid(value: str, what: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise not_found(what, value) from None


async def parse_track_id(track_id: Annotated[str, Path(description="The id of a track")]) -> UUID:
    """The id of a track. Raises ProblemError (404) where it is no UUID, as for an id that no track has."""
    return _parse_uuid(track_id, "track")


async def parse_job_id(job_id: Annotated[str, Path(description="The id of a job")]) -> UUID:
    """The id of a job. Raises ProblemError (404) where it is no UUID."""
    return _parse_uuid(job_id, "job")


def parse_model_id(model_id: Annotated[str, Path(description="The id of a model")]) -> UUID:
    """The id of a model. Raises ProblemError (404) where it is no UUID."""
    return _parse_uuid(model_id, "model")


async def parse_taxonomy(
    taxonomy: Annotated[TaxonomyName | None, Query(description=f"{TAXONOMY_NAMES}, or the name of a merge")] = None,
) -> str | None:
    """A known taxonomy, or None."""
    if taxonomy is not None:
        require_taxonomy(taxonomy)
    return taxonomy


async def parse_head(
    taxonomy: Annotated[
        HeadName | None, Query(description=f"{TAXONOMY_NAMES}, the name of a merge, {TAG_SET} or {PLANE}")
    ] = None,
) -> str | None:
    """A known taxonomy, or a head without classes; or None."""
    if taxonomy is not None and get_head_kind(taxonomy) == CLASSES:
        require_taxonomy(taxonomy)
    return taxonomy


def require_taxonomy(name: str) -> EmotionTaxonomy:
    """The taxonomy of this name. Raises ProblemError (422) with those that there are."""
    try:
        return get_taxonomy(name)
    except ValueError as error:
        raise invalid_request("unknown_taxonomy", str(error)) from None


async def parse_model_choice(
    model: Annotated[str | None, Query(description="The id of a published model; default: the champions")] = None,
) -> UUID | None:
    """The id of the model that shall predict, or None. Raises ProblemError (404) where it is no UUID."""
    return None if model is None else _parse_uuid(model, "model")


async def get_requested_sets(
    ports: Annotated[ApiPorts, Depends(get_ports)],
    coverage: Annotated[
        float | None,
        Query(ge=LEAST, le=MOST, description="The share of prediction sets that should hold the true emotion"),
    ] = None,
    sets: Annotated[
        Literal["marginal", "by_class"],
        Query(
            description="What the sets promise: `coverage` of all songs, or (`by_class`) of the songs of each emotion"
        ),
    ] = "marginal",
) -> RequestedSets:
    """The coverage as asked for, or as set."""
    return RequestedSets(coverage=ports.settings.coverage if coverage is None else coverage, sets=sets)


def parse_cursor(
    cursor: Annotated[IdCursor | None, Query(description="`next` of the page before")] = None,
) -> UUID | None:
    """Where the page before ended. Raises ProblemError (422) for text that is no cursor."""
    if cursor is None:
        return None
    try:
        return UUID(cursor)
    except ValueError:
        raise invalid_cursor(cursor) from None


def require_model(repositories: Repositories, model_id: UUID) -> Model:
    """The published model of this id. Raises ProblemError (404)."""
    model = repositories.models.get_by_id(model_id)
    if model is None:
        raise not_found("model", model_id)
    return model


TRACK_RESPONSES: ResponsesByStatus = {
    307: {"model": MovedTrackResponse, "description": "Another track stands for this one: it is at `Location`"},
    404: {"model": ProblemDetails},
}
"""What a route declares that calls `require_surviving_track`."""


def require_surviving_track(repositories: Repositories, track_id: UUID) -> Track:
    """The track of this id. Raises ProblemError (404), or MovedTrackError: a redirect to who stands for it."""
    track = repositories.tracks.get_by_id(track_id)
    if track is None:
        raise not_found("track", track_id)
    if track.merged_into is not None:
        raise MovedTrackError(track_id, track.merged_into)
    return track


PortsDep = Annotated[ApiPorts, Depends(get_ports)]
TrackId = Annotated[UUID, Depends(parse_track_id)]
JobId = Annotated[UUID, Depends(parse_job_id)]
ModelId = Annotated[UUID, Depends(parse_model_id)]
TaxonomyQuery = Annotated[str | None, Depends(parse_taxonomy)]
HeadQuery = Annotated[str | None, Depends(parse_head)]
WantedModel = Annotated[UUID | None, Depends(parse_model_choice)]
WantedSets = Annotated[RequestedSets, Depends(get_requested_sets)]
Cursor = Annotated[UUID | None, Depends(parse_cursor)]
_MISSING = {"true": MissingWanted.ONLY, "false": MissingWanted.NO}


async def parse_missing(
    missing: Annotated[
        Literal["no", "only", "include", "true", "false"],
        Query(description="Tracks whose last file is gone: `no` leaves them out, `only` (or `true`) shows no others"),
    ] = "no",
) -> MissingWanted:
    """What to do with missing tracks in a list."""
    return _MISSING.get(missing) or MissingWanted(missing)


MissingQuery = Annotated[MissingWanted, Depends(parse_missing)]
Limit = Annotated[int, Query(ge=1, le=500, description="Rows a page")]
TEXT = r"^[^\x00]*$"
"""The pattern of text that Postgres can compare and keep."""
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key and body start one job, however often sent",
    ),
]
