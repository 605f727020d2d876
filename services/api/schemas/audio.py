"""What the API shows of the audio of a track."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownText
from services.api.schemas.vocabulary import FeatureStateName
from shared.errors import OF_THE_MOMENT
from shared.store.tables import FeatureSet, TrackSource
from shared.store.tracks.clips import KeptClip


class StaleFeaturesResponse(BaseModel):
    """Why the features are those of what the file held before: what it holds now cannot be decoded."""

    reason: str
    detail: ShownText


class FeatureStateResponse(BaseModel):
    """The state of the features of a track."""

    state: FeatureStateName = Field(description="ready, failed, or absent: the descriptors of today's version")
    spec: str
    reason: str | None = None
    detail: ShownText | None = None
    outdated: list[str] = Field(default_factory=list, description="Stages that the track has in other versions only")
    stale: StaleFeaturesResponse | None = Field(
        default=None, description="The file changed and cannot be decoded: the features are of what it held before"
    )

    @classmethod
    def from_row(
        cls, row: FeatureSet | None, *, spec: str, outdated: list[str], file: TrackSource | None
    ) -> "FeatureStateResponse":
        """The response for the features of a track; `file` is its file where that could not be read or decoded."""
        reason, detail = (file.reason, file.detail) if file else (None, None)
        if row is None:
            return cls(state="absent", spec=spec, outdated=outdated, reason=reason, detail=detail)
        is_stale = row.state == "ready" and reason is not None and reason not in OF_THE_MOMENT
        return cls(
            state=row.state,
            spec=row.spec,
            reason=row.reason,
            detail=row.detail,
            outdated=outdated,
            stale=StaleFeaturesResponse(reason=reason or "", detail=detail or "") if is_stale else None,
        )


class ClipResponse(BaseModel):
    """Where the audio of a track came from that no file of the library holds."""

    source: str
    match_score: float = Field(
        description="How well title, artist and length of what was found fit the track: 1 is the track itself, below "
        ".8 nothing is taken"
    )
    fetched_at: datetime
    kept: bool = Field(description="Whether the audio is still there; most terms want it dropped once it is analysed")

    @classmethod
    def from_clip(cls, clip: KeptClip) -> Self:
        """The response for a clip."""
        return cls(
            source=clip.source, match_score=clip.match_score, fetched_at=clip.fetched_at, kept=clip.key is not None
        )
