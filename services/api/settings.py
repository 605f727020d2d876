"""The API's own configuration."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """Variables `MER_…` that only the API reads."""

    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore")

    default_taxonomy: str = "mood4"
    """Answers when a request names none, if it has a champion; otherwise the latest champion's does."""
    champion_cache_s: float = 1.0
    """How long an answer may still come from the champion before the last promotion."""
    store_patience_s: float = 3.0
    """A request does not wait longer for a database that is away."""
