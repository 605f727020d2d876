"""`/session`: who sends a request, and what they may do."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.api.access.caller import CallerDep
from services.api.schemas.vocabulary import RoleName

router = APIRouter(tags=["session"])


class SessionResponse(BaseModel):
    """Who sends a request."""

    access: Literal["open", "keyed"] = Field(description="`open`: no key is needed here; `keyed`: by a key")
    name: str | None = Field(
        description="The name of the key, under which its holder labels; null where none is needed"
    )
    role: RoleName = Field(description="`read`, `label` or `operate`; each may do all that those before it may")


@router.get("/session")
async def get_session(caller: CallerDep) -> SessionResponse:
    """Whose key, or whose session of the console, a request carries. 401 without one where one is needed."""
    return SessionResponse(access="open" if caller.is_open else "keyed", name=caller.name, role=caller.role.value)
