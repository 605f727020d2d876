"""`.env.example` lists every variable that there is, with its default and a line that explains it."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices
from pydantic_settings import BaseSettings

import services
import shared.settings
from shared.settings import SourceSettings

ROOT = Path(shared.settings.__file__).parent.parent
LISTED = re.compile(r"#(MER_[A-Z0-9_]+)=(\S*) +# (.+)")


def lines() -> Any:
    """`{name: (default, explanation)}`."""
    assigned = [line for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line]
    found = [match for line in assigned if (match := LISTED.fullmatch(line))]
    assert len(found) == len(assigned), "a line with = is #MER_NAME=default  # explanation"
    names = [line[1] for line in found]
    assert len(names) == len(set(names)), "a variable is listed once"
    return {line[1]: (line[2], line[3]) for line in found}


def settings_modules() -> Any:
    rooms = [f"services.{room.name}.settings" for room in pkgutil.iter_modules(services.__path__)]
    return [shared.settings, *(importlib.import_module(name) for name in rooms if importlib.util.find_spec(name))]


def settings_classes() -> Any:
    classes = [value for module in settings_modules() for value in vars(module).values() if isinstance(value, type)]
    return [value for value in classes if issubclass(value, BaseSettings) and value is not BaseSettings]


def variables_of(settings: SourceSettings) -> Iterator[Any]:
    """`(variable, default as it would be written)` of each field."""
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        variable = alias.choices[0] if isinstance(alias, AliasChoices) else f"MER_{name.upper()}"
        yield variable, "" if field.default in (None, ()) else str(field.default)


FIELDS = [(variable, default) for settings in settings_classes() for variable, default in variables_of(settings)]


@pytest.mark.parametrize("variable", sorted({variable for variable, _ in FIELDS}))
def test_a_setting_is_listed_with_the_default_of_one_of_its_classes(variable: Any) -> None:
    written = lines()[variable][0]
    defaults = {default for name, default in FIELDS if name == variable}
    assert {written.removeprefix("./")} & {default.removeprefix("./") for default in defaults}


def test_the_walk_finds_the_settings_of_shared_and_of_the_services() -> None:
    assert {"MER_DATABASE_URL", "MER_LIBRARY_HOST_PATH", "MER_DEFAULT_TAXONOMY", "MER_DEMO_DIR"} <= {
        v for v, _ in FIELDS
    }


def mentioned() -> Any:
    """Variables that the compose file takes from the user, and those that code reads without a settings class."""
    compose = re.findall(r"\$\{(MER_[A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text())
    sources = [path.read_text() for room in ("shared", "services") for path in (ROOT / room).rglob("*.py")]
    read = [name for text in sources for name in re.findall(r"environ(?:\.get\(|\[)\"(MER_[A-Z0-9_]+)", text)]
    return {*compose, *read, "MER_HOME"}


def test_what_the_compose_file_and_the_command_line_read_is_listed() -> None:
    assert mentioned() - lines().keys() == set()


def test_nothing_is_listed_that_nobody_reads() -> None:
    assert lines().keys() - mentioned() - {variable for variable, _ in FIELDS} == set()


def test_copying_the_example_changes_nothing() -> None:
    assert all(line.startswith("#") or not line for line in (ROOT / ".env.example").read_text().splitlines())


def test_a_default_of_the_compose_file_is_the_one_that_is_listed() -> None:
    listed = lines()
    defaults = re.findall(r"\$\{(MER_[A-Z0-9_]+):-([^${}]*)\}", (ROOT / "docker-compose.yml").read_text())
    ours = {name: default for name, default in defaults if name not in {variable for variable, _ in FIELDS}}
    assert ours == {name: listed[name][0] for name in ours}
    assert (ROOT / ours["MER_LIBRARY"]).is_dir(), "the default library exists, or nothing would start"
