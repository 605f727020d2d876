"""Which key `mer` sends to which address."""

from pathlib import Path

import pytest

from services.cli.client import find_key

HOME_KEY = "mer_operate_of_this_home"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MER_HOME", str(tmp_path))
    monkeypatch.delenv("MER_API_KEY", raising=False)
    (tmp_path / "key").write_text(f"{HOME_KEY}\n")
    return tmp_path


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8100", "http://localhost:8000"])
def test_the_key_of_this_home_is_sent_to_this_machine(home: Path, url: str) -> None:
    assert find_key(url) == HOME_KEY


@pytest.mark.parametrize("url", ["http://203.0.113.9:8000", "https://music.example.org", "http://api:8000"])
def test_it_is_sent_nowhere_else(home: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert find_key(url) is None
    monkeypatch.setenv("MER_API_KEY", "mer_read_for_it")
    assert find_key(url) == "mer_read_for_it"


def test_it_is_sent_where_this_home_listens(home: Path) -> None:
    (home / "api-url").write_text("http://192.168.1.5:8000\n")
    assert find_key("http://192.168.1.5:8000") == HOME_KEY
