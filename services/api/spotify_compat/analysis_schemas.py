"""Spotify's audio analysis, as far as it is known. Nothing in it is made up: what is not known is null or empty."""

from typing import Any

from pydantic import BaseModel, Field

from services.api.features.schemas import show_columns
from services.api.spotify_compat.catalogue_rows import ShownRow
from services.api.spotify_compat.schemas import ProvenanceResponse
from services.api.spotify_compat.sections import StoredSections
from shared.domain.emotion import name_emotion
from shared.store.tables import Track


class AnalysisMetaResponse(BaseModel):
    """Who analysed."""

    analyzer_version: str | None = Field(description="The feature spec; null where the values were delivered")
    platform: str = "mer"
    detailed_status: str = "OK"
    status_code: int = 0


class AnalysedTrackResponse(BaseModel):
    """The whole track. Confidences are not measured."""

    duration: float | None = Field(description="Seconds")
    loudness: float | None = Field(description="LUFS where it was computed")
    tempo: float | None = Field(description="Beats a minute")
    tempo_confidence: float | None = None
    time_signature: int | None
    time_signature_confidence: float | None = None
    key: int | None = Field(description="Pitch class, 0 is C")
    key_confidence: float | None = None
    mode: int | None = Field(description="1 major, 0 minor")
    mode_confidence: float | None = None


class SectionMoodResponse(BaseModel):
    """The mood of a section."""

    taxonomy: str
    emotion: str
    emotion_name: str | None
    probabilities: dict[str, float]


class AnalysedSectionResponse(BaseModel):
    """A segment between two changes of mood. What Spotify measures in a section is not measured here."""

    start: float = Field(description="Seconds")
    duration: float = Field(description="Seconds")
    confidence: float | None = None
    loudness: float | None = None
    tempo: float | None = None
    tempo_confidence: float | None = None
    key: int | None = None
    key_confidence: float | None = None
    mode: int | None = None
    mode_confidence: float | None = None
    time_signature: int | None = None
    time_signature_confidence: float | None = None
    mer: SectionMoodResponse


class AudioAnalysisResponse(BaseModel):
    """Spotify's audio analysis of a track."""

    meta: AnalysisMetaResponse
    track: AnalysedTrackResponse
    bars: list[dict[str, Any]] = Field(default=[], description="Empty: not computed")
    beats: list[dict[str, Any]] = Field(default=[], description="Empty: not computed")
    sections: list[AnalysedSectionResponse] = Field(
        description="The segments of the mood curve, where they are known; empty before somebody asked for the curve"
    )
    segments: list[dict[str, Any]] = Field(default=[], description="Empty: not computed")
    tatums: list[dict[str, Any]] = Field(default=[], description="Empty: not computed")
    mer: ProvenanceResponse

    @classmethod
    def from_rows(cls, track: Track, shown_row: ShownRow, *, sections: StoredSections) -> "AudioAnalysisResponse":
        """The response for a track with a catalogue row."""
        values = show_columns(shown_row.row, learned=shown_row.learned).values
        duration_ms = values["duration_ms"]
        return cls(
            meta=AnalysisMetaResponse(analyzer_version=shown_row.row.spec or None),
            track=AnalysedTrackResponse(
                duration=duration_ms / 1000 if duration_ms is not None else track.duration_s,
                loudness=values["loudness"],
                tempo=values["tempo"],
                time_signature=_round_or_none(values["time_signature"]),
                key=_round_or_none(values["key"]),
                mode=_round_or_none(values["mode"]),
            ),
            sections=_list_sections(sections),
            mer=ProvenanceResponse.from_row(shown_row.row, learned=shown_row.learned),
        )


def _list_sections(sections: StoredSections) -> list[AnalysedSectionResponse]:
    taxonomy, classes = sections.taxonomy, sections.classes
    if taxonomy is None:
        return []
    return [
        AnalysedSectionResponse(
            start=segment.start_s,
            duration=round(segment.end_s - segment.start_s, 3),
            mer=SectionMoodResponse(
                taxonomy=taxonomy,
                emotion=classes[segment.class_index],
                emotion_name=name_emotion(taxonomy, classes[segment.class_index]),
                probabilities={name: round(p, 6) for name, p in zip(classes, segment.probabilities, strict=True)},
            ),
        )
        for segment in sections.segments
    ]


def _round_or_none(value: float | None) -> int | None:
    return None if value is None else round(value)
