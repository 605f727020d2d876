"""The three logins of Subsonic servers, and a real server that takes no token."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.crawler.http.guarded_client import guarded_client
from services.crawler.sources.context import source_track_id
from shared.domain.crawl import CrawlRequest
from shared.errors import PermanentError, Reason
from shared.settings import SourceSettings
from tests.contract.web.conftest import Open
from tests.support.audio import tone, write
from tests.support.servers.navidrome import PASSWORD, USER, NavidromeServer

LOGINS = ("token", "password", "apikey")
EVERYTHING = CrawlRequest(source="navidrome")
N_SONGS = 12


def settings(url: str, auth: str, *, password: str = PASSWORD) -> SourceSettings:
    return SourceSettings(navidrome_url=url, navidrome_user=USER, navidrome_password=password, navidrome_auth=auth)


@pytest.mark.parametrize("login", LOGINS)
def test_songs_are_listed_and_fetched_with_the_login_that_is_set(open_source: Open, login: str) -> None:
    with NavidromeServer(n_songs=N_SONGS, sound=b"ID3\x03" + bytes(4000), login=login) as server:
        opened = open_source("navidrome", settings(server.url, login))
        rows = opened.rows(EVERYTHING)
        assert len(rows) == N_SONGS
        clip = opened.clips.fetch_audio(opened.source.collect_track(rows[0].payload, EVERYTHING), ("navidrome",))
    assert clip.size_bytes == 4004


@pytest.mark.parametrize(("code", "taken"), [(10, "password"), (41, "password"), (42, "apikey")])
def test_a_server_that_takes_no_token_is_refused_with_the_setting(open_source: Open, code: int, taken: str) -> None:
    with NavidromeServer(n_songs=1, login=taken, refusal=code) as server, pytest.raises(PermanentError) as caught:
        open_source("navidrome", settings(server.url, "token")).rows(EVERYTHING)
    assert caught.value.reason is Reason.NO_CREDENTIALS
    assert "MER_NAVIDROME_AUTH=token: set it to password or apikey" in caught.value.detail


@pytest.mark.parametrize("login", LOGINS)
def test_a_wrong_password_is_no_matter_of_the_login(open_source: Open, login: str) -> None:
    with NavidromeServer(n_songs=1, login=login) as server, pytest.raises(PermanentError) as caught:
        open_source("navidrome", settings(server.url, login, password="wrong")).rows(EVERYTHING)
    assert caught.value.reason is Reason.NO_CREDENTIALS
    assert "MER_NAVIDROME_AUTH" not in caught.value.detail


@pytest.mark.parametrize(("login", "is_sent"), [("token", False), ("password", True)])
def test_a_password_goes_hex_encoded_and_only_where_that_is_set(
    open_source: Open, login: str, *, is_sent: bool
) -> None:
    with NavidromeServer(n_songs=1, login=login) as server:
        open_source("navidrome", settings(server.url, login)).rows(EVERYTHING)
        queries = [call.query for call in server.calls]
    assert queries
    assert all((f"enc:{PASSWORD.encode().hex()}" in query.values()) is is_sent for query in queries)
    assert not any(PASSWORD in query.values() for query in queries)


def test_a_password_without_tls_is_sent_to_no_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    client = guarded_client(["music.example:80"], private=["music.example:80"])
    answers = [(2, 1, 6, "", ("93.184.216.34", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answers)
    with pytest.raises(PermanentError, match="over TLS only; use https:// in MER_NAVIDROME_URL") as caught:
        client.get("http://music.example:80/rest/ping.view")
    assert caught.value.reason is Reason.NO_CREDENTIALS


@pytest.mark.parametrize(
    ("url", "login", "is_refused"),
    [
        ("http://music.example", "password", True),
        ("http://music.example", "apikey", True),
        ("HTTP://Music.Example:8080/music", "password", True),
        ("http://müsik.example", "password", True),
        ("http://[2001:4860:4860::8888]:4533", "password", True),
        ("http://music.example", "token", False),
        ("https://music.example", "password", False),
        ("https://music.example:8443", "password", False),
    ],
)
def test_only_a_password_or_a_key_without_tls_needs_a_private_address(
    open_source: Open, monkeypatch: pytest.MonkeyPatch, url: str, login: str, *, is_refused: bool
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("93.184.216.34", 80))])
    asked: list[str] = []

    def connect(_self: object, host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise httpx.ConnectError("not in a test")

    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", connect)
    with pytest.raises(Exception, match=r"over TLS only" if is_refused else ".") as caught:
        open_source("navidrome", settings(url, login)).rows(EVERYTHING)
    assert bool(asked) is not is_refused
    assert PASSWORD not in str(caught.value)


@pytest.fixture
def supysonic(tmp_path: Path) -> Iterator[str]:
    """The address of a real supysonic over twelve songs without tags."""
    for n in range(N_SONGS):
        path = tmp_path / "music" / "Vox" / "Odes" / f"song {n}.mp3"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, tone(300 + 40 * n, duration_s=6.0), sr=22_050, form="mp3")
    (tmp_path / "state").mkdir()
    argv = [
        sys.executable,
        "-m",
        "tests.support.servers.supysonic",
        tmp_path / "state",
        tmp_path / "music",
        USER,
        PASSWORD,
    ]
    with subprocess.Popen(list(map(str, argv)), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "supysonic did not start"
        yield f"http://127.0.0.1:{port}"
        process.kill()


def test_a_real_supysonic_refuses_a_token_and_is_crawled_with_a_password(open_source: Open, supysonic: str) -> None:
    with pytest.raises(PermanentError, match="MER_NAVIDROME_AUTH"):
        open_source("navidrome", settings(supysonic, "token")).rows(EVERYTHING)
    opened = open_source("navidrome", settings(supysonic, "password"))
    tracks = [opened.source.collect_track(row.payload, EVERYTHING) for row in opened.rows(EVERYTHING)]
    assert sorted(str(track.title) for track in tracks) == sorted(f"song {n}" for n in range(N_SONGS))
    assert {(track.artist, track.album) for track in tracks} == {(None, None)}
    assert all(source_track_id(track, "navidrome") for track in tracks)
    assert opened.clips.fetch_audio(tracks[0], ("navidrome",)).size_bytes > 10_000
