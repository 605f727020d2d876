from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.moved_track_response import MovedTrackResponse
from ...models.problem_details import ProblemDetails
from ...models.removal_response import RemovalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    track_id: str,
    *,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["dry_run"] = dry_run

    params["labels"] = labels

    params["who"] = who

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/tracks/{track_id}".format(
            track_id=quote(str(track_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MovedTrackResponse | ProblemDetails | RemovalResponse | None:
    if response.status_code == 200:
        response_200 = RemovalResponse.from_dict(response.json())

        return response_200

    if response.status_code == 307:
        response_307 = MovedTrackResponse.from_dict(response.json())

        return response_307

    if response.status_code == 400:
        response_400 = ProblemDetails.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ProblemDetails.from_dict(response.json())

        return response_404

    if response.status_code == 408:
        response_408 = ProblemDetails.from_dict(response.json())

        return response_408

    if response.status_code == 409:
        response_409 = ProblemDetails.from_dict(response.json())

        return response_409

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
) -> Response[MovedTrackResponse | ProblemDetails | RemovalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
) -> Response[MovedTrackResponse | ProblemDetails | RemovalResponse]:
    """Delete Track

     Remove a recording: its tracks, features, predictions and labels. Its files stay, and are passed
    over from now
    on; a crawl with `restore_deleted` takes them in again. What models were trained on stays with them.

    Args:
        track_id (str): The id of a track
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MovedTrackResponse | ProblemDetails | RemovalResponse]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        dry_run=dry_run,
        labels=labels,
        who=who,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
) -> MovedTrackResponse | ProblemDetails | RemovalResponse | None:
    """Delete Track

     Remove a recording: its tracks, features, predictions and labels. Its files stay, and are passed
    over from now
    on; a crawl with `restore_deleted` takes them in again. What models were trained on stays with them.

    Args:
        track_id (str): The id of a track
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MovedTrackResponse | ProblemDetails | RemovalResponse
    """

    return sync_detailed(
        track_id=track_id,
        client=client,
        dry_run=dry_run,
        labels=labels,
        who=who,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
) -> Response[MovedTrackResponse | ProblemDetails | RemovalResponse]:
    """Delete Track

     Remove a recording: its tracks, features, predictions and labels. Its files stay, and are passed
    over from now
    on; a crawl with `restore_deleted` takes them in again. What models were trained on stays with them.

    Args:
        track_id (str): The id of a track
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MovedTrackResponse | ProblemDetails | RemovalResponse]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        dry_run=dry_run,
        labels=labels,
        who=who,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    track_id: str,
    *,
    client: AuthenticatedClient | Client,
    dry_run: bool | Unset = False,
    labels: bool | Unset = False,
    who: str | Unset = "api",
) -> MovedTrackResponse | ProblemDetails | RemovalResponse | None:
    """Delete Track

     Remove a recording: its tracks, features, predictions and labels. Its files stay, and are passed
    over from now
    on; a crawl with `restore_deleted` takes them in again. What models were trained on stays with them.

    Args:
        track_id (str): The id of a track
        dry_run (bool | Unset): Only say what would go Default: False.
        labels (bool | Unset): Also what people labelled, with their labels Default: False.
        who (str | Unset): Who removes, for the record Default: 'api'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MovedTrackResponse | ProblemDetails | RemovalResponse
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            client=client,
            dry_run=dry_run,
            labels=labels,
            who=who,
        )
    ).parsed
