"""One row a track: the columns of CSV, JSON Lines and Parquet. Pure."""

from dataclasses import dataclass
from typing import Any

from shared.domain.annotation import Label, derive_label
from shared.domain.track import CATALOGUE_COLUMNS
from shared.library import Library
from shared.store.exporting import TrackRecord

TEXT_COLUMNS = (
    "id", "title", "artist", "album", "isrc", "emotion", "taxonomy", "decided_by", "annotator", "predicted",
    "model_id", "spotify_id", "path", "sources", "licence", "attribution",
)  # fmt: skip
NUMBER_COLUMNS = ("duration_s", "probability", *CATALOGUE_COLUMNS)
COLUMNS = (*TEXT_COLUMNS, *NUMBER_COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The emotion of a track, and who says so: a person before the model, the model before nobody."""

    emotion: str | None
    decided_by: str | None
    """person, playlist, import or model."""
    label: Label | None


def verdict(record: TrackRecord, *, taxonomy: str) -> Verdict:
    """The label where there is one, otherwise what the champion predicted, otherwise nothing."""
    label = derive_label(record.annotations, taxonomy=taxonomy)
    if label is not None:
        return Verdict(emotion=label.emotion, decided_by=label.annotator.kind.value, label=label)
    if record.predicted is not None:
        return Verdict(emotion=record.predicted.emotion, decided_by="model", label=None)
    return Verdict(emotion=None, decided_by=None, label=None)


def to_row(record: TrackRecord, *, taxonomy: str, library: Library) -> dict[str, Any]:
    """The row of a track; what is not known is None."""
    found = verdict(record, taxonomy=taxonomy)
    track, predicted = record.track, record.predicted
    return {
        "id": str(track.id), "title": track.title, "artist": track.artist, "album": track.album, "isrc": track.isrc,
        "emotion": found.emotion, "taxonomy": taxonomy if found.emotion else None, "decided_by": found.decided_by,
        "annotator": found.label.annotator.name if found.label else None,
        "predicted": predicted.emotion if predicted else None,
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
