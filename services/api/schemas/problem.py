"""The response schemas of errors."""

from pydantic import BaseModel, ConfigDict

from shared.json_objects import JsonObject

ResponsesByStatus = dict[int | str, JsonObject]
"""Further responses of a route in the OpenAPI document, by status."""


class ProblemDetails(BaseModel):
    """RFC 9457, with a `code` for programs."""

    type: str
    title: str
    status: int
    code: str
    detail: str
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
