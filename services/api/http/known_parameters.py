"""Refuses query parameters that a route does not have: a misspelt filter would otherwise be passed over silently."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.api.errors import MOST_LISTED, invalid_request, is_spotify_path


async def refuse_unknown_parameters(request: Request) -> None:
    """Raises ProblemError (422) with the parameters that the route has."""
    route = request.scope.get("route")
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    if is_spotify_path(route.path):  # Spotify defines what parameters there are, and its clients may send more
        return
    known = list_query_parameters(route)
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known][:MOST_LISTED]
    if unknown:
        there_are = f"known are {', '.join(known)}" if known else "this route has none"
        detail = f"unknown query parameter {', '.join(map(repr, unknown))}; {there_are}"
        errors = [{"at": f"query.{name}", "problem": f"unknown; {there_are}"} for name in unknown]
        raise invalid_request("invalid_request", detail, errors=errors)


def list_query_parameters(route: APIRoute) -> tuple[str, ...]:
    """The names of the query parameters of a route and of what it depends on, sorted."""
    return tuple(sorted(set(_walk_parameters(route.dependant))))


def _walk_parameters(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _walk_parameters(inner)
