"""`/tracks/<id>/annotations`: every annotation of a track, and withdrawals."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.api.deps import TEXT, TRACK_RESPONSES, PortsDep, TaxonomyQuery, TrackId, require_surviving_track
from services.api.errors import no_annotation
from services.api.personal.service import request_personal_fit
from services.api.schemas.annotation import AnnotationResponse
from services.api.schemas.page import PageResponse
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.tracks.annotation_schemas import GivenAnnotationResponse, WithdrawalResponse
from shared.domain.annotation import Annotator, AnnotatorKind
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


@router.delete("/{track_id}/annotations/{annotator:path}", responses=_RESPONSES)
def withdraw_annotation(
    track_id: TrackId,
    annotator: Annotated[str, Path(min_length=1, max_length=5000, pattern=TEXT, description="Who said it")],
    ports: PortsDep,
    taxonomy: TaxonomyQuery = None,
    kind: Annotated[
        AnnotatorKind,
        Query(description="A playlist's or an import's word comes back when its source is crawled and still says it"),
    ] = AnnotatorKind.PERSON,
) -> WithdrawalResponse:
    """Take back what somebody said of a track: all of it, or in one taxonomy. From then on it counts nowhere."""
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
