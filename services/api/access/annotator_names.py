"""Under whose name the holder of a key labels: their own.

Where no key is needed, everybody who reaches the service is its owner, and names are as they are sent.
"""

from typing import overload

from services.api.access.caller import Caller
from services.api.errors import ProblemError
from shared.domain.annotation import AnnotatorKind
from shared.domain.roles import Role

OWN_NAME = "me"
"""In requests with a key: the name of the key."""


@overload
def resolve_annotator(caller: Caller, annotator: str) -> str: ...
@overload
def resolve_annotator(caller: Caller, annotator: None) -> None: ...
def resolve_annotator(caller: Caller, annotator: str | None) -> str | None:
    """The annotator that a request names. Everybody may read what others said."""
    return caller.name if annotator == OWN_NAME and caller.name is not None else annotator


def require_own_name(caller: Caller, annotator: str, *, kind: AnnotatorKind = AnnotatorKind.PERSON) -> str:
    """The annotator under whose name a request writes.

    Raises ProblemError (403) for another one than the holder of the key, who may only label. Who operates the service
    may write for others: labels that were given elsewhere are imported so.
    """
    meant = resolve_annotator(caller, annotator)
    is_own = meant == caller.name and kind is AnnotatorKind.PERSON
    if is_own or caller.is_open or caller.role.includes(Role.OPERATE):
        return meant
    raise ProblemError(
        403,
        "other_annotator",
        f"this key labels under its own name, {caller.name} (in requests also {OWN_NAME}), not for others; a key with "
        f"the role {Role.OPERATE} may",
    )
