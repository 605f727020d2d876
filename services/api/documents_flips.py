"""What the API shows of a promotion's consequences where the answer is no class: tags, and places on the plane."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.documents import ModelReference
from services.api.documents_models import ChangeDocument
from services.api.documents_plane import PointDocument


class TagFlipDocument(BaseModel):
    """A track that would get tags, or lose some."""

    track_id: UUID
    title: str | None
    artist: str | None
    came: list[str] = Field(description="Tags that the candidate gives and the other does not")
    went: list[str] = Field(description="Tags that the other gives and the candidate does not")
    href: str


class TagChangeDocument(BaseModel):
    """How many tracks would get a tag, and how many would lose it."""

    tag: str
    came: int
    went: int


class TagFlipsDocument(BaseModel):
    """What a promotion would change of tags; each model gives those that reach its own thresholds."""

    head: Literal["tags"] = "tags"
    model: ModelReference
    against: ModelReference = Field(description="The model that answers now")
    compared: int = Field(description="Tracks that both models have scored")
    flips: int = Field(description="Tracks that would get or lose at least one tag")
    held: int = Field(description="Further such tracks, of which nothing changes: a person's tags stand there")
    gained: list[str] = Field(description="Tags that only the candidate answers")
    lost: list[str] = Field(description="Tags that it does not answer any more")
    changes: list[TagChangeDocument] = Field(description="The most frequent first")
    items: list[TagFlipDocument]
    next: str | None


class MoveDocument(BaseModel):
    """A track that would lie elsewhere."""

    track_id: UUID
    title: str | None
    artist: str | None
    before: PointDocument
    after: PointDocument
    distance: float = Field(description="Between the two, straight: the plane's sides are 2, its diagonal 2.83")
    href: str


class MovesDocument(BaseModel):
    """What a promotion would change of valence and arousal."""

    head: Literal["dimensions"] = "dimensions"
    model: ModelReference
    against: ModelReference = Field(description="The model that answers now")
    compared: int = Field(description="Tracks that both models have scored")
    moved: float = Field(description="The distance from which on a track counts as moved")
    flips: int = Field(description="Tracks that would move so far")
    held: int = Field(description="Further such tracks, of which nothing changes: a person's place stands there")
    changes: list[ChangeDocument] = Field(
        description="Tracks whose quadrant would be another, however far they move, the most frequent change first; "
        "`axis` is no quadrant"
    )
    items: list[MoveDocument] = Field(description="The farthest first")
    next: str | None
