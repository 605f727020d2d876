from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem_details import ProblemDetails
from ...models.review_response import ReviewResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    n: int | Unset = 20,
    annotator: None | str | Unset = UNSET,
    seed: int | None | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["n"] = n

    json_annotator: None | str | Unset
    if isinstance(annotator, Unset):
        json_annotator = UNSET
    else:
        json_annotator = annotator
    params["annotator"] = json_annotator

    json_seed: int | None | Unset
    if isinstance(seed, Unset):
        json_seed = UNSET
    else:
        json_seed = seed
    params["seed"] = json_seed

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/review",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ProblemDetails | ReviewResponse | None:
    if response.status_code == 200:
        response_200 = ReviewResponse.from_dict(response.json())

        return response_200

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
) -> Response[ProblemDetails | ReviewResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    n: int | Unset = 20,
    annotator: None | str | Unset = UNSET,
    seed: int | None | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[ProblemDetails | ReviewResponse]:
    """Draw Tracks

     Draw the tracks that a person labels next, one an artist. Each request draws anew, and keeps what it
    drew.

    Args:
        n (int | Unset): Tracks Default: 20.
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        seed (int | None | Unset): The same one draws the same tracks while nothing else changes
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDetails | ReviewResponse]
    """

    kwargs = _get_kwargs(
        n=n,
        annotator=annotator,
        seed=seed,
        taxonomy=taxonomy,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    n: int | Unset = 20,
    annotator: None | str | Unset = UNSET,
    seed: int | None | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> ProblemDetails | ReviewResponse | None:
    """Draw Tracks

     Draw the tracks that a person labels next, one an artist. Each request draws anew, and keeps what it
    drew.

    Args:
        n (int | Unset): Tracks Default: 20.
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        seed (int | None | Unset): The same one draws the same tracks while nothing else changes
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDetails | ReviewResponse
    """

    return sync_detailed(
        client=client,
        n=n,
        annotator=annotator,
        seed=seed,
        taxonomy=taxonomy,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    n: int | Unset = 20,
    annotator: None | str | Unset = UNSET,
    seed: int | None | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[ProblemDetails | ReviewResponse]:
    """Draw Tracks

     Draw the tracks that a person labels next, one an artist. Each request draws anew, and keeps what it
    drew.

    Args:
        n (int | Unset): Tracks Default: 20.
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        seed (int | None | Unset): The same one draws the same tracks while nothing else changes
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ProblemDetails | ReviewResponse]
    """

    kwargs = _get_kwargs(
        n=n,
        annotator=annotator,
        seed=seed,
        taxonomy=taxonomy,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    n: int | Unset = 20,
    annotator: None | str | Unset = UNSET,
    seed: int | None | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> ProblemDetails | ReviewResponse | None:
    """Draw Tracks

     Draw the tracks that a person labels next, one an artist. Each request draws anew, and keeps what it
    drew.

    Args:
        n (int | Unset): Tracks Default: 20.
        annotator (None | str | Unset): The person who labels; default: the name of the key (also
            `me`); where none is needed, who annotated last, else the user that mer runs as
        seed (int | None | Unset): The same one draws the same tracks while nothing else changes
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ProblemDetails | ReviewResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            n=n,
            annotator=annotator,
            seed=seed,
            taxonomy=taxonomy,
        )
    ).parsed
