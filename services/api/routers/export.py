"""`GET /export`: tracks as files that other programs read."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.api.deps import TEXT, Ports, PortsDep, TaxonomyQuery, known_taxonomy
from services.api.documents import Problem
from services.api.errors import invalid
from services.api.exports.formats import FORMATS
from services.api.exports.rows import to_row, verdict
from services.api.exports.talk import talk_tar
from shared.registry.inputs import load_array
from shared.store.exporting import TrackRecord, every_track
from shared.store.features import Features

router = APIRouter(tags=["dataset"])

Which = Annotated[Literal["real", "synthetic"], Query(description="Real tracks, or the demo library's")]


@router.get("/export", response_class=StreamingResponse, responses={422: {"model": Problem}})
def export(
    ports: PortsDep,
    format: Annotated[str, Query(description=f"One of {', '.join(FORMATS)}")] = "csv",  # noqa: A002 (as the URL says)
    emotion: Annotated[str | None, Query(description="Only tracks of this label or prediction", pattern=TEXT)] = None,
    taxonomy: TaxonomyQuery = None,
    library: Which = "real",
) -> StreamingResponse:
    """Every track with its label, or what the champion says where nobody labelled it. Sent while it is read."""
    if format not in FORMATS:
        raise invalid("unknown_format", f"there is no format {format!r}; known are {', '.join(FORMATS)}")
    words = taxonomy or ports.settings.default_taxonomy
    emotions = known_taxonomy(words).emotions
    if emotion is not None and emotion not in emotions:
        known = ", ".join(emotions)
        raise invalid("unknown_emotion", f"{words} has no emotion {emotion!r}; it has {known}")
    pages = _rows(ports, words, emotion, synthetic=library == "synthetic")
    name = "-".join(filter(None, ("mer", emotion))) + f".{'m3u8' if format == 'm3u' else format}"
    return _download(FORMATS[format].write(pages), FORMATS[format].media_type, name)


@router.get("/export/talk", response_class=StreamingResponse)
def export_talk(ports: PortsDep, library: Which = "real") -> StreamingResponse:
    """A tar of the files that the talk had on disk: tables by mood, without duplicates, without gaps, and vectors."""
    synthetic = library == "synthetic"

    def pages() -> Iterator[list[TrackRecord]]:
        return every_track(ports.store, spec=ports.spec.fingerprint, taxonomy="mood4", synthetic=synthetic)

    def load(track_ids: Sequence[UUID]) -> Iterator[tuple[UUID, Any]]:
        with ports.store.read() as session:
            arrays = Features(session, spec=ports.spec.fingerprint).arrays(track_ids)
        for track_id, row in arrays.items():
            yield track_id, load_array(ports.blobs, row)

    return _download(talk_tar(pages, library=ports.library, load=load), "application/x-tar", "talk.tar")


def _rows(ports: Ports, taxonomy: str, emotion: str | None, *, synthetic: bool) -> Iterator[list[dict[str, Any]]]:
    for page in every_track(ports.store, spec=ports.spec.fingerprint, taxonomy=taxonomy, synthetic=synthetic):
        yield [
            to_row(record, taxonomy=taxonomy, library=ports.library)
            for record in page
            if emotion is None or verdict(record, taxonomy=taxonomy).emotion == emotion
        ]


def _download(content: Iterator[bytes], media_type: str, name: str) -> StreamingResponse:
    return StreamingResponse(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
