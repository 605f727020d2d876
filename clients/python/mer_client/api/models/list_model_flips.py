from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.emotion_flip_list_response import EmotionFlipListResponse
from ...models.job_response import JobResponse
from ...models.point_move_list_response import PointMoveListResponse
from ...models.problem_details import ProblemDetails
from ...models.tag_flip_list_response import TagFlipListResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    model_id: str,
    *,
    against: None | str | Unset = UNSET,
    moved: float | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_against: None | str | Unset
    if isinstance(against, Unset):
        json_against = UNSET
    else:
        json_against = against
    params["against"] = json_against

    json_moved: float | None | Unset
    if isinstance(moved, Unset):
        json_moved = UNSET
    else:
        json_moved = moved
    params["moved"] = json_moved

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/models/{model_id}/flips".format(
            model_id=quote(str(model_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = EmotionFlipListResponse.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_1 = TagFlipListResponse.from_dict(data)

                return response_200_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_2 = PointMoveListResponse.from_dict(data)

            return response_200_type_2

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobResponse.from_dict(response.json())

        return response_202

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

    if response.status_code == 401:
        response_401 = ProblemDetails.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ProblemDetails.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ProblemDetails.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ProblemDetails.from_dict(response.json())

        return response_409

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
) -> Response[
    Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    against: None | str | Unset = UNSET,
    moved: float | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[
    Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails
]:
    """List Flips

     Tracks whose prediction would change if this model were promoted, with counts of the changes.

    Args:
        model_id (str): The id of a model
        against (None | str | Unset): Another model; default: the one that answers now
        moved (float | None | Unset): Of valence and arousal: list what moves so far; default:
            0.25
        limit (int | Unset): Rows a page Default: 50.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        against=against,
        moved=moved,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    against: None | str | Unset = UNSET,
    moved: float | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails | None:
    """List Flips

     Tracks whose prediction would change if this model were promoted, with counts of the changes.

    Args:
        model_id (str): The id of a model
        against (None | str | Unset): Another model; default: the one that answers now
        moved (float | None | Unset): Of valence and arousal: list what moves so far; default:
            0.25
        limit (int | Unset): Rows a page Default: 50.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails
    """

    return sync_detailed(
        model_id=model_id,
        client=client,
        against=against,
        moved=moved,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    against: None | str | Unset = UNSET,
    moved: float | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Response[
    Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails
]:
    """List Flips

     Tracks whose prediction would change if this model were promoted, with counts of the changes.

    Args:
        model_id (str): The id of a model
        against (None | str | Unset): Another model; default: the one that answers now
        moved (float | None | Unset): Of valence and arousal: list what moves so far; default:
            0.25
        limit (int | Unset): Rows a page Default: 50.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails]
    """

    kwargs = _get_kwargs(
        model_id=model_id,
        against=against,
        moved=moved,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    model_id: str,
    *,
    client: AuthenticatedClient | Client,
    against: None | str | Unset = UNSET,
    moved: float | None | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: None | str | Unset = UNSET,
) -> Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails | None:
    """List Flips

     Tracks whose prediction would change if this model were promoted, with counts of the changes.

    Args:
        model_id (str): The id of a model
        against (None | str | Unset): Another model; default: the one that answers now
        moved (float | None | Unset): Of valence and arousal: list what moves so far; default:
            0.25
        limit (int | Unset): Rows a page Default: 50.
        cursor (None | str | Unset): `next` of the page before

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | EmotionFlipListResponse | PointMoveListResponse | TagFlipListResponse | JobResponse | ProblemDetails
    """

    return (
        await asyncio_detailed(
            model_id=model_id,
            client=client,
            against=against,
            moved=moved,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
