"""What the API shows of a merge of tracks."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.schemas.vocabulary import MergeReasonName
from shared.store.tables import TrackMerge


class MergeReference(BaseModel):
    """A merge, and why it was made."""

    id: int
    from_id: UUID = Field(description="The track that another one stands for")
    to_id: UUID = Field(description="The track that stood for both; it may have been merged itself since")
    reason: MergeReasonName = Field(description="same_source, same_isrc, same_audio, or person")
    score: float = Field(description="1 where it was certain")
    who: str
    at: datetime
    href: str

    @classmethod
    def from_row(cls, merge: TrackMerge) -> Self:
        """The response for a merge row."""
        fields = {name: getattr(merge, name) for name in cls.model_fields if name != "href"}
        return cls(**fields, href=f"/merges/{merge.id}")
