"""Below `/v1` every error has the shape of Spotify's, whoever raises it; elsewhere it is a problem document."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from services.api.errors import install_handlers, invalid_request, not_found
from services.api.http.server_errors import ServerErrors
from shared.errors import PermanentError, Reason, RetryableError, StoreUnavailableError

ERRORS = {
    "problem": (not_found("track", "x"), 404),
    "invalid": (invalid_request("unknown_taxonomy", "none such"), 422),
    "permanent": (PermanentError(Reason.NOT_FOUND, "gone"), 404),
    "retryable": (RetryableError("busy"), 503),
    "database": (StoreUnavailableError("away"), 503),
    "ours": (RuntimeError("broken"), 500),
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    install_handlers(app)
    app.add_middleware(ServerErrors)

    def raise_error(name: str, n: int = 0) -> None:
        raise ERRORS[name][0]

    app.get("/v1/{name}")(raise_error)
    app.get("/other/{name}")(raise_error)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("GET", f"/v1/{name}", status) for name, (_, status) in ERRORS.items()),
        ("GET", "/v1/ours?n=one", 400),
        ("POST", "/v1/ours", 405),
        ("GET", "/v1/no/such", 404),
        ("GET", "/v1", 404),
    ],
)
def test_below_v1_an_error_has_the_shape_of_spotifys(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert (response.status_code, set(response.json())) == (status, {"error"})
    assert response.json()["error"]["status"] == status
    assert response.json()["error"]["message"]
    assert ("Retry-After" in response.headers) == (status == 503)
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.parametrize("path", ["/other/database", "/v1x"])
def test_elsewhere_it_is_a_problem_document(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
