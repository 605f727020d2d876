from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem_details import ProblemDetails
from ...models.recompute_plan_response import RecomputePlanResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    failed: bool | Unset = False,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["failed"] = failed

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/features/recompute",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | ProblemDetails | RecomputePlanResponse | None:
    if response.status_code == 200:
        response_200 = RecomputePlanResponse.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

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
        response_503 = ProblemDetails.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | ProblemDetails | RecomputePlanResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    failed: bool | Unset = False,
) -> Response[Any | ProblemDetails | RecomputePlanResponse]:
    """Plan Recompute

     What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes
    nothing.

    Args:
        failed (bool | Unset): Count tracks that failed as well Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | RecomputePlanResponse]
    """

    kwargs = _get_kwargs(
        failed=failed,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    failed: bool | Unset = False,
) -> Any | ProblemDetails | RecomputePlanResponse | None:
    """Plan Recompute

     What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes
    nothing.

    Args:
        failed (bool | Unset): Count tracks that failed as well Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | RecomputePlanResponse
    """

    return sync_detailed(
        client=client,
        failed=failed,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    failed: bool | Unset = False,
) -> Response[Any | ProblemDetails | RecomputePlanResponse]:
    """Plan Recompute

     What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes
    nothing.

    Args:
        failed (bool | Unset): Count tracks that failed as well Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | ProblemDetails | RecomputePlanResponse]
    """

    kwargs = _get_kwargs(
        failed=failed,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    failed: bool | Unset = False,
) -> Any | ProblemDetails | RecomputePlanResponse | None:
    """Plan Recompute

     What `POST /features/recompute` would do, and how long it would take at the measured rate. Changes
    nothing.

    Args:
        failed (bool | Unset): Count tracks that failed as well Default: False.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | ProblemDetails | RecomputePlanResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            failed=failed,
        )
    ).parsed
