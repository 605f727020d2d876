"""`mer doctor` on this machine, without a running system."""

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.cli.app import app
from services.cli.client import ApiClient
from services.cli.commands.doctor import run_checks
from shared.domain.taggers import CHORDS
from tests.support.owner_taggers import owner_tagger, write_tagger


def checked(monkeypatch: pytest.MonkeyPatch, taggers: str) -> list[str]:
    """The lines about taggers."""
    monkeypatch.setenv("MER_TAGGERS", taggers)
    shown = io.StringIO()
    assert not run_checks(ApiClient("http://127.0.0.1:9"), Console(file=shown, width=200)), "no API answers there"
    return [line for line in shown.getvalue().splitlines() if "audio tagger" in line or "MER_TAGGERS" in line]


def test_taggers_that_are_on_and_can_be_run_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(monkeypatch, "chords") == [f"ok   audio tagger chords ({CHORDS.fingerprint})"]
    assert checked(monkeypatch, "") == []


def test_an_unknown_tagger_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    [line] = checked(monkeypatch, "chords,vggish")
    assert line.startswith("BAD  MER_TAGGERS: no such tagger: vggish; there are")


def test_a_tagger_of_the_owner_is_checked_from_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MER_HOME", str(tmp_path))
    monkeypatch.delenv("MER_TAGGER_FILES", raising=False)
    (tmp_path / "taggers").mkdir()
    mine = owner_tagger(tmp_path / "taggers")
    assert checked(monkeypatch, "mine") == [f"ok   audio tagger mine ({mine.fingerprint})"]
    write_tagger(tmp_path / "taggers", "other", weights="0123456789ab")
    write_tagger(tmp_path / "taggers", "typo", sr=-1)
    good, typo, other = checked(monkeypatch, "mine,other,typo")
    assert good.startswith("ok   audio tagger mine")
    assert other.startswith("BAD  audio tagger other: tagger_mismatch: ")
    assert typo.startswith("BAD  audio tagger typo: unreadable_tagger: ")


def test_a_spec_file_can_be_tried_by_itself(tmp_path: Path) -> None:
    mine = owner_tagger(tmp_path)
    tried = CliRunner().invoke(app, ["features", "check-tagger", str(tmp_path / "mine.json")])
    assert tried.exit_code == 0, tried.output
    assert f"ok   mine ({mine.fingerprint}): 11 values a track (tag_mean 3, " in tried.output
    write_tagger(tmp_path, weights=None)
    tried = CliRunner().invoke(app, ["features", "check-tagger", str(tmp_path / "mine.json")])
    assert tried.exit_code == 1
    assert f"the spec names none: write {mine.weights} there" in tried.output
