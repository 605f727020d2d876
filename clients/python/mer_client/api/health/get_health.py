from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.failing_health_response import FailingHealthResponse
from ...models.health_status_response import HealthStatusResponse
from ...models.problem_details import ProblemDetails
from ...models.working_health_response import WorkingHealthResponse
from ...types import Response


def _get_kwargs() -> dict[str, Any]:

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/health",
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> HealthStatusResponse | WorkingHealthResponse:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = WorkingHealthResponse.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_1 = HealthStatusResponse.from_dict(data)

            return response_200_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 421:
        response_421 = ProblemDetails.from_dict(response.json())

        return response_421

    if response.status_code == 422:
        response_422 = ProblemDetails.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = ProblemDetails.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ProblemDetails.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = FailingHealthResponse.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails]:
    """Health

     The database, the queues, and when each worker last took a message. 503 when the API itself cannot
    work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part. Where a
    key is needed,
    requests without one get `status` alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails]
    """

    kwargs = _get_kwargs()

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
) -> Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails | None:
    """Health

     The database, the queues, and when each worker last took a message. 503 when the API itself cannot
    work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part. Where a
    key is needed,
    requests without one get `status` alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails
    """

    return sync_detailed(
        client=client,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
) -> Response[Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails]:
    """Health

     The database, the queues, and when each worker last took a message. 503 when the API itself cannot
    work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part. Where a
    key is needed,
    requests without one get `status` alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails]
    """

    kwargs = _get_kwargs()

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
) -> Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails | None:
    """Health

     The database, the queues, and when each worker last took a message. 503 when the API itself cannot
    work.

    Answers within two seconds, also while PostgreSQL or Redis hangs: `status` names the part. Where a
    key is needed,
    requests without one get `status` alone.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | FailingHealthResponse | HealthStatusResponse | WorkingHealthResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            client=client,
        )
    ).parsed
