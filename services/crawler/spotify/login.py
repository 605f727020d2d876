"""Spotify's login of a user, once, for the refresh token that development mode needs to read that user's playlists.

The authorization code flow without a server of our own: the browser may be on another machine than this terminal, and
the address that it ends at (nobody answers there) holds the code.
https://developer.spotify.com/documentation/web-api/tutorials/code-flow
"""

import secrets
from collections.abc import Callable

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyOAuth, SpotifyOauthError

from services.crawler.spotify.client import LOOPBACK, TIMEOUT_S, TOKENS
from shared.errors import MerError
from shared.settings import SourceSettings

SCOPE = "playlist-read-private playlist-read-collaborative"


def sign_in(settings: SourceSettings, *, ask: Callable[[str], str]) -> str:
    """The refresh token of the user who agrees in a browser.

    `ask` gets the address to open and returns the one that the browser ended at. Raises MerError, saying what to do.
    """
    app_id, secret = settings.spotify_client_id, settings.get_secret("spotify_client_secret")
    if not (app_id and secret):
        raise MerError(
            "set MER_SPOTIFY_CLIENT_ID and MER_SPOTIFY_CLIENT_SECRET first: make an app at developer.spotify.com with "
            f"the redirect URI {LOOPBACK}"
        )
    with requests.Session() as session:
        session.trust_env = False
        login = SpotifyOAuth(
            client_id=app_id,
            client_secret=secret,
            redirect_uri=LOOPBACK,
            scope=SCOPE,
            open_browser=False,
            state=secrets.token_urlsafe(16),
            requests_session=session,
            requests_timeout=TIMEOUT_S,
            cache_handler=MemoryCacheHandler(),
        )
        login.OAUTH_TOKEN_URL = settings.api_url("spotify_tokens", TOKENS)
        return _exchange_code(login, ended_at=ask(login.get_authorize_url()))


def _exchange_code(login: SpotifyOAuth, *, ended_at: str) -> str:
    try:
        state, code = login.parse_auth_response_url(ended_at.strip())
        if code is None:
            raise MerError("that address holds no code: paste the whole address that the browser ended at")
        if state != login.state:
            raise MerError("that address belongs to another login: open the new one, and paste where it ends")
        login.get_access_token(code, as_dict=False, check_cache=False)
    except SpotifyOauthError as error:
        detail = error.error_description or error.error or "without saying why"
        raise MerError(f"Spotify refuses the login: {detail}") from error
    except requests.RequestException as error:
        raise MerError(f"Spotify cannot be reached ({type(error).__name__}): try again") from error
    token: str = login.cache_handler.get_cached_token()["refresh_token"]
    return token
