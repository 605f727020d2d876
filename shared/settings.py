"""Settings: one frozen class for each concern, read once at the composition root.

All variables begin with `MER_`, have a default that works, and are listed in `.env.example`.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.domain.emotion import get_taxonomy
from shared.domain.live_settings import LIVE_SETTINGS, Value
from shared.domain.taggers import MUSICNN_POOL, TaggerSpec, index_taggers, select_taggers
from shared.errors import PermanentError
from shared.tagger_files import OwnerTaggers, read_owner_taggers


class _FrozenSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore", ignored_types=(cached_property,))


class StoreSettings(_FrozenSettings):
    """Where Postgres is."""

    database_url: str = "postgresql+psycopg2://mer:mer@127.0.0.1:5432/mer"
    store_patience_s: float = 20.0
    """How long a transaction is tried again while Postgres is away."""


class BusSettings(_FrozenSettings):
    """Where Redis is, and how Celery uses it."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    visibility_timeout_s: int = 300
    """After this Redis delivers an unacknowledged message again; the claim in the row makes that harmless."""


class BlobSettings(_FrozenSettings):
    """Where arrays and artefacts are: a folder, or `s3://bucket/prefix`."""

    blob_url: str = "./blobs"
    s3_endpoint_url: str | None = None


class WorkSettings(_FrozenSettings):
    """How work is claimed, watched and given up."""

    lease_s: float = 60.0
    """A worker that has not renewed its claim for this long counts as dead."""
    sweep_interval_s: float = 5.0
    """How often lost work is looked for."""
    dispatch_grace_s: float = 10.0
    """A message younger than this may still be on its way."""
    max_attempts: int = 3
    """Deaths of a worker over one item before the item is given up."""
    commit_points_dir: Path | None = None
    """For the fault tests only: every named commit reports here and waits where it is told to."""

    @property
    def heartbeat_s(self) -> float:
        """Three chances to renew a lease before it runs out."""
        return self.lease_s / 4


class LibrarySettings(_FrozenSettings):
    """Which local folders may be read. Several are separated by a colon."""

    library_roots: Annotated[tuple[Path, ...], NoDecode] = ()
    library_host_path: Path | None = Field(
        default=None, validation_alias=AliasChoices("MER_LIBRARY_HOST_PATH", "library_host_path")
    )
    """The first root's path outside the container, so that a path can be given as the person knows it."""

    demo_dir: Path = Path("./demo")
    """The demo library's root, whose tracks are named by it: it keeps the name `demo` beside another root of it."""

    @field_validator("library_roots", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        return _split_paths(value)

    @field_validator("library_host_path", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None


class SourceSettings(_FrozenSettings):
    """Which web sources may be asked, and with what credentials. Read by the API, which refuses, and the crawler."""

    acknowledge_spotify_terms: bool = False
    acknowledge_deezer_terms: bool = False
    acknowledge_itunes_terms: bool = False
    spotify_client_id: str | None = None
    spotify_client_secret: SecretStr | None = None
    spotify_refresh_token: SecretStr | None = None
    """Of the user whose own playlists are read; from the authorization code flow."""
    spotify_extended: bool = False
    """Whether the app has extended access: batches and audio features."""
    jamendo_client_id: str | None = None
    navidrome_url: str | None = None
    navidrome_user: str | None = None
    navidrome_password: SecretStr | None = None
    navidrome_auth: Literal["token", "password", "apikey"] = "token"
    """How the server is told who asks. With `apikey` the password is the key, and the user is not sent."""
    keep_previews: bool = False
    """Keep clips after they are analysed; most terms forbid it."""
    max_clip_mb: int = 100
    """Larger audio is refused, in MB."""
    source_urls: Annotated[tuple[tuple[str, str], ...], NoDecode] = ()
    """For tests and proxies: other addresses of the APIs, as `name=url`, separated by commas."""
    insecure_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """For tests: hosts that may be asked without TLS and at private addresses, separated by commas."""

    @field_validator("insecure_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("source_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(tuple(part.strip().split("=", 1)) for part in value.split(",") if "=" in part)
        return value

    def api_url(self, name: str, default: str) -> str:
        """Where an API is, without a slash at its end."""
        return dict(self.source_urls).get(name, default).rstrip("/")

    def get_secret(self, name: str) -> str:
        """The value of a credential; empty where it is not set."""
        value = getattr(self, name)
        return str(value.get_secret_value() if isinstance(value, SecretStr) else value or "")


class FixedLiveSettings(_FrozenSettings):
    """Live settings that the environment fixes, and the zone whose clock quiet hours go by. Empty means not set."""

    quiet_hours: str | None = None
    """Hours in which no bulk analysis, rescoring or training starts."""
    cpu_share: str | None = None
    """Share of all cores that bulk analysis may use."""
    watch: str | None = None
    """Whether changes below the library roots are noticed and crawled."""
    time_zone: str | None = None
    """By its name in the IANA database; None: that of this machine."""

    @field_validator("quiet_hours", "cpu_share", "watch", mode="after")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or not value.strip():
            return None
        LIVE_SETTINGS[str(info.field_name)].read(value)
        return value

    @field_validator("time_zone", mode="after")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone {value!r}: write it like Europe/Berlin") from None
        return value

    @cached_property
    def values_by_name(self) -> dict[str, Value]:
        """What is fixed, read."""
        given = {name: getattr(self, name) for name in LIVE_SETTINGS}
        return {name: LIVE_SETTINGS[name].read(text) for name, text in given.items() if text is not None}

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The zone of quiet hours; None: that of this machine."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


class WatchSettings(_FrozenSettings):
    """How long changes of files rest before they are crawled, and how often folders are looked through."""

    watch_quiet_s: float = Field(default=5.0, gt=0)
    """A folder is crawled when nothing changed in it for so long, or twelve times that after its first change."""
    watch_rescan_s: float = Field(default=120.0, gt=0)
    """How often folders are looked through that give no events, a network share for example."""

    @property
    def watch_longest_s(self) -> float:
        """A folder in which something changes all the time is crawled after so long."""
        return 12 * self.watch_quiet_s


class FeatureSettings(_FrozenSettings):
    """What of the features is kept beside what models read by default; the same for all services."""

    store_waveforms: bool = False
    """Also store the samples of each talk's excerpt, 220 kB a track, for networks that read the waveform."""
    taggers: str = "musicnn,yamnet,chords"
    """Audio taggers whose values are kept of every track, separated by commas; empty: none."""

    tagger_files: Annotated[tuple[Path, ...], NoDecode] = ()
    """Spec files of taggers of the owner's, or folders that hold some, separated by a colon."""

    store_tagger_pool: bool = False
    """Also store what MusiCNN's dense layers read, 3 kB a track, for the estimator `audio_tagger_finetuned`."""

    @field_validator("tagger_files", mode="before")
    @classmethod
    def _split_files(cls, value: object) -> object:
        return _split_paths(value)

    @model_validator(mode="after")
    def _known_taggers(self) -> Self:
        self._select_specs()
        return self

    @cached_property
    def tagger_specs(self) -> tuple[TaggerSpec, ...]:
        """The taggers that are on, in the order in which their values are joined."""
        return self._select_specs()

    @cached_property
    def stored_taggers(self) -> tuple[TaggerSpec, ...]:
        """Those whose values are kept of tracks: the taggers that are on, and what is inside of one where it is asked
        for.
        """
        return (*self.tagger_specs, *([MUSICNN_POOL] if self.store_tagger_pool else []))

    @cached_property
    def known_taggers(self) -> tuple[TaggerSpec, ...]:
        """The built-in taggers and the owner's, whether they are on or not."""
        return (*index_taggers(self._owner_taggers.specs).values(), MUSICNN_POOL)

    @cached_property
    def tagger_problems(self) -> Mapping[str, PermanentError]:
        """What is wrong with spec files, by the name of the tagger: it is left out, and all else goes on."""
        return self._owner_taggers.problems

    @cached_property
    def _owner_taggers(self) -> OwnerTaggers:
        return read_owner_taggers(self.tagger_files)

    def _select_specs(self) -> tuple[TaggerSpec, ...]:
        """Raises ValueError for a name that is none, unless a spec file that cannot be read may be the one it names."""
        names = _split_names(self.taggers)
        if self._owner_taggers.problems:
            known = index_taggers(self._owner_taggers.specs)
            names = tuple(name for name in names if name in known)
        return select_taggers(names, self._owner_taggers.specs)


class MediaSettings(_FrozenSettings):
    """What is kept of the audio of tracks for players and pages."""

    audio_cache_mb: int = Field(default=2000, ge=0)
    """Copies in Opus of files that not all browsers play, in all, in MB; those used least recently go first."""


class StarterSettings(_FrozenSettings):
    """What answers before anything was trained; the same for all services."""

    starter: bool = True
    """Whether the models that ship with the project answer where there is no own champion."""
    default_taxonomy: str | None = None
    """Of requests that name none. None: that of the own champion promoted last, else `quadrant4` of the starter."""

    @field_validator("default_taxonomy", mode="after")
    @classmethod
    def _known_taxonomy(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        return get_taxonomy(value.strip()).name


class LogSettings(_FrozenSettings):
    """How events are written."""

    log_level: str = "INFO"
    log_format: str = "console"
    """`console` for people, `json` for collectors."""


def list_setting_problems(error: ValidationError) -> list[str]:
    """What is wrong with settings, each by the variable that is to be mended.

    What settings say together names no variable: that is said of the taggers alone.
    """
    return [
        f"MER_{str(one['loc'][0]).upper() if one['loc'] else 'TAGGERS'}: {one['msg'].removeprefix('Value error, ')}"
        for one in error.errors()
    ]


def _split_paths(value: object) -> object:
    if isinstance(value, str):
        return tuple(Path(part).expanduser() for part in value.split(":") if part.strip())
    return value


def _split_names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())
