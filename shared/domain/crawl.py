"""What a crawl is asked for."""

from dataclasses import asdict, dataclass
from typing import Any, Self

CRAWL_SOURCES = ("folder", "table", "m3u", "xspf", "mtg_jamendo", "demo")


@dataclass(frozen=True, kw_only=True)
class CrawlRequest:
    """A source, what to fetch from it, and the emotion it stands for."""

    source: str
    path: str | None = None
    audio_path: str | None = None
    """Where the audio is that a table names, if not beside it."""
    emotion: str | None = None
    """The judgement that everything found stands for, in the words of `taxonomy`."""
    taxonomy: str | None = None
    limit: int | None = None

    def to_params(self) -> dict[str, Any]:
        """JSON-able form, as a job keeps it."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        """The request that `to_params` wrote."""
        return cls(**params)
