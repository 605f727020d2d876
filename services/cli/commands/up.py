"""`mer up`: real PostgreSQL, real Redis and all services on one machine, in one terminal."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from services.api.access.reachability import KeyPolicy
from services.api.access.start_check import explain_missing_key, has_usable_key
from services.api.settings import ApiSettings
from services.cli.client import ApiClient, NotThereError, RefusedError
from services.cli.commands.demo import run_demo
from services.cli.commands.feature_settings import read_feature_settings
from services.cli.views.tracks import NO_TRACKS_YET
from services.standalone.data_dir import ConfigurationError, DataDirectory, SetupError
from services.standalone.database import embedded_postgres
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.processes import ServiceProcess, service_processes
from services.standalone.redis import EmbeddedRedis
from services.standalone.supervisor import Supervisor
from shared.blobs import open_blobs
from shared.json_objects import JsonObject
from shared.settings import BlobSettings, FixedLiveSettings, StarterSettings, StoreSettings, list_setting_problems
from shared.starter.installation import NOTE as STARTER_NOTE
from shared.starter.installation import install_starters
from shared.store import open_store
from shared.store.server import migrate_database

_READY_WITHIN_S = 180.0
_PORTS_TRIED = 20
_LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (the user's choice)
"""Where this machine reaches what listens at all of its addresses."""


@dataclass(frozen=True)
class ListenAddress:
    """Where the API should listen. A port of 0 means any that is free."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """For a browser on this machine."""
        host = _LOOPBACK_OF.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def run_up(
    *,
    library: Sequence[Path],
    address: ListenAddress,
    featurizers: int | None,
    with_demo: bool,
    watch: bool | None = None,
) -> None:
    """Start everything and block until Ctrl-C. Raises SetupError where this machine or home does not do, and
    ConfigurationError where a setting cannot be used, or others could reach the API and there is no key.

    `watch` is stored as the live setting of that name; None leaves it as it is.
    """
    if not address.host.strip():
        raise ConfigurationError("--host needs an address: 127.0.0.1 for this machine, 0.0.0.0 for all others too")
    home = DataDirectory.from_environment()
    fixed = read_fixed_settings(home)
    policy = KeyPolicy(bind=address.host, require_key=ApiSettings().require_key)
    if policy.is_closed and not os.environ.get("MER_DATABASE_URL") and not home.postgres.exists():
        raise ConfigurationError(explain_missing_key(policy))  # without making a database first
    home.create()
    with home.lock():
        first = not home.postgres.exists()
        roots = _library_roots(library, home)
        address = find_free_address(address)
        print(f"mer: home {home.root}; music may be read from {', '.join(map(str, roots))}", flush=True)
        if first:
            with_demo = with_demo or _wants_demo()
            print("mer: first start: making the database …", flush=True)
        with _run_servers(home) as (database_url, redis_url, embedded):
            migrate_database(database_url)
            _require_key(database_url, policy)
            _install_starters(database_url, home)
            if watch is not None:
                _store_watch(database_url, watch=watch, fixed=fixed)
            env = {**os.environ, **_service_environment(home, roots), "MER_API_URL": address.url}
            env |= {"MER_DATABASE_URL": database_url, "MER_REDIS_URL": redis_url}
            processes = _list_processes(home, env, address, featurizers or os.cpu_count() or 1)
            processes.append(_welcome_process(env, with_demo=with_demo, library=library))
            (home.root / "api-url").write_text(address.url)
            print(f"mer: starting the services; the console will be at {address.url}, docs at {address.url}/docs")
            print("mer: Ctrl-C stops all", flush=True)
            supervisor = Supervisor(processes, log_file=home.log / "mer.log", out=sys.stdout, servers=embedded)
            supervisor.run_until_stopped()
    print("mer: stopped", flush=True)


def read_fixed_settings(home: DataDirectory) -> FixedLiveSettings:
    """Raises ConfigurationError where one cannot be read, or one of the API or of features: services would not start,
    again and again.
    """
    try:
        ApiSettings()
        read_feature_settings(home)
        StarterSettings()
        return FixedLiveSettings()
    except ValidationError as error:
        raise ConfigurationError("; ".join(list_setting_problems(error))) from None


def _require_key(database_url: str, policy: KeyPolicy) -> None:
    """Raises ConfigurationError where a key is needed and none is in use: the API would not start, again and again."""
    if not policy.is_closed:
        return
    store = open_store(StoreSettings(database_url=database_url), pool_size=1, application="mer up")
    with store.read() as repositories:
        has_key = has_usable_key(repositories)
    store.close()
    if not has_key:
        raise ConfigurationError(explain_missing_key(policy))


def _install_starters(database_url: str, home: DataDirectory) -> None:
    store = open_store(StoreSettings(database_url=database_url), pool_size=1, application="mer up")
    blobs = open_blobs(BlobSettings(blob_url=_find_blob_url(home)))
    result = install_starters(store, blobs, enabled=StarterSettings().starter)
    store.close()
    if result.installed:
        print(f"mer: {STARTER_NOTE}", flush=True)


def _store_watch(database_url: str, *, watch: bool, fixed: FixedLiveSettings) -> None:
    if "watch" in fixed.values_by_name:
        print("mer: MER_WATCH is set, and wins over --watch and --no-watch", flush=True)
    store = open_store(StoreSettings(database_url=database_url), pool_size=1, application="mer up")
    store.transact("up.watch", lambda repositories: repositories.live_settings.save("watch", watch, by="mer up"))
    store.close()


def show_welcome(client: ApiClient, console: Console, *, with_demo: bool, library: Sequence[Path] = ()) -> None:
    """Wait until everything answers, say where, and load or offer the demo.

    Where no track and no job is known yet, the folders of `library` are crawled.
    """
    health = _wait_until_ready(client)
    console.print(f"ready: API {client.url}   docs {client.url}/docs", highlight=False)
    console.print(f"open {client.url} in a browser to see and hear the moods of your music", highlight=False)
    if "workers" not in health:
        console.print("`mer` itself has no key here: set MER_API_KEY, or make one with `mer keys add`", highlight=False)
        return
    is_empty = not sum(health["tracks"].values())
    if library and is_empty and not client.get("/jobs", limit=1)["items"]:
        crawl_folders(client, console, library, moods=bool(health["starter"]["answers"]))
    if with_demo:
        run_demo(client, console)
    elif is_empty and not library:
        console.print(NO_TRACKS_YET, highlight=False)


def crawl_folders(client: ApiClient, console: Console, folders: Sequence[Path], *, moods: bool) -> None:
    """Begin to crawl folders, and say where to look. `moods`: whether the starter answers each track."""
    then = "; every track then has a mood: `mer tracks`" if moods else ""
    for folder in folders:
        client.post("/crawl", {"source": "folder", "path": str(folder)})
        console.print(f"crawling {folder}: `mer jobs` shows how far it is{then}", highlight=False, markup=False)


def _wait_until_ready(client: ApiClient) -> JsonObject:
    deadline = time.monotonic() + _READY_WITHIN_S
    while True:
        try:
            health: JsonObject = client.get("/health")
            missing = [name for name, worker in health.get("workers", {}).items() if not worker["alive"]]
            if health.get("status") == "ok" and not missing:
                return health
            waiting = f"the workers of {', '.join(missing)}" if missing else "the queues"
        except (NotThereError, RefusedError) as error:
            waiting = str(error)
        if time.monotonic() > deadline:
            raise SetupError(f"not ready after {_READY_WITHIN_S:.0f} s, still waiting for {waiting}: see the log above")
        time.sleep(0.5)


def _list_processes(
    home: DataDirectory, env: dict[str, str], address: ListenAddress, featurizers: int
) -> list[ServiceProcess]:
    return service_processes(
        python=sys.executable,
        env=env,
        home=home,
        api_host=address.host,
        api_port=address.port,
        featurizer_processes=featurizers,
    )


def _welcome_process(env: dict[str, str], *, with_demo: bool, library: Sequence[Path]) -> ServiceProcess:
    named = [part for path in library for part in ("--library", str(path.expanduser().resolve()))]
    argv = [sys.executable, "-m", "services.cli.app", "welcome", *(["--demo"] if with_demo else []), *named]
    return ServiceProcess(name="mer", argv=argv, env=env, once=True)


@contextmanager
def _run_servers(home: DataDirectory) -> Iterator[tuple[str, str, list[EmbeddedPostgres | EmbeddedRedis]]]:
    """`(database url, queue url, servers of ours)`: those that the configuration names, or else embedded ones."""
    postgres = embedded_postgres(home)
    redis = EmbeddedRedis(home.root / "redis", home.run / "redis", log_file=home.log / "redis.log")
    database_url, redis_url = os.environ.get("MER_DATABASE_URL"), os.environ.get("MER_REDIS_URL")
    embedded: list[EmbeddedPostgres | EmbeddedRedis] = []
    embedded += [] if redis_url else [redis]
    embedded += [] if database_url else [postgres]
    try:
        for server in embedded:
            server.start()
        yield database_url or postgres.url, redis_url or redis.celery_url, embedded
    finally:
        for server in embedded:
            server.stop()


def _service_environment(home: DataDirectory, roots: Sequence[Path]) -> dict[str, str]:
    return {
        "MER_BLOB_URL": _find_blob_url(home),
        "MER_DEMO_DIR": str(home.demo),
        "MER_LIBRARY_ROOTS": ":".join(map(str, roots)),
        "MER_TAGGER_FILES": os.environ.get("MER_TAGGER_FILES", str(home.taggers)),
    }


def _find_blob_url(home: DataDirectory) -> str:
    return os.environ.get("MER_BLOB_URL", str(home.blobs))


def _library_roots(library: Sequence[Path], home: DataDirectory) -> list[Path]:
    """The folders asked for, those of `MER_LIBRARY_ROOTS`, or else the user's music folder; and always the demo's."""
    named = [Path(part) for part in os.environ.get("MER_LIBRARY_ROOTS", "").split(":") if part]
    chosen = [path.expanduser().resolve() for path in (*library, *named)]
    for path in chosen:
        if not path.is_dir():
            raise SetupError(f"{path} is not a folder: name one that holds music")
    if not chosen and (music := Path("~/Music").expanduser()).is_dir():
        chosen = [music.resolve()]
    return list(dict.fromkeys([*chosen, home.demo]))


def find_free_address(address: ListenAddress) -> ListenAddress:
    """The address, or the next port that nobody uses."""
    ports = range(address.port, address.port + _PORTS_TRIED) if address.port else [0]
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    for port in ports:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address.host, port))
            except OSError:
                continue
            return ListenAddress(address.host, probe.getsockname()[1])
    raise SetupError(f"ports {address.port} to {address.port + _PORTS_TRIED - 1} are taken: choose one with --port")


def _wants_demo() -> bool:
    if not sys.stdin.isatty():
        return False
    answer = input("mer: nothing here yet. Load a demo library of synthetic pieces to look around? [Y/n] ")
    return answer.strip().lower() in {"", "y", "yes"}
