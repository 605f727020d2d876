from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.job_response import JobResponse
from ...models.predict_upload_body import PredictUploadBody
from ...models.predict_upload_sets import PredictUploadSets
from ...models.problem_details import ProblemDetails
from ...models.upload_emotion_response import UploadEmotionResponse
from ...models.upload_tags_response import UploadTagsResponse
from ...models.upload_valence_arousal_response import UploadValenceArousalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: PredictUploadBody,
    wait_s: float | Unset = 10.0,
    keep: bool | Unset = False,
    curve: bool | Unset = False,
    coverage: float | None | Unset = UNSET,
    sets: PredictUploadSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["wait_s"] = wait_s

    params["keep"] = keep

    params["curve"] = curve

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

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    json_model: None | str | Unset
    if isinstance(model, Unset):
        json_model = UNSET
    else:
        json_model = model
    params["model"] = json_model

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/predict",
        "params": params,
    }

    _kwargs["files"] = body.to_multipart()

    headers["Content-Type"] = "multipart/form-data; boundary=+++"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse | None:
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
) -> Response[JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: PredictUploadBody,
    wait_s: float | Unset = 10.0,
    keep: bool | Unset = False,
    curve: bool | Unset = False,
    coverage: float | None | Unset = UNSET,
    sets: PredictUploadSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
) -> Response[JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]:
    """Predict

     Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        keep (bool | Unset): Make it a track of the library; otherwise it is dropped Default:
            False.
        curve (bool | Unset): Also make what `/predict/<job id>/curve` needs, which takes some
            seconds more Default: False.
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (PredictUploadSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, the name of a merge, tags
            or valence_arousal
        model (None | str | Unset): The id of a published model; default: the champions
        body (PredictUploadBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        wait_s=wait_s,
        keep=keep,
        curve=curve,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: PredictUploadBody,
    wait_s: float | Unset = 10.0,
    keep: bool | Unset = False,
    curve: bool | Unset = False,
    coverage: float | None | Unset = UNSET,
    sets: PredictUploadSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
) -> JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse | None:
    """Predict

     Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        keep (bool | Unset): Make it a track of the library; otherwise it is dropped Default:
            False.
        curve (bool | Unset): Also make what `/predict/<job id>/curve` needs, which takes some
            seconds more Default: False.
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (PredictUploadSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, the name of a merge, tags
            or valence_arousal
        model (None | str | Unset): The id of a published model; default: the champions
        body (PredictUploadBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
    """

    return sync_detailed(
        client=client,
        body=body,
        wait_s=wait_s,
        keep=keep,
        curve=curve,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: PredictUploadBody,
    wait_s: float | Unset = 10.0,
    keep: bool | Unset = False,
    curve: bool | Unset = False,
    coverage: float | None | Unset = UNSET,
    sets: PredictUploadSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
) -> Response[JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]:
    """Predict

     Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        keep (bool | Unset): Make it a track of the library; otherwise it is dropped Default:
            False.
        curve (bool | Unset): Also make what `/predict/<job id>/curve` needs, which takes some
            seconds more Default: False.
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (PredictUploadSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, the name of a merge, tags
            or valence_arousal
        model (None | str | Unset): The id of a published model; default: the champions
        body (PredictUploadBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse]
    """

    kwargs = _get_kwargs(
        body=body,
        wait_s=wait_s,
        keep=keep,
        curve=curve,
        coverage=coverage,
        sets=sets,
        taxonomy=taxonomy,
        model=model,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: PredictUploadBody,
    wait_s: float | Unset = 10.0,
    keep: bool | Unset = False,
    curve: bool | Unset = False,
    coverage: float | None | Unset = UNSET,
    sets: PredictUploadSets | Unset = "marginal",
    taxonomy: None | str | Unset = UNSET,
    model: None | str | Unset = UNSET,
) -> JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse | None:
    """Predict

     Send a song in any format that decodes and get its emotion, or its tags, or its valence and arousal.

    It is dropped after its analysis, unless kept.

    Args:
        wait_s (float | Unset): Seconds to wait for the answer Default: 10.0.
        keep (bool | Unset): Make it a track of the library; otherwise it is dropped Default:
            False.
        curve (bool | Unset): Also make what `/predict/<job id>/curve` needs, which takes some
            seconds more Default: False.
        coverage (float | None | Unset): The share of prediction sets that should hold the true
            emotion
        sets (PredictUploadSets | Unset): What the sets promise: `coverage` of all songs, or
            (`by_class`) of the songs of each emotion Default: 'marginal'.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, the name of a merge, tags
            or valence_arousal
        model (None | str | Unset): The id of a published model; default: the champions
        body (PredictUploadBody):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        JobResponse | ProblemDetails | UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
            wait_s=wait_s,
            keep=keep,
            curve=curve,
            coverage=coverage,
            sets=sets,
            taxonomy=taxonomy,
            model=model,
        )
    ).parsed
