"""What the API shows of a promotion's consequences where the head has no classes: tags, and valence and arousal."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.models.schemas import EmotionChangeResponse, ModelComparisonResponse
from services.api.schemas.valence_arousal import ValenceArousalResponse


class TagFlipResponse(BaseModel):
    """A track that would get tags, or lose some."""

    track_id: UUID
    title: str | None
    artist: str | None
    came: list[str] = Field(description="Tags that the candidate gives and the other does not")
    went: list[str] = Field(description="Tags that the other gives and the candidate does not")
    href: str


class TagChangeResponse(BaseModel):
    """How many tracks would get a tag, and how many would lose it."""

    tag: str
    came: int
    went: int


class TagFlipListResponse(ModelComparisonResponse):
    """What a promotion would change of tags: a track flips that would get or lose one, by either model's thresholds."""

    head: Literal["tags"] = "tags"
    gained: list[str] = Field(description="Tags that only the candidate answers")
    lost: list[str] = Field(description="Tags that it does not answer any more")
    changes: list[TagChangeResponse] = Field(description="The most frequent first")
    items: list[TagFlipResponse]


class PointMoveResponse(BaseModel):
    """A track that would lie elsewhere."""

    track_id: UUID
    title: str | None
    artist: str | None
    before: ValenceArousalResponse
    after: ValenceArousalResponse
    distance: float = Field(description="Between the two, straight: the plane's sides are 2, its diagonal 2.83")
    href: str


class PointMoveListResponse(ModelComparisonResponse):
    """What a promotion would change of valence and arousal: a track flips that would move so far."""

    head: Literal["dimensions"] = "dimensions"
    moved: float = Field(description="The distance from which on a track counts as moved")
    changes: list[EmotionChangeResponse] = Field(
        description="Tracks whose quadrant would be another, however far they move, the most frequent change first; "
        "`axis` is no quadrant"
    )
    items: list[PointMoveResponse] = Field(description="The farthest first")
