"""What the API checks before it starts: settings that cannot be read, and a key where one is needed.

A process that cannot work ends with exit code 2 and says why in a line or two, without a traceback.
"""

import os
import sys
from typing import NoReturn

import structlog
from pydantic import ValidationError

from services.api.access.reachability import KeyPolicy, find_listen_host
from services.api.access.start_check import explain_missing_key, has_usable_key
from services.api.settings import ApiSettings
from shared.errors import RetryableError, StoreUnavailableError
from shared.settings import StoreSettings, list_setting_problems
from shared.store import ClientLimits, open_store

log = structlog.get_logger()

EXIT_CODE = 2
_PATIENCE_S = 5.0


def read_settings_or_exit() -> ApiSettings:
    """The settings of the environment; ends the process where one cannot be read."""
    try:
        return ApiSettings()
    except ValidationError as error:
        _exit("; ".join(list_setting_problems(error)))


def find_key_policy(settings: ApiSettings) -> KeyPolicy:
    """When a key is needed: `MER_BIND` says where the port can be reached, else the command line of uvicorn."""
    bind = settings.stated_bind or find_listen_host(sys.argv, os.environ)
    return KeyPolicy(bind=bind, require_key=settings.require_key)


def require_key_or_exit(policy: KeyPolicy) -> None:
    """End the process where a key is needed and there is none.

    While the database is away nobody knows; the API then starts, and refuses requests until it can read the keys.
    """
    if not policy.is_closed:
        return
    settings = StoreSettings().model_copy(update={"store_patience_s": _PATIENCE_S})
    store = open_store(settings, pool_size=1, application="mer api", limits=ClientLimits())
    try:
        has_key = store.transact("keys.check", has_usable_key)
    except (RetryableError, StoreUnavailableError) as error:
        log.warning("keys.not_checked", error=str(error))
        return
    finally:
        store.close()
    if not has_key:
        _exit(explain_missing_key(policy))


def _exit(why: str) -> NoReturn:
    sys.stderr.write(f"mer: {why}\n")
    raise SystemExit(EXIT_CODE)
