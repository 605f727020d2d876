"""`mer keys …`, the key that `mer` itself sends, and starts that are refused without one."""

import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.api.access.reachability import KeyPolicy
from services.api.deps import ApiPorts
from services.api.start import read_settings_or_exit, require_key_or_exit
from services.cli.app import app, main
from services.cli.client import ApiClient, RefusedError
from services.standalone.data_dir import DataDirectory
from shared.domain.roles import Role
from shared.store import Store
from tests.support.api_keys import add_key
from tests.support.served_api import serve_api


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> DataDirectory:
    monkeypatch.setenv("MER_HOME", str(folder / "home"))
    monkeypatch.delenv("MER_DATABASE_URL", raising=False)
    monkeypatch.delenv("MER_API_KEY", raising=False)
    return DataDirectory(folder / "home")


@pytest.fixture
def database(home: DataDirectory, database_url: str, monkeypatch: pytest.MonkeyPatch) -> DataDirectory:
    """The home of an installation whose database is the test's."""
    monkeypatch.setenv("MER_DATABASE_URL", database_url)
    return home


def run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["keys", *arguments])


def make(name: str, role: str) -> str:
    """The key that `mer keys add` prints; nothing else is on its stdout."""
    result = run("add", name, "--role", role)
    assert result.exit_code == 0, result.output
    (key,) = result.stdout.splitlines()
    return key


def test_a_key_is_printed_once_listed_without_it_and_let_in_until_it_is_revoked(
    database: DataDirectory, ports: ApiPorts
) -> None:
    key = make("ada", "label")
    listed = run("list").output
    assert [word in listed for word in ("ada", "label", "never", "in use", key)] == [True] * 4 + [False]
    with serve_api(ports) as address:
        client = ApiClient(address)
        assert client.get("/tracks")["items"] == []
        with pytest.raises(RefusedError, match="needs a key of the role operate"):
            client.post("/crawl", {"source": "demo"})
    assert "no key is left" in run("revoke", "ada").output
    assert "revoked" in run("list").output
    assert not database.key.exists(), "`mer` does not send a key that is refused"
    assert make("ada", "label") != key


def test_a_name_in_use_and_a_name_of_no_key_are_refused(database: DataDirectory) -> None:
    assert make("ada", "read")
    for wrong in (("add", "ada", "--role", "operate"), ("revoke", "bob")):
        result = run(*wrong)
        assert result.exit_code == 1
        assert wrong[1] in str(result.exception)
    assert run("add", "eve", "--role", "admin").exit_code == 2
    assert run("add", "a\nb", "--role", "read").exit_code == 2
    assert run("add", "eve").exit_code == 2
    assert database.key.exists()


def test_mer_keeps_the_first_key_for_itself_until_one_may_do_more(database: DataDirectory) -> None:
    first = make("ada", "label")
    assert stat.S_IMODE(database.key.stat().st_mode) == 0o600
    assert make("bob", "label")
    assert database.key.read_text() == f"{first}\n"
    assert make("eve", "operate") == database.key.read_text().strip()


def test_a_container_without_a_home_keeps_no_key(database: DataDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MER_HOME")
    monkeypatch.setattr(DataDirectory, "from_environment", classmethod(lambda _: database))
    assert make("ada", "operate")
    assert not database.root.exists()


def test_mer_sends_the_key_of_the_environment_before_that_of_its_home(
    database: DataDirectory, ports: ApiPorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.create().key.write_text("mer_read_wrong\n")
    with serve_api(ports) as address:
        monkeypatch.setenv("MER_API_KEY", add_key(ports.store, "phone", Role.READ))
        assert ApiClient(address).get("/tracks")["items"] == []
        monkeypatch.delenv("MER_API_KEY")
        with pytest.raises(RefusedError, match="unknown or was revoked"):
            ApiClient(address).get("/tracks")


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--host", "0.0.0.0"], {}, ["0.0.0.0", "mer keys add NAME --role operate"]),
        (["--host", "::"], {}, ["mer keys add NAME --role operate"]),
        ([], {"MER_REQUIRE_KEY": "on"}, ["MER_REQUIRE_KEY", "mer keys add NAME --role operate"]),
        ([], {"MER_ALLOWED_HOSTS": "a b"}, ["MER_ALLOWED_HOSTS", "'a b' is no host"]),
    ],
)
def test_mer_up_refuses_to_start_before_it_makes_anything(
    home: DataDirectory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    environment: dict[str, str],
    words: list[str],
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["mer", "up", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert [word for word in words if word not in printed] == []
    assert len(printed.splitlines()) <= 2
    assert not home.root.exists()


def test_the_api_ends_with_2_where_others_reach_it_and_no_key_is_in_use(
    database: DataDirectory, store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database
    policy = KeyPolicy(bind="0.0.0.0")
    for is_revoked in (False, True):
        if is_revoked:
            add_key(store, "ada")
            require_key_or_exit(policy)
            store.transact("test.revoke", lambda repositories: repositories.keys.revoke_key("ada"))
        with pytest.raises(SystemExit) as ended:
            require_key_or_exit(policy)
        assert ended.value.code == 2
        assert "docker compose run --rm api mer keys add NAME --role operate" in capsys.readouterr().err
    require_key_or_exit(KeyPolicy(bind="127.0.0.1"))
    monkeypatch.setenv("MER_ALLOWED_HOSTS", "a b")
    with pytest.raises(SystemExit) as ended:
        read_settings_or_exit()
    assert ended.value.code == 2
    assert "MER_ALLOWED_HOSTS: 'a b' is no host" in capsys.readouterr().err


def test_the_api_starts_while_the_database_is_away_and_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.api.start._PATIENCE_S", 0.0)
    monkeypatch.setenv("MER_DATABASE_URL", "postgresql+psycopg2://mer@127.0.0.1:1/mer")
    require_key_or_exit(KeyPolicy(bind="0.0.0.0"))
