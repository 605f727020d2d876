"""Audio from a source's own hosts, over TLS, bounded, and looked at before it is believed."""

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import httpx

from services.crawler.http.guarded_client import is_trusted
from services.crawler.http.session import read_bounded, require_success, translate_faults
from services.crawler.http.throttle import FaultError
from shared.errors import PermanentError, Reason

_MAX_REDIRECTS = 3
_MAX_S = 60.0
_GONE = {403, 404, 410}
_SYNC = 0xFFE0
"""The eleven set bits with which an MPEG or ADTS frame begins. An MP4 begins with the name of its first box."""
_SOUNDS = (b"ID3", b"fLaC", b"OggS", b"RIFF", b"FORM", b"\x1aE\xdf\xa3", b"MPCK", b"wvpk", b"MAC ", b"DSD ")


class ExpiredLinkError(PermanentError):
    """A signed address has died: resolve it again."""


class ClipDownloads:
    """Fetches clips."""

    def __init__(
        self,
        client: httpx.Client,
        *,
        max_bytes: int,
        max_s: float = _MAX_S,
        insecure_hosts: Iterable[str] = (),
        own_servers: Iterable[str] = (),
    ) -> None:
        self._client = client
        self._max_bytes = max_bytes
        self._max_s = max_s
        self._insecure_hosts = frozenset(insecure_hosts)
        self._own_servers = frozenset(own_servers)

    def fetch_audio(self, url: str, *, hosts: Iterable[str]) -> bytes:
        """The sound at `url`, from one of `hosts` or their subdomains.

        Raises ExpiredLinkError, FaultError, ThrottledError, or PermanentError: `forbidden` (another host, no TLS, a
        private address), `too_large`, `undecodable` (no sound).
        """
        for _ in range(_MAX_REDIRECTS + 1):
            self._require_allowed(url, hosts)
            with translate_faults("the download"), self._client.stream("GET", url) as response:
                if response.has_redirect_location:
                    url = urljoin(url, response.headers["Location"])
                    continue
                if response.status_code in _GONE:
                    raise ExpiredLinkError(Reason.NO_AUDIO, f"the audio's address answered {response.status_code}")
                require_success(response.status_code, response.headers.get("Retry-After"), title="the download")
                self._require_size(response)
                content = read_bounded(response, max_bytes=self._max_bytes, max_s=self._max_s)
            return _require_sound(content)
        raise PermanentError(Reason.FORBIDDEN, f"more than {_MAX_REDIRECTS} redirects")

    def _require_allowed(self, url: str, hosts: Iterable[str]) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            raise PermanentError(Reason.FORBIDDEN, "the audio's address is none") from None
        if is_trusted(host, port, self._insecure_hosts) and parts.scheme in {"http", "https"}:
            return
        if parts.netloc in self._own_servers and parts.netloc in hosts and parts.scheme in {"http", "https"}:
            return
        if parts.scheme != "https":
            raise PermanentError(Reason.FORBIDDEN, f"{host} would be asked without TLS: refused")
        if not any(host == known or host.endswith(f".{known}") for known in hosts):
            raise PermanentError(Reason.FORBIDDEN, f"{host} is no host of this source: refused")

    def _require_size(self, response: httpx.Response) -> None:
        content_length = response.headers.get("Content-Length", "")
        if content_length.isdigit() and int(content_length) > self._max_bytes:
            raise PermanentError(
                Reason.TOO_LARGE, f"{int(content_length) / 1e6:.0f} MB are more than MER_MAX_CLIP_MB allows"
            )


def _require_sound(content: bytes) -> bytes:
    """`content`, if it begins as sound does. What it is called says nothing."""
    if not content:
        raise FaultError("the download was empty")
    start = content[:16]
    if (
        start.startswith(_SOUNDS)
        or int.from_bytes(start[:2]) & _SYNC == _SYNC
        or start[4:8] in {b"ftyp", b"moov", b"mdat"}
    ):
        return content
    what = "a web page" if content[:512].lstrip()[:1] == b"<" else "no sound"
    raise PermanentError(Reason.UNDECODABLE, f"the source delivered {what}")
