"""The trainer's own settings."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class TrainerSettings(BaseSettings):
    """Where searches run, and on how many cores networks are trained."""

    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore", env_ignore_empty=True)
    dask_scheduler: str | None = None
    """`tcp://host:port` of a Dask cluster whose workers have mer installed; without one searches run on threads."""
    network_threads: int = 2
    """Of TensorFlow, within one operation."""
