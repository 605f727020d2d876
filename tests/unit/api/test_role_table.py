"""The one table of what a role may do, against the routes that there are."""

from fastapi.routing import APIRoute
from starlette.routing import Route

import services.api
from services.api.access.role_table import ROLE_BY_ROUTE, get_needed_role, is_open_path
from services.api.http.route_table import list_routes
from services.api.main import create_app, list_routers
from shared.domain.roles import Role


def list_app_routes() -> set[str]:
    """Every route of the application: those of routers, and those that the application has of its own."""
    app = create_app()
    own = [route for route in app.routes if isinstance(route, (Route, APIRoute))]
    routes = [*list_routes(list_routers(services.api)), *own]
    return {
        f"{method} {route.path_format}"
        for route in routes
        for method in (route.methods or ())
        if method != "HEAD"  # HeadRequests answers it as GET
    }


def test_each_route_is_in_the_table_and_nothing_else() -> None:
    assert list_app_routes() == set(ROLE_BY_ROUTE)


def test_what_changes_something_needs_more_than_reading() -> None:
    assert [route for route, role in ROLE_BY_ROUTE.items() if not route.startswith("GET ") and role is Role.READ] == []


def test_a_route_that_is_not_listed_needs_the_largest_role() -> None:
    assert get_needed_role("GET", "/new") is Role.OPERATE


def test_only_listed_paths_are_open() -> None:
    assert is_open_path("GET", "/health")
    for method, path in (("POST", "/health"), ("GET", "/health/x"), ("GET", "/tracks"), ("GET", "/"), ("GET", "")):
        assert not is_open_path(method, path)
