"""What the API shows of tracks that are removed, or would be."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from shared.store.tracks.removals import Removal


class RemovedTrackResponse(BaseModel):
    """What goes with one recording."""

    track_id: UUID
    title: str | None
    artist: str | None
    files: list[str] = Field(description="Where its files lie. They stay on the disk, and later crawls pass them over")
    n_tracks: int = Field(description="1, and those that were merged into it: a recording goes whole")
    n_features: int
    n_arrays: int = Field(description="In the blob store, where it deletes what nobody else refers to")
    n_predictions: int
    annotations: dict[str, int] = Field(description="How many go, by kind of annotator")

    @classmethod
    def from_removal(cls, removal: Removal) -> "RemovedTrackResponse":
        """The response for a removal."""
        fields = {name: getattr(removal, name) for name in cls.model_fields}
        return cls(**fields | {"files": list(removal.files), "annotations": dict(removal.annotations)})


class RemovalResponse(BaseModel):
    """What went, or with `dry_run` what would go; and what stays because people labelled it."""

    dry_run: bool
    removed: list[RemovedTrackResponse]
    kept: list[RemovedTrackResponse] = Field(
        default_factory=list, description="Labelled by people (`has_labels`): they go only with `labels=true`"
    )
    next: str | None = Field(default=None, description="The cursor of what was not looked at yet; null at the end")

    @classmethod
    def from_removals(
        cls, removed: list[Removal], kept: list[Removal], *, dry_run: bool, following: str | None = None
    ) -> Self:
        """The response for removals."""
        return cls(
            dry_run=dry_run,
            removed=[RemovedTrackResponse.from_removal(removal) for removal in removed],
            kept=[RemovedTrackResponse.from_removal(removal) for removal in kept],
            next=following,
        )
