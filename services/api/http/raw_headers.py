"""Headers as ASGI carries them: pairs of bytes, the names of requests in lower case."""

from starlette.types import Message, Scope

RawHeaders = list[tuple[bytes, bytes]]


def list_header(scope: Scope, name: bytes) -> list[str]:
    """All values of a request's header; `name` in lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def get_header(scope: Scope, name: bytes) -> str:
    """The first value of a request's header, or empty text; `name` in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value, "latin-1")
    return ""


def index_headers(message: Message) -> dict[bytes, bytes]:
    """The headers of a response by their names in lower case; of a repeated one the last."""
    return {key.lower(): value for key, value in message["headers"]}
