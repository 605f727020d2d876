"""spotipy, without its surprises.

Its own session retries by itself and sleeps out a `Retry-After` of up to six hours; ours does not. A body
`{"error": "text"}` makes it raise AttributeError, an answer that is no JSON comes back as None, and broken connections
arrive as requests' exceptions: all of that becomes one of our errors here.
"""

import logging
import time
from typing import Any

import requests
import spotipy
import urllib3
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyClientCredentials, SpotifyOAuth, SpotifyOauthError

from services.crawler.http.session import MAX_JSON_BYTES, UNKNOWN_WAIT_S, require_success, retry_after_s
from services.crawler.http.throttle import FaultError, RateGate, ThrottledError
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.settings import SourceSettings

# At DEBUG its logs hold credentials; at ERROR they repeat what we raise.
logging.getLogger("spotipy").setLevel(logging.CRITICAL)

_API = "https://api.spotify.com/v1"
TOKENS = "https://accounts.spotify.com/api/token"
LOOPBACK = "http://127.0.0.1:8888/callback"
TIMEOUT_S = 10.0
_CHUNK = 65_536
_QUOTA_WAIT_S = 3600.0
_TITLE = "Spotify"


class BoundedSession(requests.Session):
    """A session without retries whose answers end: a timeout between bytes alone would let one drip for ever."""

    def __init__(self, *, max_answer_s: float) -> None:
        super().__init__()
        self.trust_env = False
        self._max_answer_s = max_answer_s

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """The answer with its whole body. Raises requests' Timeout, or ContentDecodingError where it is too large."""
        response = super().send(request, **{**kwargs, "stream": True, "allow_redirects": False})
        deadline = time.monotonic() + self._max_answer_s
        content = bytearray()
        try:
            # `iter_content` would wait until a whole chunk is there.
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                content += chunk
                if time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("the answer does not end")
                if len(content) > MAX_JSON_BYTES:
                    raise requests.exceptions.ContentDecodingError("the answer is too large")
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ConnectionError(type(error).__name__) from error
        finally:
            response.close()
        response._content = bytes(content)  # noqa: SLF001 (where requests keeps a body that was read)
        return response


class SpotifyClient:
    """Calls of spotipy, through the gate."""

    def __init__(self, settings: SourceSettings, gate: RateGate, *, max_answer_s: float) -> None:
        self._gate = gate
        self._extended = settings.spotify_extended
        session = BoundedSession(max_answer_s=max_answer_s)
        auth = _auth_manager(settings, session)
        auth.OAUTH_TOKEN_URL = settings.api_url("spotify_tokens", TOKENS)
        self._spotipy = spotipy.Spotify(auth_manager=auth, requests_session=session, requests_timeout=TIMEOUT_S)
        self._spotipy.prefix = settings.api_url("spotify", _API) + "/"

    def call_method(self, method: str, *args: Any, **kwargs: Any) -> JsonObject:
        """What the method of spotipy answers. Raises LaterError or PermanentError."""
        answer = self._gate.ask(lambda: self._call_once(method, *args, **kwargs))
        if not isinstance(answer, dict):
            raise PermanentError(Reason.SOURCE_REFUSED, f"{_TITLE} answered {method} in another shape")
        return answer

    def audio_features(self, track_ids: list[str]) -> list[Any]:
        """Audio features in the order of the ids. Raises PermanentError(`forbidden`) without extended access."""
        try:
            answer = self._gate.ask(lambda: self._call_once("audio_features", track_ids))
        except PermanentError as error:
            if error.reason is Reason.FORBIDDEN:
                detail = "this app has no extended access: set MER_SPOTIFY_EXTENDED=false"
                raise PermanentError(Reason.NO_CREDENTIALS, detail) from error
            raise
        return answer if isinstance(answer, list) else []

    def _call_once(self, method: str, *args: Any, **kwargs: Any) -> Any:
        try:
            answer = getattr(self._spotipy, method)(*args, **kwargs)
        except spotipy.SpotifyException as error:
            raise _translate_error(error, extended=self._extended) from error
        except SpotifyOauthError as error:
            raise _refused_login(error) from error
        except requests.RequestException as error:
            raise FaultError(f"{_TITLE} could not be read ({type(error).__name__})") from error
        except (AttributeError, TypeError, KeyError, ValueError) as error:
            # spotipy stumbles over a body of another shape.
            raise FaultError(
                f"{_TITLE} answered something that spotipy cannot read ({type(error).__name__})"
            ) from error
        if answer is None:
            raise FaultError(f"{_TITLE} answered something that is not JSON")
        return answer


def _auth_manager(settings: SourceSettings, session: requests.Session) -> Any:
    app = {
        "client_id": settings.spotify_client_id or "-",
        "client_secret": settings.get_secret("spotify_client_secret") or "-",
    }
    token = settings.get_secret("spotify_refresh_token")
    if not token:
        return SpotifyClientCredentials(
            **app, requests_session=session, requests_timeout=TIMEOUT_S, cache_handler=MemoryCacheHandler()
        )
    kept = {"access_token": "", "refresh_token": token, "expires_at": 0, "scope": ""}
    return SpotifyOAuth(
        **app,
        redirect_uri=LOOPBACK,
        open_browser=False,
        requests_session=session,
        requests_timeout=TIMEOUT_S,
        cache_handler=MemoryCacheHandler(token_info=kept),
    )


def _translate_error(error: spotipy.SpotifyException, *, extended: bool) -> Exception:
    headers = error.headers or {}
    if error.reason == "QUOTA_EXCEEDED":
        wait_s = retry_after_s(headers["Retry-After"]) if "Retry-After" in headers else _QUOTA_WAIT_S
        return ThrottledError(f"{_TITLE}: the quota of the app is used up", wait_s=max(wait_s, UNKNOWN_WAIT_S))
    try:
        require_success(error.http_status, headers.get("Retry-After"), title=_TITLE)
    except PermanentError as refused:
        hint = ""
        if refused.reason is Reason.FORBIDDEN and not extended:
            hint = ". In development mode only the items of the user's own playlists may be read: set "
            hint += "MER_SPOTIFY_REFRESH_TOKEN to that user's, or search instead"
        return PermanentError(refused.reason, f"{refused.detail}{hint}")
    except (ThrottledError, FaultError) as passing:
        return passing
    return FaultError(f"{_TITLE} answered {error.http_status} with nothing in it")


def _refused_login(error: SpotifyOauthError) -> Exception:
    if error.error in {"invalid_client", "invalid_grant", "unauthorized_client"}:
        return PermanentError(
            Reason.NO_CREDENTIALS,
            f"{_TITLE} refuses the login ({error.error}): check MER_SPOTIFY_CLIENT_ID and MER_SPOTIFY_CLIENT_SECRET"
            "; a refresh token ends six months after it was given, so make a new one",
        )
    return FaultError(f"{_TITLE} could not log in")
