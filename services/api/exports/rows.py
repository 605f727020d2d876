"""One row a track: the columns of CSV, JSON Lines and Parquet. Pure."""

from typing import Any

from shared.domain.track import CATALOGUE_COLUMNS
from shared.library import Library
from shared.store.exporting import TrackRecord

TEXT_COLUMNS = (
    "id", "title", "artist", "album", "isrc", "emotion", "taxonomy", "decided_by", "annotator", "label", "predicted",
    "basis", "model_id", "spotify_id", "path", "sources", "licence", "attribution",
)  # fmt: skip
NUMBER_COLUMNS = ("duration_s", "probability", *CATALOGUE_COLUMNS)
COLUMNS = (*TEXT_COLUMNS, *NUMBER_COLUMNS)


def to_row(record: TrackRecord, *, library: Library) -> dict[str, Any]:
    """The row of a track; what is not known is None."""
    track, predicted, decision = record.track, record.predicted, record.decision
    return {
        "id": str(track.id), "title": track.title, "artist": track.artist, "album": track.album, "isrc": track.isrc,
        "emotion": decision.answer, "taxonomy": record.decided.taxonomy if decision.answer else None,
        "decided_by": decision.decided_by.value if decision.decided_by else None,
        "annotator": record.decided.annotator, "label": record.label.emotion if record.label else None,
        "predicted": predicted.emotion if predicted else None, "basis": predicted.basis.value if predicted else None,
        "model_id": str(predicted.model_id) if predicted else None, "spotify_id": spotify_id(record),
        "path": library.shown(record.locator) if record.locator else None,
        "sources": " ".join(sorted({source.source for source in record.sources})) or None,
        "licence": next((source.licence for source in record.sources if source.licence), None),
        "attribution": next((source.attribution for source in record.sources if source.attribution), None),
        "duration_s": track.duration_s, "probability": round(predicted.probability, 6) if predicted else None,
        **{column: record.catalogue.get(column) for column in CATALOGUE_COLUMNS},
    }  # fmt: skip


def spotify_id(record: TrackRecord) -> str | None:
    """Its id at Spotify, None where it has none."""
    return next((source.source_id for source in record.sources if source.source == "spotify"), None)
