"""What the routes of the API say of themselves, as the rules of this package need it."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute

FORM_TYPE = "multipart/form-data"
"""The content type of requests with a file."""


def list_routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    """The routes of routers, in their order."""
    for router in routers:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def list_form_paths(routers: Iterable[APIRouter]) -> list[str]:
    """The paths whose requests are forms with a file."""
    bodies = ((route.path, (route.openapi_extra or {}).get("requestBody", {})) for route in list_routes(routers))
    return [path for path, body in bodies if FORM_TYPE in body.get("content", {})]
