"""`GET /export`: tracks as files that other programs read."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.api.deps import TEXT, ApiPorts, MissingQuery, PortsDep, TaxonomyQuery
from services.api.errors import invalid_request
from services.api.export.formats import FORMATS
from services.api.export.moodify_layout import write_layout_tar
from services.api.export.rows import to_row
from services.api.personal.service import AnnotatorQuery, add_person
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus
from services.api.schemas.request_values import EmotionName
from services.api.schemas.vocabulary import list_words
from services.api.tracks.service import get_answering_model, require_emotion
from shared.domain.emotion import MOOD4
from shared.domain.exclusion import ExclusionRules
from shared.inference.model_inputs import load_array
from shared.store.tracks.decisions import AnsweringModel
from shared.store.tracks.missing_tracks import MissingWanted
from shared.store.tracks.track_records import TrackRecord, iterate_tracks

router = APIRouter(tags=["dataset"])

NOT_SCORED = "Mer-Not-Scored"
"""The header that says how many tracks the answering model can read and has not answered yet."""
_LABELS_ALONE = AnsweringModel(MOOD4.name, None)

_MEDIA_TYPES = sorted({export_format.media_type.partition(";")[0] for export_format in FORMATS.values()})


def _describe_files(*media_types: str) -> ResponsesByStatus:
    """What a route declares that sends a file of one of these types."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types}
    return {200: {"content": content, "description": "A file"}}


_EXPORT_RESPONSES: ResponsesByStatus = {**_describe_files(*_MEDIA_TYPES), 404: {"model": ProblemDetails}}
Which = Annotated[Literal["real", "synthetic"], Query(description="Real tracks, or the demo library's")]


@router.get("/export", response_class=StreamingResponse, responses=_EXPORT_RESPONSES)
def export(
    ports: PortsDep,
    format: Annotated[str, list_words(*FORMATS), Query(description=f"One of {', '.join(FORMATS)}")] = "csv",  # noqa: A002 (as the URL says)
    emotion: Annotated[EmotionName | None, Query(description="Only tracks that are decided so", pattern=TEXT)] = None,
    taxonomy: TaxonomyQuery = None,
    library: Which = "real",
    min_s: Annotated[float | None, Query(ge=0, description="Leave out shorter tracks, seconds")] = None,
    max_s: Annotated[float | None, Query(gt=0, description="Leave out longer tracks, seconds: DJ sets")] = None,
    exclude: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=100, pattern=TEXT)]],
        Query(max_length=50, description="Leave out titles and files of this name: whole words, or patterns with *"),
    ] = [],  # noqa: B006 (pydantic copies it)
    missing: MissingQuery = MissingWanted.NO,
    annotator: AnnotatorQuery = None,
) -> StreamingResponse:
    """Every track with the emotion that stands for it, and who decided, as `/tracks/<id>/emotion` says it; without
    those that are no music. Sent while it is read.
    """
    if format not in FORMATS:
        raise invalid_request("unknown_format", f"there is no format {format!r}; known are {', '.join(FORMATS)}")
    synthetic = library == "synthetic"
    answering = add_person(ports, get_answering_model(ports, taxonomy, synthetic=synthetic), annotator)
    emotion = emotion and require_emotion(answering.taxonomy, emotion)
    with ports.store.read() as repositories:
        n_not_scored = repositories.decisions.count_not_scored(answering)
    rules = ExclusionRules(min_s=min_s, max_s=max_s, names=tuple(exclude))
    pages = _export_rows(ports, answering, emotion, rules, synthetic=synthetic, missing=missing)
    name = "-".join(filter(None, ("mer", emotion))) + f".{'m3u8' if format == 'm3u' else format}"
    headers = {NOT_SCORED: str(n_not_scored)}
    return _download_response(FORMATS[format].write(pages), FORMATS[format].media_type, name, headers=headers)


@router.get("/export/talk", response_class=StreamingResponse, responses=_describe_files("application/x-tar"))
def export_talk(ports: PortsDep, library: Which = "real") -> StreamingResponse:
    """A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and vectors."""
    synthetic = library == "synthetic"

    def pages() -> Iterator[list[TrackRecord]]:
        return iterate_tracks(ports.store, spec=ports.spec.fingerprint, answering=_LABELS_ALONE, synthetic=synthetic)

    def load(track_ids: Sequence[UUID]) -> Iterator[tuple[UUID, Any]]:
        with ports.store.read() as repositories:
            arrays = repositories.features(spec=ports.spec.fingerprint).list_arrays(track_ids)
        for track_id, row in arrays.items():
            yield track_id, load_array(ports.blobs, row)

    return _download_response(
        write_layout_tar(pages, library=ports.library, load=load), "application/x-tar", "talk.tar"
    )


def _export_rows(
    ports: ApiPorts,
    answering: AnsweringModel,
    emotion: str | None,
    rules: ExclusionRules,
    *,
    synthetic: bool,
    missing: MissingWanted,
) -> Iterator[list[dict[str, Any]]]:
    personal_annotator = answering.personal.name if answering.personal else None
    pages = iterate_tracks(
        ports.store, spec=ports.spec.fingerprint, answering=answering, synthetic=synthetic, missing=missing
    )
    for page in pages:
        yield [
            to_row(record, library=ports.library, personal_annotator=personal_annotator)
            for record in page
            if record.decided.content_kind is None
            and (emotion is None or record.decision.answer == emotion)
            and not _is_excluded(record, rules)
        ]


def _is_excluded(record: TrackRecord, rules: ExclusionRules) -> bool:
    file_name = record.locator.rpartition("/")[2] if record.locator else None
    names = (record.track.title, file_name)
    return rules.why_excluded(names=names, duration_s=record.track.duration_s) is not None


def _download_response(
    content: Iterator[bytes], media_type: str, name: str, *, headers: Mapping[str, str] = MappingProxyType({})
) -> StreamingResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type=media_type, headers=disposition | dict(headers))
