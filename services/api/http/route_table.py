"""What the routes of the API say of themselves, as the rules of this package need it."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute

FORM_TYPE = "multipart/form-data"
"""The content type of requests with a file."""
URLENCODED_TYPE = "application/x-www-form-urlencoded"
"""The content type of forms of words."""


def list_routes(routers: Iterable[APIRouter]) -> Iterator[APIRoute]:
    """The routes of routers, in their order."""
    for router in routers:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def index_form_types(routers: Iterable[APIRouter]) -> dict[str, str]:
    """The content types of the requests that are forms, by their paths."""
    bodies = ((route.path, (route.openapi_extra or {}).get("requestBody", {})) for route in list_routes(routers))
    return {
        path: content_type
        for path, body in bodies
        for content_type in (FORM_TYPE, URLENCODED_TYPE)
        if content_type in body.get("content", {})
    }
