"""`PATCH /tracks/<id>`: a person corrects what a track is called."""

from typing import Annotated, Self

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.api.deps import TRACK_RESPONSES, PortsDep, TrackId, require_surviving_track
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import TrackName
from services.api.tracks.router import show_track
from services.api.tracks.schemas import TrackResponse

router = APIRouter(prefix="/tracks", tags=["tracks"])

Name = Annotated[TrackName, Field(max_length=500)] | None


class NamesBody(BaseModel):
    """What the track is called. What is left out stays as it is; `null` takes a correction back."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"minProperties": 1, "example": {"title": "Ode", "album": None}}
    )
    title: Name = None
    artist: Name = None
    album: Name = None

    @field_validator("title", "artist", "album")
    @classmethod
    def _readable(cls, name: str | None) -> str | None:
        if name is None:
            return None
        if not name.strip():
            raise ValueError("a name cannot be empty; null takes a correction back")
        if not name.isprintable():
            raise ValueError("a name is one line of text: it holds no control characters and no line breaks")
        return name.strip()

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("say a title, an artist or an album")
        return self


@router.patch("/{track_id}", responses={**TRACK_RESPONSES, 422: {"model": ProblemDetails}})
def correct_names(track_id: TrackId, body: Annotated[NamesBody, Body()], ports: PortsDep) -> TrackResponse:
    """Correct what a track is called. That stands over tables, catalogues, and the tags of its file."""
    with ports.store.read() as repositories:
        require_surviving_track(repositories, track_id)
    names = body.model_dump(include=body.model_fields_set)
    ports.store.transact("track.names", lambda repositories: repositories.track_names.correct(track_id, names))
    return show_track(track_id, ports)
