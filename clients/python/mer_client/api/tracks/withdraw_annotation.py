from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.annotator_kind import AnnotatorKind
from ...models.moved_track_response import MovedTrackResponse
from ...models.problem_details import ProblemDetails
from ...models.withdrawal_response import WithdrawalResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    track_id: str,
    annotator: str,
    *,
    kind: AnnotatorKind | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind

    params["kind"] = json_kind

    json_taxonomy: None | str | Unset
    if isinstance(taxonomy, Unset):
        json_taxonomy = UNSET
    else:
        json_taxonomy = taxonomy
    params["taxonomy"] = json_taxonomy

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/tracks/{track_id}/annotations/{annotator}".format(
            track_id=quote(str(track_id), safe=""),
            annotator=quote(str(annotator), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MovedTrackResponse | ProblemDetails | WithdrawalResponse | None:
    if response.status_code == 200:
        response_200 = WithdrawalResponse.from_dict(response.json())

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
) -> Response[MovedTrackResponse | ProblemDetails | WithdrawalResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    kind: AnnotatorKind | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[MovedTrackResponse | ProblemDetails | WithdrawalResponse]:
    """Withdraw Annotation

     Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts
    nowhere.

    Args:
        track_id (str): The id of a track
        annotator (str): Who said it. With a key that may only label: its own name, which is `me`
            for short
        kind (AnnotatorKind | Unset): Who annotated, strongest first.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MovedTrackResponse | ProblemDetails | WithdrawalResponse]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        annotator=annotator,
        kind=kind,
        taxonomy=taxonomy,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    kind: AnnotatorKind | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> MovedTrackResponse | ProblemDetails | WithdrawalResponse | None:
    """Withdraw Annotation

     Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts
    nowhere.

    Args:
        track_id (str): The id of a track
        annotator (str): Who said it. With a key that may only label: its own name, which is `me`
            for short
        kind (AnnotatorKind | Unset): Who annotated, strongest first.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MovedTrackResponse | ProblemDetails | WithdrawalResponse
    """

    return sync_detailed(
        track_id=track_id,
        annotator=annotator,
        client=client,
        kind=kind,
        taxonomy=taxonomy,
    ).parsed


async def asyncio_detailed(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    kind: AnnotatorKind | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> Response[MovedTrackResponse | ProblemDetails | WithdrawalResponse]:
    """Withdraw Annotation

     Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts
    nowhere.

    Args:
        track_id (str): The id of a track
        annotator (str): Who said it. With a key that may only label: its own name, which is `me`
            for short
        kind (AnnotatorKind | Unset): Who annotated, strongest first.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MovedTrackResponse | ProblemDetails | WithdrawalResponse]
    """

    kwargs = _get_kwargs(
        track_id=track_id,
        annotator=annotator,
        kind=kind,
        taxonomy=taxonomy,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    track_id: str,
    annotator: str,
    *,
    client: AuthenticatedClient | Client,
    kind: AnnotatorKind | Unset = UNSET,
    taxonomy: None | str | Unset = UNSET,
) -> MovedTrackResponse | ProblemDetails | WithdrawalResponse | None:
    """Withdraw Annotation

     Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts
    nowhere.

    Args:
        track_id (str): The id of a track
        annotator (str): Who said it. With a key that may only label: its own name, which is `me`
            for short
        kind (AnnotatorKind | Unset): Who annotated, strongest first.
        taxonomy (None | str | Unset): mood4, mood3, binary, quadrant4, or the name of a merge

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MovedTrackResponse | ProblemDetails | WithdrawalResponse
    """

    return (
        await asyncio_detailed(
            track_id=track_id,
            annotator=annotator,
            client=client,
            kind=kind,
            taxonomy=taxonomy,
        )
    ).parsed
