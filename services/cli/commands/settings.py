"""`mer settings`: what may change while everything runs."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from services.cli.client import ApiClient
from shared.domain.live_settings import LIVE_SETTINGS
from shared.json_objects import JsonObject

console = Console()
_TAKE_BACK = frozenset({"", "default", "null"})


def add_commands(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(settings)


def settings(
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]…", help="quiet_hours=22:00-07:00, cpu_share=50%, watch=on; NAME=default takes it back"
        ),
    ] = None,
) -> None:
    """Show the live settings, or change some: hours without bulk work, share of the cores, watching of the library."""
    client = ApiClient()
    if changes:
        client.patch("/settings", dict(_assignment(change) for change in changes))
    show_settings(console, client.get("/settings"))


def _assignment(text: str) -> tuple[str, str | None]:
    name, equals, value = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in LIVE_SETTINGS:
        known = ", ".join(f"{known}=…" for known in LIVE_SETTINGS)
        raise typer.BadParameter(f"{text!r} is no setting: write {known}")
    return name, None if value.strip().casefold() in _TAKE_BACK else value


def show_settings(out: Console, settings: JsonObject) -> None:
    """All live settings, and what follows from them now."""
    table = Table("setting", "value", "from", "", box=None)
    for name, kind in LIVE_SETTINGS.items():
        setting = settings[name]
        source = f"{setting['variable']} (fixed)" if setting["fixed"] else setting["source"]
        table.add_row(name, _shown(name, setting["value"]), source, kind.meaning)
    out.print(table)
    if settings["quiet_until"]:
        until = datetime.fromisoformat(settings["quiet_until"]).astimezone()
        out.print(f"quiet hours now, until {until:%H:%M} ({until:%Y-%m-%d}, {until:%Z})", highlight=False)
    for root in settings["watched"]:
        how = {"events": "watched", "rescan": "looked through every few minutes"}.get(root["mode"], root["mode"])
        why = f" ({root['detail']})" if root["detail"] else ""
        out.print(f"{root['root']}: {how}, {root['n_files']} files{why}", highlight=False, markup=False)
    for change in settings["changes"]:
        out.print(f"changed, and crawled soon: {change['path']}", highlight=False, markup=False)


def _shown(name: str, value: Any) -> str:
    if name == "cpu_share":
        return f"{100 * value:g} %"
    if name == "watch":
        return "on" if value else "off"
    return value or "off"
