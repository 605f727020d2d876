"""The request of a crawl, and the sources that it may name."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from shared.json_objects import JsonObject

CRAWL_SOURCES = (
    "folder",
    "table",
    "m3u",
    "xspf",
    "pls",
    "asx",
    "wpl",
    "jspf",
    "mtg_jamendo",
    "demo",
    "spotify",
    "deezer",
    "itunes",
    "jamendo",
    "reccobeats",
    "navidrome",
)

PATHLESS_SOURCES = ("demo", "spotify", "deezer", "itunes", "jamendo", "reccobeats", "navidrome")
"""Sources that are asked for something else than a path."""

AUDIO_SOURCES = ("deezer", "itunes", "jamendo", "navidrome")
"""Where the audio of a track that is known from elsewhere may come from."""


@dataclass(frozen=True)
class CrawlTarget:
    """One thing to fetch, and the emotion that it stands for."""

    kind: str
    """`playlist`, `search`, `tracks`, or `all`: everything that the source has."""
    value: str
    emotion: str | None = None

    @property
    def name(self) -> str:
        """What a person would call it."""
        return f"{self.kind} {self.value}".strip()


@dataclass(frozen=True, kw_only=True)
class CrawlRequest:
    """A source, what to fetch from it, and the emotion it stands for."""

    source: str
    path: str | None = None
    audio_path: str | None = None
    """Where the audio is that a table names, if not beside it."""
    playlists: tuple[str, ...] = ()
    """Ids or links."""
    searches: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    """The source's own ids, or links."""
    moods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Emotion → playlists (searches, where the source has no playlists): a mood crawl."""
    emotion: str | None = None
    """The label of everything found, in the words of `taxonomy`."""
    taxonomy: str | None = None
    tags: tuple[str, ...] = ()
    """Free words that everything found stands for."""
    audio: tuple[str, ...] | None = None
    """Sources that audio may come from, the first that has it; None: the source's own, if it has any."""
    limit: int | None = None
    """At most so many items; of a web source: of each playlist and each search."""
    min_s: float | None = None
    """Shorter tracks are passed over, seconds; those whose length nobody names are taken."""
    max_s: float | None = None
    accept_empty: bool = False
    """A library root, or a disk or share below it, that holds no file any more is meant so: what it held is gone."""
    exclude: tuple[str, ...] = ()
    """Words, or patterns with `*` and `?`, of names that are passed over."""
    noticed_by: str | None = None
    """`watch` or `hook`: nobody asked for this crawl, something changed in the folder."""
    reread: bool = False
    """Collect and decode every file again, also those whose size and time did not change."""

    restore_deleted: bool = False
    """Take in again tracks that were removed: others pass them over."""

    def list_targets(self, *, mood_kind: str = "playlist") -> Iterator[CrawlTarget]:
        """What to fetch, in a fixed order. `mood_kind`: what the entries of `moods` are to this source."""
        for playlist in self.playlists:
            yield CrawlTarget("playlist", playlist, self.emotion)
        for emotion, playlists in self.moods.items():
            for playlist in playlists:
                yield CrawlTarget(mood_kind, playlist, emotion)
        for words in self.searches:
            yield CrawlTarget("search", words, self.emotion)
        if self.tracks:
            yield CrawlTarget("tracks", ",".join(self.tracks), self.emotion)

    def list_audio_sources(self) -> tuple[str, ...]:
        """Where audio may come from."""
        if self.audio is not None:
            return self.audio
        return (self.source,) if self.source in AUDIO_SOURCES else ()

    def to_params(self) -> JsonObject:
        """JSON-able form, as a job keeps it."""
        values = {name: value for name, value in asdict(self).items() if value is not None}
        lists = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        if self.moods:
            lists["moods"] = {emotion: list(playlists) for emotion, playlists in self.moods.items()}
        return {name: value for name, value in lists.items() if value or name == "audio"}

    @classmethod
    def from_params(cls, params: JsonObject) -> Self:
        """The request that `to_params` wrote."""
        values: JsonObject = {
            name: tuple(value) if isinstance(value, list) else value for name, value in params.items()
        }
        if "moods" in values:
            values["moods"] = {emotion: tuple(playlists) for emotion, playlists in values["moods"].items()}
        return cls(**values)
