from http import HTTPStatus
from typing import Any, cast

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audio_features_list_response import AudioFeaturesListResponse
from ...models.spotify_problem import SpotifyProblem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    ids: str,
    market: None | str | Unset = UNSET,
    locale: None | str | Unset = UNSET,
    additional_types: None | str | Unset = UNSET,
    include_external: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["ids"] = ids

    json_market: None | str | Unset
    if isinstance(market, Unset):
        json_market = UNSET
    else:
        json_market = market
    params["market"] = json_market

    json_locale: None | str | Unset
    if isinstance(locale, Unset):
        json_locale = UNSET
    else:
        json_locale = locale
    params["locale"] = json_locale

    json_additional_types: None | str | Unset
    if isinstance(additional_types, Unset):
        json_additional_types = UNSET
    else:
        json_additional_types = additional_types
    params["additional_types"] = json_additional_types

    json_include_external: None | str | Unset
    if isinstance(include_external, Unset):
        json_include_external = UNSET
    else:
        json_include_external = include_external
    params["include_external"] = json_include_external

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/audio-features",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | AudioFeaturesListResponse | SpotifyProblem | None:
    if response.status_code == 200:
        response_200 = AudioFeaturesListResponse.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 400:
        response_400 = SpotifyProblem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = SpotifyProblem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = SpotifyProblem.from_dict(response.json())

        return response_403

    if response.status_code == 421:
        response_421 = SpotifyProblem.from_dict(response.json())

        return response_421

    if response.status_code == 429:
        response_429 = SpotifyProblem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = SpotifyProblem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = SpotifyProblem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Any | AudioFeaturesListResponse | SpotifyProblem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    ids: str,
    market: None | str | Unset = UNSET,
    locale: None | str | Unset = UNSET,
    additional_types: None | str | Unset = UNSET,
    include_external: None | str | Unset = UNSET,
) -> Response[Any | AudioFeaturesListResponse | SpotifyProblem]:
    """Several

     The audio features of up to 100 tracks.

    Args:
        ids (str):
        market (None | str | Unset): Passed over: a library has no markets
        locale (None | str | Unset): Passed over: names have one language
        additional_types (None | str | Unset): Passed over: there are tracks only
        include_external (None | str | Unset): Passed over: all audio is one's own

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | AudioFeaturesListResponse | SpotifyProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        market=market,
        locale=locale,
        additional_types=additional_types,
        include_external=include_external,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    ids: str,
    market: None | str | Unset = UNSET,
    locale: None | str | Unset = UNSET,
    additional_types: None | str | Unset = UNSET,
    include_external: None | str | Unset = UNSET,
) -> Any | AudioFeaturesListResponse | SpotifyProblem | None:
    """Several

     The audio features of up to 100 tracks.

    Args:
        ids (str):
        market (None | str | Unset): Passed over: a library has no markets
        locale (None | str | Unset): Passed over: names have one language
        additional_types (None | str | Unset): Passed over: there are tracks only
        include_external (None | str | Unset): Passed over: all audio is one's own

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | AudioFeaturesListResponse | SpotifyProblem
    """

    return sync_detailed(
        client=client,
        ids=ids,
        market=market,
        locale=locale,
        additional_types=additional_types,
        include_external=include_external,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    ids: str,
    market: None | str | Unset = UNSET,
    locale: None | str | Unset = UNSET,
    additional_types: None | str | Unset = UNSET,
    include_external: None | str | Unset = UNSET,
) -> Response[Any | AudioFeaturesListResponse | SpotifyProblem]:
    """Several

     The audio features of up to 100 tracks.

    Args:
        ids (str):
        market (None | str | Unset): Passed over: a library has no markets
        locale (None | str | Unset): Passed over: names have one language
        additional_types (None | str | Unset): Passed over: there are tracks only
        include_external (None | str | Unset): Passed over: all audio is one's own

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | AudioFeaturesListResponse | SpotifyProblem]
    """

    kwargs = _get_kwargs(
        ids=ids,
        market=market,
        locale=locale,
        additional_types=additional_types,
        include_external=include_external,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    ids: str,
    market: None | str | Unset = UNSET,
    locale: None | str | Unset = UNSET,
    additional_types: None | str | Unset = UNSET,
    include_external: None | str | Unset = UNSET,
) -> Any | AudioFeaturesListResponse | SpotifyProblem | None:
    """Several

     The audio features of up to 100 tracks.

    Args:
        ids (str):
        market (None | str | Unset): Passed over: a library has no markets
        locale (None | str | Unset): Passed over: names have one language
        additional_types (None | str | Unset): Passed over: there are tracks only
        include_external (None | str | Unset): Passed over: all audio is one's own

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | AudioFeaturesListResponse | SpotifyProblem
    """

    return (
        await asyncio_detailed(
            client=client,
            ids=ids,
            market=market,
            locale=locale,
            additional_types=additional_types,
            include_external=include_external,
        )
    ).parsed
