"""`mer doctor` on this machine, without a running system."""

import io

import pytest
from rich.console import Console

from services.cli.client import ApiClient
from services.cli.commands.doctor import run_checks
from shared.domain.taggers import CHORDS


def checked(monkeypatch: pytest.MonkeyPatch, taggers: str) -> list[str]:
    """The lines about taggers."""
    monkeypatch.setenv("MER_TAGGERS", taggers)
    shown = io.StringIO()
    assert not run_checks(ApiClient("http://127.0.0.1:9"), Console(file=shown, width=200)), "no API answers there"
    return [line for line in shown.getvalue().splitlines() if "tagger" in line.lower()]


def test_taggers_that_are_on_and_can_be_run_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(monkeypatch, "chords") == [f"ok   audio tagger chords ({CHORDS.fingerprint})"]
    assert checked(monkeypatch, "") == []


def test_an_unknown_tagger_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    [line] = checked(monkeypatch, "chords,vggish")
    assert line.startswith("BAD  MER_TAGGERS: no such tagger: vggish; there are")
