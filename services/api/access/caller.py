"""Who sends a request."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from starlette.types import Scope

from shared.domain.roles import Role

SCOPE_KEY = "mer.caller"
"""Where `AccessGuard` leaves the caller in the scope of a request."""


@dataclass(frozen=True)
class Caller:
    """Who sends a request: the holder of a key, or this machine's own user where no key is needed."""

    key_id: UUID | None
    name: str | None
    """The name of the key."""
    role: Role
    session_id: UUID | None = None
    """The session of a browser that stands for the key; None where the key itself was sent."""

    @property
    def is_open(self) -> bool:
        """Whether no key was needed: an installation on loopback that has none."""
        return self.key_id is None


OPEN_CALLER = Caller(key_id=None, name=None, role=Role.OPERATE)
"""The caller of every request where no key is needed."""


async def get_caller(request: Request) -> Caller:
    """The caller of a request that `AccessGuard` let pass. Asynchronous: as a dependency it then needs no thread."""
    return get_scope_caller(request.scope)


def get_scope_caller(scope: Scope) -> Caller:
    """The same, from the ASGI scope. Raises KeyError where nobody is known: on open routes, and without the guard."""
    caller: Caller = scope[SCOPE_KEY]
    return caller


def find_caller(scope: Scope) -> Caller | None:
    """The caller of a request of an open route; None where it has no key and needs one elsewhere."""
    return scope.get(SCOPE_KEY)


CallerDep = Annotated[Caller, Depends(get_caller)]
