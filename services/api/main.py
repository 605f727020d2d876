"""The API's composition root: `uvicorn services.api.main:create_app --factory`."""

import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from types import ModuleType

from fastapi import APIRouter, Depends, FastAPI

import services.api
from services.api.deps import ApiPorts
from services.api.errors import install_handlers
from services.api.http.allowed_hosts import AllowedHosts
from services.api.http.answer_headers import AnswerHeaders
from services.api.http.body_guard import BodyGuard
from services.api.http.conditional_answers import ConditionalAnswers
from services.api.http.head_requests import HeadRequests, install_method_answers
from services.api.http.host_guard import HostGuard
from services.api.http.known_parameters import refuse_unknown_parameters
from services.api.http.route_table import list_form_paths, list_routes
from services.api.openapi import SERVERS, TAGS, customise_openapi, name_operation
from services.api.settings import ApiSettings
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
        health_champions=ChampionCache(health_store, blobs, cache_s=settings.champion_cache_s, rule=rule),
        spec=FeatureSpec(),
        settings=settings,
    )


def close_ports(ports: ApiPorts) -> None:
    """Give back what `open_ports` opened."""
    ports.health.close()
    ports.summaries.close()
    for store in (ports.store, ports.health_store):
        if store is not None:
            store.close()


def create_app(ports: ApiPorts | None = None) -> FastAPI:
    """The application. Without `ports` it opens its own when it starts, and closes them when it stops."""
    stored_emotions = StoredEmotions()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if ports is None:
            app.state.ports = open_ports()
        yield
        stored_emotions.close()
        if ports is None:
            close_ports(app.state.ports)

    if ports is None:
        configure_logs(LogSettings(), service="api")
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
        dependencies=[Depends(refuse_unknown_parameters)],
    )
    app.state.ports = ports
    settings = ports.settings if ports else ApiSettings()
    routers = list(list_routers(services.api))
    install_handlers(app)
    install_method_answers(app, list(list_routes(routers)))
    # the last one added is asked first
    app.add_middleware(StoredEmotionMiddleware, emotions=stored_emotions)
    app.add_middleware(ConditionalAnswers)
    app.add_middleware(BodyGuard, form_paths=list_form_paths(routers))
    app.add_middleware(HostGuard, allowed=AllowedHosts.from_text(settings.allowed_hosts))
    app.add_middleware(HeadRequests)
    app.add_middleware(AnswerHeaders)
    for router in routers:
        app.include_router(router)
    customise_openapi(app)
    return app
