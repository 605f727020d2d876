"""What is right and wrong with this machine and the running system."""

import platform
import shutil
import sys

from pydantic import ValidationError
from rich.console import Console

from services.cli.client import ApiClient, NotThereError, RefusedError
from services.cli.commands.feature_settings import read_feature_settings
from services.standalone.data_dir import DataDirectory, SetupError
from services.standalone.postgres import find_postgres
from services.standalone.redis import find_redis
from shared.settings import list_setting_problems

_NEEDED_GB = 2.0


def run_checks(client: ApiClient, console: Console) -> bool:
    """Print a line a check; True if nothing is wrong."""
    system = _check_system(client)
    answers = system[0][0]
    results = [*_check_machine(servers_needed=not answers), *system]
    for good, what in results:
        console.print(f"{'ok  ' if good else 'BAD '} {what}", highlight=False, markup=False, soft_wrap=True)
    return all(good for good, _ in results)


def _check_machine(*, servers_needed: bool) -> list[tuple[bool, str]]:
    python = sys.version_info[:2]
    home = DataDirectory.from_environment()
    where = home.root if home.root.exists() else home.root.parent
    results = [(python in {(3, 11), (3, 12)}, f"Python {platform.python_version()} (3.11 or 3.12 are tried)")]
    for name, find in (("PostgreSQL", find_postgres), ("Redis", find_redis)):
        try:
            results.append((True, f"{name}: {find()}"))
        except SetupError as error:
            problem = str(error) if servers_needed else "not here, and not needed: the API has its own"
            results.append((not servers_needed, f"{name}: {problem}"))
    results += _check_taggers(home)
    if where.exists():
        free_gb = shutil.disk_usage(where).free / 1e9
        results.append(
            (
                free_gb > _NEEDED_GB,
                f"{free_gb:.0f} GB free at {where} (0.4 MB a clip of 30 s, 1.4 MB a song are needed)",
            )
        )
    return results


def _check_taggers(home: DataDirectory) -> list[tuple[bool, str]]:
    """Whether each audio tagger that is switched on can be run: tracks are analysed without those that cannot."""
    from services.featurizer.taggers.usable_taggers import split_usable  # noqa: PLC0415 - a runtime that nothing else needs

    try:
        settings = read_feature_settings(home)
    except ValidationError as error:
        return [(False, problem) for problem in list_setting_problems(error)]
    usable, unusable = split_usable(settings.stored_taggers)
    problems: dict[str, Exception] = {**settings.tagger_problems, **unusable}
    results = [(True, f"audio tagger {tagger.name} ({tagger.fingerprint})") for tagger in usable]
    return results + [(False, f"audio tagger {name}: {problem}") for name, problem in problems.items()]


def _check_system(client: ApiClient) -> list[tuple[bool, str]]:
    try:
        health = client.get("/health")
    except (NotThereError, RefusedError) as error:
        return [(False, str(error))]
    results = [(health["status"] == "ok", f"API at {client.url}: {health['status']}")]
    if "workers" not in health:
        return [*results, (False, "the API tells only its status: set MER_API_KEY, or make a key with `mer keys add`")]
    for queue, worker in health["workers"].items():
        seen = worker["last_seen_s"]
        last_message = "never seen" if seen is None else f"last took a message {seen:.0f} s ago"
        waiting = health.get("queues", {}).get(queue)
        results.append((worker["alive"], f"worker of {queue}: {last_message}, {waiting} messages waiting"))
    tracks = health["tracks"]
    results.append((True, f"{tracks['real']} tracks, {tracks['synthetic']} synthetic ones"))
    return results + [(True, f"may read {root}") for root in health.get("roots", [])]
