from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem_details import ProblemDetails
from ...models.removal_response import RemovalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    missing: bool,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["missing"] = missing

    params["dry_run"] = dry_run

    params["labels"] = labels

    params["who"] = who

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/tracks",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ProblemDetails | RemovalResponse | None:
    if response.status_code == 200:
        response_200 = RemovalResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ProblemDetails.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 408:
        response_408 = ProblemDetails.from_dict(response.json())

        return response_408

    if response.status_code == 413:
        response_413 = ProblemDetails.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = ProblemDetails.from_dict(response.json())

        return response_415

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
) -> Response[ProblemDetails | RemovalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    missing: bool,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[ProblemDetails | RemovalResponse]:
    """Delete Tracks

     Remove the missing tracks, `limit` at a time: go on at `next` until it is null. Those that people
    labelled are
    `kept`, unless `labels=true`.

    Args:
        missing (bool):
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.
        limit (int | Unset): Rows a page Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDetails | RemovalResponse]
    """

    kwargs = _get_kwargs(
        missing=missing,
        dry_run=dry_run,
        labels=labels,
        who=who,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    missing: bool,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> ProblemDetails | RemovalResponse | None:
    """Delete Tracks

     Remove the missing tracks, `limit` at a time: go on at `next` until it is null. Those that people
    labelled are
    `kept`, unless `labels=true`.

    Args:
        missing (bool):
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.
        limit (int | Unset): Rows a page Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDetails | RemovalResponse
    """

    return sync_detailed(
        client=client,
        missing=missing,
        dry_run=dry_run,
        labels=labels,
        who=who,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    missing: bool,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> Response[ProblemDetails | RemovalResponse]:
    """Delete Tracks

     Remove the missing tracks, `limit` at a time: go on at `next` until it is null. Those that people
    labelled are
    `kept`, unless `labels=true`.

    Args:
        missing (bool):
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.
        limit (int | Unset): Rows a page Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDetails | RemovalResponse]
    """

    kwargs = _get_kwargs(
        missing=missing,
        dry_run=dry_run,
        labels=labels,
        who=who,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    missing: bool,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
    limit: int | Unset = 100,
    cursor: None | str | Unset = UNSET,
) -> ProblemDetails | RemovalResponse | None:
    """Delete Tracks

     Remove the missing tracks, `limit` at a time: go on at `next` until it is null. Those that people
    labelled are
    `kept`, unless `labels=true`.

    Args:
        missing (bool):
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.
        limit (int | Unset): Rows a page Default: 100.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDetails | RemovalResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            missing=missing,
            dry_run=dry_run,
            labels=labels,
            who=who,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
