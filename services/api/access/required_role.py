"""Whether the caller may use the route that a request found."""

from fastapi import Request

from services.api.access.caller import get_scope_caller
from services.api.access.role_table import get_needed_role
from services.api.errors import role_too_small
from services.api.http.refusal import drain_request


async def require_role(request: Request) -> None:
    """Raises ProblemError (403) with the role that is needed.

    A dependency of all routes: what counts is the route that the router chose, not what a path looks like.
    """
    scope = request.scope
    needed = get_needed_role(scope["method"], scope["route"].path_format)
    if needed is None:
        return
    caller = get_scope_caller(scope)
    if not caller.role.includes(needed):
        await drain_request(request)
        raise role_too_small(caller.name or "", caller.role.value, needed.value)
