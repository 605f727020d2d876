"""The API's own configuration."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.api.http.allowed_hosts import AllowedHosts
from shared.metrics.prediction_sets import LEAST, MOST


class ApiSettings(BaseSettings):
    """Variables `MER_…` that only the API reads."""

    model_config = SettingsConfigDict(env_prefix="MER_", frozen=True, extra="ignore")

    champion_cache_s: float = 1.0
    """How long an answer may still come from the champion before the last promotion."""
    coverage: float = Field(default=0.9, ge=LEAST, le=MOST)
    """The share of prediction sets that should hold the true emotion, where a request names none."""
    score_at_once: int = 5000
    """Tracks that a request for flips may score by itself; more are a job."""
    upload_limit_mb: int = 50
    """A larger song is refused."""
    store_patience_s: float = 3.0
    """A request does not wait longer for a database that is away."""
    statement_timeout_s: float = Field(default=30.0, gt=0)
    """A request does not wait longer for one statement of a database that answers."""
    queue_patience_s: float = Field(default=1.0, gt=0)
    """A request does not wait longer for Redis: the job is stored, and the sweep sends its message later."""
    body_patience_s: float = Field(default=30.0, gt=0)
    """A request whose body does not arrive for so long is refused."""
    allowed_hosts: str = ""
    """Names and addresses besides the loopback names under which requests may reach the API, separated by commas."""
    bind: str = "127.0.0.1"
    """The address at which the port can be reached: `--host` of `mer up`, or where the containers publish it. Where
    nobody sets it, the command line of uvicorn says it, and else each connection; see `stated_bind`."""
    require_key: bool = False
    """Every request needs a key, also on loopback."""
    rate_per_minute: int = Field(default=60_000, gt=0)
    """Requests of one key that a process answers in a minute."""
    session_days: int = Field(default=30, gt=0, le=400)
    """A browser stays logged in for so long."""
    wrong_keys_per_minute: int = Field(default=30, gt=0)
    """Wrong keys and failed log-ins of one client in a minute, before it has to wait."""

    @field_validator("allowed_hosts")
    @classmethod
    def _name_hosts(cls, hosts: str) -> str:
        AllowedHosts.from_text(hosts)
        return hosts

    @property
    def stated_bind(self) -> str:
        """The address at which the port can be reached, where somebody set it; else empty."""
        return self.bind.strip() if "bind" in self.model_fields_set else ""
