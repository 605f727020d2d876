"""`mer keys …`: who may use the API. Works on the database: the API may not run yet, or may refuse everybody."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from services.standalone.data_dir import DataDirectory
from services.standalone.database import open_database
from shared.domain.keys import check_key_name, digest_key, make_key
from shared.domain.roles import Role
from shared.errors import MerError
from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.keys import StoredKey

keys = typer.Typer(no_args_is_help=True, help="Keys: who may use the API, and what they may do.")
console = Console(width=None if sys.stdout.isatty() else 160)
_notes = Console(stderr=True, width=None if sys.stderr.isatty() else 160)

KeyName = Annotated[str, typer.Argument(help="Whose key it is; people label under this name")]


class KeyCommandError(MerError):
    """A key of this name is in use already, or none is."""


@keys.command()
def add(
    name: KeyName,
    role: Annotated[
        Role, typer.Option(help="read, label (also label and predict), or operate (everything); see docs/guide/keys.md")
    ],
) -> None:
    """Make a key and print it. It is shown once: only its SHA-256 is stored."""
    try:
        check_key_name(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    home = DataDirectory.from_environment()
    key = make_key(role)
    with _open_store(home) as store:
        is_added = store.transact(
            "keys.add",
            lambda repositories: repositories.keys.add_key(name=name, role=role, digest=digest_key(key)),
        )
        stored = _list_keys(store)
    if not is_added:
        raise KeyCommandError(
            f"there is a key of the name {name}: revoke it first (`mer keys revoke`), or take another"
        )
    is_own = _keep_own_key(home, key, role, stored)
    # the key alone on stdout, for scripts
    print(key, flush=True)
    _notes.print(f"the key of {name}, role {role.value}: keep it, it is not shown again", highlight=False, markup=False)
    if is_own:
        _notes.print(f"`mer` on this machine sends it: it is in {home.key}", highlight=False, markup=False)
    if len(stored) == 1:
        _notes.print("from now on every request needs a key", highlight=False)


@keys.command(name="list")
def list_keys() -> None:
    """Show all keys with their roles and when they were last used."""
    with _open_store(DataDirectory.from_environment()) as store:
        stored = _list_keys(store)
    if not stored:
        console.print("no key yet: mer answers on this machine only; `mer keys add NAME --role read|label|operate`")
        return
    table = Table("name", "role", "made", "last used", "state", box=None, pad_edge=False)
    for key in stored:
        state = f"revoked {_format_time(key.revoked_at)}" if key.is_revoked else "in use"
        last_used = _format_time(key.last_used_at) if key.last_used_at else "never"
        table.add_row(key.name, key.role.value, _format_time(key.created_at), last_used, state)
    console.print(table, highlight=False, markup=False)


@keys.command()
def revoke(name: KeyName) -> None:
    """Refuse a key from now on; the API notices within a second."""
    home = DataDirectory.from_environment()
    with _open_store(home) as store:
        digest = store.transact("keys.revoke", lambda repositories: repositories.keys.revoke_key(name))
        are_left = any(not key.is_revoked for key in _list_keys(store))
    if digest is None:
        raise KeyCommandError(f"no key of the name {name} is in use: `mer keys list` shows those that are")
    console.print(f"the key of {name} is revoked", highlight=False, markup=False)
    if _read_own_digest(home) == digest:
        home.key.unlink(missing_ok=True)
        console.print("`mer` on this machine sent it and has none now: `mer keys add` makes another", highlight=False)
    if not are_left:
        console.print("no key is left: the API answers nobody until `mer keys add` makes another", highlight=False)


@contextmanager
def _open_store(home: DataDirectory) -> Iterator[Store]:
    if "MER_DATABASE_URL" not in os.environ and not home.postgres.exists():
        _notes.print("mer: making the database …", highlight=False)
    with open_database(home) as url:
        store = open_store(StoreSettings(database_url=url), pool_size=1, application="mer keys")
        try:
            yield store
        finally:
            store.close()


def _list_keys(store: Store) -> list[StoredKey]:
    with store.read() as repositories:
        return repositories.keys.list_keys()


def _keep_own_key(home: DataDirectory, key: str, role: Role, stored: list[StoredKey]) -> bool:
    """Keep a key for `mer` itself, where there is none yet that is in use and may do as much. Whether it was kept."""
    own_digest = _read_own_digest(home)
    own = next((known for known in stored if known.digest == own_digest and not known.is_revoked), None)
    if own is not None and own.role.includes(role):
        return False
    if "MER_DATABASE_URL" in os.environ and "MER_HOME" not in os.environ and not home.root.exists():
        return False  # a container, which forgets its files
    _write_private(home.create().key, f"{key}\n")
    return True


def _read_own_digest(home: DataDirectory) -> bytes | None:
    try:
        return digest_key(home.key.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return None


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this user may read, at once or not at all."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    new.replace(path)


def _format_time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
