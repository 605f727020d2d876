"""docs/guide/commands.md names every command that `mer --help` lists."""

from pathlib import Path

from typer.main import get_group

from services.cli.app import app

PAGE = (Path(__file__).parents[3] / "docs" / "guide" / "commands.md").read_text(encoding="utf-8")


def test_the_page_names_every_command() -> None:
    listed = [name for name, command in get_group(app).commands.items() if not command.hidden]
    assert "crawl" in listed
    assert [name for name in listed if f"`mer {name}" not in PAGE] == []
