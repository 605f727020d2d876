"""Configuration: one frozen class per concern, read once at a composition root.

Every variable is `MER_…`, has a working default, and is listed in `.env.example`.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore", ignored_types=(cached_property,))


class StoreSettings(_Settings):
    """Where Postgres is."""

    database_url: str = "postgresql+psycopg2://mer:mer@127.0.0.1:5432/mer"
    store_patience_s: float = 20.0
    """How long a transaction is tried again while Postgres is away."""


class BusSettings(_Settings):
    """Where Redis is, and how Celery uses it."""

    redis_url: str = "redis://127.0.0.1:6379/0"
    visibility_timeout_s: int = 300
    """After this Redis delivers an unacknowledged message again; the claim in the row makes that harmless."""


class BlobSettings(_Settings):
    """Where arrays and artefacts are: a folder, or `s3://bucket/prefix`."""

    blob_url: str = "./blobs"
    s3_endpoint_url: str | None = None


class WorkSettings(_Settings):
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


class LibrarySettings(_Settings):
    """Which local folders may be read. Several are separated by a colon."""

    library_roots: Annotated[tuple[Path, ...], NoDecode] = ()
    library_host_path: Path | None = Field(
        default=None, validation_alias=AliasChoices("MER_LIBRARY_HOST_PATH", "library_host_path")
    )
    """The first root's path outside the container, so that a path can be given as the person knows it."""

    @field_validator("library_roots", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser() for part in value.split(":") if part.strip())
        return value

    @field_validator("library_host_path", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None


class LogSettings(_Settings):
    """How events are written."""

    log_level: str = "INFO"
    log_format: str = "console"
    """`console` for people, `json` for collectors."""
