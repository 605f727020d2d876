"""The containers run the same commands as `mer up`, and only the API can be reached from outside."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import shared
from services.standalone.data_dir import DataDirectory
from services.standalone.processes import service_processes

ROOT = Path(shared.__file__).parent.parent
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
# What differs by nature: where the API listens, how many featurizers there are, where beat keeps its schedule.
DIFFERENT = {"--host", "--port", "-s"}


def essence(argv: Any) -> Any:
    """The command without the interpreter's path and the values that differ by nature."""
    words = [word.replace("${MER_FEATURIZERS:-2}", "2") for word in argv[1:]]
    return sorted(words[i] for i in range(len(words)) if words[i] not in DIFFERENT and words[i - 1] not in DIFFERENT)


def embedded() -> Any:
    processes = service_processes(
        python="python",
        env={},
        home=DataDirectory(Path("/nowhere")),
        api_host="127.0.0.1",
        api_port=1,
        featurizer_processes=2,
    )
    return {process.name: process for process in processes}


@pytest.mark.parametrize("name", sorted(embedded()))
def test_a_container_runs_the_command_of_the_embedded_mode(name: Any) -> None:
    assert essence(SERVICES[name]["command"]) == essence(embedded()[name].argv)


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"])
@pytest.mark.parametrize("service", ["featurizer", "uploads"])
def test_the_featurizer_is_pinned_to_one_thread_in_both(service: str, name: str) -> None:
    assert SERVICES[service]["environment"][name] == embedded()[service].env[name] == "1"


def test_only_the_api_publishes_a_port_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api": ["${MER_BIND:-127.0.0.1}:${MER_PORT:-8000}:8000"]}


def test_every_service_that_stays_has_a_health_check() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate"}


def test_the_api_answers_to_the_address_that_it_was_told_to_listen_on() -> None:
    def hosts(api_host: str, listed: str = "") -> str:
        env = {"MER_ALLOWED_HOSTS": listed} if listed else {}
        processes = service_processes(
            python="python",
            env=env,
            home=DataDirectory(Path("/nowhere")),
            api_host=api_host,
            api_port=1,
            featurizer_processes=2,
        )
        return next(p for p in processes if p.name == "api").env["MER_ALLOWED_HOSTS"]

    assert hosts("192.168.1.5") == "192.168.1.5"
    assert hosts("192.168.1.5", "mybox") == "mybox,192.168.1.5"
    assert hosts("0.0.0.0", "mybox") == "mybox"
    assert hosts("::") == ""


def test_the_api_is_told_where_its_port_can_be_reached() -> None:
    """Its own 0.0.0.0 in a container does not count."""
    processes = service_processes(
        python="python",
        env={"MER_BIND": "127.0.0.1"},
        home=DataDirectory(Path("/nowhere")),
        api_host="0.0.0.0",
        api_port=1,
        featurizer_processes=2,
    )
    assert next(process for process in processes if process.name == "api").env["MER_BIND"] == "0.0.0.0"
    environment = SERVICES["api"]["environment"]
    assert environment["MER_BIND"] == "${MER_BIND:-127.0.0.1}"
    assert environment["MER_REQUIRE_KEY"] == "${MER_REQUIRE_KEY:-False}"


def test_the_container_answers_to_its_name_and_to_the_address_that_it_is_published_at() -> None:
    environment = SERVICES["api"]["environment"]
    assert environment["MER_ALLOWED_HOSTS"] == "api,${MER_BIND:-127.0.0.1},${MER_ALLOWED_HOSTS:-}"
    assert environment["MER_API_URL"] == "http://api:8000"
    assert "--no-server-header" in SERVICES["api"]["command"]
