"""The API's composition root: `uvicorn services.api.main:create_app --factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from services.api import errors
from services.api.crawl import hook_router, preview_router
from services.api.crawl import router as crawl
from services.api.dataset import router as dataset
from services.api.deps import ApiPorts
from services.api.export import router as export
from services.api.features import router as features
from services.api.health import router as health
from services.api.identity import annotator_router
from services.api.identity import router as duplicates
from services.api.jobs import router as jobs
from services.api.live_settings import router as settings
from services.api.models import evaluation_router, promotion_router, report_router
from services.api.models import router as models
from services.api.predict import router as predict
from services.api.settings import ApiSettings
from services.api.similar import router as similar
from services.api.spotify_compat import router as audio_features
from services.api.tracks import annotation_router, head_router, name_router, removal_router
from services.api.tracks import router as tracks
from services.api.training import estimator_router
from services.api.training import router as train
from shared.blobs import open_blobs
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.library import MusicLibrary
from shared.logs import configure_logs
from shared.registry.champions import ChampionCache
from shared.settings import BlobSettings, BusSettings, LibrarySettings, LogSettings, StoreSettings
from shared.store import open_store

_DESCRIPTION = """
Music emotion recognition: crawl a library, label some of it, train, and ask every track for its emotion.

A first walk: `POST /crawl` a folder, watch `GET /jobs/<id>`, label with `PUT /tracks/<id>/annotations/<you>` (or crawl
a labelled table), `POST /train`, then `GET /tracks/<id>/emotion`. Errors are problem documents (RFC 9457).
"""


def open_ports() -> ApiPorts:
    """The ports, as the environment says."""
    settings = ApiSettings()
    store_settings = StoreSettings().model_copy(update={"store_patience_s": settings.store_patience_s})
    store = open_store(store_settings, pool_size=10, application="mer api")
    blobs = open_blobs(BlobSettings())
    return ApiPorts(
        store=store,
        bus=CeleryBus(create_celery(BusSettings(), name="api")),
        blobs=blobs,
        library=MusicLibrary.from_settings(LibrarySettings()),
        champions=ChampionCache(store, blobs, cache_s=settings.champion_cache_s),
        spec=FeatureSpec(),
        settings=settings,
    )


def create_app(ports: ApiPorts | None = None) -> FastAPI:
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
    errors.install_handlers(app)
    modules = (
        crawl,
        preview_router,
        train,
        estimator_router,
        jobs,
        tracks,
        name_router,
        annotation_router,
        removal_router,
        head_router,
        features,
        audio_features,
        predict,
        duplicates,
        annotator_router,
        promotion_router,
        evaluation_router,
        report_router,
        models,
        dataset,
        export,
        health,
        similar,
        settings,
        hook_router,
    )
    for module in modules:
        app.include_router(module.router)

    @app.get("/", include_in_schema=False)
    def root() -> RedirectResponse:
        return RedirectResponse("/docs")

    return app
