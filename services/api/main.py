"""The API's composition root: `uvicorn services.api.main:create_app --factory`."""

import pkgutil
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from types import ModuleType

from fastapi import APIRouter, Depends, FastAPI
from threadpoolctl import threadpool_limits

import services.api
from services.api.access.access_guard import AccessGuard
from services.api.access.request_rates import RequestRates
from services.api.access.required_role import require_role
from services.api.access.shown_paths import ShownPaths
from services.api.deps import ApiPorts
from services.api.errors import install_handlers
from services.api.garbage_collection import exempt_living_objects
from services.api.http.allowed_hosts import AllowedHosts
from services.api.http.answer_headers import AnswerHeaders
from services.api.http.body_guard import BodyGuard
from services.api.http.body_pace import BodyPace
from services.api.http.conditional_answers import ConditionalAnswers
from services.api.http.head_requests import HeadRequests, install_method_answers
from services.api.http.host_guard import HostGuard
from services.api.http.known_parameters import refuse_unknown_parameters
from services.api.http.route_table import index_form_types, list_routes
from services.api.http.server_errors import ServerErrors
from services.api.openapi import SERVERS, TAGS, customise_openapi, name_operation
from services.api.settings import ApiSettings
from services.api.start import find_key_policy, read_settings_or_exit, require_key_or_exit
from services.api.summary.router import count_ahead
from services.api.tracks.score_counts import NotScoredCounts
from services.api.tracks.stored_emotion.middleware import StoredEmotionMiddleware, StoredEmotions
from shared.blobs import open_blobs
from shared.bus.bounded_bus import BoundedBus
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.library import MusicLibrary
from shared.logs import configure_logs
from shared.registry.champions import AnsweringRule, ChampionCache
from shared.settings import (
    BlobSettings,
    BusSettings,
    FeatureSettings,
    LibrarySettings,
    LogSettings,
    StarterSettings,
    StoreSettings,
)
from shared.store import ClientLimits, open_store

_DESCRIPTION = """
Music emotion recognition: crawl a library, label some of it, train, and ask every track for its emotion.

A first walk: `POST /crawl` a folder, watch `GET /jobs/<id>`, label with `PUT /tracks/<id>/annotations/<you>` (or crawl
a labelled table), `POST /train`, then `GET /tracks/<id>/emotion`. Errors are problem documents (RFC 9457).
"""


def list_routers(package: ModuleType) -> Iterator[APIRouter]:
    """The routers below a package in the order of their modules' names: `router` of every module `[…_]router`."""
    names = [module.name for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    for name in sorted(names):
        if name.endswith((".router", "_router")):
            yield import_module(name).router


def open_ports() -> ApiPorts:
    """The ports, configured by the environment."""
    # several requests at once would wait for each other's threads, and a product with a vector gains little by two
    threadpool_limits(limits=1, user_api="blas")
    settings = ApiSettings()
    store_settings = StoreSettings().model_copy(update={"store_patience_s": settings.store_patience_s})
    limits = ClientLimits(statement_s=settings.statement_timeout_s)
    store = open_store(store_settings, pool_size=10, application="mer api", limits=limits)
    health_store = open_store(store_settings, pool_size=2, application="mer api health", limits=limits)
    blobs = open_blobs(BlobSettings())
    rule = AnsweringRule.from_settings(StarterSettings(), FeatureSettings())
    patience_s = settings.queue_patience_s
    bus = CeleryBus(create_celery(BusSettings(), name="api", socket_timeout_s=patience_s))
    return ApiPorts(
        store=store,
        bus=BoundedBus(bus, patience_s=patience_s),
        blobs=blobs,
        library=MusicLibrary.from_settings(LibrarySettings()),
        champions=ChampionCache(store, blobs, cache_s=settings.champion_cache_s, rule=rule),
        health_store=health_store,
        key_store=open_store(store_settings, pool_size=2, application="mer api keys", limits=limits),
        health_champions=ChampionCache(health_store, blobs, cache_s=settings.champion_cache_s, rule=rule),
        spec=FeatureSpec(),
        settings=settings,
        not_scored=NotScoredCounts(held_s=settings.champion_cache_s),
    )


def close_ports(ports: ApiPorts) -> None:
    """Give back what `open_ports` opened."""
    ports.health.close()
    ports.keys.close()
    ports.summaries.close()
    for store in (ports.store, ports.health_store, ports.key_store):
        if store is not None:
            store.close()


async def _prepare_answers(ports: ApiPorts) -> None:
    """What takes a while, before the first request waits for it."""
    await ports.keys.load(ports.key_store or ports.store)
    # beside the requests: counting a large library takes seconds
    threading.Thread(target=count_ahead, args=(ports,), name="count ahead", daemon=True).start()
    exempt_living_objects()


def create_app(ports: ApiPorts | None = None) -> FastAPI:
    """The application. Without `ports` it opens its own when it starts, and closes them when it stops.

    Without `ports` it also ends the process where settings are wrong or a key is missing; see `services.api.start`.
    """
    settings = ports.settings if ports else read_settings_or_exit()
    policy = find_key_policy(settings)
    stored_emotions = StoredEmotions()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if ports is None:
            app.state.ports = opened = open_ports()
            await _prepare_answers(opened)
        yield
        stored_emotions.close()
        if ports is None:
            close_ports(app.state.ports)

    if ports is None:
        configure_logs(LogSettings(), service="api")
        require_key_or_exit(policy)
    app = FastAPI(
        title="mer",
        version="0.1.0",
        description=_DESCRIPTION,
        openapi_tags=list(TAGS),
        servers=list(SERVERS),
        generate_unique_id_function=name_operation,
        lifespan=lifespan,
        # pages of our own, which load nothing from the internet: http/documentation_router.py
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(require_role), Depends(refuse_unknown_parameters)],
    )
    app.state.ports = ports
    app.state.rates = rates = RequestRates(
        per_minute=settings.rate_per_minute, wrong_keys_per_minute=settings.wrong_keys_per_minute
    )
    routers = list(list_routers(services.api))
    install_handlers(app)
    install_method_answers(app, list(list_routes(routers)))
    # the last one added is asked first
    app.add_middleware(StoredEmotionMiddleware, emotions=stored_emotions)
    app.add_middleware(ShownPaths)
    app.add_middleware(ConditionalAnswers)
    pace = BodyPace(patience_s=settings.body_patience_s)
    app.add_middleware(BodyGuard, form_types=index_form_types(routers), pace=pace)
    app.add_middleware(AccessGuard, policy=policy, rates=rates)
    app.add_middleware(HostGuard, allowed=AllowedHosts.from_text(settings.allowed_hosts))
    app.add_middleware(ServerErrors)
    app.add_middleware(HeadRequests)
    app.add_middleware(AnswerHeaders)
    for router in routers:
        app.include_router(router)
    customise_openapi(app)
    return app
