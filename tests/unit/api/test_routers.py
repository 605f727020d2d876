"""Every router of the API is included, and no route stands before another that it would answer for."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match

import services.api
from services.api.main import create_app, list_routers

FOLDER = Path(services.api.__path__[0])
ROUTERS = list(list_routers(services.api))
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def test_every_router_module_is_listed() -> None:
    modules = sorted(FOLDER.rglob("*router.py"))
    assert [str(path.relative_to(FOLDER)) for path in modules if "APIRouter(" not in path.read_text()] == []
    assert len(ROUTERS) == len(modules) > 20


@pytest.mark.slow
def test_every_route_is_documented() -> None:
    documented = create_app().openapi()["paths"]
    assert {(path, method.upper()) for path, methods in documented.items() for method in methods} == {
        (route.path_format, method) for route in ROUTES for method in list_methods(route) if route.include_in_schema
    }


def test_every_route_is_the_first_that_answers_its_path() -> None:
    assert len(ROUTES) > 60
    hidden = [(route.path, first.path) for route in ROUTES if (first := find_first_match(route)) is not route]
    assert hidden == []


def list_methods(route: APIRoute) -> list[str]:
    assert route.methods
    return sorted(route.methods)


def find_first_match(route: APIRoute) -> APIRoute:
    path = re.sub(r"\{[^}]*\}", "1", route.path_format)
    scope = {"type": "http", "path": path, "method": list_methods(route)[0], "root_path": "", "headers": []}
    return next(other for other in ROUTES if other.matches(scope)[0] is Match.FULL)
