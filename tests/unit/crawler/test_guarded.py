"""Downloads: only the source's own hosts, only over TLS, never into the private network, bounded and looked at."""

import socket
from collections.abc import Callable, Iterator

import httpx
import pytest

from services.crawler.http.download import ClipDownloads, ExpiredLinkError
from services.crawler.http.guarded_client import guarded_client, is_public
from services.crawler.http.throttle import FaultError
from shared.errors import PermanentError, Reason
from tests.support.servers.http import Answer, Asked, LocalServer

SOUND = b"ID3\x03" + bytes(4000)


class Files(LocalServer):
    """Serves what it is given, by path."""

    def __init__(self, **files: Answer) -> None:
        super().__init__()
        self.files = files

    def answer(self, asked: Asked) -> Answer:
        return self.files.get(asked.path.strip("/"), Answer(b"", 404))


@pytest.fixture
def files() -> Iterator[Files]:
    with Files(sound=Answer(SOUND), page=Answer(b"\n <html>sorry</html>"), empty=Answer(b"")) as running:
        yield running


def downloads(
    server: LocalServer, *, max_bytes: int = 100_000, max_s: float = 5.0, trusted: list[str] | None = None
) -> ClipDownloads:
    hosts = [server.host] if trusted is None else trusted
    return ClipDownloads(guarded_client(hosts), max_bytes=max_bytes, max_s=max_s, insecure_hosts=hosts)


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(PermanentError) as caught:
        call()
    return caught.value.reason


def test_sound_is_fetched(files: Files) -> None:
    assert downloads(files).fetch_audio(f"{files.url}/sound", hosts=()) == SOUND


@pytest.mark.parametrize(
    ("path", "expected"),
    [("page", Reason.UNDECODABLE), ("gone", Reason.NO_AUDIO)],
)
def test_what_is_no_sound_is_refused(files: Files, path: str, expected: Reason) -> None:
    assert reason(lambda: downloads(files).fetch_audio(f"{files.url}/{path}", hosts=())) is expected


def test_an_empty_or_half_file_is_a_fault(files: Files) -> None:
    files.will("cut")
    for path in ("sound", "empty"):
        with pytest.raises(FaultError):
            downloads(files).fetch_audio(f"{files.url}/{path}", hosts=())


def test_a_large_file_is_refused_by_what_it_says_and_by_what_it_is(files: Files) -> None:
    fetch = downloads(files, max_bytes=1000).fetch_audio
    assert reason(lambda: fetch(f"{files.url}/sound", hosts=())) is Reason.TOO_LARGE
    files.will("drip")
    assert reason(lambda: fetch(f"{files.url}/sound", hosts=())) is Reason.TOO_LARGE


def test_a_file_that_drips_ends_in_time(files: Files) -> None:
    files.will("drip")
    with pytest.raises(FaultError):
        downloads(files, max_s=0.1).fetch_audio(f"{files.url}/sound", hosts=())


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.com/a.mp3",
        "https://example.org/a.mp3",
        "https://cdn.example.com.evil.org/a.mp3",
        "https://evilexample.com/a.mp3",
        "ftp://cdn.example.com/a.mp3",
        "file:///etc/passwd",
        "https://[::1/a.mp3",
        "",
    ],
)
def test_another_host_or_no_tls_is_refused_before_anything_is_asked(files: Files, url: str) -> None:
    assert reason(lambda: downloads(files).fetch_audio(url, hosts=("example.com",))) is Reason.FORBIDDEN
    assert files.calls == []


def test_a_name_of_the_source_that_leads_into_the_private_network_is_refused_at_the_connection(files: Files) -> None:
    # localhost resolves to a private address, as a name of an attacker would.
    port = files.host.rpartition(":")[2]
    fetch = downloads(files, trusted=[]).fetch_audio
    assert reason(lambda: fetch(f"https://localhost:{port}/sound", hosts=("localhost",))) is Reason.FORBIDDEN
    assert files.calls == []


def test_a_redirect_to_another_host_is_not_followed_though_a_naive_client_does(files: Files) -> None:
    with Files(secret=Answer(SOUND)) as private:
        files.files["moved"] = Answer(b"", 302, {"Location": f"{private.url}/secret"})
        assert reason(lambda: downloads(files).fetch_audio(f"{files.url}/moved", hosts=())) is Reason.FORBIDDEN
        assert private.calls == []
        assert httpx.get(f"{files.url}/moved", follow_redirects=True).content == SOUND


def test_a_redirect_within_the_source_is_followed_but_not_for_ever(files: Files) -> None:
    files.files["moved"] = Answer(b"", 302, {"Location": "/sound"})
    files.files["round"] = Answer(b"", 302, {"Location": "/round"})
    assert downloads(files).fetch_audio(f"{files.url}/moved", hosts=()) == SOUND
    assert reason(lambda: downloads(files).fetch_audio(f"{files.url}/round", hosts=())) is Reason.FORBIDDEN
    location = httpx.get(f"{files.url}/round").headers["Location"]
    assert httpx.get(f"{files.url}{location}").headers["Location"] == location, "who follows by hand never arrives"


def test_an_address_is_never_written_to_a_log(files: Files, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    downloads(files).fetch_audio(f"{files.url}/sound?hdnea=exp=1~signature", hosts=())
    assert "signature" not in caplog.text
    assert "signature" in files.calls[0].query["hdnea"]


def test_an_address_that_has_died_is_told_apart_from_one_that_is_refused(files: Files) -> None:
    with pytest.raises(ExpiredLinkError):
        downloads(files).fetch_audio(f"{files.url}/gone", hosts=())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "100.64.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_private_addresses_are_known_in_all_their_spellings(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)
    assert socket.getaddrinfo(address, 443, type=socket.SOCK_STREAM)
