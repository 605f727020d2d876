"""The response schemas of errors and redirects."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.json_objects import JsonObject

PROBLEM_MEDIA_TYPE = "application/problem+json"
ResponsesByStatus = dict[int | str, JsonObject]
"""Further responses of a route in the OpenAPI document, by status."""


class InvalidPart(BaseModel):
    """A part of a request that was refused."""

    at: str = Field(description="Where it is, such as `query.limit` or `body.tags.0`")
    problem: str = Field(description="What is wrong with it")


class ProblemDetails(BaseModel):
    """RFC 9457, with a `code` for programs."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[InvalidPart] | None = Field(default=None, description="Of an invalid request: its parts one by one")
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:mer:problem:no_model",
                "title": "no model",
                "status": 409,
                "code": "no_model",
                "detail": "There is no champion for a mood4 model yet. Label some tracks …, then POST /train …",
            }
        }
    )


class MovedTrackResponse(BaseModel):
    """Which track stands for the one that was asked for."""

    track_id: UUID = Field(description="The one that was asked for")
    survivor_id: UUID = Field(description="The one that stands for it")
    href: str = Field(description="The same request for the survivor, as in `Location`")
