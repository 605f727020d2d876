"""Decides who sends a request: the holder of a key, or this machine's own user where no key is needed."""

from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.access.caller import OPEN_CALLER, SCOPE_KEY, Caller
from services.api.access.key_ring import LONGEST_WAIT_S, KeyRing
from services.api.access.reachability import KeyPolicy, has_forwarding_headers
from services.api.access.request_rates import RequestRates
from services.api.access.role_table import is_open_path
from services.api.access.session_cookie import read_session_cookie
from services.api.console.login_redirects import is_page_request, lead_to_login
from services.api.deps import ApiPorts
from services.api.errors import ProblemError, forwarded_request, no_key, no_keys_yet, wrong_key
from services.api.http.raw_headers import get_header
from services.api.http.refusal import refuse_request
from shared.store import Store

_BEARER = "bearer"
_OPEN_WITHIN_S = 0.3
"""Open routes, as `/health`, answer in time also while the keys cannot be read."""


class AccessGuard:
    """Middleware: leaves the caller in the scope of a request, or refuses it.

    401 without a key or a session where one is needed, and for a wrong key; pages for people lead to the log-in page
    instead. 429 for a key or a client that asks too often. A request of an open route passes without a caller.
    `require_role` decides what callers may do, where the route is known.
    """

    def __init__(self, app: ASGIApp, *, policy: KeyPolicy, rates: RequestRates) -> None:
        self._app, self._policy, self._rates = app, policy, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller, or refuse it."""
        if scope["type"] == "http":
            try:
                caller = await self._find_caller(scope, scope["app"].state.ports)
            except ProblemError as error:
                if error.status == HTTPStatus.UNAUTHORIZED and is_page_request(scope):
                    await lead_to_login(scope)(scope, receive, send)
                else:
                    await refuse_request(error, scope, receive, send)
                return
            if caller is not None:
                scope[SCOPE_KEY] = caller
        await self._app(scope, receive, send)

    async def _find_caller(self, scope: Scope, ports: ApiPorts) -> Caller | None:
        """Who sends the request; None: somebody without a key, to an open route. Raises ProblemError."""
        store = ports.key_store or ports.store
        is_open = is_open_path(scope["method"], scope["path"])
        within_s = _OPEN_WITHIN_S if is_open else LONGEST_WAIT_S
        index = await ports.keys.load(store, within_s=within_s)
        if index is None:
            if is_open:
                return None
            raise no_keys_yet()
        server = scope.get("server")
        if not index.has_keys and not self._policy.needs_key(server[0] if server and server[1] is not None else None):
            if not has_forwarding_headers(scope["headers"]):
                return OPEN_CALLER
            if is_open:
                return None
            raise forwarded_request()
        key, token = find_bearer_key(scope), read_session_cookie(scope)
        caller = index.find_caller(key) if key else None
        if token and not key:
            caller = index.find_session_caller(token) or await _find_new_session(ports.keys, store, token, within_s)
        if caller is not None and caller.key_id is not None:
            self._rates.count_request(caller.key_id)
            ports.keys.note_use(caller, store)
            return caller
        if key:
            client = scope.get("client")
            self._rates.count_wrong_key(client[0] if client else "")
        if is_open:
            return None
        raise wrong_key() if key else no_key()


async def _find_new_session(keys: KeyRing, store: Store, token: str, within_s: float) -> Caller | None:
    """The holder of a session that may be younger than the copy of the sessions."""
    newer = await keys.load_newer(store, within_s=within_s)
    return newer.find_session_caller(token) if newer else None


def find_bearer_key(scope: Scope) -> str:
    """What stands behind `Authorization: Bearer`, or empty text."""
    scheme, _, key = get_header(scope, b"authorization").partition(" ")
    return key.strip() if scheme.lower() == _BEARER else ""
