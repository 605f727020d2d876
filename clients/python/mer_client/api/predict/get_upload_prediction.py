from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.get_upload_prediction_sets import GetUploadPredictionSets
from ...models.job_response import JobResponse
from ...models.problem_details import ProblemDetails
from ...models.upload_emotion_response import UploadEmotionResponse
from ...models.upload_tags_response import UploadTagsResponse
from ...models.upload_valence_arousal_response import UploadValenceArousalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    job_id: str,
    *,
    coverage: float | None | Unset = UNSET,
    sets: GetUploadPredictionSets | Unset = "marginal",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_coverage: float | None | Unset
    if isinstance(coverage, Unset):
        json_coverage = UNSET
    else:
        json_coverage = coverage
    params["coverage"] = json_coverage

    json_sets: str | Unset = UNSET
    if not isinstance(sets, Unset):
        json_sets = sets

    params["sets"] = json_sets

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/predict/{job_id}".format(
            job_id=quote(str(job_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> (
    Any
    | JobResponse
    | ProblemDetails
    | UploadEmotionResponse
    | UploadTagsResponse
    | UploadValenceArousalResponse
    | None
):
    if response.status_code == 200:

        def _parse_response_200(
            data: object,
        ) -> UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_0 = UploadEmotionResponse.from_dict(data)

                return response_200_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                response_200_type_1 = UploadTagsResponse.from_dict(data)

                return response_200_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            response_200_type_2 = UploadValenceArousalResponse.from_dict(data)

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
    Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetUploadPredictionSets | Unset = "marginal",
) -> Response[
    Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
]:
    """Show Prediction

     The answer for a song that was sent in; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetUploadPredictionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        coverage=coverage,
        sets=sets,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetUploadPredictionSets | Unset = "marginal",
) -> (
    Any
    | JobResponse
    | ProblemDetails
    | UploadEmotionResponse
    | UploadTagsResponse
    | UploadValenceArousalResponse
    | None
):
    """Show Prediction

     The answer for a song that was sent in; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetUploadPredictionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
    """

    return sync_detailed(
        job_id=job_id,
        client=client,
        coverage=coverage,
        sets=sets,
    ).parsed


async def asyncio_detailed(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetUploadPredictionSets | Unset = "marginal",
) -> Response[
    Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
]:
    """Show Prediction

     The answer for a song that was sent in; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetUploadPredictionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]
    """

    kwargs = _get_kwargs(
        job_id=job_id,
        coverage=coverage,
        sets=sets,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    job_id: str,
    *,
    client: AuthenticatedClient | Client,
    coverage: float | None | Unset = UNSET,
    sets: GetUploadPredictionSets | Unset = "marginal",
) -> (
    Any
    | JobResponse
    | ProblemDetails
    | UploadEmotionResponse
    | UploadTagsResponse
    | UploadValenceArousalResponse
    | None
):
    """Show Prediction

     The answer for a song that was sent in; it can be asked for during a day.

    Args:
        job_id (str): The id of a job
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (GetUploadPredictionSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
    """

    return (
        await asyncio_detailed(
            job_id=job_id,
            client=client,
            coverage=coverage,
            sets=sets,
        )
    ).parsed
