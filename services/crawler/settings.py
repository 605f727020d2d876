"""The crawler's own configuration."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class CrawlerSettings(BaseSettings):
    """Variables `MER_…` that only the crawler reads."""

    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore")

    demo_dir: Path = Path("./demo")
    """Where the demo library's audio is written; must lie in a library root."""
