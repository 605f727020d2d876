"""The API's composition root: `uvicorn services.api.main:create_app --factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from services.api import errors
from services.api.deps import Ports
from services.api.routers import (
    annotations,
    annotators,
    audio_features,
    crawl,
    crawl_preview,
    dataset,
    duplicates,
    estimators,
    evaluations,
    export,
    features,
    heads,
    health,
    hooks,
    jobs,
    models,
    predict,
    promotion,
    removal,
    reports,
    settings,
    similar,
    track_names,
    tracks,
    train,
)
from services.api.settings import ApiSettings
from shared.blobs import open_blobs
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.library import Library
from shared.logs import configure_logs
from shared.registry.champions import Champions
from shared.settings import BlobSettings, BusSettings, LibrarySettings, LogSettings, StoreSettings
from shared.store import open_store

_DESCRIPTION = """
Music emotion recognition: crawl a library, label some of it, train, and ask every track for its emotion.

A first walk: `POST /crawl` a folder, watch `GET /jobs/<id>`, label with `PUT /tracks/<id>/annotations/<you>` (or crawl
a labelled table), `POST /train`, then `GET /tracks/<id>/emotion`. Errors are problem documents (RFC 9457).
"""


def open_ports() -> Ports:
    """The ports, as the environment says."""
    settings = ApiSettings()
    store_settings = StoreSettings().model_copy(update={"store_patience_s": settings.store_patience_s})
    store = open_store(store_settings, pool_size=10, application="mer api")
    blobs = open_blobs(BlobSettings())
    return Ports(
        store=store,
        bus=CeleryBus(create_celery(BusSettings(), name="api")),
        blobs=blobs,
        library=Library.from_settings(LibrarySettings()),
        champions=Champions(store, blobs, cache_s=settings.champion_cache_s),
        spec=FeatureSpec(),
        settings=settings,
    )


def create_app(ports: Ports | None = None) -> FastAPI:
    """The application. Without `ports` it opens its own when it starts, and closes them when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if ports is not None:
            yield
            return
        app.state.ports = open_ports()
        yield
        app.state.ports.store.close()

    if ports is None:
        configure_logs(LogSettings(), service="api")
    app = FastAPI(title="mer", version="0.1.0", description=_DESCRIPTION, lifespan=lifespan)
    app.state.ports = ports
    errors.install(app)
    rooms = (
        crawl, crawl_preview, train, estimators, jobs, tracks, track_names, annotations, removal, heads, features,
        audio_features, predict, duplicates, annotators, promotion, evaluations, reports, models, dataset, export,
        health, similar, settings, hooks,
    )  # fmt: skip
    for room in rooms:
        app.include_router(room.router)

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app
