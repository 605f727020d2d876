"""What every refusal of the API has in common."""

from typing import Any

from httpx import Response


def problem(response: Response, status: int, code: str) -> str:
    """Hold a response to be this problem document; its detail."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"urn:mer:problem:{code}"
    assert body["title"]
    detail = body["detail"]
    assert isinstance(detail, str)
    assert detail
    return detail
