"""What a role may do: the one table of all routes."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from shared.domain.roles import Role

_READ, _LABEL, _OPERATE = Role.READ, Role.LABEL, Role.OPERATE

ROLE_BY_ROUTE: Mapping[str, Role | None] = MappingProxyType(
    {
        # open: without a key
        "GET /health": None,  # its status alone
        "GET /console/login": None,
        "POST /console/login": None,
        "POST /console/logout": None,
        "GET /console/assets/{release}/{name}": None,
        # pages
        "GET /": _READ,
        "GET /console": _READ,
        "GET /console/help": _READ,
        "GET /console/library": _READ,
        "GET /console/tracks/{track_id}": _READ,
        "GET /docs": _READ,
        "GET /docs/assets/{name}": _READ,
        "GET /redoc": _READ,
        "GET /openapi.json": _READ,
        # what there is. Some of these GETs queue work on the one track that is asked for, and keep its result.
        "GET /annotators": _READ,
        "GET /dataset/report": _READ,
        "GET /dataset/report.html": _READ,
        "GET /duplicates": _READ,
        "GET /estimators": _READ,
        "GET /export": _READ,
        "GET /export/talk": _READ,
        "GET /features/recompute": _READ,  # says what would be done
        "GET /features/status": _READ,
        "GET /roots": _READ,
        "GET /session": _READ,
        "GET /jobs": _READ,
        "GET /jobs/{job_id}": _READ,
        "GET /jobs/{job_id}/events": _READ,
        "GET /jobs/{job_id}/items": _READ,
        "GET /jobs/{job_id}/leaderboard": _READ,
        "GET /merges": _READ,
        "GET /merges/{merge_id}": _READ,
        "GET /models": _READ,
        "GET /models/history": _READ,
        "GET /models/{model_id}": _READ,
        "GET /models/{model_id}/evaluations": _READ,
        "GET /models/{model_id}/report": _READ,
        "GET /models/{model_id}/report.html": _READ,
        "GET /models/{model_id}/report.png": _READ,
        "GET /predict/{job_id}": _READ,
        "GET /predict/{job_id}/curve": _READ,
        "GET /review/progress": _READ,
        "GET /settings": _READ,
        "GET /similar/{job_id}": _READ,
        "GET /summary": _READ,
        "GET /tracks": _READ,
        "GET /tracks/{track_id}": _READ,
        "GET /tracks/{track_id}/annotations": _READ,
        "GET /tracks/{track_id}/audio": _READ,
        "GET /tracks/{track_id}/cover": _READ,
        "GET /tracks/{track_id}/peaks": _READ,
        "GET /tracks/{track_id}/emotion": _READ,
        "GET /tracks/{track_id}/emotion/curve": _READ,
        "GET /tracks/{track_id}/features": _READ,
        "GET /tracks/{track_id}/similar": _READ,
        "GET /tracks/{track_id}/spectrogram.png": _READ,
        "GET /tracks/{track_id}/tags": _READ,
        "GET /tracks/{track_id}/valence-arousal": _READ,
        # Spotify's protocol
        "GET /v1/audio-analysis/{track_id}": _READ,
        "GET /v1/audio-features": _READ,
        "GET /v1/audio-features/": _READ,
        "GET /v1/audio-features/{track_id}": _READ,
        "GET /v1/search": _READ,
        "GET /v1/search/": _READ,
        "GET /v1/tracks": _READ,
        "GET /v1/tracks/": _READ,
        "GET /v1/tracks/{track_id}": _READ,
        # what people say of tracks, and songs that they send in
        "PUT /tracks/{track_id}/annotations/{annotator}": _LABEL,
        "DELETE /tracks/{track_id}/annotations/{annotator}": _LABEL,
        "PATCH /tracks/{track_id}": _LABEL,
        "GET /review": _LABEL,  # draws tracks for a person, and stores that it did
        "POST /predict": _LABEL,
        "POST /similar": _LABEL,
        # work on the whole library, and what cannot be taken back
        "GET /models/{model_id}/flips": _OPERATE,  # scores the library
        "POST /crawl": _OPERATE,
        "POST /crawl/preview": _OPERATE,
        "POST /hooks/library": _OPERATE,
        "POST /features/recompute": _OPERATE,
        "POST /features/pack": _OPERATE,
        "POST /features/augment": _OPERATE,
        "POST /train": _OPERATE,
        "POST /models/{model_id}/evaluate": _OPERATE,
        "POST /models/{model_id}/promote": _OPERATE,
        "POST /models/rollback": _OPERATE,
        "POST /duplicates/{duplicate_id}/merge": _OPERATE,
        "POST /duplicates/{duplicate_id}/dismiss": _OPERATE,
        "POST /merges/{merge_id}/undo": _OPERATE,
        "DELETE /jobs/{job_id}": _OPERATE,
        "POST /jobs/{job_id}/retry": _OPERATE,
        "DELETE /tracks": _OPERATE,
        "DELETE /tracks/{track_id}": _OPERATE,
        "PATCH /settings": _OPERATE,
    }
)
"""The role that a request of each route needs, HEAD as GET; None: no key at all."""

_OPEN_PATHS = re.compile(
    "|".join(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route)) for route, role in ROLE_BY_ROUTE.items() if role is None)
)


def get_needed_role(method: str, path_format: str) -> Role | None:
    """The role that a route needs; None where it is open. A route that is not listed needs the largest."""
    return ROLE_BY_ROUTE.get(f"{method} {path_format}", Role.OPERATE)


def is_open_path(method: str, path: str) -> bool:
    """Whether a request needs no key: one of an open route."""
    return _OPEN_PATHS.fullmatch(f"{method} {path}") is not None
