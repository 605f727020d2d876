"""`/tracks/<id>/annotations`: annotating a track, every annotation that it has, and withdrawals."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response

from services.api.access.annotator_names import require_own_name
from services.api.access.caller import CallerDep
from services.api.deps import TEXT, TRACK_RESPONSES, PortsDep, TaxonomyQuery, TrackId, require_surviving_track
from services.api.errors import no_annotation
from services.api.personal.service import request_personal_fit
from services.api.schemas.annotation import AnnotationResponse
from services.api.schemas.page import PageResponse
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.tracks.annotation_schemas import AnnotateRequest, GivenAnnotationResponse, WithdrawalResponse
from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.store.repositories import Repositories
from shared.store.tracks.withdrawals import GivenAnnotation

router = APIRouter(prefix="/tracks", tags=["tracks"])

_RESPONSES: ResponsesByStatus = {**TRACK_RESPONSES, 422: {"model": ProblemDetails}}


@router.get("/{track_id}/annotations", responses=_RESPONSES)
def list_annotations(track_id: TrackId, ports: PortsDep) -> PageResponse[GivenAnnotationResponse]:
    """Every annotation that a track was ever given, oldest first, with its annotator and its state. One page."""
    with ports.store.read() as repositories:
        require_surviving_track(repositories, track_id)
        given = repositories.withdrawals.list_given(track_id)
    return PageResponse(items=[GivenAnnotationResponse.from_given(annotation) for annotation in given], next=None)


@router.put(
    "/{track_id}/annotations/{annotator:path}",
    responses={
        **TRACK_RESPONSES,
        201: {"model": AnnotationResponse, "description": "Added; 200: it was this annotator's annotation already"},
    },
)
def annotate(
    track_id: TrackId,
    annotator: Annotated[
        str,
        Path(
            min_length=1,
            max_length=100,
            pattern=TEXT,
            description="Who annotates. With a key that may only label: its own name, which is `me` for short",
        ),
    ],
    body: Annotated[AnnotateRequest, Body()],
    ports: PortsDep,
    caller: CallerDep,
    response: Response,
) -> AnnotationResponse:
    """Annotate a track as a person. From now on this decides over every model, playlist and table."""
    annotator = require_own_name(caller, annotator)
    with ports.store.read() as repositories:
        require_surviving_track(repositories, track_id)
    person = Annotator(AnnotatorKind.PERSON, annotator)

    def append(repositories: Repositories) -> bool:
        added = repositories.annotations.append_annotation(track_id, person, **body.model_dump())
        annotation = Annotation(annotator=person, at=datetime.now(UTC), **body.model_dump(exclude={"tags"}))
        repositories.review_draws.record_label(track_id, annotation)
        return added

    added = ports.store.transact("annotation.append", append)
    response.status_code = 201 if added else 200
    if added:
        request_personal_fit(ports, annotator)
    taxonomy = body.taxonomy if body.emotion is not None else None
    with ports.store.read() as repositories:
        own = [a for a in repositories.annotations.list_by_track([track_id])[track_id] if a.annotator == person]
    return AnnotationResponse.from_annotation(next(a for a in reversed(own) if a.taxonomy == taxonomy))


@router.delete("/{track_id}/annotations/{annotator:path}", responses=_RESPONSES)
def withdraw_annotation(
    track_id: TrackId,
    annotator: Annotated[
        str,
        Path(
            min_length=1,
            max_length=5000,
            pattern=TEXT,
            description="Who said it. With a key that may only label: its own name, which is `me` for short",
        ),
    ],
    ports: PortsDep,
    caller: CallerDep,
    taxonomy: TaxonomyQuery = None,
    kind: Annotated[
        AnnotatorKind,
        Query(description="A playlist's or an import's word comes back when its source is crawled and still says it"),
    ] = AnnotatorKind.PERSON,
) -> WithdrawalResponse:
    """Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts nowhere."""
    annotator = require_own_name(caller, annotator, kind=kind)
    who = Annotator(kind, annotator)

    def withdraw(repositories: Repositories) -> list[GivenAnnotation]:
        require_surviving_track(repositories, track_id)
        withdrawals = repositories.withdrawals
        standing = [
            given for given in withdrawals.list_given(track_id) if given.is_latest and given.annotation.annotator == who
        ]
        withdrawn = [given for given in standing if taxonomy in (None, given.annotation.taxonomy)]
        if not withdrawn:
            raise no_annotation(_explain_no_annotation(who, taxonomy, standing))
        withdrawals.withdraw(track_id, who, taxonomy=taxonomy)
        for given in withdrawn:
            repositories.review_draws.forget_label(track_id, given.annotation)
        return withdrawn

    withdrawn = ports.store.transact("annotation.withdraw", withdraw)
    if kind is AnnotatorKind.PERSON:
        request_personal_fit(ports, annotator)
    return WithdrawalResponse(withdrawn=[AnnotationResponse.from_annotation(given.annotation) for given in withdrawn])


def _explain_no_annotation(who: Annotator, taxonomy: str | None, standing: list[GivenAnnotation]) -> str:
    elsewhere = sorted({given.annotation.taxonomy or "free words or a point" for given in standing})
    if elsewhere:
        return f"{who.name} says nothing of this track in {taxonomy}, only in {', '.join(elsewhere)}"
    return f"there is nothing to take back: no annotation of the {who.kind.value} {who.name} stands on this track"
