"""The login of a Spotify user. The browser is played here; the exchange is spotipy's, with a local Spotify."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from services.cli.app import app
from services.crawler.spotify.login import sign_in
from shared.errors import MerError
from shared.settings import SourceSettings
from tests.support.servers.spotify import CLIENT, SpotifyServer

Ask = Callable[[str], str]


@pytest.fixture
def spotify() -> Iterator[SpotifyServer]:
    with SpotifyServer() as server:
        yield server


@pytest.fixture
def settings(spotify: SpotifyServer) -> SourceSettings:
    return SourceSettings(
        spotify_client_id=CLIENT[0],
        spotify_client_secret=CLIENT[1],
        source_urls=(("spotify_tokens", f"{spotify.url}/api/token"),),
    )


def browser(*, says: str = "code=agreed", state: str | None = None) -> Ask:
    """Somebody who opens the address, decides, and pastes where it ended."""

    def ask(url: str) -> str:
        asked = parse_qs(urlsplit(url).query)
        return f"{asked['redirect_uri'][0]}?{says}&state={state or asked['state'][0]}\n"

    return ask


def test_who_agrees_gives_a_refresh_token(settings: SourceSettings, spotify: SpotifyServer) -> None:
    assert sign_in(settings, ask=browser()) == "theirs"
    assert [call.path for call in spotify.calls] == ["/api/token"]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (browser(says="error=access_denied"), "access_denied"),
        (browser(says="code=made_up"), "Invalid authorization code"),
        (browser(state="of_yesterday"), "belongs to another login"),
        (lambda _: "http://127.0.0.1:8888/callback", "holds no code"),
        (lambda _: "no address at all", "holds no code"),
    ],
)
def test_what_went_wrong_is_said(settings: SourceSettings, ask: Ask, said: str) -> None:
    with pytest.raises(MerError, match=said):
        sign_in(settings, ask=ask)


def test_a_secret_that_is_wrong_is_said(settings: SourceSettings) -> None:
    wrong = settings.model_copy(update={"spotify_client_id": "somebody"})
    with pytest.raises(MerError, match="Invalid client"):
        sign_in(wrong, ask=browser())


def test_spotify_being_away_is_said(settings: SourceSettings) -> None:
    away = settings.model_copy(update={"source_urls": (("spotify_tokens", "http://127.0.0.1:9/"),)})
    with pytest.raises(MerError, match="cannot be reached"):
        sign_in(away, ask=browser())


def test_without_an_app_the_command_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MER_SPOTIFY_CLIENT_ID", "MER_SPOTIFY_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    answer = CliRunner().invoke(app, ["login", "spotify"])
    assert answer.exit_code == 1
    assert "MER_SPOTIFY_CLIENT_ID" in str(answer.exception)
